//! One form for every spelling: values, paths, places and problems.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use assize_snapshot::{Kind, Kinds, NodeId, Place, Reader, Snapshot, Value, intern};
use serde_json::Value as Json;

fn kinds() -> Kinds {
    let mut kinds = Kinds::default();
    kinds.add(Kind::new("test", include_str!("kind/schema.json"), None).unwrap());
    kinds
}

fn snapshot(kinds: &Kinds, text: impl Into<Vec<u8>>, kind: Option<&str>) -> Snapshot {
    let document = Reader::default().read(text.into()).unwrap();
    let kind = kind.map(|name| Arc::clone(kinds.find(name).unwrap()));
    Snapshot::new(document, kinds, kind.as_ref()).unwrap()
}

fn values(snapshot: &Snapshot) -> Vec<NodeId> {
    let mut work = vec![snapshot.root()];
    let mut values = Vec::new();
    while let Some(node) = work.pop() {
        values.push(node);
        work.extend(snapshot.document.children(node));
    }
    values
}

/// Every value of the normalised data by its path, sorted; checks the places on the way.
fn lines(snapshot: &Snapshot) -> Vec<String> {
    let document = &snapshot.document;
    let mut lines = Vec::new();
    for node in values(snapshot) {
        let value = match document.value(node) {
            Value::Array => "list".to_owned(),
            Value::Object => "object".to_owned(),
            Value::Number(text) => format!("Number({})", text.parse::<f64>().unwrap()),
            other => format!("{other:?}"),
        };
        let path = snapshot.path(node);
        let pointer = document.pointer(node);
        let written = document.resolve(document.root(), &pointer);
        let written =
            written.unwrap_or_else(|| panic!("pointer `{pointer}` of {path} leads nowhere"));
        assert_eq!(document.pointer(written), pointer);
        serde_json::from_str::<Json>(&document.text()[document.span(node).range()]).unwrap();
        for child in document.children(node) {
            let parent = snapshot.parent(child).unwrap();
            let is_object = document.value(node) == Value::Object;
            let expected = if is_object {
                Some(node)
            } else {
                snapshot.parent(node)
            };
            let expected = expected.unwrap_or(snapshot.root());
            assert_eq!(parent, expected, "the parent of {}", snapshot.path(child));
        }
        if node != snapshot.root() {
            lines.push(format!("{path} = {value}"));
        }
    }
    lines.sort();
    lines
}

fn problems(snapshot: &Snapshot) -> Vec<String> {
    let place = |place: Place| match place {
        Place::Node(node) => snapshot.path(node),
        Place::File | Place::Text(_) => String::new(),
    };
    snapshot
        .problems
        .iter()
        .map(|problem| format!("{} {}", problem.rule, place(problem.place)))
        .collect()
}

fn texts(case: &Json, name: &str) -> Option<Vec<String>> {
    let list = case.get(name)?.as_array().unwrap();
    Some(
        list.iter()
            .map(|text| text.as_str().unwrap().to_owned())
            .collect(),
    )
}

#[test]
fn every_spelling_gives_the_one_form() {
    let kinds = kinds();
    let cases: Vec<Json> = serde_json::from_str(include_str!("kind/cases.json")).unwrap();
    for case in &cases {
        let about = case["about"].as_str().unwrap();
        for (nth, spelling) in case["spellings"].as_array().unwrap().iter().enumerate() {
            if case
                .get("skip")
                .is_some_and(|skip| skip.as_array().unwrap().contains(&nth.into()))
            {
                continue;
            }
            let text = spelling
                .as_str()
                .map_or_else(|| spelling.to_string(), str::to_owned);
            let indented = serde_json::from_str::<Json>(&text).unwrap();
            let indented = serde_json::to_string_pretty(&indented).unwrap();
            let raw = [
                Some(text.clone()),
                (!spelling.is_string()).then_some(indented),
            ];
            for text in raw.into_iter().flatten() {
                check(&kinds, case, &format!("{about}: {text}"), text);
            }
        }
    }
}

fn check(kinds: &Kinds, case: &Json, about: &str, text: String) {
    let ignored = texts(case, "ignored").unwrap_or_default();
    let snapshot = snapshot(kinds, text, case.get("kind").and_then(Json::as_str));
    let found = problems(&snapshot);
    let expected = texts(case, "problems").unwrap();
    // Without a path in the case, only the rule is compared.
    let same = |(found, expected): (&String, &String)| {
        found == expected || expected.ends_with(' ') && found.starts_with(expected)
    };
    assert!(
        found.len() == expected.len() && found.iter().zip(&expected).all(same),
        "{about}: {found:?}"
    );
    let mut lines = lines(&snapshot);
    lines.retain(|line| {
        !ignored
            .iter()
            .any(|name| line.contains(&format!(".{name} =")))
    });
    if let Some(expected) = texts(case, "lines") {
        assert_eq!(lines, expected, "{about}");
    }
}

#[test]
fn the_three_forms_of_one_record_are_one() {
    let live = r#"{"Domain": "contoso.com", "Enabled": true, "LastChecked": "\/Date(1795153931000)\/", "Selector1KeySize": 2048,
        "RuleVersion": {"Major": 15, "Minor": 0, "Build": 5, "Revision": 2, "MajorRevision": 0, "MinorRevision": 2},
        "RecipientDomainIs": "contoso.com", "ObjectClass": ["top"], "AuditLogAgeLimit": {"Ticks": 77760000000000, "Days": 90}}"#;
    let rest = r#"{"Domain": "contoso.com", "Enabled": true, "LastChecked": "2026-11-20T05:52:11Z", "Selector1KeySize": 2048,
        "RuleVersion": "15.0.5.2", "RecipientDomainIs": ["contoso.com"], "ObjectClass": ["top"], "AuditLogAgeLimit": "90.00:00:00"}"#;
    let table = r#"{"Domain": "contoso.com", "Enabled": "True", "LastChecked": {"value": "/Date(1795153931000)/", "DateTime": "x"},
        "Selector1KeySize": "2048", "RuleVersion": "15.0.5.2", "RecipientDomainIs": "contoso.com", "ObjectClass": "top",
        "AuditLogAgeLimit": "P90D"}"#;
    let kinds = kinds();
    let forms = [live, rest, table].map(|text| snapshot(&kinds, format!("[{text}]"), None));
    for form in &forms {
        assert_eq!(form.problems, []);
        assert_eq!(lines(form), lines(&forms[0]));
    }
    assert!(forms[0].normalised > 0);
    let version = "Dkim[contoso.com].RuleVersion = Version([15, 0, 5, 2])";
    assert!(lines(&forms[0]).iter().any(|line| line == version));
}

/// The same record as three tools write it, with what no reader can get back: a list that was cut off, a local date.
#[test]
fn three_tools_and_what_they_lose() {
    let kinds = kinds();
    let text = include_str!("kind/triplet.json");
    let all = Reader::default().read(text.into()).unwrap();
    let forms = ["live51", "rest7", "csvRoundTrip"].map(|name| {
        let record = all.member_named(all.root(), name).unwrap();
        let record = &text[all.span(record).range()];
        snapshot(&kinds, format!("[{record}]"), Some("test"))
    });
    let date = "input/unreadable-value Dkim[contoso.com].LastChecked";
    let list = "input/truncated Dkim[contoso.com].ObjectClass";
    let expected: [&[&str]; 3] = [&[list], &[], &[date, list]];
    let kept = |form: &Snapshot| {
        let mut lines = lines(form);
        lines.retain(|line| !line.contains("LastChecked") && !line.contains("ObjectClass"));
        lines
    };
    for (form, expected) in forms.iter().zip(expected) {
        assert_eq!(problems(form), expected);
        assert_eq!(kept(form), kept(&forms[1]));
    }
    assert!(
        lines(&forms[0])
            .iter()
            .any(|line| lines(&forms[1]).contains(line) && line.contains("LastChecked"))
    );
}

#[test]
fn what_failed_to_be_collected_is_known() {
    let kinds = kinds();
    for (text, missing) in [
        (
            r#"{"assizeSnapshot":1,"kind":"test","data":{},"errors":[{"command":"Get-Dkim","message":"denied"}]}"#,
            "`Get-Dkim` failed: denied",
        ),
        (
            r#"{"assizeSnapshot":1,"kind":"test","data":{},"errors":{"command":"get-dkim"}}"#,
            "`get-dkim` failed",
        ),
        (
            r#"{"assizeSnapshot":1,"kind":"test","data":{},"errors":["Dkim"]}"#,
            "`Dkim` failed",
        ),
        (
            r#"{"assizeSnapshot":1,"kind":"test","data":{},"errors":["Get-Dkim -Domain a"]}"#,
            "`Get-Dkim -Domain a` failed",
        ),
        (
            r#"{"accepted_domains":[],"dkim_config":[],"failed_commands":["Get-Dkim"]}"#,
            "`Get-Dkim` failed",
        ),
        (
            r#"{"accepted_domains":[],"dkim_config":[],"failed_commands":"Get-Dkim"}"#,
            "`Get-Dkim` failed",
        ),
        (
            r#"{"Raw":{"accepted_domains":[],"dkim_config":[],"failed_commands":["Get-Dkim"]}}"#,
            "`Get-Dkim` failed",
        ),
    ] {
        let snapshot = snapshot(&kinds, text, None);
        assert_eq!(
            snapshot.why_missing(intern("Dkim")),
            Some(missing),
            "{text}"
        );
        assert_eq!(snapshot.why_missing(intern("Domain")), None, "{text}");
        assert_eq!(snapshot.problems, [], "{text}");
    }
    for text in [
        r#"{"assizeSnapshot":1,"kind":"test","data":{"Dkim":[{"Domain":"b"}]},"errors":["Get-Dkim -Domain a"]}"#,
        r#"{"assizeSnapshot":1,"kind":"test","data":{},"errors":null}"#,
        r#"{"accepted_domains":[],"dkim_config":[],"failed_commands":[null]}"#,
    ] {
        assert_eq!(
            snapshot(&kinds, text, None).why_missing(intern("Dkim")),
            None,
            "{text}"
        );
    }
}

#[test]
fn a_failed_command_is_known_by_its_longest_name() {
    let schema = r#"{ "type": "object", "properties": {
        "Nsg": { "type": "array", "x-assize-from": ["az network nsg list", "Get-Nsg"] },
        "Rule": { "type": "array", "x-assize-from": ["az network nsg rule list", "az network nsg list"] },
        "Network": { "type": "array", "x-assize-from": ["az network"] }
    } }"#;
    let mut kinds = Kinds::default();
    kinds.add(Kind::new("azure", schema, None).unwrap());
    for (command, data, missing, problem) in [
        ("az network nsg list", "", "Nsg Rule", ""),
        ("AZ  network NSG List -g rg", "", "Nsg Rule", ""),
        ("az network nsg rule list", "", "Rule", ""),
        ("az network nsg listing", "", "Network", ""),
        ("az", "", "", "nobody can know which sections that concerns"),
        ("az networks", "", "", "nobody can know"),
        (
            "az network nsg list -g a",
            r#""Nsg": [{}]"#,
            "Rule",
            "the section was collected in part",
        ),
        ("az network nsg list", r#""Nsg": [{}]"#, "Nsg Rule", ""),
        ("get-nsg -a", "", "Nsg", ""),
        (
            "Get-Other",
            "",
            "",
            "no section of kind `azure` comes from it",
        ),
    ] {
        let text = format!(
            r#"{{"assizeSnapshot":1,"kind":"azure","data":{{{data}}},"errors":[{{"command": {command:?}}}]}}"#
        );
        let snapshot = snapshot(&kinds, text, None);
        let sections = ["Nsg", "Rule", "Network"].into_iter();
        let found: Vec<&str> = sections
            .filter(|name| snapshot.why_missing(intern(name)).is_some())
            .collect();
        assert_eq!(found.join(" "), missing, "{command}");
        let problems: Vec<&str> = snapshot
            .problems
            .iter()
            .map(|own| own.message.as_str())
            .collect();
        assert_eq!(
            problems.is_empty(),
            problem.is_empty(),
            "{command}: {problems:?}"
        );
        assert!(
            problems.join("; ").contains(problem),
            "{command}: {problems:?}"
        );
    }
}

#[test]
fn what_a_choice_of_schemas_refuses_is_unsound_in_all_its_parts() {
    let schema = r#"{ "type": "object", "properties": { "Row": { "type": "array", "items": {
        "anyOf": [{ "type": "object", "properties": { "A": { "type": "object", "properties": { "B": { "type": "integer" } } } } },
                  { "type": "null" }] } } } }"#;
    let mut kinds = Kinds::default();
    kinds.add(Kind::new("choice", schema, None).unwrap());
    let text = r#"{"Row": [{ "A": { "B": "x" } }, { "A": { "B": 1 } }]}"#;
    let snapshot = snapshot(&kinds, text, Some("choice"));
    assert_eq!(snapshot.problems.len(), 1);
    let sound = |pointer: &str| {
        let pointer = assize_finding::Pointer::from(pointer.to_owned());
        let node = snapshot
            .document
            .resolve(snapshot.root(), &pointer)
            .unwrap();
        snapshot.is_sound(node)
    };
    assert!(!sound("/Row") && !sound("/Row/0") && !sound("/Row/0/A") && !sound("/Row/0/A/B"));
    assert!(sound("/Row/1") && sound("/Row/1/A/B"));
}

#[test]
fn the_source_is_named() {
    let kinds = kinds();
    for (text, source) in [
        (
            r#"{"assizeSnapshot":1,"kind":"test","source":{"tenant":"t","host":"h"},"data":{}}"#,
            "tenant=t",
        ),
        (
            r#"{"assizeSnapshot":1,"kind":"test","source":"t","data":{}}"#,
            "t",
        ),
        (
            r#"{"accepted_domains":[],"dkim_config":[],"tenant_id":"t"}"#,
            "t",
        ),
        (
            r#"{"Raw":{"accepted_domains":[],"dkim_config":[],"tenant_id":"t"}}"#,
            "t",
        ),
        (r#"{"accepted_domains":[],"dkim_config":[]}"#, ""),
    ] {
        assert_eq!(snapshot(&kinds, text, None).source, source, "{text}");
    }
}

#[test]
fn soundness_is_known_beyond_what_is_reported() {
    let rows = |bad: &str| {
        let rows: Vec<String> = (0..300)
            .map(|nth| {
                format!(
                    r#"{{"Domain": "d{nth}", "Enabled": {}}}"#,
                    if nth % 2 == 0 { bad } else { "true" }
                )
            })
            .collect();
        format!("[{}]", rows.join(","))
    };
    let kinds = kinds();
    for text in [
        rows("\"maybe\""),
        rows(r#"true, "LastChecked": "5/4/2026""#),
        rows("true, \"Enabled\": false"),
    ] {
        let snapshot = snapshot(&kinds, text, None);
        assert_eq!(snapshot.problems.len(), 100);
        let list = snapshot.document.children(snapshot.root()).next().unwrap();
        for (nth, row) in snapshot.document.children(list).enumerate() {
            assert_eq!(snapshot.is_sound(row), nth % 2 == 1, "row {nth}");
        }
    }
}

#[test]
fn a_kind_may_be_younger_than_the_document() {
    let text = r#"[{"YoungDomain": "a", "YoungEnabled": "True"}]"#;
    let document = Reader::default().read(text.into()).unwrap();
    let schema = r#"{"x-assize-detect": [{"items": ["YoungDomain"], "section": "Young"}], "properties": {"Young": {
        "x-assize-key": "YoungDomain", "items": {"required": ["YoungEnabled"], "properties": {
            "YoungDomain": {"type": "string"}, "YoungEnabled": {"type": "boolean", "x-assize-boolean": true}}}}}}"#;
    let mut kinds = Kinds::default();
    kinds.add(Kind::new("young", schema, None).unwrap());
    let snapshot = Snapshot::new(document, &kinds, None).unwrap();
    assert_eq!(snapshot.problems, []);
    assert!(lines(&snapshot).contains(&"Young[a].YoungEnabled = Bool(true)".to_owned()));
}
