//! The form of a policy: what is refused, where, and in which words.

use assize_policy::Limits;

use crate::sample::{policy, whole};

/// The line, the first and the last column, and the words of the refusal.
fn refusal(text: &str) -> (u32, u32, u32, String) {
    let error = policy(text, &Limits::default()).expect_err(text);
    let (start, end) = (error.region.start, error.region.end);
    (start.line, start.column, end.column, error.message)
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let (.., message) = refusal(text);
    assert!(
        message.contains(expected),
        "`{message}` does not say `{expected}`"
    );
}

/// A policy with one field of the header replaced or added.
fn with_header(header: &str) -> String {
    format!("const POLICY = #{{ {header} }};\nfn check(x) {{}}\n")
}

#[test]
fn headers_say_what_is_wrong_with_them() {
    let fields = "title: \"t\", severity: \"low\", kind: \"sample\"";
    for (header, expected) in [
        ("severity: \"low\", kind: \"k\"", "`POLICY` has no `title`"),
        ("title: \"t\", kind: \"k\"", "`POLICY` has no `severity`"),
        ("title: \"t\", severity: \"low\"", "`POLICY` has no `kind`"),
        (
            "title: 1, severity: \"low\", kind: \"k\"",
            "`title` is not a plain string",
        ),
        (
            "title: \" \", severity: \"low\", kind: \"k\"",
            "`title` is empty",
        ),
        ("title: \"t\", severity: \"bad\", kind: \"k\"", "bad"),
    ] {
        refused(&with_header(header), expected);
    }
    for (more, expected) in [
        ("selects: \"$\"", "did you mean `select`?"),
        ("select: 1", "`select` is not a plain string"),
        ("select: \"Server\"", "is no JSONPath query"),
        ("controls: [\"cis\"]", "`cis` is no control"),
        ("controls: [\":1\"]", "`:1` is no control"),
        ("params: 1", "`params` is not a literal map"),
        (
            "params: #{ a: #{ doc: \"d\" } }",
            "parameter `a` has no `default`",
        ),
        (
            "params: #{ a: #{ \"default\": 1 } }",
            "parameter `a` has no `doc`",
        ),
        (
            "params: #{ a: #{ docs: \"d\", \"default\": 1 } }",
            "did you mean `doc`?",
        ),
        (
            "params: #{ a: #{ doc: \"d\", \"default\": 1 + 1 } }",
            "is not a literal",
        ),
        ("over: \"space\"", "`over` is `space`; expected \"time\""),
        ("over: \"time\"", "no function `change` with two parameters"),
    ] {
        refused(&with_header(&format!("{fields}, {more}")), expected);
    }
}

#[test]
fn policies_without_their_parts_are_refused() {
    refused("fn check(x) {}", "no `const POLICY");
    refused("let POLICY = #{};\nfn check(x) {}", "write `const POLICY`");
    refused("const POLICY = 1;\nfn check(x) {}", "not a literal map");
    refused(
        &whole("", "").replace("fn check(x)", "fn check(x, y)"),
        "no function `check`",
    );
    refused(
        &format!("{}\nlet a = 1;", whole("", "")),
        "only `const POLICY` and functions",
    );
}

#[test]
fn names_that_nothing_has_are_refused_where_they_stand() {
    let header = "params: #{ limit: #{ doc: \"d\", \"default\": 1 } }";
    refused(
        &whole(header, "params.limt"),
        "no parameter `limt`; did you mean `limit`?",
    );
    refused(
        &whole("", "snapshots.Server"),
        "no variable `snapshots`; did you mean `snapshot`?",
    );
    refused(&whole("", "x.default"), "`default` is a reserved word");
    let text = format!(
        "{}\nfn other(y) {{\n    /* é𝄞 */ let e = unknown_name;\n}}\n",
        whole("", "")
    );
    let (line, start, end, message) = refusal(&text);
    assert_eq!((line, start, end), (5, 23, 35), "{message}");
}

#[test]
fn parameters_keep_their_type() {
    let header = "params: #{ limit: #{ doc: \"d\", \"default\": 1 }, names: #{ doc: \"d\", \"default\": [] }, word: #{ doc: \"d\", \"default\": \"a\" } }";
    let mut policy = policy(&whole(header, ""), &Limits::default()).unwrap();
    policy.set("limit", "12").unwrap();
    policy.set("names", "[\"a\", \"b\"]").unwrap();
    policy.set("word", "plain text").unwrap();
    assert!(
        policy
            .set("limit", "true")
            .unwrap_err()
            .contains("expected a whole number")
    );
    assert!(
        policy
            .set("names", "1")
            .unwrap_err()
            .contains("expected a list")
    );
    assert!(
        policy
            .set("limits", "1")
            .unwrap_err()
            .contains("did you mean `limit`?")
    );
    let values: Vec<String> = policy
        .params()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        values,
        ["limit=12", "names=[\"a\",\"b\"]", "word=\"plain text\""]
    );
}
