//! What an example says that a policy must find, and whether it does.

mod info;
mod observation;

use std::fmt::Write;

use assize_finding::Outcome;
use assize_snapshot::Snapshot;

use crate::{policy::Policy, verdict::Verdict};

pub use observation::Observation;
use observation::observations;

/// Verdicts shown beside what differs; the others are counted.
const MOST_SHOWN: usize = 20;

/// What an example's info string expects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Expectation {
    pub(crate) verdicts: Vec<Expected>,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) now: Option<String>,
    /// The kind of the example, for policies that judge several.
    pub(crate) kind: Option<String>,
}

/// One verdict, or finding, that must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    outcome: Outcome,
    /// Where.
    path: Option<String>,
    /// A part of what is said.
    says: Option<String>,
}

impl Expected {
    fn is_met(&self, observation: &Observation) -> bool {
        let is_there = |path: &String| *path == observation.path;
        let is_said = |part: &String| observation.text.contains(part.as_str());
        self.outcome == observation.outcome
            && self.path.as_ref().is_none_or(is_there)
            && self.says.as_ref().is_none_or(is_said)
    }
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(info::word(self.outcome))?;
        if let Some(path) = &self.path {
            write!(f, " at {path}")?;
        }
        match &self.says {
            Some(says) => write!(f, " saying {}", serde_json::Value::from(says.as_str())),
            None => Ok(()),
        }
    }
}

impl Expectation {
    pub(crate) fn allows(&self, outcome: Outcome) -> bool {
        self.verdicts.iter().any(|own| own.outcome == outcome)
    }

    /// Whether a policy found what is expected and nothing else; the error shows the difference.
    pub(crate) fn compare(
        &self,
        snapshot: &Snapshot,
        earlier: Option<&Snapshot>,
        verdicts: &[Verdict],
    ) -> Result<(), Difference> {
        let found = observations(snapshot, earlier, verdicts);
        let missing = self.verdicts.iter();
        let missing: Vec<String> = missing
            .filter(|expected| !found.iter().any(|own| expected.is_met(own)))
            .map(ToString::to_string)
            .collect();
        if missing.is_empty() && !found.iter().any(|own| self.is_stray(own)) {
            return Ok(());
        }
        let text = self.difference(&missing, &found);
        Err(Difference { text, found })
    }

    /// Whether nobody expects an observation.
    fn is_stray(&self, observation: &Observation) -> bool {
        match observation.outcome {
            // Passes beside a failure are the normal case; beside "all not applicable" they are not.
            Outcome::Pass => self
                .verdicts
                .iter()
                .all(|own| own.outcome == Outcome::NotApplicable),
            Outcome::NotApplicable => false,
            _ => !self.verdicts.iter().any(|own| own.is_met(observation)),
        }
    }

    /// What is missing, then what was found, unexpected things marked.
    fn difference(&self, missing: &[String], found: &[Observation]) -> String {
        let mut lines: Vec<String> = missing.iter().map(|own| format!("- {own}")).collect();
        let (stray, rest): (Vec<_>, Vec<_>) = found.iter().partition(|own| self.is_stray(own));
        lines.extend(stray.iter().map(|own| format!("+ {own}")));
        let shown = rest.iter().take(MOST_SHOWN);
        lines.extend(shown.map(|own| format!("  {own}")));
        let mut text = lines.join("\n");
        if rest.len() > MOST_SHOWN {
            let _ = write!(text, "\n  .. and {} more", rest.len() - MOST_SHOWN);
        }
        text
    }
}

/// How what was found differs from what is expected.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    /// A line for each thing: `-` for what is missing, `+` for what is unexpected, a blank for what is neither.
    pub(crate) text: String,
    pub(crate) found: Vec<Observation>,
}

/// Whether the examples of a policy may say of which kind they are.
pub(crate) fn names_its_kind(policy: &Policy) -> bool {
    policy.header.judges_every_kind() || policy.header.kinds.len() > 1
}
