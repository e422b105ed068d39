//! Any text as a policy: no panic, bounded time, and verdicts whose places lead back.

#![no_main]

mod limits;

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use assize_policy::{Judge, NoSiblings, Page, Place, Policy, PolicySet, Siblings, Source};
use assize_snapshot::{Kind, Kinds, Reader, Snapshot};
use libfuzzer_sys::fuzz_target;
use limits::limits;

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

fn snapshot_of(kind: &str) -> &'static Arc<Snapshot> {
    let is_named =
        |snapshot: &&Arc<Snapshot>| snapshot.kind.as_ref().is_some_and(|own| own.name() == kind);
    SNAPSHOTS.iter().find(is_named).unwrap_or(&SNAPSHOTS[0])
}

fuzz_target!(|text: &str| {
    let start = Instant::now();
    let source = Source {
        path: "policy.rhai".to_owned(),
        text: text.to_owned(),
    };
    let Ok(policy) = Policy::new("policy", source, Page::default(), &limits()) else {
        return;
    };
    let snapshot = snapshot_of(policy.header.first_kind());
    let set = PolicySet::new(vec![policy], limits());
    let siblings: Arc<dyn Siblings> = Arc::new(NoSiblings);
    let verdicts = Judge::new(&set, 0).judge(snapshot, &set.policies()[0], &siblings);
    for verdict in &verdicts {
        for remark in &verdict.findings {
            match remark.place {
                Place::Node(node) => drop(snapshot.path(node)),
                Place::Absent(object, field) => drop(snapshot.path_of_absent(object, field)),
                Place::Gone { near, .. } => drop(snapshot.path(near)),
            }
        }
    }
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "took {:?}",
        start.elapsed()
    );
});
