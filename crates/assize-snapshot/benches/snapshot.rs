//! What reading costs: `cargo bench -p assize-snapshot`.

use std::{fmt::Write, sync::Arc};

use assize_snapshot::{Document, Kind, Kinds, NodeId, PositionCursor, Reader, Snapshot};
use divan::{Bencher, counter::BytesCount};

/// Sections without annotations: nothing is normalised.
const PLAIN: &str = r#"{
    "type": "object",
    "properties": {"Device": {"type": "array", "x-assize-key": "id", "items": {
        "type": "object", "required": ["id", "enabled"],
        "properties": {
            "id": {"type": "string"}, "enabled": {"type": "boolean"}, "size": {"type": "integer", "minimum": 0},
            "checked": {"type": "string"}, "os": {"enum": ["Windows", "Linux"]},
            "tags": {"type": "array", "items": {"type": "string"}}
        }
    }}}
}"#;

/// The same sections, with everything to normalise.
const ANNOTATED: &str = r#"{
    "type": "object",
    "properties": {"Device": {"type": "array", "x-assize-list": true, "x-assize-key": "id", "items": {
        "type": "object", "required": ["id", "enabled"], "x-assize-ignore-case": true,
        "properties": {
            "id": {"type": "string"}, "enabled": {"type": "boolean", "x-assize-boolean": true},
            "size": {"type": "integer", "minimum": 0, "x-assize-number": true},
            "checked": {"type": "string", "x-assize-time": true}, "os": {"enum": ["Windows", "Linux"]},
            "tags": {"type": "array", "x-assize-list": true, "items": {"type": "string"}}
        }
    }}}
}"#;

fn main() {
    divan::main();
}

/// One snapshot of about `bytes` bytes on one line.
fn compact(bytes: usize) -> String {
    let mut text = r#"{"Device":["#.to_owned();
    for number in 0.. {
        let os = ["Windows", "Linux"][number % 2];
        let _ = write!(
            text,
            r#"{{"id":"device-{number:06}","displayName":"Device number {number} of Müller","enabled":{},"size":{},"checked":"2026-11-20T05:52:11Z","os":"{os}","tags":["a{}","b"],"ratio":{}.25,"owner":null,"site":{{"city":"Lyon","room":{}}}}}"#,
            number % 3 == 0,
            number * 77,
            number % 10,
            number % 5,
            number % 90,
        );
        if text.len() > bytes {
            break;
        }
        text.push(',');
    }
    text + "]}"
}

fn indented(bytes: usize) -> String {
    let value: serde_json::Value = serde_json::from_str(&compact(bytes)).expect("the text is JSON");
    serde_json::to_string_pretty(&value).expect("values can be written")
}

fn kinds(schema: &str) -> (Kinds, Arc<Kind>) {
    let mut kinds = Kinds::default();
    kinds.add(Kind::new("device", schema, None).expect("the schema is sound"));
    let kind = Arc::clone(kinds.find("device").expect("the kind was added"));
    kind.check().expect("the schema compiles");
    (kinds, kind)
}

fn document(text: String) -> Document {
    let read = Reader::default().read(text.into_bytes());
    read.expect("the text is JSON")
}

fn read(bencher: Bencher, text: &str) {
    let (_kinds, _) = kinds(PLAIN);
    let mut reader = Reader::default();
    bencher
        .counter(BytesCount::of_str(text))
        .with_inputs(|| text.as_bytes().to_vec())
        .bench_local_values(|bytes| reader.read(bytes));
}

#[divan::bench]
fn read_compact(bencher: Bencher) {
    read(bencher, &compact(1_000_000));
}

#[divan::bench]
fn read_indented(bencher: Bencher) {
    read(bencher, &indented(700_000));
}

#[divan::bench]
fn read_small(bencher: Bencher) {
    read(bencher, &compact(4_000));
}

fn snapshot(bencher: Bencher, schema: &str) {
    let (kinds, kind) = kinds(schema);
    let text = compact(1_000_000);
    bencher
        .counter(BytesCount::of_str(&text))
        .with_inputs(|| document(text.clone()))
        .bench_local_values(|document| Snapshot::new(document, &kinds, Some(&kind)));
}

#[divan::bench]
fn validate(bencher: Bencher) {
    snapshot(bencher, PLAIN);
}

#[divan::bench]
fn normalise_and_validate(bencher: Bencher) {
    snapshot(bencher, ANNOTATED);
}

/// A snapshot, and ten thousand values all over it.
fn places() -> (Snapshot, Vec<NodeId>) {
    let (kinds, kind) = kinds(ANNOTATED);
    let read = Snapshot::new(document(compact(4_000_000)), &kinds, Some(&kind));
    let snapshot = read.expect("the schema is sound");
    let document = &snapshot.document;
    let list = document.children(snapshot.root()).next();
    let rows = document.children(list.expect("the data has one section"));
    let nodes = rows.filter_map(|row| document.children(row).nth(3));
    let nodes = nodes.take(10_000).collect();
    (snapshot, nodes)
}

#[divan::bench]
fn ten_thousand_pointers(bencher: Bencher) {
    let (snapshot, nodes) = places();
    let length = |node: &NodeId| snapshot.document.pointer(*node).as_str().len();
    bencher.bench_local(|| nodes.iter().map(length).sum::<usize>());
}

#[divan::bench]
fn ten_thousand_paths(bencher: Bencher) {
    let (snapshot, nodes) = places();
    bencher.bench_local(|| {
        nodes
            .iter()
            .map(|node| snapshot.path(*node).len())
            .sum::<usize>()
    });
}

#[divan::bench]
fn ten_thousand_positions(bencher: Bencher) {
    let (snapshot, nodes) = places();
    bencher.bench_local(|| {
        let mut cursor = PositionCursor::new(snapshot.document.text());
        let spans = nodes.iter().map(|node| snapshot.document.span(*node));
        spans.map(|span| cursor.position(span.start).column).max()
    });
}
