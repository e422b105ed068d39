//! Snapshot values in the hands of a policy: lists, fields, and where a remark points.

use crate::sample::{SERVERS, snapshot, verdict, words};

#[track_caller]
fn says(body: &str, expected: &str) {
    let found = words(&snapshot(SERVERS), &verdict(body));
    assert!(
        found.starts_with(expected),
        "{body}\nexpected `{expected}`\nfound    `{found}`"
    );
}

/// Fails, in the script, unless a condition holds.
#[track_caller]
fn holds(condition: &str) {
    says(&format!("if !({condition}) {{ fail(x, \"no\"); }}"), "pass");
}

#[test]
fn lists_of_a_snapshot_answer_as_script_lists_do() {
    for list in ["snapshot.Number", "[3, 1, 2]"] {
        for condition in [
            "L.len() == 3",
            "!L.is_empty()",
            "L[0] == 3 && L[-1] == 2",
            "L.map(|n| n + 1) == [4, 2, 3]",
            "L.filter(|n| n > 1) == [3, 2]",
            "L.some(|n| n == 2) && !L.some(|n| n == 9)",
            "L.all(|n| n > 0) && !L.all(|n| n > 1)",
            "L.find(|n| n < 3) == 1 && L.find(|n| n > 3) == ()",
            "1 in L && L.contains(3) && !(9 in L)",
        ] {
            holds(&condition.replace('L', list));
        }
        let sum = "let sum = 0; for n in L { sum += n; } if sum != 6 { fail(x, \"no\"); }";
        says(&sum.replace('L', list), "pass");
    }
    holds("{ let a = snapshot.Number.to_array(); a.sort(); a == [1, 2, 3] }");
    says("snapshot.Number[3]", "error: the script failed");
    says("snapshot.Number[-4]", "error: the script failed");
}

#[test]
fn fields_are_values_nothing_or_mistakes() {
    holds("x.Server[1].Role == ()");
    holds("x.Server[1].Owner == ()");
    holds(
        "x.Server[0].has(\"Owner\") && !x.Server[1].has(\"Owner\") && !x.Server[1].has(\"Role\")",
    );
    holds("x.Server[0].Owner[\"default\"] == \"yes\"");
    holds("parent(x.Server[0].Owner) == x.Server[0] && parent(x.Server[0]) == snapshot");
    says(
        "x.Server[0].Nme",
        "error: the script failed at sample/policy.rhai:2:",
    );
    says("x.Server[0][\"Nme\"]", "error: the script failed");
    says("x.Server[1].Owner.Name", "error: the script failed");
    says(
        "x.Backup",
        "indeterminate: section `Backup` was not collected",
    );
    holds("!snapshot.has(\"Backup\")");
}

#[test]
fn remarks_point_at_exactly_the_value() {
    for (body, path) in [
        ("fail(x.Server[0].Enabled, \"m\")", "Server[alpha].Enabled"),
        (
            "let v = x.Server[0].Weight; fail(v, \"m\")",
            "Server[alpha].Weight",
        ),
        (
            "let v = x.Server[0].Load; fail(v, \"m\")",
            "Server[alpha].Load",
        ),
        (
            "let v = x.Server[0].Name; fail(v, \"m\")",
            "Server[alpha].Name",
        ),
        (
            "const V = x.Server[1].Name; fail(V, \"m\")",
            "Server[beta].Name",
        ),
        (
            "for s in x.Server { if !s.Enabled { fail(s.Enabled, \"m\") } }",
            "Server[beta].Enabled",
        ),
        (
            "for p in x.Server[0].Ports { if p == 443 { fail(p, \"m\") } }",
            "Server[alpha].Ports[1]",
        ),
        (
            "for t in x.Server[0].Tags { if t == \"eu\" { fail(t, \"m\") } }",
            "Server[alpha].Tags[1]",
        ),
        (
            "let f = x.Server.filter(|s| s.Weight == 0); fail(f[0].Weight, \"m\")",
            "Server[beta].Weight",
        ),
        ("fail(x.Server[0].Since, \"m\")", "Server[alpha].Since"),
        ("fail(x.Server[0].Owner, \"m\")", "Server[alpha].Owner"),
        ("fail(x.Server[0].Ports, \"m\")", "Server[alpha].Ports"),
        ("fail(x.Server[1].Role, \"m\")", "Server[beta].Role"),
        ("fail(x.Server[1].Owner, \"m\")", "no Server[beta].Owner"),
        (
            "let v = x.Server[1].Since; fail(v, \"m\")",
            "no Server[beta].Since",
        ),
        ("fail(7, \"m\")", ""),
        ("fail(\"unknown\", \"m\")", ""),
    ] {
        says(body, &format!("fail: {path}: m"));
    }
}
