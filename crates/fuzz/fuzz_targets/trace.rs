//! Any text as a policy that is watched while it judges: the same verdicts, no panic, bounded time.

#![no_main]

mod examples;
mod limits;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use assize_policy::{
    Judge, NoSiblings, Page, Policy, PolicySet, Scenery, Siblings, Source, Verdict, Watched,
};
use examples::snapshot_of;
use libfuzzer_sys::fuzz_target;
use limits::limits;

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
