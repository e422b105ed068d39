//! Reference data in the hands of a policy.

use std::sync::Arc;

use assize_policy::{Limits, Page, Policy, Reference, References, Shared, Source, SourceError};

use crate::sample::{SERVERS, judge_all, snapshot, whole, words};

const VERSIONS: &str = r#"{
    "title": "Versions", "asOf": "2026-07-01", "source": "https://example.org/versions",
    "rows": [
        { "name": "alpha", "least": 5, "part": 0.5, "ends": "2027-01-01", "more": { "notes": ["a", "b"] } },
        { "name": "beta" }
    ]
}"#;
const NAMED: &str = r#"{
    "title": "Named", "asOf": "2026-07-01", "source": "https://example.org/named",
    "rows": { "alpha": { "least": 5 }, "17763": "a build" }
}"#;

fn policy(body: &str) -> Result<Policy, SourceError> {
    let mut references = References::default();
    references.add(Reference::new(
        "sample",
        "versions",
        "versions.json",
        VERSIONS,
    ));
    references.add(Reference::new("other", "named", "named.json", NAMED));
    references.add(Reference::new(
        "sample",
        "broken",
        "broken.json",
        "{ \"title\": 3 }",
    ));
    let shared = Arc::new(Shared {
        references: Arc::new(references),
        ..Shared::default()
    });
    let source = Source {
        path: "sample/policy.rhai".to_owned(),
        text: whole("", body),
    };
    Policy::in_pack(
        "sample/policy",
        source,
        Page::default(),
        &shared,
        &Limits::default(),
    )
}

#[track_caller]
fn says(body: &str, expected: &str) {
    let policy = policy(body).unwrap_or_else(|error| panic!("{error}\n{body}"));
    let snapshot = snapshot(SERVERS);
    let verdicts = judge_all(vec![policy], &snapshot, &Limits::default());
    let found = words(&snapshot, &verdicts[0][0]);
    assert!(
        found.starts_with(expected),
        "{body}\nexpected `{expected}`\nfound    `{found}`"
    );
}

#[test]
fn rows_are_read_like_lists_and_objects_of_a_snapshot() {
    for condition in [
        "v.title == \"Versions\" && v.source == \"https://example.org/versions\"",
        "v.asOf == time(\"2026-07-01\") && now - v.asOf > days(30)",
        "v.rows.len() == 2 && v.rows[0].least == 5 && v.rows[0].part == 0.5",
        "v.rows.find(|row| row.name == \"beta\").least == ()",
        "v.rows.find(|row| row.name == \"gamma\") == ()",
        "v.rows.filter(|row| row.least != ()).len() == 1",
        "v.rows.map(|row| row.name) == [\"alpha\", \"beta\"]",
        "v.rows[0].more.notes.contains(\"b\") && v.rows[1].more?.notes == ()",
        "v.rows[0].has(\"least\") && !v.rows[1].has(\"least\") && !v.rows[1].has(\"nothing\")",
        "v.rows[0].keys() == [\"name\", \"least\", \"part\", \"ends\", \"more\"]",
        "time(v.rows[0].ends) > now",
        "reference(\"other/named\").rows[\"17763\"] == \"a build\"",
        "reference(\"other/named\").rows.alpha.least == 5",
        "reference(\"other/named\").rows[\"beta\"] == () && reference(\"other/named\").rows.beta == ()",
        "reference(\"other/named\").rows.values().len() == 2",
        "snapshot.Server.all(|server| v.rows.some(|row| row.name == server.Name))",
    ] {
        let body =
            format!("let v = reference(\"versions\"); if !({condition}) {{ fail(x, \"no\"); }}");
        says(&body, "pass");
    }
    says(
        "for row in reference(\"versions\").rows { fail(row.name, row.name); }",
        "fail: : alpha; : beta",
    );
}

#[test]
fn what_is_not_there_is_a_mistake() {
    says("reference(\"versions\").row", "error: the script failed");
    says(
        "let name = \"version\"; reference(name)",
        "error: the script failed",
    );
    says("reference(\"broken\")", "error: the script failed");
    let error = policy("reference(\"version\")").unwrap_err();
    assert!(
        error.message.ends_with("did you mean `versions`?"),
        "{error}"
    );
}

#[test]
fn only_what_is_behind_the_verdicts_is_listed() {
    let body = "if !references().is_empty() { fail(x, \"there is some\"); }";
    says(body, "pass");
    let known = policy(body).unwrap();
    known
        .references()
        .settle([("sample", "other/policy")].into_iter());
    let snapshot = snapshot(SERVERS);
    let verdicts = judge_all(vec![known], &snapshot, &Limits::default());
    let found = words(&snapshot, &verdicts[0][0]);
    assert_eq!(found, "fail: : there is some");
}
