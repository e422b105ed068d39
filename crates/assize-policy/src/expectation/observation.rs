//! What a policy said of an example, one thing at a time.

use std::collections::BTreeSet;

use assize_finding::Outcome;
use assize_snapshot::{NodeId, Snapshot};

use super::info::word;
use crate::verdict::{Place, Verdict};

/// A verdict, or one finding of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The verdict.
    pub outcome: Outcome,
    /// The keyed path of the object, or of what was found; empty for the snapshot itself.
    pub path: String,
    /// The message, or the reason.
    pub text: String,
}

impl std::fmt::Display for Observation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(word(self.outcome))?;
        if !self.path.is_empty() {
            write!(f, " at {}", self.path)?;
        }
        if !self.text.is_empty() {
            write!(f, ": {}", self.text)?;
        }
        Ok(())
    }
}

impl Observation {
    /// What an info string says to expect just these; `None` where no example may expect them.
    pub(crate) fn expected(all: &[Self]) -> Option<String> {
        let is = |outcome| all.iter().any(|own| own.outcome == outcome);
        if all.is_empty() || is(Outcome::Error) {
            return None;
        }
        let is_quiet = |own: &&Self| matches!(own.outcome, Outcome::Pass | Outcome::NotApplicable);
        let loud = all.iter().filter(|own| !is_quiet(own));
        let mut seen = BTreeSet::new();
        let said: Vec<String> = loud
            .map(Self::place)
            .filter(|place| seen.insert(place.clone()))
            .collect();
        if !said.is_empty() {
            return Some(said.join(", "));
        }
        let quiet = if is(Outcome::Pass) {
            Outcome::Pass
        } else {
            Outcome::NotApplicable
        };
        Some(word(quiet).to_owned())
    }

    /// The verdict and where it is, as an info string says it.
    fn place(&self) -> String {
        let word = word(self.outcome);
        // Where nothing was found, the whole was judged or could not be.
        if self.path.is_empty() || self.outcome == Outcome::Indeterminate {
            return word.to_owned();
        }
        format!("{word} at {}", self.path)
    }
}

pub(super) fn observations(
    snapshot: &Snapshot,
    earlier: Option<&Snapshot>,
    verdicts: &[Verdict],
) -> Vec<Observation> {
    let path_of_gone = |near: NodeId, node: NodeId| {
        earlier.map_or_else(|| snapshot.path(near), |earlier| earlier.path(node))
    };
    let mut observations = Vec::new();
    for verdict in verdicts {
        if verdict.findings.is_empty() {
            let path = match verdict.gone {
                Some(node) => path_of_gone(verdict.object, node),
                None => snapshot.path(verdict.object),
            };
            observations.push(Observation {
                outcome: verdict.outcome,
                path,
                text: verdict.reason.clone(),
            });
        }
        for finding in &verdict.findings {
            let path = match finding.place {
                Place::Node(node) => snapshot.path(node),
                Place::Absent(object, field) => snapshot.path_of_absent(object, field),
                Place::Gone { near, node } => path_of_gone(near, node),
            };
            observations.push(Observation {
                outcome: verdict.outcome,
                path,
                text: finding.message.clone(),
            });
        }
    }
    observations
}
