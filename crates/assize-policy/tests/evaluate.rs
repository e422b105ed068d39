//! Expressions on a snapshot: values with their places, mistakes with theirs, and the sandbox of policies.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use assize_policy::evaluate::{Evaluated, EvaluationError, Session};
use assize_snapshot::{Kinds, Reader, Snapshot};
use proptest::prelude::*;
use serde_json::json;

fn session() -> Session {
    let kinds = Kinds::shipped().unwrap();
    let kind = kinds.find("exchange-online").unwrap();
    let text = kind.example().unwrap().as_bytes().to_vec();
    let document = Reader::default().read(text).unwrap();
    let snapshot = Snapshot::new(document, &kinds, Some(kind)).unwrap();
    let params = vec![("most".to_owned(), "[1, {\"a\": null}]".to_owned())];
    Session::new(Arc::new(snapshot), 0, params)
}

fn value(text: &str) -> Evaluated {
    session()
        .evaluate(text)
        .unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn error(text: &str) -> EvaluationError {
    session().evaluate(text).unwrap_err()
}

#[test]
fn values_have_types_and_places() {
    for (text, kind, expected) in [
        ("1 + 1", "number", json!(2)),
        ("()", "nothing", json!(null)),
        (
            "[1, \"a\", #{ b: 2.5 }]",
            "list",
            json!([1, "a", {"b": 2.5}]),
        ),
        ("params.most[0]", "number", json!(1)),
        ("now", "time", json!("1970-01-01T00:00:00Z")),
        ("days(2) > days(1)", "bool", json!(true)),
        ("let x = 1; x + 1 // end", "number", json!(2)),
    ] {
        let found = value(text);
        assert_eq!((found.type_name, found.value), (kind, expected), "{text}");
        assert_eq!(found.place, None, "{text}");
    }
    let domain = value("snapshot.AcceptedDomain[0].DomainName");
    let place = domain.place.unwrap();
    assert_eq!(place.pointer, "/data/AcceptedDomain/0/DomainName");
    assert!(place.path.starts_with("AcceptedDomain["), "{place:?}");
    let whole = value("snapshot");
    assert!(whole.is_cut && whole.type_name == "object");
}

#[test]
fn what_is_bound_stays_bound() {
    let mut session = session();
    assert_eq!(session.evaluate("let a = 20").unwrap().name.unwrap(), "a");
    session.evaluate("a += 1").unwrap();
    session.evaluate("let b = 2; a = a * b").unwrap();
    assert!(session.evaluate("let c = d").is_err());
    assert_eq!(session.evaluate("a").unwrap().value, 42);
    assert_eq!(session.variables(), ["a", "b"]);
    let words = session.completion("snapshot.AcceptedDom").words;
    assert_eq!(words, ["AcceptedDomain"]);
    let words = session
        .completion("snapshot.AcceptedDomain[0].DomainN")
        .words;
    assert_eq!(words, ["DomainName"]);
}

#[test]
fn mistakes_have_places() {
    let at = |text: &str| {
        let error = error(text);
        let start = error
            .region
            .map(|region| (region.start.line, region.start.column));
        (start, error.message)
    };
    assert_eq!(at("1 +\n  b").0, Some((2, 3)));
    assert_eq!(at("1 +").0, Some((1, 4)));
    assert_eq!(at("1 + )").0, Some((1, 5)));
    let (place, message) = at("snapshot.AcceptedDomain[0].Nmae");
    assert!(message.contains("knows no field"), "{message}");
    assert_eq!(place.map(|(line, _)| line), Some(1));
    for escape in ["} fn f() {", "1 }", "} const X = 1; fn f() { 1"] {
        assert!(session().evaluate(escape).is_err(), "{escape}");
    }
}

#[test]
fn the_sandbox_holds() {
    for text in [
        "loop {}",
        "let s = \"a\"; loop { s += s; }",
        "eval(\"1\")",
        "fn f() { f() } f()",
    ] {
        assert!(session().evaluate(text).is_err(), "{text}");
    }
    let deep = "(".repeat(5_000);
    assert!(session().evaluate(&deep).is_err());
    let long = "1+".repeat(200_000);
    assert!(session().evaluate(&long).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_a_value_or_a_mistake(text in r#"([a-c1 \n{}\[\]()#`$|.,:;=+!-]|snapshot|let |params|now|fail|"|=>|//|é){0,16}"#) {
        let mut session = session();
        let _ = session.evaluate(&text);
        let _ = session.completion(&text);
    }
}
