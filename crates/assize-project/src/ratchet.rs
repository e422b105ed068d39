//! A ratchet: the failures that a project has for now. It gets no new ones, and what is mended stays mended.

use std::path::Path;

use assize_finding::{Judged, Outcome, Position, Severity, Summary};
use serde::{Deserialize, Serialize};

use crate::{
    error::ProjectError,
    files,
    load::Project,
    recorded::{Recorded, RecordedFile, RecordedFinding, json_error},
};

/// The failures that are known, as the file has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ratchet {
    failures: Vec<Known>,
}

/// A failure that is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    rule: String,
    file: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    source: String,
    path: String,
    severity: String,
    fingerprint: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    assize_ratchet: u32,
    failures: Vec<Known>,
}

impl Ratchet {
    /// Reads the file; `None` where there is none yet.
    pub fn read(path: &Path) -> Result<Option<Self>, ProjectError> {
        if !path.exists() {
            return Ok(None);
        }
        let text = files::read_report(path).map_err(|error| ProjectError::Read {
            path: path.to_owned(),
            error,
        })?;
        let wrong = |message: String| {
            ProjectError::Configuration(format!("{}:{message}", files::slashed(path)))
        };
        let file: File = serde_json::from_str(&text).map_err(|error| wrong(json_error(&error)))?;
        if file.assize_ratchet != 1 {
            let version = file.assize_ratchet;
            return Err(wrong(format!(
                "1:1: the ratchet has version {version}; this release reads version 1"
            )));
        }
        Ok(Some(Self {
            failures: file.failures,
        }))
    }

    /// The file's text: a line for each failure, so that two branches can be merged.
    pub fn text(&self) -> String {
        let mut known = self.failures.clone();
        known.sort();
        known.dedup();
        let lines: Vec<String> = known
            .iter()
            .map(|known| serde_json::to_string(known).unwrap_or_default())
            .collect();
        if lines.is_empty() {
            return "{\"assizeRatchet\": 1, \"failures\": []}\n".to_owned();
        }
        format!(
            "{{\"assizeRatchet\": 1, \"failures\": [\n{}\n]}}\n",
            lines.join(",\n")
        )
    }

    /// Adds the failures of an artifact that count.
    pub fn add(&mut self, project: &Project, judged: &Judged) {
        let failed = judged
            .evaluations
            .iter()
            .filter(|verdict| verdict.outcome == Outcome::Fail);
        let findings = failed.flat_map(|verdict| &verdict.findings);
        for finding in findings.filter(|finding| finding.waiver.is_none()) {
            self.failures.push(Known {
                rule: project.run.rule(finding.rule).id.clone(),
                file: judged.artifact.path.clone(),
                kind: judged.artifact.kind.clone().unwrap_or_default(),
                source: judged.artifact.source.clone().unwrap_or_default(),
                path: finding.location.path.clone(),
                severity: finding.severity.to_string(),
                fingerprint: finding.fingerprint.to_string(),
            });
        }
    }

    /// The ratchet without what a run has found mended; `None` where it stays as it is.
    pub fn tightened(&self, summary: &Summary) -> Option<Self> {
        let gone: Vec<String> = summary
            .gone
            .iter()
            .map(|gone| gone.fingerprint.to_string())
            .collect();
        let stays = |known: &&Known| !gone.contains(&known.fingerprint);
        let failures: Vec<Known> = self.failures.iter().filter(stays).cloned().collect();
        (failures.len() < self.failures.len()).then_some(Self { failures })
    }

    /// How many failures are known.
    pub fn len(&self) -> usize {
        self.failures.len()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.failures.is_empty()
    }

    pub(crate) fn recorded(&self) -> Recorded {
        let mut recorded = Recorded::default();
        for known in &self.failures {
            recorded
                .files
                .entry(known.file.clone())
                .or_insert_with(|| RecordedFile {
                    kind: known.kind.clone(),
                    source: known.source.clone(),
                    ..RecordedFile::default()
                });
            let finding = RecordedFinding {
                rule: known.rule.clone(),
                severity: known.severity.parse().unwrap_or(Severity::High),
                message: "it was known".to_owned(),
                file: known.file.clone(),
                path: known.path.clone(),
                start: Position::new(1, 1),
                content: None,
                is_waived: false,
            };
            recorded.findings.insert(known.fingerprint.clone(), finding);
        }
        recorded
    }
}
