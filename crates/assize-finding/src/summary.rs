use serde::Serialize;

use crate::{
    BaselineCounts, BaselineState, Evaluation, Finding, Gone, Judged, Outcome, Role, RuleIndex,
    Severity,
};

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
    /// Findings of failed verdicts by severity, in the order of [`Severity::ALL`], those left out that are waived.
    pub failures: [u64; 5],
    /// Those of `failures` that the earlier run had, too.
    pub known: [u64; 5],
    /// Findings that are waived.
    pub waived: u64,
    /// Findings that no policy made: bad JSON, schema violations.
    pub input_findings: u64,
    /// Findings among them that keep the run from being complete.
    pub incomplete: u64,
    /// Findings on the files that say how to judge: waivers, parameters.
    pub configuration_findings: u64,
    /// Findings among them that keep the run from being complete.
    pub configuration_incomplete: u64,
    /// What changed since the earlier run, where one was given.
    pub baseline: Option<BaselineCounts>,
    /// Passes and failures behind the limits that the configuration sets.
    pub compliance: Vec<ComplianceCount>,
    /// The findings of the earlier run that this one has not.
    pub gone: Vec<Gone>,
    /// Policies that were read and not run, by a run that looks for what is wrong with them.
    #[serde(skip_serializing_if = "is_none")]
    pub policies: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

impl Summary {
    /// Counts one artifact in. `is_of_evidence` tells the rules that judge how a snapshot was taken, and not what it holds.
    pub fn add(&mut self, judged: &Judged, is_of_evidence: impl Fn(RuleIndex) -> bool) {
        let of_evidence = |evaluation: &Evaluation| is_of_evidence(evaluation.rule);
        if judged.artifact.role == Role::Snapshot {
            self.snapshots += 1;
            self.judged += u64::from(!judged.evaluations.iter().all(of_evidence));
        }
        for evaluation in &judged.evaluations {
            self.evaluations += 1;
            let applies = evaluation.outcome != Outcome::NotApplicable;
            self.of_evidence += u64::from(applies && of_evidence(evaluation));
            self.outcomes[evaluation.outcome as usize] += 1;
            for finding in &evaluation.findings {
                self.add_finding(finding, evaluation.outcome == Outcome::Fail);
            }
        }
        let total = judged.findings.len() as u64;
        let incomplete = judged.findings.iter().filter(|finding| finding.incomplete);
        let incomplete = incomplete.count() as u64;
        if judged.artifact.role == Role::Configuration {
            self.configuration_findings += total;
            self.configuration_incomplete += incomplete;
        } else {
            self.input_findings += total;
            self.incomplete += incomplete;
        }
    }

    fn add_finding(&mut self, finding: &Finding, is_failure: bool) {
        let is_known = match finding.baseline {
            Some(BaselineState::Unchanged | BaselineState::Updated) => true,
            Some(BaselineState::New | BaselineState::Absent) | None => false,
        };
        if let (Some(counts), Some(state)) = (&mut self.baseline, finding.baseline) {
            match state {
                BaselineState::New => counts.new += 1,
                BaselineState::Unchanged => counts.unchanged += 1,
                BaselineState::Updated => counts.updated += 1,
                BaselineState::Absent => counts.absent += 1,
            }
        }
        if finding.waiver.is_some() {
            self.waived += 1;
        } else if is_failure {
            let index = Severity::Critical as usize - finding.severity as usize;
            self.failures[index] += 1;
            self.known[index] += u64::from(is_known);
        }
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

    /// How many findings of failed verdicts have a severity; `only_new` leaves out those that the earlier run had.
    pub fn failures_of(&self, severity: Severity, only_new: bool) -> u64 {
        let index = Severity::Critical as usize - severity as usize;
        let known = if only_new { self.known[index] } else { 0 };
        self.failures[index] - known
    }
}

/// Passes and failures of the policies of a pack, or behind the controls of a framework. What is waived is neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComplianceCount {
    /// The framework or the pack.
    pub name: String,
    /// Verdicts that passed.
    pub passed: u64,
    /// Verdicts that failed.
    pub failed: u64,
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
