//! The six verdicts: which one a policy ends in.

use crate::sample::{SERVERS, judge, snapshot, verdict, whole, words};

#[track_caller]
fn says(body: &str, expected: &str) {
    assert_eq!(
        words(&snapshot(SERVERS), &verdict(body)),
        expected,
        "{body}"
    );
}

#[test]
fn what_a_policy_says_is_weighed() {
    says("", "pass");
    says("fail(x, \"a\"); review(x, \"b\");", "fail: : a; : b");
    says("review(x, \"b\");", "review: : b");
    says("not_applicable(\"n\");", "not applicable: n");
    says("indeterminate(\"i\");", "indeterminate: i");
    says(
        "indeterminate(\"i\"); review(x, \"b\");",
        "indeterminate: i",
    );
    says("indeterminate(\"i\"); fail(x, \"a\");", "fail: : a");
    says("fail(x, \"a\"); snapshot.Backup;", "fail: : a");
    let both = "error: the policy said both that it does not apply and that something is wrong";
    says("not_applicable(\"n\"); fail(x, \"a\");", both);
    says("not_applicable(\"n\"); review(x, \"a\");", both);
}

#[test]
fn selecting_nothing_is_no_pass() {
    let select = |more: &str, query: &str, json: &str| {
        let verdicts = judge(&whole(&format!("select: {query:?}, {more}"), ""), json);
        assert_eq!(verdicts.len(), 1);
        words(&snapshot(json), &verdicts[0])
    };
    let empty = r#"{ "Server": [] }"#;
    let servers = "$.Server[*]";
    assert_eq!(
        select("", servers, empty),
        "not applicable: selected nothing"
    );
    assert_eq!(
        select("expect: \"some\"", servers, empty),
        "indeterminate: selected nothing"
    );
    let missing = "indeterminate: section `Backup` was not collected";
    assert_eq!(select("", "$.Backup[*]", empty), missing);
}

#[test]
fn a_pass_over_unsound_data_proves_nothing() {
    let json =
        r#"{ "Server": [{ "Name": "a", "Weight": "heavy" }, { "Name": "b" }], "Number": [] }"#;
    let verdicts = judge(&whole("select: \"$.Server[*]\"", ""), json);
    let found: Vec<String> = verdicts
        .iter()
        .map(|verdict| words(&snapshot(json), verdict))
        .collect();
    assert_eq!(
        found,
        [
            "indeterminate: the object is not as its schema says",
            "pass"
        ]
    );
    let verdicts = judge(
        &whole("select: \"$.Server[1]\"", "let n = snapshot.Server.len();"),
        json,
    );
    let found = words(&snapshot(json), &verdicts[0]);
    assert!(
        found.starts_with("indeterminate: section `Server`"),
        "{found}"
    );
}

#[test]
fn what_encloses_the_object_is_data_as_well() {
    let json = r#"{ "Server": [{ "Name": "a", "Weight": "heavy", "Ports": [1], "Owner": { "Name": "o" } }, { "Name": "b", "Owner": { "Name": "p" } }] }"#;
    let of = |select: &str, body: &str| {
        let verdicts = judge(&whole(&format!("select: {select:?}"), body), json);
        words(&snapshot(json), &verdicts[0])
    };
    let owner = "$.Server[*].Owner";
    assert_eq!(of(owner, "let o = x.Name == \"o\";"), "pass");
    assert_eq!(
        of(owner, "if parent(x).Weight == 5 { fail(x, \"m\"); }"),
        "indeterminate: `Server[a]`, which the policy reads, is not as its schema says"
    );
    assert_eq!(
        of(
            owner,
            "if parent(x).Weight == \"heavy\" { fail(x, \"m\"); }"
        ),
        "fail: Server[a].Owner: m"
    );
    assert_eq!(
        of("$.Server[1].Owner", "let b = parent(x).Name == \"b\";"),
        "pass"
    );
    assert_eq!(
        of(
            "$.Server[1].Owner",
            "for s in snapshot.values() { let n = s.len(); }"
        ),
        "indeterminate: section `Server`, which the policy reads, is not as its schema says"
    );
}

#[test]
fn one_verdict_for_each_object() {
    let verdicts = judge(
        &whole("select: [\"$.Server[*]\", \"$.Server[0]\"]", ""),
        SERVERS,
    );
    assert_eq!(verdicts.len(), 2);
}
