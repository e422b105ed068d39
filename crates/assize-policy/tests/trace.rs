//! A watched policy gives the verdicts of the plain one, on every example of every shipped policy.

use assize_policy::{Coverage, Limits, shipped_policies};
use assize_snapshot::Kinds;

#[test]
fn watching_changes_no_verdict() {
    let kinds = Kinds::shipped().unwrap();
    let limits = Limits::default();
    let mut strays = Vec::new();
    for shipped in shipped_policies() {
        let policy = shipped.compile(&limits).unwrap();
        match Coverage::of(&policy, None, &|_| Err(String::new()), &kinds, &limits) {
            Err(reason) => strays.push(format!("{}: {reason}", shipped.id)),
            Ok(coverage) => strays.extend(
                coverage
                    .strays
                    .iter()
                    .map(|(line, reason)| format!("{}.md:{line}: {reason}", shipped.id)),
            ),
        }
    }
    assert!(strays.is_empty(), "{}: {strays:#?}", strays.len());
}
