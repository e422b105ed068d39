use serde::Serialize;

use crate::{Evaluation, Judged, Outcome, RuleIndex, Severity};

/// What a run came to. The outcomes add up to `evaluations`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Snapshots that were read, sound or not.
    pub snapshots: u64,
    /// Snapshots that at least one policy judged.
    pub judged: u64,
    /// Verdicts.
    pub evaluations: u64,
    /// Verdicts by outcome, in the order of [`Outcome::ALL`].
    pub outcomes: [u64; 6],
    /// Verdicts on the evidence alone, those left out that do not apply: they say nothing of what was collected.
    pub of_evidence: u64,
    /// Findings of failed verdicts by severity, in the order of [`Severity::ALL`].
    pub failures: [u64; 5],
    /// Findings that no policy made: bad JSON, schema violations.
    pub input_findings: u64,
    /// Findings among them that keep the run from being complete.
    pub incomplete: u64,
}

impl Summary {
    /// Counts one artifact in. `is_of_evidence` tells the rules that judge how a snapshot was taken, and not what it holds.
    pub fn add(&mut self, judged: &Judged, is_of_evidence: impl Fn(RuleIndex) -> bool) {
        let of_evidence = |evaluation: &Evaluation| is_of_evidence(evaluation.rule);
        if judged.artifact.role == crate::Role::Snapshot {
            self.snapshots += 1;
            self.judged += u64::from(!judged.evaluations.iter().all(of_evidence));
        }
        for evaluation in &judged.evaluations {
            self.evaluations += 1;
            let applies = evaluation.outcome != Outcome::NotApplicable;
            self.of_evidence += u64::from(applies && of_evidence(evaluation));
            self.outcomes[evaluation.outcome as usize] += 1;
            if evaluation.outcome == Outcome::Fail {
                for finding in &evaluation.findings {
                    self.failures[Severity::Critical as usize - finding.severity as usize] += 1;
                }
            }
        }
        self.input_findings += judged.findings.len() as u64;
        self.incomplete += judged
            .findings
            .iter()
            .filter(|finding| finding.incomplete)
            .count() as u64;
    }

    /// How many verdicts had this outcome.
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }

    /// How many findings of failed verdicts are at or over a severity.
    pub fn failures_at(&self, least: Severity) -> u64 {
        let worst_first = Severity::ALL.iter().zip(self.failures);
        worst_first
            .filter(|(severity, _)| **severity >= least)
            .map(|(_, count)| count)
            .sum()
    }
}

/// How a run ends, with the reason that is printed last on standard error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The exit status of the process.
    pub exit: ExitStatus,
    /// Why, in one sentence.
    pub reason: String,
}

/// The exit statuses. Each means one thing, whatever the flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ExitStatus {
    /// Everything was judged and nothing is over the threshold.
    Clean = 0,
    /// Findings at or over the threshold.
    Findings = 1,
    /// The command line, a configuration or the file system is at fault.
    Usage = 2,
    /// No policy judged anything.
    NothingChecked = 3,
    /// Some input or verdict is in error or indeterminate. Outranks `Findings`.
    Incomplete = 4,
}
