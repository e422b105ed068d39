//! An earlier run, and what changed since.

use std::collections::HashSet;

use assize_finding::{
    Artifact, BaselineState, Evaluation, Finding, Fingerprint, Gone, Outcome, Role,
};

use crate::{
    load::Project,
    recorded::{Recorded, RecordedFinding},
};

/// The comparison of a run with an earlier one, as it goes.
pub(crate) struct Compared<'b> {
    earlier: &'b Recorded,
    seen: HashSet<&'b str>,
    /// Files that were read whole, by path, and by kind and source.
    files: HashSet<String>,
    sources: HashSet<(String, String)>,
    /// Policies and files with a verdict that could not be reached.
    undecided: HashSet<(String, String)>,
}

impl<'b> Compared<'b> {
    pub(crate) fn new(earlier: &'b Recorded) -> Self {
        Self {
            earlier,
            seen: HashSet::new(),
            files: HashSet::new(),
            sources: HashSet::new(),
            undecided: HashSet::new(),
        }
    }

    /// Says of each finding and verdict of an artifact what became of it.
    pub(crate) fn compare(
        &mut self,
        project: &Project,
        artifact: &Artifact,
        findings: &mut [Finding],
        evaluations: &mut [Evaluation],
    ) {
        let is_whole =
            artifact.role == Role::Snapshot && !findings.iter().any(|finding| finding.incomplete);
        if is_whole {
            self.files.insert(artifact.path.clone());
            if let (Some(kind), Some(source)) = (&artifact.kind, &artifact.source) {
                self.sources.insert((kind.clone(), source.clone()));
            }
        }
        for finding in findings {
            let is_known = self
                .earlier
                .inputs
                .contains(&finding.fingerprint.to_string());
            finding.baseline = Some(if is_known {
                BaselineState::Unchanged
            } else {
                BaselineState::New
            });
        }
        for evaluation in evaluations {
            if matches!(evaluation.outcome, Outcome::Indeterminate | Outcome::Error) {
                let rule = project.run.rule(evaluation.rule).id.clone();
                self.undecided.insert((rule, artifact.path.clone()));
            }
            evaluation.baseline = self.state_of_verdict(evaluation);
            for finding in &mut evaluation.findings {
                finding.baseline = Some(self.state(finding));
            }
        }
    }

    fn state_of_verdict(&self, evaluation: &Evaluation) -> Option<BaselineState> {
        if evaluation.fingerprint == Fingerprint::default() {
            return None;
        }
        let earlier = self
            .earlier
            .verdicts
            .get(&evaluation.fingerprint.to_string());
        Some(match earlier {
            None => BaselineState::New,
            Some(outcome) if *outcome == word(evaluation.outcome) => BaselineState::Unchanged,
            Some(_) => BaselineState::Updated,
        })
    }

    fn state(&mut self, finding: &Finding) -> BaselineState {
        let own = finding.fingerprint.to_string();
        let Some((key, earlier)) = self.earlier.findings.get_key_value(&own) else {
            return BaselineState::New;
        };
        self.seen.insert(key);
        if earlier.is_waived && finding.waiver.is_none() {
            // It did not count before, and it does now.
            return BaselineState::New;
        }
        let is_other = |earlier: &RecordedFinding| {
            let contents = (&earlier.content, &finding.location.content);
            earlier.severity != finding.severity || matches!(contents, (Some(a), Some(b)) if a != b)
        };
        if is_other(earlier) {
            BaselineState::Updated
        } else {
            BaselineState::Unchanged
        }
    }

    /// The findings that are gone: of policies that ran and reached their verdicts, in files that were read whole.
    pub(crate) fn end(self, project: &Project) -> Vec<Gone> {
        let runs: HashSet<&str> = project
            .set
            .cells()
            .iter()
            .map(|cell| cell.id.as_str())
            .collect();
        let was_judged = |finding: &RecordedFinding| {
            let file = self.earlier.files.get(&finding.file);
            let is_same = |kind: &str, source: &str| {
                !source.is_empty() && self.sources.contains(&(kind.to_owned(), source.to_owned()))
            };
            let is_here = self.files.contains(&finding.file)
                || file.is_some_and(|file| is_same(&file.kind, &file.source));
            let pair = (finding.rule.clone(), finding.file.clone());
            runs.contains(finding.rule.as_str()) && is_here && !self.undecided.contains(&pair)
        };
        let gone = self
            .earlier
            .findings
            .iter()
            .filter(|(own, _)| !self.seen.contains(own.as_str()));
        gone.filter(|(_, finding)| was_judged(finding))
            .map(|(own, finding)| Gone {
                rule: finding.rule.clone(),
                severity: finding.severity,
                message: finding.message.clone(),
                file: finding.file.clone(),
                path: finding.path.clone(),
                start: finding.start,
                fingerprint: own.parse().unwrap_or_default(),
            })
            .collect()
    }
}

/// The outcome as reports write it.
fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotApplicable => "notApplicable",
        other => other.as_str(),
    }
}
