//! What a policy learns of how a snapshot was taken.

use assize_policy::Limits;

use crate::sample::{judge_all, policy, snapshot, whole, words};

const TAKEN: &str = r#"{
    "assizeSnapshot": 1, "kind": "sample", "source": { "tenant": "contoso.example", "host": "ADMIN" },
    "collectedAt": "2026-07-31T06:00:00Z", "collector": { "name": "collect", "version": "1.0.0" },
    "errors": [{ "command": "Get-Backup", "message": "no right" }],
    "data": { "Server": [{ "Name": "alpha", "Tags": ["System.Object[]"], "Owner": "@{Name=Ada}" }] }
}"#;
const RAW: &str = r#"{ "Server": [{ "Name": "alpha" }, { "Name": 3 }], "Number": [] }"#;

#[track_caller]
fn says(json: &str, body: &str, expected: &str) {
    let text = format!(
        "const POLICY = #{{ title: \"T\", severity: \"low\", kind: \"*\" }};\nfn check(x) {{ {body} }}\n"
    );
    let limits = Limits::default();
    let policy = policy(&text, &limits).unwrap_or_else(|error| panic!("{error}\n{body}"));
    let snapshot = snapshot(json);
    let verdicts = judge_all(vec![policy], &snapshot, &limits);
    let found = words(&snapshot, &verdicts[0][0]);
    assert!(
        found.starts_with(expected),
        "{body}\nexpected `{expected}`\nfound    `{found}`"
    );
}

/// Says, by a failure, that the conditions hold.
#[track_caller]
fn hold(json: &str, conditions: &[&str]) {
    for condition in conditions {
        let body = format!("if {condition} {{ fail(x, \"yes\"); }}");
        says(json, &body, "fail: : yes");
    }
}

#[test]
fn an_envelope_tells_how_it_was_taken() {
    hold(
        TAKEN,
        &[
            "collected_at(snapshot) == time(\"2026-07-31T06:00:00Z\") && collected_at(x) < now",
            "collector(snapshot).name == \"collect\" && collector(snapshot).psVersion == ()",
            "source_of(snapshot).tenant == \"contoso.example\" && source_of(snapshot).farm == ()",
            "kind_of(snapshot) == \"sample\" && !is_raw(snapshot)",
            "collector_errors(snapshot).len() == 1 && collector_errors(snapshot)[0].message == \"no right\"",
            "truncations(snapshot).len() == 2",
        ],
    );
    says(
        TAKEN,
        "fail(collected_at(snapshot), \"old\")",
        "fail: : old",
    );
    says(
        TAKEN,
        "for cut in truncations(snapshot) { fail(cut, `${cut} was cut off`); }",
        "fail: Server[alpha].Tags[0]: Server[alpha].Tags[0] was cut off; Server[alpha].Owner: Server[alpha].Owner was cut off",
    );
    says(
        TAKEN,
        "for error in collector_errors(snapshot) { fail(error.command, error.command); }",
        "fail: : Get-Backup",
    );
}

#[test]
fn a_raw_export_tells_nothing() {
    hold(
        RAW,
        &[
            "collected_at(snapshot) == () && collector(snapshot) == () && is_raw(snapshot)",
            "collector_errors(snapshot).is_empty() && truncations(snapshot).is_empty()",
            "source_of(snapshot).is_empty() && kind_of(snapshot) == \"sample\"",
        ],
    );
}

#[test]
fn a_time_that_cannot_be_read_is_not_judged() {
    let json = TAKEN.replace("2026-07-31T06:00:00Z", "31/07/2026 06:00");
    says(
        &json,
        "collected_at(snapshot)",
        "indeterminate: `collectedAt` cannot be read",
    );
}

#[test]
fn paths_lead_to_values() {
    let sound = r#"{ "Server": [{ "Name": "alpha", "Role": null, "Owner": { "Name": "Ada" } }] }"#;
    for (condition, is_there) in [
        ("Server[ALPHA]", true),
        ("server[alpha].owner.Name", true),
        ("Server[beta]", false),
        ("Server[alpha].Role", false),
    ] {
        let body =
            format!("if has_path(snapshot, \"{condition}\") != {is_there} {{ fail(x, \"no\") }}");
        says(sound, &body, "pass");
    }
    let unsound = "indeterminate: section `Server` is not as its schema says";
    says(RAW, "has_path(snapshot, \"Server[beta]\")", unsound);
    let unsound =
        "indeterminate: section `Server`, which the policy reads, is not as its schema says";
    says(
        RAW,
        "let a = has_path(snapshot, \"Server[alpha]\");",
        unsound,
    );
    let missing = "indeterminate: section `Backup` was not collected";
    says(TAKEN, "has_path(snapshot, \"Backup[x]\")", missing);
    says(
        TAKEN,
        "has_path(snapshot, \"Servers[x]\")",
        "error: the script failed",
    );
}

#[test]
fn only_whole_snapshots_are_evidence() {
    for call in [
        "kind_of(snapshot.Server[0])",
        "collected_at(x.Server)",
        "has_path(x.Server[0], \"Name\")",
    ] {
        says(
            r#"{ "Server": [{ "Name": "alpha" }] }"#,
            call,
            "error: the script failed",
        );
    }
    let limits = Limits::default();
    let text = whole("select: \"$.Server[*]\"", "").replace("\"sample\"", "\"*\"");
    let error = policy(&text, &limits).unwrap_err();
    assert!(error.message.contains("leave `select` out"), "{error}");
}

#[test]
fn many_errors_are_a_limit() {
    let errors = vec!["\"Get-X\""; 1_001].join(",");
    let json = TAKEN.replace(
        "{ \"command\": \"Get-Backup\", \"message\": \"no right\" }",
        &errors,
    );
    says(
        &json,
        "collector_errors(snapshot)",
        "error: limit data size",
    );
}
