//! How much of what was judged is in order, by framework or pack.

use std::collections::HashMap;

use assize_finding::{ComplianceCount, Evaluation, Outcome, RuleIndex};

use crate::load::{Project, names};

/// Passes and failures behind the limits of `[gate.compliance]`.
#[derive(Debug, Default)]
pub(crate) struct Compliance {
    counts: Vec<ComplianceCount>,
    /// The limits that each rule has a part in.
    parts: HashMap<RuleIndex, Vec<usize>>,
}

impl Compliance {
    pub(crate) fn new(project: &Project) -> Self {
        let limits = &project.options.settings.gate.compliance;
        let mut compliance = Self::default();
        for (nth, (name, _)) in limits.iter().enumerate() {
            compliance.counts.push(ComplianceCount {
                name: name.clone(),
                passed: 0,
                failed: 0,
            });
            for cell in project.set.cells() {
                let bears = names(name, &cell.id)
                    || cell
                        .policy()
                        .header
                        .controls
                        .iter()
                        .any(|control| control.framework == *name);
                if bears {
                    compliance
                        .parts
                        .entry(project.rule(&cell.id))
                        .or_default()
                        .push(nth);
                }
            }
        }
        compliance
    }

    /// Counts a verdict. What is accepted is neither passed nor failed.
    pub(crate) fn add(&mut self, evaluation: &Evaluation) {
        let Some(parts) = self.parts.get(&evaluation.rule) else {
            return;
        };
        let stands = || {
            evaluation
                .findings
                .iter()
                .any(|finding| finding.waiver.is_none())
        };
        for nth in parts {
            let count = &mut self.counts[*nth];
            match evaluation.outcome {
                Outcome::Pass => count.passed += 1,
                Outcome::Fail if stands() => count.failed += 1,
                _ => {}
            }
        }
    }

    pub(crate) fn counts(self) -> Vec<ComplianceCount> {
        self.counts
    }
}
