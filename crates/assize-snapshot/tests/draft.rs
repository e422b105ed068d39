//! Drafts of kinds: what was inferred from an export is true of it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use assize_snapshot::{Reader, draft::draft};
use serde_json::{Value, json};

fn schema_of(export: &Value) -> Value {
    let document = Reader::default().read(export.to_string().into_bytes());
    let draft = draft("own-kind", &document.unwrap(), "2026-11-20T06:00:00Z").unwrap();
    assert!(draft.invalid.is_some());
    draft.schema
}

#[test]
fn types_keys_and_spellings_are_inferred() {
    let schema = schema_of(&json!([
        {"Name": "a", "Id": 1, "On": true, "Note": null, "At": "/Date(1653603718610)/", "For": "1.00:00:00", "Tags": ["x"]},
        {"Name": "b", "Id": 1, "On": false, "At": {"value": "/Date(1653603718610)/", "DateTime": "Thursday"}, "For": "PT8H", "Tags": "y"},
    ]));
    let section = &schema["properties"]["OwnKind"];
    assert_eq!(section["x-assize-key"], "Name");
    assert_eq!(section["x-assize-list"], true);
    let items = &section["items"];
    assert_eq!(
        items["required"],
        json!(["Name", "Id", "On", "At", "For", "Tags"])
    );
    let fields = &items["properties"];
    assert_eq!(fields["On"], json!({"type": "boolean"}));
    assert_eq!(
        fields["At"],
        json!({"type": "string", "x-assize-time": true})
    );
    assert_eq!(fields["For"]["x-assize-duration"], true);
    assert_eq!(fields["Tags"]["type"], "array");
    assert_eq!(fields["Tags"]["items"]["type"], "string");
    assert!(fields["Note"]["x-assize-unsure"].is_string());
    assert_eq!(
        schema["x-assize-detect"],
        json!([{"items": ["Name", "Id", "On", "At"], "section": "OwnKind"}])
    );
}

#[test]
fn what_cannot_be_known_is_marked() {
    let schema = schema_of(&json!({
        "one": [{"id": 7}],
        "none": [],
        "local": ["2026-01-01T00:00:00"],
        "words": ["on", "off", "on", "off"],
        "switch": "True",
        "mixed": [1, "a", null, 2.5],
    }));
    let section = |name: &str| schema["properties"][name].clone();
    assert_eq!(section("one")["x-assize-key"], "id");
    for name in ["one", "none"] {
        assert!(section(name)["x-assize-unsure"].is_string(), "{name}");
    }
    let local = section("local");
    assert!(
        local["items"]["x-assize-unsure"]
            .as_str()
            .unwrap()
            .contains("zone")
    );
    assert_eq!(
        section("words")["items"]["description"],
        "Seen: `off`, `on`."
    );
    assert_eq!(section("switch")["x-assize-boolean"], true);
    assert_eq!(
        section("mixed")["items"]["type"],
        json!(["string", "number", "null"])
    );
}

#[test]
fn nothing_is_drafted_from_nothing() {
    for export in [
        json!({}),
        json!([]),
        json!(1),
        json!({"value": [], "Count": 0}),
    ] {
        let document = Reader::default().read(export.to_string().into_bytes());
        assert!(draft("own", &document.unwrap(), "2026-11-20T06:00:00Z").is_err());
    }
}
