//! `assize.judge`: a snapshot as it stands in the editor, judged beside the other snapshots of its folder.

use std::path::Path;

use assize_finding::{Evaluation, Finding, Judged, Location, Outcome};
use assize_project::{Input, Project, ProjectError, Wanted, files};
use assize_snapshot::parse_time;
use lsp_types::{Diagnostic, DiagnosticSeverity, MessageType};
use serde_json::{Value, json};

use super::Argument;
use crate::{
    diagnostics::{diagnostic, level, tell},
    document::{Document, Language},
    fault::Fault,
    state::State,
    workspace::Workspace,
};

/// Other snapshots that are read for a verdict; in larger folders only the snapshot itself is.
const MOST_SIBLINGS: usize = 50;
/// Verdicts that are shown in one document.
const MOST_SHOWN: usize = 1_000;
/// The name of the judged text among the inputs.
const NAME: &str = "the snapshot in the editor";

pub(super) fn run(state: &State, argument: &Argument) -> Result<Option<Value>, Fault> {
    let document = state.document(&argument.uri)?;
    if document.language != Language::Json || document.is_too_large() {
        return Err(Fault::refused(
            "this is no snapshot that can be judged here",
        ));
    }
    let workspace = state.workspace(document.path.as_deref());
    let project = Workspace::for_run(&workspace.site, now(argument.at.as_deref())?)
        .map_err(|error| Fault::refused(error.to_string()))?;
    let judged = judged(&project, &document).map_err(|error| Fault::refused(error.to_string()))?;
    let judged = judged.ok_or_else(|| Fault::refused("the snapshot was not judged"))?;
    let count = |outcome: Outcome| {
        judged
            .evaluations
            .iter()
            .filter(|own| own.outcome == outcome)
            .count()
    };
    let counts = json!({
        "pass": count(Outcome::Pass),
        "fail": count(Outcome::Fail),
        "review": count(Outcome::Review),
        "notApplicable": count(Outcome::NotApplicable),
        "indeterminate": count(Outcome::Indeterminate),
        "error": count(Outcome::Error),
    });
    let (fail, incomplete) = (
        count(Outcome::Fail),
        count(Outcome::Indeterminate) + count(Outcome::Error),
    );
    let typ = if fail + incomplete == 0 {
        MessageType::INFO
    } else {
        MessageType::WARNING
    };
    let message = format!(
        "{} passed, {fail} failed, {} to review, {} do not apply, {incomplete} could not be judged",
        count(Outcome::Pass),
        count(Outcome::Review),
        count(Outcome::NotApplicable),
    );
    state.show(typ, message);
    if state.keep_found(&document, shown(&project, &document, &judged)) {
        tell(state, &document.uri);
    }
    Ok(Some(counts))
}

/// The time of the run: the one that is given, else the present one.
#[expect(
    clippy::disallowed_methods,
    reason = "each run has one clock, and this is where this one is read"
)]
fn now(at: Option<&str>) -> Result<i64, Fault> {
    match at {
        None => Ok(jiff::Timestamp::now().as_microsecond()),
        Some(text) => parse_time(text, true).map_err(|_| {
            Fault::arguments(format!(
                "`{text}` is no time; expected a date such as 2026-11-20"
            ))
        }),
    }
}

fn judged(project: &Project, document: &Document) -> Result<Option<Judged>, ProjectError> {
    let mut inputs = vec![Input::Bytes {
        name: NAME.to_owned(),
        bytes: document.text().as_bytes().to_vec(),
    }];
    inputs.extend(siblings(document.path.as_deref()).map(Input::Path));
    let mut own = None;
    project.check(inputs, Wanted::default(), |judged| {
        if judged.artifact.path == NAME {
            own = Some(judged);
        }
        Ok::<(), ProjectError>(())
    })?;
    Ok(own)
}

/// The other snapshots of the folder: policies may ask for what belongs to the same estate.
fn siblings(path: Option<&Path>) -> impl Iterator<Item = std::path::PathBuf> {
    let found = path.and_then(|path| Some((path, files::json_beside(path).ok()?)));
    let others = found.map(|(path, all)| {
        all.into_iter()
            .filter(|other| other != path)
            .collect::<Vec<_>>()
    });
    others
        .filter(|others| others.len() <= MOST_SIBLINGS)
        .into_iter()
        .flatten()
}

/// The verdicts that say something, at their places.
fn shown(project: &Project, document: &Document, judged: &Judged) -> Vec<Diagnostic> {
    let rule = |index: assize_finding::RuleIndex| project.run.rules[index.0 as usize].id.as_str();
    let of_finding = |finding: &Finding| {
        let message = format!("{}: {}", rule(finding.rule), finding.message);
        at(
            document,
            &finding.location,
            level(finding.severity),
            rule(finding.rule),
            message,
        )
    };
    let of_evaluation = |evaluation: &Evaluation| -> Vec<Diagnostic> {
        let severity = match evaluation.outcome {
            Outcome::Indeterminate => DiagnosticSeverity::WARNING,
            Outcome::Error => DiagnosticSeverity::ERROR,
            _ => return evaluation.findings.iter().map(of_finding).collect(),
        };
        let word = if evaluation.outcome == Outcome::Error {
            "error"
        } else {
            "cannot be judged"
        };
        let message = format!("{}: {word}: {}", rule(evaluation.rule), evaluation.reason);
        vec![at(
            document,
            &evaluation.object,
            severity,
            rule(evaluation.rule),
            message,
        )]
    };
    judged
        .evaluations
        .iter()
        .flat_map(of_evaluation)
        .take(MOST_SHOWN)
        .collect()
}

fn at(
    document: &Document,
    location: &Location,
    severity: DiagnosticSeverity,
    rule: &str,
    message: String,
) -> Diagnostic {
    let mut range = location.region.map_or_else(
        || document.line_range(0),
        |region| document.range_of(region),
    );
    if range.start.line != range.end.line {
        // A whole object underlined is no place.
        range.end = document.line_range(range.start.line).end;
    }
    diagnostic(range, severity, rule, message)
}
