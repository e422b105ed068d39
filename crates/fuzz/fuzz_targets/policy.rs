//! Any text as a policy: no panic, bounded time, and verdicts whose places lead back.

#![no_main]

mod examples;
mod limits;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use assize_policy::{Judge, NoSiblings, Page, Place, Policy, PolicySet, Siblings, Source};
use examples::snapshot_of;
use libfuzzer_sys::fuzz_target;
use limits::limits;

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
