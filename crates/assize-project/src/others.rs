//! The snapshots beside the judged one that findings refer to.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use assize_finding::Related;
use assize_policy::{Origin, Other, Siblings, ValuePlace};
use assize_snapshot::{NodeId, Snapshot};

use crate::{
    check::Wanted,
    estate::EstateOf,
    judged::PolicyVerdicts,
    load::Project,
    locate::{Locator, Mark},
};

/// The earlier snapshot and the estate of a judged one.
pub(crate) struct Others {
    /// The earlier snapshot with its path in reports.
    pub(crate) earlier: Option<(Arc<Snapshot>, String)>,
    pub(crate) estate: Arc<EstateOf>,
}

impl Others {
    pub(crate) fn earlier_snapshot(&self) -> Option<&Snapshot> {
        self.earlier.as_ref().map(|(snapshot, _)| &**snapshot)
    }

    /// The places that the findings of verdicts refer to.
    pub(crate) fn related(
        &self,
        project: &Project,
        policies: &[PolicyVerdicts<'_>],
    ) -> HashMap<Origin, Related> {
        let mut wanted: BTreeMap<Other, Vec<NodeId>> = BTreeMap::new();
        let verdicts = policies.iter().flat_map(|policy| &policy.verdicts);
        for finding in verdicts.flat_map(|verdict| &verdict.findings) {
            if let Some(Origin { of, node }) = finding.origin {
                wanted.entry(of).or_default().push(node);
            }
        }
        for place in policies.iter().flat_map(PolicyVerdicts::places) {
            if let ValuePlace::Other(Origin { of, node }) = place {
                wanted.entry(of).or_default().push(node);
            }
        }
        let mut related = HashMap::new();
        for (of, mut nodes) in wanted {
            let Some((snapshot, file)) = self.find(project, of) else {
                continue;
            };
            nodes.sort_unstable();
            nodes.dedup();
            let marks: Vec<Mark> = nodes.iter().map(|node| Mark::Node(*node)).collect();
            let text = snapshot.document.text();
            let locator = Locator::new(text, Some(&snapshot), Wanted::default());
            let message = match of {
                Other::Earlier => "it was here in the earlier snapshot",
                Other::Sibling(_) => "it is here in another snapshot of the estate",
            };
            for (node, location) in nodes.into_iter().zip(locator.locate(&marks)) {
                let place = Related {
                    file: Some(file.clone()),
                    location,
                    message: message.to_owned(),
                };
                related.insert(Origin { of, node }, place);
            }
        }
        related
    }

    fn find(&self, project: &Project, of: Other) -> Option<(Arc<Snapshot>, String)> {
        match of {
            Other::Earlier => self.earlier.clone(),
            Other::Sibling(number) => {
                let estate = &self.estate;
                let file = project.display_item(estate.item(number));
                Some((estate.snapshot(number).ok()?, file))
            }
        }
    }
}
