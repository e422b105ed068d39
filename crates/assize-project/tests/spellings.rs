//! One export, spelled in many ways: the verdicts and their identities are the same.
#![expect(clippy::disallowed_methods, reason = "tests read their own files")]

mod support;

use proptest::prelude::*;
use serde_json::Value as Json;
use support::{bytes, check, options, repository, verdicts};

fn utf16_le(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn with_mark(text: &str) -> Vec<u8> {
    [b"\xEF\xBB\xBF", text.as_bytes()].concat()
}

/// Puts a member's value into a list, if it is none.
fn wrapped(json: &Json, member: &str) -> Json {
    let mut json = json.clone();
    if let Some(value) = json.get_mut(member).filter(|value| !value.is_array()) {
        *value = Json::Array(vec![value.take()]);
    }
    json
}

/// PowerShell's other ways to write a list.
fn counted(json: &Json, member: &str) -> Json {
    let mut json = json.clone();
    if let Some(value) = json.get_mut(member).filter(|value| value.is_array()) {
        let count = value.as_array().map_or(0, Vec::len);
        *value = serde_json::json!({"value": value.take(), "Count": count});
    }
    json
}

fn same_in_every_spelling(text: &str) {
    let text = text.trim_start_matches('\u{FEFF}');
    let expected = verdicts(&check(options(), bytes(text)));
    assert!(expected.len() > 5, "{expected:?}");
    let json: Json = serde_json::from_str(text).expect("the export is JSON");
    let pretty = format!("{json:#}");
    let windows = pretty.replace('\n', "\r\n");
    let mut tabs = Vec::new();
    let mut tabbed = serde_json::Serializer::with_formatter(
        &mut tabs,
        serde_json::ser::PrettyFormatter::with_indent(b"\t"),
    );
    serde::Serialize::serialize(&json, &mut tabbed).expect("writing to memory");
    let spellings: Vec<(&str, Vec<u8>)> = vec![
        ("re-indented", pretty.clone().into_bytes()),
        ("one line", json.to_string().into_bytes()),
        ("CRLF", windows.into_bytes()),
        ("tabs", tabs),
        ("UTF-16LE", utf16_le(&pretty)),
        ("UTF-8 with a mark", with_mark(&pretty)),
        (
            "dkim_records in a list",
            wrapped(&json, "dkim_records").to_string().into_bytes(),
        ),
        (
            "accepted_domains counted",
            counted(&json, "accepted_domains").to_string().into_bytes(),
        ),
        (
            "dkim_config counted",
            counted(&json, "dkim_config").to_string().into_bytes(),
        ),
    ];
    for (name, spelling) in spellings {
        assert_eq!(
            verdicts(&check(options(), bytes(spelling))),
            expected,
            "{name}"
        );
    }
}

#[test]
fn our_own_export() {
    let path = repository().join("examples/changes/after/ProviderSettingsExport.json");
    same_in_every_spelling(&std::fs::read_to_string(path).expect("the example is there"));
}

#[test]
fn an_export_by_others() {
    let path = repository().join("../shared/data/scubagear/ProviderSettingsExport-1.8.0.json");
    match std::fs::read_to_string(&path) {
        Ok(text) => same_in_every_spelling(&text),
        Err(_) => println!("skipped: {} is not here", path.display()),
    }
}

/// Shuffles the elements of every list of objects, and adds fields that no schema knows.
fn disturb(json: &mut Json, seeds: &mut impl Iterator<Item = u32>) {
    match json {
        Json::Array(elements) => {
            for element in elements.iter_mut() {
                disturb(element, seeds);
            }
            if elements.iter().all(Json::is_object) {
                for at in (1..elements.len()).rev() {
                    let other = seeds.next().unwrap_or(0) as usize % (at + 1);
                    elements.swap(at, other);
                }
            }
        }
        Json::Object(members) => {
            for member in members.values_mut() {
                disturb(member, seeds);
            }
            if seeds.next().is_some_and(|seed| seed % 3 == 0) {
                members.insert(
                    "x-unrelated".to_owned(),
                    Json::from(seeds.next().unwrap_or(0)),
                );
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Reordering lists, adding unrelated fields and another indentation change no verdict and no identity.
    #[test]
    fn order_and_company_do_not_matter(seeds in prop::collection::vec(any::<u32>(), 400), pretty in any::<bool>()) {
        let path = repository().join("examples/changes/after/ProviderSettingsExport.json");
        let text = std::fs::read_to_string(path).expect("the example is there");
        let expected = verdicts(&check(options(), bytes(text.as_str())));
        let mut json: Json = serde_json::from_str(&text).expect("the example is JSON");
        disturb(&mut json, &mut seeds.into_iter());
        let changed = if pretty { format!("{json:#}") } else { json.to_string() };
        prop_assert_eq!(verdicts(&check(options(), bytes(changed))), expected);
    }
}
