//! The snapshots that the targets judge.

use std::sync::{Arc, LazyLock};

use assize_snapshot::{Kind, Kinds, Reader, Snapshot};

/// The example of each shipped kind, the first for policies of any other kind.
static SNAPSHOTS: LazyLock<Vec<Arc<Snapshot>>> = LazyLock::new(|| {
    let kinds = Kinds::shipped().expect("the shipped kinds are sound");
    let example = |kind: &Arc<Kind>| {
        let text = kind.example().expect("the kind has an example");
        let document = Reader::default()
            .read(text.as_bytes().to_vec())
            .expect("the example is JSON");
        Arc::new(Snapshot::new(document, &kinds, Some(kind)).expect("the schema compiles"))
    };
    kinds.iter().map(example).collect()
});

/// The example of a kind.
pub fn snapshot_of(kind: &str) -> &'static Arc<Snapshot> {
    let is_named =
        |snapshot: &&Arc<Snapshot>| snapshot.kind.as_ref().is_some_and(|own| own.name() == kind);
    SNAPSHOTS.iter().find(is_named).unwrap_or(&SNAPSHOTS[0])
}
