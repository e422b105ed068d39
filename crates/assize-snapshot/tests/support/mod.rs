//! Compares a document with what `serde_json` makes of the same text.

use assize_snapshot::{Document, NodeId, ReadError, Reader, Value};
use serde_json::Value as Json;

/// Checks a document against `serde_json`, value by value; every span is read again, every pointer is followed.
pub(crate) fn assert_same(document: &Document, json: &Json) {
    let mut work = vec![(document.root(), json)];
    while let Some((node, expected)) = work.pop() {
        assert_same_scalar(document, node, expected);
        match expected {
            Json::Array(elements) => {
                assert_eq!(document.children(node).len(), elements.len());
                work.extend(document.children(node).zip(elements));
            }
            Json::Object(members) => {
                for (name, value) in members {
                    let member = document.member_named(node, name);
                    let member = member.unwrap_or_else(|| panic!("no member {name:?}"));
                    assert_eq!(document.written_member(node, name, false), Some(member));
                    assert_eq!(document.name(member), name);
                    work.push((member, value));
                }
                let repeated = document
                    .children(node)
                    .filter(|child| document.duplicates().any(|duplicate| duplicate == *child));
                assert_eq!(
                    document.children(node).len(),
                    members.len() + repeated.count()
                );
            }
            _ => {}
        }
        assert_place(document, node, json, expected);
    }
}

fn assert_same_scalar(document: &Document, node: NodeId, expected: &Json) {
    match (document.value(node), expected) {
        (Value::Null, Json::Null)
        | (Value::Array, Json::Array(_))
        | (Value::Object, Json::Object(_)) => {}
        (Value::Bool(own), Json::Bool(expected)) => assert_eq!(own, *expected),
        (Value::Text(own), Json::String(expected)) => assert_eq!(own, *expected),
        (Value::Int(own), Json::Number(expected)) => assert_eq!(Some(own), expected.as_i64()),
        (Value::Number(own), Json::Number(expected)) => {
            assert_eq!(expected.as_i64(), None, "{own} is whole");
            if let Some(whole) = expected.as_u64() {
                assert_eq!(own, whole.to_string());
                return;
            }
            let own: f64 = own.parse().unwrap();
            let expected = expected.as_f64().unwrap();
            // serde_json rounds twice; the text that we keep does not.
            let apart = (own - expected).abs();
            assert!(
                apart <= own.abs() * 1e-15 || apart < 1e-320,
                "{own:e} {expected:e}"
            );
        }
        (own, expected) => panic!("{own:?} is not {expected:?}"),
    }
}

fn assert_place(document: &Document, node: NodeId, json: &Json, expected: &Json) {
    let span = document.span(node);
    let again: Json = serde_json::from_str(&document.text()[span.range()]).unwrap();
    assert_eq!(again, *expected, "span {span:?}");
    let pointer = document.pointer(node);
    assert_eq!(
        json.pointer(pointer.as_str()),
        Some(expected),
        "pointer {pointer}"
    );
    assert_eq!(
        document.resolve(document.root(), &pointer),
        Some(node),
        "pointer {pointer}"
    );
    if let Some(name) = document.name_span(node) {
        let again: String = serde_json::from_str(&document.text()[name.range()]).unwrap();
        assert_eq!(again, document.name(node));
    } else {
        assert_eq!(document.name(node), "");
    }
}

/// Reads bytes here and with `serde_json`, and checks that both agree. The exceptions are the documented ones.
pub(crate) fn assert_agrees(reader: &mut Reader, bytes: &[u8]) {
    match reader.read(bytes.to_vec()) {
        Ok(document) => match serde_json::from_str::<Json>(document.text()) {
            Ok(json) => assert_same(&document, &json),
            Err(error) => assert!(is_excused(&error), "only we accept: {error}"),
        },
        Err(ReadError::Syntax { error, text }) => {
            assert!(error.offset as usize <= text.len(), "{error:?}");
            if let Ok(json) = serde_json::from_str::<Json>(&text) {
                let edge = error.message == "the number is out of range";
                assert!(edge, "only serde_json accepts: {error}: {json}");
            }
        }
        Err(ReadError::Encoding(_) | ReadError::Empty | ReadError::TooLarge) => {
            assert!(serde_json::from_slice::<Json>(bytes).is_err());
        }
    }
}

/// `serde_json` stops at 128 levels; and where rounding decides whether a number is in range, it rounds otherwise.
fn is_excused(error: &serde_json::Error) -> bool {
    let message = error.to_string();
    message.starts_with("recursion limit exceeded") || message.starts_with("number out of range")
}
