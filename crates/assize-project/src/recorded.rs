//! What an earlier run recorded: a report of ours, in JSON or in SARIF, or a ratchet.

mod json;
mod sarif;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    path::Path,
};

use assize_finding::{Fingerprint, Position, Severity};

use crate::{error::ProjectError, files, load::present_name, packs::Packs};

/// An error of the JSON reader, with its place in front.
pub(crate) fn json_error(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = text.strip_suffix(&place).unwrap_or(&text);
    format!("{}:{}: {text}", error.line(), error.column())
}

/// What a run recorded.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    pub(crate) version: String,
    pub(crate) now: String,
    /// The policies, and the hashes of their sources.
    pub(crate) rules: BTreeMap<String, Option<String>>,
    /// Parameters and severities that were set, by policy or pack.
    pub(crate) settings: BTreeMap<String, BTreeSet<String>>,
    pub(crate) files: BTreeMap<String, RecordedFile>,
    /// Findings of policies by fingerprint, in a fixed order.
    pub(crate) findings: BTreeMap<String, RecordedFinding>,
    /// The outcome of each verdict that was located, by fingerprint.
    pub(crate) verdicts: HashMap<String, String>,
    /// Policies and files that have a verdict which could not be reached.
    pub(crate) undecided: HashSet<(String, String)>,
    /// Fingerprints of what no policy found.
    pub(crate) inputs: HashSet<String>,
}

/// A file of a run.
#[derive(Debug, Default, Clone)]
pub(crate) struct RecordedFile {
    pub(crate) kind: String,
    pub(crate) source: String,
    pub(crate) schema: Option<String>,
    pub(crate) sha256: Option<String>,
    /// Something of it could not be read.
    pub(crate) is_incomplete: bool,
}

/// A finding of a run.
#[derive(Debug, Clone)]
pub(crate) struct RecordedFinding {
    pub(crate) rule: String,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) file: String,
    pub(crate) path: String,
    pub(crate) start: Position,
    pub(crate) content: Option<String>,
    pub(crate) is_waived: bool,
}

impl Recorded {
    /// Reads a report.
    pub(crate) fn read(path: &Path) -> Result<Self, ProjectError> {
        let text = files::read_report(path).map_err(|error| ProjectError::Read {
            path: path.to_owned(),
            error,
        })?;
        let head = &text[..text.floor_char_boundary(400)];
        let read = if head.contains("\"assizeReport\"") {
            json::read(&text)
        } else if head.contains("\"runs\"") || head.contains("\"$schema\"") {
            sarif::read(&text)
        } else {
            Err("1:1: this is no report of assize; expected what `--format json` or `--format sarif` writes".to_owned())
        };
        read.map_err(|message| {
            ProjectError::Configuration(format!("{}:{message}", files::slashed(path)))
        })
    }

    /// Puts the present ids of policies in the place of former ones; findings get the identity that they have now.
    pub(crate) fn rename(&mut self, ids: &[&str], packs: &Packs) {
        let renamed = |rule: &str| {
            let present = present_name(rule, ids, packs);
            (present != rule).then(|| present.to_owned())
        };
        for (rule, source) in std::mem::take(&mut self.rules) {
            self.rules.insert(renamed(&rule).unwrap_or(rule), source);
        }
        let mut seen: HashMap<Fingerprint, u32> = HashMap::new();
        for (own, mut finding) in std::mem::take(&mut self.findings) {
            let Some(present) = renamed(&finding.rule) else {
                self.findings.insert(own, finding);
                continue;
            };
            let file = self.files.get(&finding.file).cloned().unwrap_or_default();
            let parts = [present.as_str(), &file.kind, &file.source, &finding.path];
            let first = Fingerprint::of(&parts);
            let count = seen.entry(first).or_default();
            *count += 1;
            let now = match count {
                1 => first,
                nth => Fingerprint::of(&[parts[0], parts[1], parts[2], parts[3], &nth.to_string()]),
            };
            finding.rule = present;
            self.findings.insert(now.to_string(), finding);
        }
        let undecided = std::mem::take(&mut self.undecided).into_iter();
        self.undecided = undecided
            .map(|(rule, file)| (renamed(&rule).unwrap_or(rule), file))
            .collect();
    }

    /// The file that a path of another run means: the same path, else the same kind and source.
    pub(crate) fn file_like(
        &self,
        path: &str,
        other: Option<&RecordedFile>,
    ) -> Option<(&str, &RecordedFile)> {
        if let Some((own, file)) = self.files.get_key_value(path) {
            return Some((own, file));
        }
        let other = other.filter(|other| !other.source.is_empty())?;
        let mut files = self.files.iter();
        files
            .find(|(_, file)| file.kind == other.kind && file.source == other.source)
            .map(|(own, file)| (own.as_str(), file))
    }
}
