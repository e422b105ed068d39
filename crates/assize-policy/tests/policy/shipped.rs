//! The policies that ship keep their pages true.

use assize_policy::{Limits, run_examples, shipped_policies};
use assize_snapshot::Kinds;

#[test]
fn every_example_of_every_shipped_policy_holds() {
    let kinds = Kinds::shipped().unwrap();
    let limits = Limits::default();
    for shipped in shipped_policies() {
        let policy = shipped.compile(&limits).unwrap();
        // What the build took out of the header is what the header says.
        assert_eq!(policy.header.kinds, shipped.kinds, "{}", shipped.id);
        assert_eq!(policy.header.over_time, shipped.over_time, "{}", shipped.id);
        for result in run_examples(&policy, &kinds, &limits) {
            assert_eq!(
                result.failure, None,
                "{}:{} {}",
                result.path, result.line, result.title
            );
        }
    }
}
