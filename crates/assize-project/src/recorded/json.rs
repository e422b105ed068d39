//! Reads `json-v1`.

use assize_finding::Position;
use serde::Deserialize;

use super::{Recorded, RecordedFile, RecordedFinding, json_error};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    assize_report: u32,
    tool: Tool,
    now: String,
    #[serde(default)]
    parameters: Vec<Parameter>,
    #[serde(default)]
    overrides: Vec<Override>,
    rules: Vec<Rule>,
    files: Vec<File>,
}

#[derive(Deserialize)]
struct Tool {
    version: String,
}

#[derive(Deserialize)]
struct Parameter {
    rule: String,
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct Override {
    rule: String,
    severity: String,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    source: Option<String>,
}

#[derive(Deserialize)]
struct File {
    path: String,
    role: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    source: String,
    schema: Option<String>,
    sha256: Option<String>,
    findings: Vec<Finding>,
    evaluations: Vec<Evaluation>,
}

#[derive(Deserialize)]
struct Evaluation {
    rule: String,
    outcome: String,
    fingerprint: String,
    #[serde(default)]
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    rule: String,
    severity: String,
    message: String,
    location: Location,
    fingerprint: String,
    #[serde(default)]
    incomplete: bool,
    content: Option<String>,
    waiver: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Location {
    path: String,
    region: Option<Region>,
}

#[derive(Deserialize)]
struct Region {
    start: Start,
}

#[derive(Deserialize)]
struct Start {
    line: u32,
    column: u32,
}

pub(super) fn read(text: &str) -> Result<Recorded, String> {
    let report: Report = serde_json::from_str(text).map_err(|error| json_error(&error))?;
    if report.assize_report != 1 {
        let version = report.assize_report;
        return Err(format!(
            "1:1: the report has version {version}; this release reads version 1"
        ));
    }
    let mut recorded = Recorded {
        version: report.tool.version,
        now: report.now,
        rules: report
            .rules
            .into_iter()
            .map(|rule| (rule.id, rule.source))
            .collect(),
        ..Recorded::default()
    };
    for Parameter { rule, name, value } in report.parameters {
        recorded
            .settings
            .entry(rule)
            .or_default()
            .insert(format!("{name}={value}"));
    }
    for Override { rule, severity } in report.overrides {
        recorded.settings.entry(rule).or_default().insert(severity);
    }
    for file in report
        .files
        .into_iter()
        .filter(|file| file.role == "snapshot")
    {
        take_file(&mut recorded, file)?;
    }
    Ok(recorded)
}

fn take_file(recorded: &mut Recorded, file: File) -> Result<(), String> {
    let is_incomplete = file.findings.iter().any(|finding| finding.incomplete);
    recorded
        .inputs
        .extend(file.findings.into_iter().map(|finding| finding.fingerprint));
    for evaluation in file.evaluations {
        if matches!(evaluation.outcome.as_str(), "indeterminate" | "error") {
            recorded
                .undecided
                .insert((evaluation.rule.clone(), file.path.clone()));
        }
        recorded
            .verdicts
            .insert(evaluation.fingerprint, evaluation.outcome);
        for finding in evaluation.findings {
            let start = finding.location.region.map(|region| region.start);
            let read = RecordedFinding {
                severity: finding
                    .severity
                    .parse()
                    .map_err(|error| format!("1:1: {error}"))?,
                rule: finding.rule,
                message: finding.message,
                file: file.path.clone(),
                path: finding.location.path,
                start: start.map_or(Position::new(1, 1), |start| {
                    Position::new(start.line.max(1), start.column.max(1))
                }),
                content: finding.content,
                is_waived: finding.waiver.is_some(),
            };
            recorded.findings.insert(finding.fingerprint, read);
        }
    }
    let known = RecordedFile {
        kind: file.kind,
        source: file.source,
        schema: file.schema,
        sha256: file.sha256,
        is_incomplete,
    };
    recorded.files.insert(file.path, known);
    Ok(())
}
