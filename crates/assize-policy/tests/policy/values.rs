//! Snapshot values in the hands of a policy: lists, fields, and where a remark points.

use crate::sample::{SERVERS, judge, snapshot, verdict, whole, words};

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

/// What `check` says of each selected value.
fn each(select: &str, body: &str, json: &str) -> Vec<String> {
    let verdicts = judge(&whole(&format!("select: {select:?}"), body), json);
    let snapshot = snapshot(json);
    verdicts
        .iter()
        .map(|verdict| words(&snapshot, verdict))
        .collect()
}

#[test]
fn what_is_selected_and_has_no_parts_is_a_plain_value() {
    for (select, body, expected) in [
        (
            "$.Server[*].Weight",
            "if x < 5 { fail(x, `${x} of type ${type_of(x)}`); }",
            ["pass", "fail: Server[beta].Weight: 0 of type i64"],
        ),
        (
            "$.Server[*].Name",
            "let name = x; if x == \"beta\" { fail(name, x); }",
            ["pass", "fail: Server[beta].Name: beta"],
        ),
        (
            "$.Server[*].Enabled",
            "if !x { fail(x, \"off\"); }",
            ["pass", "fail: Server[beta].Enabled: off"],
        ),
        (
            "$.Server[*].Role",
            "if x == () { fail(x, \"none\"); }",
            ["pass", "fail: Server[beta].Role: none"],
        ),
        (
            "$.Server[*].Load",
            "if x > 1.0 { fail(x, `${x}`); }",
            ["pass", "fail: Server[beta].Load: 1.5"],
        ),
    ] {
        assert_eq!(each(select, body, SERVERS), expected, "{select}");
    }
    let since = each(
        "$.Server[*].Since",
        "if x < now { fail(x, \"old\"); }",
        SERVERS,
    );
    assert_eq!(since, ["fail: Server[alpha].Since: old"]);
    let unreadable = SERVERS.replace("2026-01-01T00:00:00Z", "01/02/2026");
    let since = each("$.Server[*].Since", "x < now;", &unreadable);
    assert!(since[0].starts_with("indeterminate: "), "{since:?}");
}

#[test]
fn a_string_keeps_its_origin_wherever_it_goes() {
    let json = SERVERS.replace("\"beta\", \"Role\": null", "\"beta\", \"Role\": \"alpha\"");
    for (body, path) in [
        // Shared with a function.
        (
            "let role = snapshot.Server[1].Role; let s = snapshot.Server.find(|s| s.Name == role); fail(role, s.Name)",
            "Server[beta].Role",
        ),
        // Shared, and read again elsewhere.
        (
            "let name = snapshot.Server[0].Name; let r = snapshot.Server.filter(|s| s.Role == name); fail(name, \"alpha\")",
            "Server[alpha].Name",
        ),
        // Made anew by the script: the judged object is meant.
        (
            "let own = x.Role; let name = snapshot.Server[0].Name; fail(lower(\"ALPHA\"), \"alpha\")",
            "Server[beta].Role",
        ),
        // The first of several that were read elsewhere.
        (
            "let t = snapshot.Server[0].Tags[0]; t = snapshot.Server[1].Tags[0]; fail(lower(\"PROD\"), \"alpha\")",
            "Server[beta].Tags[0]",
        ),
        (
            "let t = snapshot.Server[0].Owner[\"default\"]; fail(\"y\" + \"es\", \"alpha\")",
            "Server[alpha].Owner.default",
        ),
    ] {
        let found = each("$.Server[1]", body, &json);
        assert_eq!(found, [format!("fail: {path}: alpha")], "{body}");
    }
}

#[test]
fn a_function_may_read_what_its_chain_begins_with() {
    for condition in [
        "{ let s = x.Server[0]; s.Ports.filter(|p| s.Ports.contains(p)).len() == 2 }",
        "{ let s = x.Server[0]; s.Tags.some(|t| s.Tags.len() == 2 && t != s.Name) }",
        "{ let l = x.Server; l.find(|a| l.some(|b| a.Weight > b.Weight)).Name == \"alpha\" }",
        "{ let n = 0; for s in x.Server { if s.Tags.all(|t| s.Tags[0] == t) { n += 1; } } n == 1 }",
        "{ let s = x.Server[0]; s.Ports.filter(|p| s.Tags.some(|t| s.Ports.contains(p) && s.Tags.contains(t))).len() == 2 }",
    ] {
        holds(condition);
    }
    // A variable that changes is one that both see.
    for (body, expected) in [
        (
            "let s = x.Server[0]; s = x.Server[1]; if x.Server.some(|o| o == s) { fail(s, \"m\"); }",
            "fail: Server[beta]: m",
        ),
        (
            "let a = [1, 2]; x.Number.filter(|n| { a.push(n); true }); if a.len() == 5 { fail(x, \"m\"); }",
            "fail: : m",
        ),
        (
            "let a = [1, 2];\n  let b = a.filter(|n| a.contains(n));",
            "error: the script failed at sample/policy.rhai:3:13: the function reads the variable that its own chain of calls begins with; put",
        ),
        (
            "let a = [1];\n let s = x.Server[0]; s = x.Server[1];\n s.Tags.filter(|n| s.Tags.len() == 1);",
            "error: the script failed at sample/policy.rhai:4:9: the function reads the variable",
        ),
    ] {
        says(body, expected);
    }
}

#[test]
fn a_list_of_plain_values_shows_them_and_an_object_shows_its_path() {
    for (value, text) in [
        ("snapshot.Number", "[3, 1, 2]"),
        ("x.Server[0].Tags", "[\"prod\", \"eu\"]"),
        ("x.Server[1].Ports", "[]"),
        ("[x.Server[0].Ports]", "[[80, 443]]"),
        ("x.Server[0].Owner", "Server[alpha].Owner"),
        ("x.Server", "Server"),
    ] {
        says(
            &format!("review(x, `${{{value}}}`)"),
            &format!("review: : {text}"),
        );
    }
    let long = format!("{{ \"Number\": [{}1] }}", "1234567890, ".repeat(10_000));
    let verdicts = judge(&whole("", "let t = `${x.Number}`;"), &long);
    let found = words(&snapshot(&long), &verdicts[0]);
    assert!(found.starts_with("error: limit data size"), "{found}");
}

#[test]
fn elements_are_looked_up_by_the_text_of_a_field() {
    for condition in [
        "x.Server.find_by(\"Name\", \"BETA\").Weight == 0",
        "x.Server.find_by(\"Name\", \"gamma\") == () && x.Server.find_by(\"Role\", \"Web\") == x.Server[0]",
        "x.Server.filter_by(\"Name\", \"alpha\") == [x.Server[0]] && x.Server.filter_by(\"Name\", \"\").is_empty()",
        "x.Server.find_by(\"Name\", \"beta.\") == () && x.Server.find_by_host(\"Name\", \" beta.\") == x.Server[1]",
        "x.Server.filter_by_host(\"Name\", \"Beta.\").len() == 1",
    ] {
        holds(condition);
    }
    for (body, expected) in [
        (
            "let s = x.Server.find_by(\"Name\", \"beta\"); fail(s.Weight, \"m\")",
            "fail: Server[beta].Weight: m",
        ),
        (
            "x.Server.find_by(\"Nme\", \"beta\")",
            "error: the script failed at sample/policy.rhai:2:24: the schema knows no field `Nme` in `Server[alpha]`; did you mean `Name`?",
        ),
        (
            "x.Server.filter_by(\"Weight\", \"10\")",
            "error: the script failed at sample/policy.rhai:2:24: `Server[alpha].Weight` is no text, and only texts are looked up",
        ),
        (
            "x.Number.find_by(\"Name\", \"a\")",
            "error: the script failed",
        ),
        (
            "x.Server[0].find_by(\"Name\", \"a\")",
            "error: the script failed",
        ),
        (
            "x.Backup.find_by(\"Name\", \"a\")",
            "indeterminate: section `Backup` was not collected",
        ),
    ] {
        says(body, expected);
    }
}

#[test]
fn what_is_looked_up_is_what_a_function_would_find() {
    let names = [
        "a", "A", "b.", "B", " b", "Ä", "ä", "k", "\u{212A}", "", "c",
    ];
    let rows: Vec<String> = (0..600)
        .map(|nth| {
            format!(
                r#"{{ "Role": "{}", "Weight": {nth} }}"#,
                names[nth * 7 % names.len()]
            )
        })
        .collect();
    let json = format!(
        r#"{{ "Server": [{{ "Weight": -1 }}, {{ "Role": null }}, {}] }}"#,
        rows.join(",")
    );
    let body = "
        let servers = x.Server.filter(|s| s.Role != ());
        for name in NAMES {
            let a = x.Server.filter_by(\"Role\", name).map(|s| s.Weight);
            let b = servers.filter(|s| same_text(s.Role, name)).map(|s| s.Weight);
            let c = x.Server.filter_by_host(\"Role\", name).map(|s| s.Weight);
            let d = servers.filter(|s| same_host(s.Role, name)).map(|s| s.Weight);
            if a != b || c != d { fail(x, `${name}: ${a} ${b} ${c} ${d}`); }
            let e = x.Server.find_by(\"Role\", name);
            if a.len() == 0 && e != () || a.len() > 0 && e.Weight != a[0] { fail(x, name); }
        }";
    let body = body.replace(
        "NAMES",
        &format!("{:?}", [&names[..], &["B.", "z"]].concat()),
    );
    let body = body.replace("\\u{212a}", "\u{212A}");
    let verdicts = judge(&whole("", &body), &json);
    assert_eq!(words(&snapshot(&json), &verdicts[0]), "pass");
}

#[test]
fn what_cannot_be_read_may_be_what_is_looked_for() {
    // Of an unreadable time nobody knows which one it is; a readable one is no text.
    let json = r#"{ "Server": [{ "Name": "a" }, { "Name": "b", "Since": "01/02/2026" }, { "Name": "c" }] }"#;
    let verdicts = judge(&whole("", "x.Server.find_by(\"Since\", \"x\");"), json);
    let found = words(&snapshot(json), &verdicts[0]);
    assert!(
        found.starts_with("indeterminate: `Server[b].Since` cannot be read"),
        "{found}"
    );
}

#[test]
fn lists_are_joined() {
    for (value, text) in [
        ("[\"a\", \"b\"].join(\", \")", "a, b"),
        ("join(x.Server[0].Tags, \"\")", "prodeu"),
        ("x.Number.join(\"-\")", "3-1-2"),
        ("[].join(\",\")", ""),
        (
            "[1, (), [\"a\"], x.Server[0], 1.5, true].join(\"|\")",
            "1|()|[\"a\"]|Server[alpha]|1.5|true",
        ),
    ] {
        says(
            &format!("let t = {value}; review(x, `<${{t}}>`)"),
            &format!("review: : <{text}>"),
        );
    }
    holds("{ let list = [\"a\"]; let text = list.join(\"\"); list == [\"a\"] }");
}

#[test]
fn a_set_of_texts_has_what_was_added() {
    holds(
        "{ let s = set(); s.add(\"a\") && !s.add(\"a\") && s.has(\"a\") && !s.has(\"A\") && s.len() == 1 && \"a\" in s }",
    );
    holds("{ let s = set(); let t = s; t.add(\"a\"); s.is_empty() && t.len() == 1 }");
    holds(
        "{ let s = set(); for server in x.Server { s.add(server.Name); } x.Server.all(|server| s.has(server.Name)) }",
    );
    holds(
        "{ let s = set(); for n in 0..6000 { s.add(`some name or other ${n}`); } s.len() == 6000 && s.has(`some name or other ${7}`) }",
    );
    says(
        "let s = set(); for n in 0..600000 { s.add(`a name that takes some memory ${n}`); }",
        "error: limit ",
    );
}
