//! The parser accepts what `serde_json` accepts, gives the same values, and refuses the rest.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use assize_snapshot::{MAX_DEPTH, ReadError, Reader, Value};
use proptest::prelude::*;
use serde_json::Value as Json;
use support::{assert_agrees, assert_same};

/// Text in which `%XX` is a byte.
fn bytes_of(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

#[test]
fn the_table_of_cases_holds() {
    // One reader for all: what it learned from one document must not show in the next.
    let mut reader = Reader::default();
    for line in include_str!("json/cases.tsv").lines().skip(1) {
        let [expected, about, text] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not three columns: {line}");
        };
        let bytes = bytes_of(text);
        let accepted = reader.read(bytes.clone()).is_ok();
        assert_eq!(accepted, expected == "accept", "{about}: {text}");
        assert_eq!(
            serde_json::from_slice::<Json>(&bytes).is_ok(),
            accepted,
            "serde_json, {about}: {text}"
        );
        assert_agrees(&mut reader, &bytes);
    }
}

#[test]
fn every_beginning_of_a_document_is_refused() {
    let text = r#"{"a": [1, -2.5e3, true, null, "x\u00e9\uD834\uDD1E"], "b": {"c": "ü"}}"#;
    let mut reader = Reader::default();
    for end in 0..text.len() {
        assert!(
            reader.read(text.as_bytes()[..end].to_vec()).is_err(),
            "{end}"
        );
    }
}

#[test]
fn errors_name_the_byte() {
    for (text, offset, message) in [
        (
            r#"{"a": 1,}"#,
            8,
            "found `}`, expected a member name in double quotes",
        ),
        (
            r#"{"a" 1}"#,
            5,
            "found `1`, expected `:` after the member name",
        ),
        ("[1 2]", 3, "found `2`, expected `,` or `]`"),
        (r#"{"a":1 "b":2}"#, 7, "found `\"`, expected `,` or `}`"),
        ("[01]", 1, "a number with a leading zero"),
        ("[1.]", 3, "found `]`, expected a digit"),
        ("[1e999]", 1, "the number is out of range"),
        (
            "[\"a\u{1}\"]",
            3,
            "control character U+0001 inside a string; expected an escape",
        ),
        (
            r#"["a\x"]"#,
            3,
            r#"unknown escape; expected one of \" \\ \/ \b \f \n \r \t \uXXXX"#,
        ),
        (
            r#"["\uD800"]"#,
            2,
            "a high surrogate without its low surrogate",
        ),
        ("[\"a", 3, "the text ends inside a string"),
        ("[1", 2, "found the end of the text, expected `,` or `]`"),
        (
            "[] []",
            3,
            "the document is complete, but more text follows; expected one JSON document per file",
        ),
        (" ", 1, "the file holds no value"),
        ("[\u{a0}]", 1, "found U+00A0, expected a value"),
        ("[\u{1b}]", 1, "found U+001B, expected a value"),
    ] {
        match Reader::default().read(text.as_bytes().to_vec()) {
            Err(ReadError::Syntax { error, .. }) => {
                assert_eq!(
                    (error.offset, error.message.as_str()),
                    (offset, message),
                    "{text}"
                );
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    assert_eq!(
        Reader::default().read(Vec::new()).unwrap_err(),
        ReadError::Empty
    );
}

#[test]
fn nesting_is_bounded_and_never_recursive() {
    let nested = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat().into_bytes();
    let mut reader = Reader::default();
    assert!(reader.read(nested(MAX_DEPTH)).is_ok());
    assert!(reader.read(nested(MAX_DEPTH + 1)).is_err());
    for text in [
        "[".repeat(1_000_000),
        r#"{"a":"#.repeat(1_000_000),
        r#"[{"a":"#.repeat(500_000),
    ] {
        match reader.read(text.into_bytes()).unwrap_err() {
            ReadError::Syntax { error, .. } => {
                assert_eq!(error.message, "nested deeper than 512 levels");
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_repeated_name_is_kept_and_reported() {
    let text = br#"{"a": 1, "b": {"x": 1, "y": 2}, "a": 2, "\u0061": 3}"#;
    let document = Reader::default().read(text.to_vec()).unwrap();
    assert_eq!(document.children(document.root()).len(), 4);
    let last = document.member_named(document.root(), "a").unwrap();
    assert_eq!(document.value(last), Value::Int(3));
    let repeated: Vec<_> = document
        .duplicates()
        .map(|node| document.value(node))
        .collect();
    assert_eq!(repeated, [Value::Int(2), Value::Int(3)]);
}

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{FEFF}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16());
    let bytes = |unit: u16| {
        if little {
            unit.to_le_bytes()
        } else {
            unit.to_be_bytes()
        }
    };
    units.flat_map(bytes).collect()
}

#[test]
fn every_encoding_gives_the_same_document() {
    let text = "{\"Größe\": [1, \"😀\"]}";
    let json: Json = serde_json::from_str(text).unwrap();
    let mut reader = Reader::default();
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    let spellings = [true, false].map(|little| [true, false].map(|mark| utf16(text, little, mark)));
    for bytes in spellings
        .into_iter()
        .flatten()
        .chain([marked, text.as_bytes().to_vec()])
    {
        assert_same(&reader.read(bytes).unwrap(), &json);
    }
    let bad = reader.read(b"\xEF\xBB\xBF[\"\xFF\"]".to_vec()).unwrap_err();
    assert!(bad.to_string().contains("offset 5"), "{bad}");
}

fn values() -> impl Strategy<Value = Json> {
    let name = prop_oneof!["[a-d]{0,2}", "\\PC{0,6}", any::<String>()];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        name.clone().prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 80, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Json::from),
            prop::collection::vec((name.clone(), inner), 0..8)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Bytes that matter to a JSON parser, more often than others.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![3 => prop::sample::select(&b"[]{}\",:\\u0123456789abcdefDd.+-eE \n\rtnlsr\x00\x1f\x80\xff"[..]), 1 => any::<u8>()]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn random_values_are_read_as_serde_json_reads_them(values in prop::collection::vec(values(), 1..4)) {
        let mut reader = Reader::default();
        for value in values {
            assert_agrees(&mut reader, value.to_string().as_bytes());
            assert_agrees(&mut reader, serde_json::to_string_pretty(&value).unwrap().as_bytes());
        }
    }

    #[test]
    fn damaged_documents_are_judged_as_serde_json_judges_them(
        value in values(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, byte()), 1..6),
    ) {
        let mut bytes = value.to_string().into_bytes();
        for (place, how, byte) in damage {
            let at = place.index(bytes.len() + 1);
            match how {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => bytes[at] = byte,
                _ if at < bytes.len() => { bytes.remove(at); }
                _ => {}
            }
        }
        assert_agrees(&mut Reader::default(), &bytes);
    }

    #[test]
    fn noise_is_judged_as_serde_json_judges_it(bytes in prop::collection::vec(byte(), 0..40)) {
        assert_agrees(&mut Reader::default(), &bytes);
    }
}
