//! Any text as a policy that is watched while it judges: the same verdicts, no panic, bounded time.

#![no_main]

mod limits;

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use assize_policy::{
    Judge, NoSiblings, Page, Policy, PolicySet, Scenery, Siblings, Source, Verdict, Watched,
};
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

/// Limits are others while a policy is watched.
fn hit_limit(verdicts: &[Verdict]) -> bool {
    verdicts
        .iter()
        .any(|verdict| verdict.reason.contains("limit "))
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
    let policy = &set.policies()[0];
    let siblings: Arc<dyn Siblings> = Arc::new(NoSiblings);
    let plain = Judge::new(&set, 0).judge(snapshot, policy, &siblings);
    let watched = Watched::new(policy, &limits(), 0).expect("what compiles can be watched");
    let scenery = Scenery {
        snapshot,
        earlier: None,
        siblings: &siblings,
    };
    let found = watched.verdicts(scenery).expect("watching goes well");
    if !hit_limit(&plain) && !hit_limit(&found) {
        assert_eq!(plain, found);
    }
    for trace in watched.trace(scenery, &plain).into_iter().flatten() {
        let told = trace.told(&policy.source, true, &mut |_| None);
        assert!(told.steps.len() <= 400);
    }
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "took {:?}",
        start.elapsed()
    );
});
