//! The policies that ship keep their pages true.

use assize_policy::{Limits, Page, Policy, Source, run_examples, shipped_policies};
use assize_snapshot::Kinds;

#[test]
fn every_example_of_every_shipped_policy_holds() {
    let kinds = Kinds::shipped().unwrap();
    let limits = Limits::default();
    for shipped in shipped_policies() {
        let page = shipped
            .page
            .map_or_else(Page::default, |text| Page::read("page.md", text));
        let source = Source {
            path: shipped.id.to_owned(),
            text: shipped.script.to_owned(),
        };
        let policy = Policy::new(shipped.id, source, page, &limits).unwrap();
        for result in run_examples(&policy, &kinds, &limits) {
            assert_eq!(
                result.failure, None,
                "{}:{} {}",
                result.path, result.line, result.title
            );
        }
    }
}
