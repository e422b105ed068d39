use assize_finding::{
    BaselineState, Evaluation, Finding, Fingerprint, Judged, Location, Outcome, Related, Rule,
    RuleIndex, Severity, Trace, Waiver,
};

/// One thing that is said: a finding, or a verdict that has none.
#[derive(Clone, Copy)]
pub(crate) struct Statement<'a> {
    pub(crate) outcome: Outcome,
    pub(crate) rule: RuleIndex,
    /// The finding's severity; `None` for verdicts.
    pub(crate) severity: Option<Severity>,
    /// The message or the reason; may be empty.
    pub(crate) text: &'a str,
    pub(crate) fix: Option<&'a str>,
    pub(crate) location: &'a Location,
    pub(crate) related: &'a [Related],
    pub(crate) fingerprint: Fingerprint,
    /// Something could not be read or judged.
    pub(crate) incomplete: bool,
    pub(crate) waiver: Option<&'a Waiver>,
    pub(crate) baseline: Option<BaselineState>,
    /// The identity of the verdict that a finding belongs to.
    pub(crate) verdict: Option<Fingerprint>,
    /// What the verdict was made of, where somebody asked for it.
    pub(crate) trace: Option<&'a Trace>,
}

impl<'a> Statement<'a> {
    /// All that is said of one artifact, in the order of the model.
    pub(crate) fn all(judged: &'a Judged) -> impl Iterator<Item = Self> {
        let input = judged
            .findings
            .iter()
            .map(|finding| Self::of_finding(Outcome::Fail, finding));
        let verdicts = judged.evaluations.iter().flat_map(|verdict| {
            let bare = verdict
                .findings
                .is_empty()
                .then(|| Self::of_verdict(verdict));
            let findings = verdict.findings.iter();
            bare.into_iter().chain(findings.map(|finding| Self {
                verdict: Some(verdict.fingerprint),
                trace: verdict.trace.as_deref(),
                ..Self::of_finding(verdict.outcome, finding)
            }))
        });
        input.chain(verdicts)
    }

    fn of_finding(outcome: Outcome, finding: &'a Finding) -> Self {
        Self {
            outcome,
            rule: finding.rule,
            severity: Some(finding.severity),
            text: &finding.message,
            fix: finding.fix.as_deref(),
            location: &finding.location,
            related: &finding.related,
            fingerprint: finding.fingerprint,
            incomplete: finding.incomplete,
            waiver: finding.waiver.as_deref(),
            baseline: finding.baseline,
            verdict: None,
            trace: None,
        }
    }

    fn of_verdict(verdict: &'a Evaluation) -> Self {
        Self {
            outcome: verdict.outcome,
            rule: verdict.rule,
            severity: None,
            text: &verdict.reason,
            fix: None,
            location: &verdict.object,
            related: &[],
            fingerprint: verdict.fingerprint,
            incomplete: verdict.outcome == Outcome::Error,
            waiver: None,
            baseline: verdict.baseline,
            verdict: None,
            trace: verdict.trace.as_deref(),
        }
    }

    pub(crate) fn failed(&self) -> bool {
        self.outcome == Outcome::Fail
    }

    /// Whether somebody has to do something: it is neither in order nor accepted.
    pub(crate) fn calls_for_something(&self) -> bool {
        !matches!(self.outcome, Outcome::Pass | Outcome::NotApplicable) && self.waiver.is_none()
    }

    /// How to mend it: what the finding says, else for a failure what its rule says.
    pub(crate) fn fix(&self, rule: &'a Rule) -> Option<&'a str> {
        let of_rule = rule.fix.as_deref().filter(|_| self.failed());
        self.fix.or(of_rule)
    }
}
