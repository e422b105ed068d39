//! The shapes of `json-v1`, which [`crate::json::Json`] documents. They are apart from the model, so that the model can change
//! while the format does not.

use assize_finding::{
    Artifact, BaselineCounts, BaselineState, Control, Disabled, Evaluation, ExitStatus, Finding,
    Fingerprint, Gone, Location, Outcome, Override, Pointer, Region, Role, Rule, Run, Severity,
    Status, Summary, TraceKind, TraceStep, ValueKind, Waiver,
};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct ToolV1<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
}

#[derive(Serialize)]
pub(crate) struct ParameterV1<'a> {
    pub(crate) rule: &'a str,
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleV1<'a> {
    id: &'a str,
    title: &'a str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'a str>,
    controls: Vec<ControlV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

#[derive(Serialize)]
struct ControlV1<'a> {
    framework: &'a str,
    id: &'a str,
}

impl<'a> RuleV1<'a> {
    pub(crate) fn new(rule: &'a Rule) -> Self {
        let control = |control: &'a Control| ControlV1 {
            framework: &control.framework,
            id: &control.id,
        };
        Self {
            id: &rule.id,
            title: &rule.title,
            severity: rule.severity.as_str(),
            kind: rule.kind.as_deref(),
            description: &rule.description,
            fix: rule.fix.as_deref(),
            help_uri: rule.help_uri.as_deref(),
            controls: rule.controls.iter().map(control).collect(),
            source: rule.source.as_deref(),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct ArtifactV1<'a> {
    path: &'a str,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<&'a str>,
    length: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
}

impl<'a> ArtifactV1<'a> {
    pub(crate) fn new(artifact: &'a Artifact) -> Self {
        Self {
            path: &artifact.path,
            role: match artifact.role {
                Role::Snapshot => "snapshot",
                Role::Policy => "policy",
                Role::Configuration => "configuration",
            },
            kind: artifact.kind.as_deref(),
            source: artifact.source.as_deref(),
            schema: artifact.schema.as_deref(),
            length: artifact.length,
            sha256: artifact.sha256.as_deref(),
            encoding: artifact.encoding.map(assize_finding::Encoding::as_str),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct EvaluationV1<'a> {
    rule: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    object: LocationV1<'a>,
    fingerprint: Fingerprint,
    #[serde(skip_serializing_if = "Option::is_none", rename = "baselineState")]
    baseline: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingV1<'a>>,
    /// Only where the run explains its verdicts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trace: Vec<TraceStepV1<'a>>,
}

/// A step of what a verdict was made of.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TraceStepV1<'a> {
    kind: TraceKind,
    /// The expression in the policy; of a function, its name.
    source: &'a str,
    region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<LocationV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    round: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<TraceStepV1<'a>>,
}

impl<'a> TraceStepV1<'a> {
    fn all(steps: &'a [TraceStep]) -> Vec<Self> {
        let step = |step: &'a TraceStep| Self {
            kind: step.kind,
            source: &step.source,
            region: step.region,
            value: step.value.as_deref(),
            file: step.place.as_ref().and_then(|place| place.file.as_deref()),
            location: step
                .place
                .as_ref()
                .map(|place| LocationV1::new(&place.location)),
            round: step.round,
            steps: Self::all(&step.steps),
        };
        steps.iter().map(step).collect()
    }
}

impl<'a> EvaluationV1<'a> {
    pub(crate) fn new(run: &'a Run, evaluation: &'a Evaluation) -> Self {
        let findings = &evaluation.findings;
        Self {
            rule: &run.rule(evaluation.rule).id,
            outcome: match evaluation.outcome {
                Outcome::Pass => "pass",
                Outcome::Fail => "fail",
                Outcome::NotApplicable => "notApplicable",
                Outcome::Indeterminate => "indeterminate",
                Outcome::Review => "review",
                Outcome::Error => "error",
            },
            reason: &evaluation.reason,
            object: LocationV1::new(&evaluation.object),
            fingerprint: evaluation.fingerprint,
            baseline: evaluation.baseline.map(BaselineState::as_str),
            findings: findings
                .iter()
                .map(|finding| FindingV1::new(run, finding))
                .collect(),
            trace: evaluation
                .trace
                .as_ref()
                .map_or_else(Vec::new, |trace| TraceStepV1::all(&trace.steps)),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct FindingV1<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    location: LocationV1<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a str>,
    fingerprint: Fingerprint,
    #[serde(skip_serializing_if = "is_false")]
    incomplete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<WaiverV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none", rename = "baselineState")]
    baseline: Option<&'static str>,
}

#[derive(Serialize)]
struct WaiverV1<'a> {
    file: &'a str,
    line: u32,
    owner: &'a str,
    reason: &'a str,
    expires: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approver: Option<&'a str>,
}

impl<'a> From<&'a Waiver> for WaiverV1<'a> {
    fn from(waiver: &'a Waiver) -> Self {
        Self {
            file: &waiver.file,
            line: waiver.region.start.line,
            owner: &waiver.owner,
            reason: &waiver.reason,
            expires: &waiver.expires,
            ticket: waiver.ticket.as_deref(),
            approver: waiver.approver.as_deref(),
        }
    }
}

/// A policy that was turned off.
#[derive(Serialize)]
pub(crate) struct DisabledV1<'a> {
    pub(crate) rule: &'a str,
    pub(crate) reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) files: Option<&'a str>,
}

/// A severity that was set.
#[derive(Serialize)]
pub(crate) struct OverrideV1<'a> {
    pub(crate) rule: &'a str,
    pub(crate) severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) files: Option<&'a str>,
}

impl<'a> From<&'a Disabled> for DisabledV1<'a> {
    fn from(disabled: &'a Disabled) -> Self {
        Self {
            rule: &disabled.rule,
            reason: &disabled.reason,
            files: disabled.files.as_deref(),
        }
    }
}

impl<'a> From<&'a Override> for OverrideV1<'a> {
    fn from(own: &'a Override) -> Self {
        Self {
            rule: &own.rule,
            severity: own.severity.as_str(),
            files: own.files.as_deref(),
        }
    }
}

/// A finding that the earlier run had.
#[derive(Serialize)]
pub(crate) struct GoneV1<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    file: &'a str,
    path: &'a str,
    fingerprint: Fingerprint,
}

impl<'a> From<&'a Gone> for GoneV1<'a> {
    fn from(gone: &'a Gone) -> Self {
        Self {
            rule: &gone.rule,
            severity: gone.severity.as_str(),
            message: &gone.message,
            file: &gone.file,
            path: &gone.path,
            fingerprint: gone.fingerprint,
        }
    }
}

#[derive(Serialize)]
struct RelatedV1<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    location: LocationV1<'a>,
    message: &'a str,
}

impl<'a> FindingV1<'a> {
    pub(crate) fn new(run: &'a Run, finding: &'a Finding) -> Self {
        let related = finding.related.iter().map(|related| RelatedV1 {
            file: related.file.as_deref(),
            location: LocationV1::new(&related.location),
            message: &related.message,
        });
        Self {
            rule: &run.rule(finding.rule).id,
            severity: finding.severity.as_str(),
            message: &finding.message,
            location: LocationV1::new(&finding.location),
            related: related.collect(),
            fix: finding.fix.as_deref(),
            fingerprint: finding.fingerprint,
            incomplete: finding.incomplete,
            content: finding.location.content.as_deref(),
            waiver: finding.waiver.as_deref().map(WaiverV1::from),
            baseline: finding.baseline.map(BaselineState::as_str),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationV1<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<RegionV1>,
    value_kind: &'static str,
    #[serde(skip_serializing_if = "is_false")]
    absent: bool,
}

#[derive(Serialize)]
struct RegionV1 {
    start: PositionV1,
    end: PositionV1,
}

#[derive(Serialize)]
struct PositionV1 {
    line: u32,
    column: u32,
}

impl<'a> LocationV1<'a> {
    fn new(location: &'a Location) -> Self {
        Self {
            pointer: location.pointer.as_ref().map(Pointer::as_str),
            path: &location.path,
            region: location.region.map(|Region { start, end }| RegionV1 {
                start: PositionV1 {
                    line: start.line,
                    column: start.column,
                },
                end: PositionV1 {
                    line: end.line,
                    column: end.column,
                },
            }),
            value_kind: match location.value_kind {
                ValueKind::Object => "object",
                ValueKind::Array => "array",
                ValueKind::Property => "property",
                ValueKind::Value => "value",
            },
            absent: location.absent,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct SummaryV1 {
    snapshots: SnapshotsV1,
    evaluations: OutcomesV1,
    failures: SeveritiesV1,
    waived: u64,
    input: InputV1,
    configuration: InputV1,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<BaselineCounts>,
}

#[derive(Serialize)]
struct SnapshotsV1 {
    read: u64,
    judged: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutcomesV1 {
    total: u64,
    pass: u64,
    fail: u64,
    not_applicable: u64,
    indeterminate: u64,
    review: u64,
    error: u64,
}

#[derive(Serialize)]
struct SeveritiesV1 {
    total: u64,
    critical: u64,
    high: u64,
    medium: u64,
    low: u64,
    info: u64,
}

#[derive(Serialize)]
struct InputV1 {
    total: u64,
    incomplete: u64,
}

impl SummaryV1 {
    pub(crate) fn new(summary: &Summary) -> Self {
        let [critical, high, medium, low, info] = summary.failures;
        let total = summary.failures_at(Severity::Info);
        Self {
            snapshots: SnapshotsV1 {
                read: summary.snapshots,
                judged: summary.judged,
            },
            evaluations: OutcomesV1 {
                total: summary.evaluations,
                pass: summary.count(Outcome::Pass),
                fail: summary.count(Outcome::Fail),
                not_applicable: summary.count(Outcome::NotApplicable),
                indeterminate: summary.count(Outcome::Indeterminate),
                review: summary.count(Outcome::Review),
                error: summary.count(Outcome::Error),
            },
            failures: SeveritiesV1 {
                total,
                critical,
                high,
                medium,
                low,
                info,
            },
            waived: summary.waived,
            input: InputV1 {
                total: summary.input_findings,
                incomplete: summary.incomplete,
            },
            configuration: InputV1 {
                total: summary.configuration_findings,
                incomplete: summary.configuration_incomplete,
            },
            baseline: summary.baseline,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct StatusV1<'a> {
    exit: &'static str,
    code: u8,
    reason: &'a str,
}

impl<'a> StatusV1<'a> {
    pub(crate) fn new(status: &'a Status) -> Self {
        Self {
            exit: match status.exit {
                ExitStatus::Clean => "clean",
                ExitStatus::Findings => "findings",
                ExitStatus::Usage => "usage",
                ExitStatus::NothingChecked => "nothingChecked",
                ExitStatus::Incomplete => "incomplete",
            },
            code: status.exit as u8,
            reason: &status.reason,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}
