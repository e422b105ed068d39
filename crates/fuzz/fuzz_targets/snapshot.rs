//! Any document as a snapshot of the shipped kinds: no panic, bounded reports, and places that lead back.

#![no_main]

use std::sync::{Arc, LazyLock};

use assize_snapshot::{Kind, Kinds, Place, Reader, Snapshot};
use libfuzzer_sys::fuzz_target;

static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let mut kinds = Kinds::shipped().expect("the shipped kinds are sound");
    let schema = include_str!("../../assize-snapshot/tests/kind/schema.json");
    kinds.add(Kind::new("test", schema, None).expect("the schema of the tests is sound"));
    kinds
});

fuzz_target!(|bytes: &[u8]| {
    // The first byte chooses the kind; most values leave that to the document.
    let Some((choice, text)) = bytes.split_first() else {
        return;
    };
    let kind: Option<&Arc<Kind>> = KINDS.iter().nth(usize::from(choice.wrapping_sub(b'0')));
    let Ok(document) = Reader::default().read(text.to_vec()) else {
        return;
    };
    let snapshot = Snapshot::new(document, &KINDS, kind).expect("the schemas compile");
    assert!(snapshot.problems.len() <= 500);
    for problem in &snapshot.problems {
        if let Place::Node(node) = problem.place {
            check(&snapshot, node);
        }
    }
    let mut work = vec![snapshot.root()];
    while let Some(node) = work.pop() {
        check(&snapshot, node);
        work.extend(snapshot.document.children(node));
    }
});

fn check(snapshot: &Snapshot, node: assize_snapshot::NodeId) {
    let document = &snapshot.document;
    let _ = (
        document.value(node),
        snapshot.path(node),
        snapshot.fields(node),
    );
    let _ = (
        snapshot.is_sound(node),
        snapshot.identity(node),
        document.name_span(node),
    );
    let span = document.span(node);
    let text = &document.text()[span.range()];
    serde_json::from_str::<serde::de::IgnoredAny>(text).expect("a span holds one value");
    let pointer = document.pointer(node);
    let written = document.resolve(document.root(), &pointer);
    let repeated = document.duplicates().next().is_some();
    assert!(repeated || written.is_some_and(|written| document.pointer(written) == pointer));
    if node != snapshot.root()
        && let Some(parent) = snapshot.parent(node)
    {
        let outer = document.span(parent);
        assert!(outer.start <= span.start && span.end <= outer.end);
    }
}
