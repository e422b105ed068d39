//! Input made to hurt: time and memory stay in proportion to its length.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use assize_snapshot::{Kind, Kinds, PositionCursor, Reader, Snapshot, Value};

/// Far more than any of these takes, far less than anything quadratic would.
const PATIENCE: Duration = Duration::from_secs(20);

fn read(text: String) -> Snapshot {
    let mut kinds = Kinds::default();
    kinds.add(Kind::new("test", include_str!("kind/schema.json"), None).unwrap());
    let document = Reader::default().read(text.into_bytes()).unwrap();
    Snapshot::new(document, &kinds, kinds.find("test")).unwrap()
}

fn in_time<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
    done
}

/// `{"Domain": ...}` around an object with a great many members.
fn wide(members: usize, name: impl Fn(usize) -> String) -> String {
    let mut text = "{\"Name\":\"a\"".to_owned();
    for nth in 0..members {
        let _ = write!(text, ",\"{}\":{nth}", name(nth));
    }
    text + "}"
}

#[test]
fn wide_objects() {
    let snapshot = in_time(|| {
        read(format!(
            "{{\"Domain\":{}}}",
            wide(300_000, |nth| format!("key{nth}"))
        ))
    });
    assert_eq!(snapshot.problems, []);
    let list = snapshot.document.children(snapshot.root()).next().unwrap();
    let object = snapshot.document.children(list).next().unwrap();
    let member = snapshot.document.member_named(object, "key299999").unwrap();
    assert_eq!(snapshot.path(member), "Domain[a].key299999");
}

#[test]
fn one_name_again_and_again() {
    let snapshot = in_time(|| {
        read(format!(
            "{{\"Domain\":{}}}",
            wide(300_000, |_| "k".to_owned())
        ))
    });
    assert_eq!(snapshot.problems.len(), 100);
    assert_eq!(snapshot.document.duplicates().count(), 299_999);
}

#[test]
fn wide_objects_that_are_flattened_and_renamed() {
    let object = wide(100_000, |nth| format!("NAME{nth}")).replacen("Name", "name", 1);
    let text = format!("[{{\"type\":\"Test/balancers\",\"NAME\":\"lb\",\"Properties\":{object}}}]");
    let snapshot = in_time(|| read(text));
    // The name stands inside and outside, and differs.
    assert_eq!(snapshot.problems.len(), 1);
    assert_eq!(snapshot.problems[0].rule, "input/duplicate-key");
}

#[test]
fn very_many_violations() {
    let rows = "{\"Domain\":1,\"Enabled\":2},".repeat(100_000);
    let snapshot = in_time(|| read(format!("{{\"Dkim\":[{rows}0]}}")));
    assert_eq!(snapshot.problems.len(), 101);
    for problem in &snapshot.problems {
        assert!(problem.message.chars().count() < 400);
    }
    let last = &snapshot.problems[100].message;
    assert!(
        last.ends_with("how many more there are is unknown"),
        "{last}"
    );
}

/// What is wrong beyond the violations that are known is not taken for sound, and what is in order stays so.
#[test]
fn violations_beyond_the_known_ones_count() {
    let wrong = "{\"Domain\":1,\"Enabled\":2},".repeat(50_000);
    let right = "{\"Domain\":\"a.example\",\"Enabled\":true}";
    let snapshot = in_time(|| read(format!("{{\"Dkim\":[{right},{wrong}{right}]}}")));
    let list = snapshot.document.children(snapshot.root()).next().unwrap();
    let rows: Vec<_> = snapshot.document.children(list).collect();
    let unsound = rows.iter().filter(|row| !snapshot.is_sound(**row)).count();
    assert_eq!(unsound, 50_000);
    assert!(snapshot.is_sound(rows[0]) && snapshot.is_sound(rows[50_001]));
    assert!(!snapshot.is_sound(list) && !snapshot.is_sound(snapshot.root()));
}

#[test]
fn some_more_violations_than_are_shown() {
    let rows = "{\"Domain\":1,\"Enabled\":true},".repeat(150);
    let snapshot = read(format!(
        "{{\"Dkim\":[{rows}{{\"Domain\":\"a\",\"Enabled\":true}}]}}"
    ));
    let last = &snapshot.problems.last().unwrap().message;
    assert!(last.ends_with("; there are 50 more"), "{last}");
}

#[test]
fn a_violation_that_holds_a_whole_document() {
    let rows = "{\"Name\":\"a\"},".repeat(100_000);
    let snapshot = in_time(|| read(format!("{{\"Dkim\":{{\"Enabled\":[{rows}0]}}}}")));
    assert!(
        snapshot
            .problems
            .iter()
            .all(|problem| problem.message.chars().count() < 400)
    );
}

#[test]
fn deep_values_on_a_small_stack() {
    let nested =
        |open: &str, close: &str| [open.repeat(500), "1".to_owned(), close.repeat(500)].concat();
    for value in [nested("[", "]"), nested("{\"a\":", "}")] {
        let text = format!("{{\"Dkim\":[{{\"Domain\":\"a\",\"Enabled\":{value}}}]}}");
        let thread = std::thread::Builder::new().stack_size(2 << 20);
        let snapshot = thread.spawn(move || read(text)).unwrap().join().unwrap();
        assert_eq!(snapshot.problems.len(), 1);
    }
}

#[test]
fn many_positions_on_one_long_line() {
    let snapshot = in_time(|| {
        let rows = format!("{{\"Name\":\"{}\"}},", "ü".repeat(40)).repeat(100_000);
        read(format!("{{\"Domain\":[{rows}{{\"Name\":\"z\"}}]}}"))
    });
    in_time(|| {
        let document = &snapshot.document;
        let list = document.children(snapshot.root()).next().unwrap();
        let mut cursor = PositionCursor::new(document.text());
        let mut column = 0;
        for row in document.children(list) {
            let position = cursor.position(document.span(row).start);
            assert!(position.line == 1 && position.column > column);
            column = position.column;
            assert!(document.pointer(row).as_str().starts_with("/Domain/"));
            assert!(snapshot.path(row).starts_with("Domain["));
        }
    });
}

#[test]
fn long_scalars() {
    let digits = "1".repeat(2_000_000);
    assert!(in_time(|| Reader::default().read(digits.into_bytes())).is_err());
    let zeros = format!("0.{}1", "0".repeat(2_000_000));
    let document = in_time(|| Reader::default().read(zeros.into_bytes())).unwrap();
    assert!(matches!(document.value(document.root()), Value::Number(_)));
    let escapes = format!("{{\"{0}\":\"{0}\"}}", "\\\"".repeat(1_000_000));
    let document = in_time(|| Reader::default().read(escapes.into_bytes())).unwrap();
    let member = document.children(document.root()).next().unwrap();
    in_time(|| document.name_span(member)).unwrap();
}
