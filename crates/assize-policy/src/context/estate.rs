//! The other snapshots of the estate, as a verdict reads them.

use crate::{
    budget,
    context::{Answer, Context, Role},
    node::{Id, Node},
    verdict::Other,
};

/// Siblings that one verdict may read.
const MOST_SIBLINGS: usize = 256;

impl Context {
    /// The one snapshot of a kind in the estate.
    pub(crate) fn sibling(&mut self, kind: &str) -> Answer<Node> {
        let others = self.others(kind);
        match (self.is_of(kind), others.as_slice()) {
            (true, []) => Ok(Node {
                slot: 0,
                id: Id::Root,
            }),
            (false, [number]) => self.member(*number),
            (false, []) => self.miss(format!("no `{kind}` snapshot of the same estate was given")),
            (is_own, several) => {
                let count = several.len() + usize::from(is_own);
                self.miss(format!(
                    "{count} `{kind}` snapshots of the same estate were given, and the policy needs one"
                ))
            }
        }
    }

    /// All snapshots of a kind in the estate, the judged one first.
    pub(crate) fn siblings(&mut self, kind: &str) -> Answer<Vec<Node>> {
        let others = self.others(kind);
        if let Some(reason) = self.siblings.why_partial() {
            return self.miss(reason);
        }
        if others.len() > MOST_SIBLINGS {
            let count = others.len();
            return self.miss(format!(
                "the estate has {count} other `{kind}` snapshots, and a policy reads at most {MOST_SIBLINGS}"
            ));
        }
        let own = self.is_of(kind).then_some(Ok(Node {
            slot: 0,
            id: Id::Root,
        }));
        own.into_iter()
            .chain(others.into_iter().map(|number| self.member(number)))
            .collect()
    }

    /// Whether the estate has a snapshot of a kind.
    pub(crate) fn has_sibling(&self, kind: &str) -> bool {
        self.is_of(kind) || !self.others(kind).is_empty()
    }

    fn others(&self, kind: &str) -> Vec<usize> {
        budget::aside(|| self.siblings.find());
        self.siblings.others(kind)
    }

    fn is_of(&self, kind: &str) -> bool {
        let own = self.snapshots[0].snapshot.kind.as_ref();
        own.is_some_and(|own| own.answers_to(kind))
    }

    /// A sibling, read at its first use.
    fn member(&mut self, number: usize) -> Answer<Node> {
        let role = Role::Other(Other::Sibling(number));
        let known = self.snapshots.iter().position(|own| own.role == role);
        let slot = match known {
            Some(slot) => slot,
            None => match budget::aside(|| self.siblings.snapshot(number)) {
                Ok(snapshot) => self.add(snapshot, role),
                Err(reason) => return self.miss(reason),
            },
        };
        let slot = u16::try_from(slot).map_err(|_| "too many snapshots in one verdict")?;
        Ok(Node { slot, id: Id::Root })
    }
}
