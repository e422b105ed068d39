use serde::Serialize;

use crate::{
    Artifact, BaselineState, Fingerprint, Location, Outcome, RuleIndex, Severity, Trace, Waiver,
};

/// All that was said of one artifact. Findings and evaluations come in a fixed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The file.
    pub artifact: Artifact,
    /// What no policy found: bad JSON, schema violations, sections that were not collected.
    pub findings: Vec<Finding>,
    /// The verdicts, one per policy and object.
    pub evaluations: Vec<Evaluation>,
}

/// The verdict of one policy on one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// The policy.
    pub rule: RuleIndex,
    /// The verdict.
    pub outcome: Outcome,
    /// Why, for every outcome but `pass` and `fail`: the reason that the policy or the engine gave. Empty otherwise.
    pub reason: String,
    /// The object that was judged.
    pub object: Location,
    /// The identity of this verdict over time.
    pub fingerprint: Fingerprint,
    /// What was found wrong (outcome `fail`) or needs a person's eye (outcome `review`); empty for every other outcome.
    pub findings: Vec<Finding>,
    /// What the verdict was made of, where somebody asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<Box<Trace>>,
    /// What became of the verdict since the earlier run, where one was given.
    pub baseline: Option<BaselineState>,
}

/// One thing that is not in order, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule it is reported under.
    pub rule: RuleIndex,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop. May hold text from a snapshot: escape before printing.
    pub message: String,
    /// Where.
    pub location: Location,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// How to mend it, where this finding knows better than its rule.
    pub fix: Option<String>,
    /// The identity of this finding over time.
    pub fingerprint: Fingerprint,
    /// The finding keeps the run from being complete: something could not be read or judged.
    pub incomplete: bool,
    /// Somebody accepts it: it is shown, and does not count.
    pub waiver: Option<Box<Waiver>>,
    /// What became of it since the earlier run, where one was given.
    pub baseline: Option<BaselineState>,
}

/// A further place that helps to understand a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Related {
    /// The file, as [`Artifact::path`] writes it, where the place is in another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where.
    pub location: Location,
    /// What is to be seen there.
    pub message: String,
}
