//! Policies of several kinds.

use std::sync::Arc;

use assize_policy::{
    Judge, Limits, NoSiblings, Page, Policy, PolicySet, Siblings, Source, run_examples,
};
use assize_snapshot::{Kind, Kinds, Reader, Snapshot};

use crate::sample::{NOW, policy, words};

const SERVERS: &str = r#""Server": { "type": "array", "x-assize-key": "Name", "x-assize-from": ["Get-Server"],
    "items": { "type": "object", "properties": { "Name": { "type": "string" }, "On": { "type": "boolean" } } } }"#;
const HEADER: &str = "title: \"T\", severity: \"low\", kind: [\"first\", \"second\"]";
const CHECK: &str = "fn check(x) { if !x.On { fail(x.On, \"off\"); } }";

fn kinds() -> Kinds {
    let mut kinds = Kinds::default();
    let other = r#""Other": { "type": "array", "items": { "type": "object" } }"#;
    for (name, sections) in [
        ("first", SERVERS.to_owned()),
        ("second", format!("{SERVERS}, {other}")),
    ] {
        let schema = format!(r#"{{ "type": "object", "properties": {{ {sections} }} }}"#);
        let example = r#"{ "assizeSnapshot": 1, "kind": "KIND", "collectedAt": "2026-08-01T00:00:00Z", "errors": [],
            "data": { "Server": [{ "Name": "a", "On": true }] } }"#;
        let example = example.replace("KIND", name);
        kinds.add(Kind::new(name, &schema, Some(&example)).unwrap());
    }
    kinds
}

fn snapshot(kind: &str, more: &str, data: &str) -> Arc<Snapshot> {
    let text =
        format!(r#"{{ "assizeSnapshot": 1, "kind": "{kind}", {more} "data": {{ {data} }} }}"#);
    let document = Reader::default().read(text.into_bytes()).unwrap();
    Arc::new(Snapshot::new(document, &kinds(), None).unwrap())
}

fn judge(text: &str, snapshot: &Arc<Snapshot>, earlier: Option<&Arc<Snapshot>>) -> Vec<String> {
    let limits = Limits::default();
    let set = PolicySet::new(vec![policy(text, &limits).unwrap()], limits);
    let kind = snapshot.kind.as_ref().unwrap();
    let policies = &set.of_kind(kind.name()).policies;
    assert_eq!(policies.len(), 1, "{}", kind.name());
    let siblings: Arc<dyn Siblings> = Arc::new(NoSiblings);
    let judge = Judge::proving(&set, NOW);
    let verdicts = match earlier {
        None => judge.judge(snapshot, &policies[0], &siblings),
        Some(earlier) => {
            judge.judge_change(snapshot, &Ok(Arc::clone(earlier)), &policies[0], &siblings)
        }
    };
    let said = verdicts.iter().map(|verdict| words(snapshot, verdict));
    said.collect()
}

#[test]
fn a_further_kind_need_not_have_the_section() {
    let text = format!(
        "const POLICY = #{{ {HEADER}, select: \"$.Server[*]\", expect: \"some\" }};\n{CHECK}"
    );
    let rows = r#""Server": [{ "Name": "a", "On": true }, { "Name": "b", "On": false }]"#;
    let failed = r#""errors": [{ "command": "Get-Server" }],"#;
    let lost = "indeterminate: section `Server` was not collected: `Get-Server` failed";
    for (kind, more, data, expected) in [
        (
            "first",
            "",
            rows,
            ["pass", "fail: Server[b].On: off"].as_slice(),
        ),
        ("second", "", rows, &["pass", "fail: Server[b].On: off"]),
        (
            "first",
            "",
            "",
            &["indeterminate: section `Server` was not collected"],
        ),
        (
            "second",
            "",
            "",
            &["not applicable: section `Server` is not part of this snapshot"],
        ),
        ("second", failed, "", &[lost]),
        (
            "second",
            r#""errors": ["something"],"#,
            "",
            &["indeterminate: section `Server` was not collected"],
        ),
        (
            "second",
            "",
            r#""Server": []"#,
            &["indeterminate: selected nothing"],
        ),
    ] {
        assert_eq!(
            judge(&text, &snapshot(kind, more, data), None),
            expected,
            "{kind} {data}"
        );
    }
}

#[test]
fn over_time_the_section_must_be_in_neither_snapshot() {
    let text = format!(
        "const POLICY = #{{ {HEADER}, over: \"time\", select: \"$.Server[*]\" }};\nfn change(before, after) {{ }}"
    );
    let rows = r#""Server": [{ "Name": "a", "On": true }]"#;
    let of = |kind: &str, data: &str| snapshot(kind, "", data);
    let nothing = "not applicable: section `Server` is not part of this snapshot";
    for (kind, before, after, expected) in [
        ("second", rows, rows, "pass"),
        ("second", "", "", nothing),
        (
            "second",
            rows,
            "",
            "indeterminate: section `Server` was not collected",
        ),
        (
            "first",
            "",
            "",
            "indeterminate: section `Server` was not collected",
        ),
    ] {
        let found = judge(&text, &of(kind, after), Some(&of(kind, before)));
        assert_eq!(found, [expected], "{kind}");
    }
}

#[test]
fn examples_say_of_which_kind_they_are() {
    let page = "# T\n\n## Examples\n\n### A\n\n```json pass\n{}\n```\n\n### B\n\n```json not_applicable kind=second\n{ \"data\": { \"Server\": null } }\n```\n\n\
        ### C\n\n```json indeterminate\n{ \"data\": { \"Server\": null } }\n```\n\n### D\n\n```json pass kind=third\n{}\n```\n";
    let source = Source {
        path: "p.rhai".to_owned(),
        text: format!("const POLICY = #{{ {HEADER}, select: \"$.Server[*]\" }};\n{CHECK}"),
    };
    let limits = Limits::default();
    let policy = Policy::new("p", source, Page::read("p.md", page), &limits).unwrap();
    let failures = run_examples(&policy, &kinds(), &limits).into_iter();
    let failures: Vec<Option<String>> = failures
        .map(|result| Some(result.failure?.text().to_owned()))
        .collect();
    let unknown = "the policy does not judge the kind `third`".to_owned();
    assert_eq!(failures, [None, None, None, Some(unknown)]);
}

#[test]
fn the_kinds_of_a_header() {
    let read = |kinds: &str| {
        let text = format!(
            "const POLICY = #{{ title: \"T\", severity: \"low\", kind: {kinds} }};\n{CHECK}"
        );
        let policy = policy(&text, &Limits::default());
        policy
            .map(|policy| policy.header.kind_names())
            .map_err(|error| error.message)
    };
    assert_eq!(read("\"a\""), Ok("a".to_owned()));
    assert_eq!(read("[\"a\", \"b\"]"), Ok("a, b".to_owned()));
    for (kinds, expected) in [
        ("[]", "`kind` is empty"),
        ("[\"a\", \"a\"]", "`kind` names `a` twice"),
        (
            "[\"*\", \"a\"]",
            "`*` stands for every kind; it is no kind beside others",
        ),
        ("[1]", "`kind` is not a plain string"),
    ] {
        assert_eq!(read(kinds), Err(expected.to_owned()));
    }
}
