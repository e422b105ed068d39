//! The shapes of `json-v1`, which [`crate::json::Json`] documents. They are apart from the model, so that the model can change
//! while the format does not.

use assize_finding::{
    Artifact, Control, Evaluation, ExitStatus, Finding, Fingerprint, Location, Outcome, Pointer,
    Region, Role, Rule, Run, Severity, Status, Summary, ValueKind,
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
        }
    }
}

#[derive(Serialize)]
pub(crate) struct ArtifactV1<'a> {
    path: &'a str,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingV1<'a>>,
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
            findings: findings
                .iter()
                .map(|finding| FindingV1::new(run, finding))
                .collect(),
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
    input: InputV1,
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
            input: InputV1 {
                total: summary.input_findings,
                incomplete: summary.incomplete,
            },
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
