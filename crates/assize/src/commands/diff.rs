//! `assize diff`: two runs, what is different between them, and why.

use std::{fmt::Write as _, io::Write, path::PathBuf};

use assize_finding::ExitStatus;
use assize_project::{Cause, Change, Diff, Difference};
use assize_report::escape_control;
use clap::Args;
use serde_json::json;

use crate::{arguments::SourceArguments, failure::Failure, terminal, terminal::Stdout};

/// The arguments of `assize diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArguments {
    /// The report of the first run, as `--format json` or `--format sarif` writes it.
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// The report of the second run.
    #[arg(value_name = "AFTER")]
    after: PathBuf,
    #[command(flatten)]
    sources: SourceArguments,
    /// Write JSON instead of text.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &DiffArguments) -> Result<ExitStatus, Failure> {
    let project = super::load(&arguments.sources)?;
    let diff = project.diff(&arguments.before, &arguments.after)?;
    let text = if arguments.json {
        in_json(&diff)
    } else {
        in_text(&diff)
    };
    let written = Stdout::default().write_all(text.as_bytes());
    written.map_err(|error| Failure::Write {
        target: "standard output".to_owned(),
        error,
    })?;
    let count = |change: Change| {
        diff.differences
            .iter()
            .filter(|one| one.change == change)
            .count()
    };
    let new = count(Change::New);
    terminal::error_line(&format!(
        "{new} new, {} changed, {} fixed, {} not comparable, {} unchanged",
        count(Change::Changed),
        count(Change::Fixed),
        count(Change::NotComparable),
        diff.unchanged
    ));
    Ok(if diff.differences.iter().any(|one| one.is_worse) {
        ExitStatus::Findings
    } else {
        ExitStatus::Clean
    })
}

fn in_text(diff: &Diff) -> String {
    let mut text = String::new();
    for one in &diff.differences {
        let Difference {
            change,
            rule,
            severity,
            message,
            file,
            path,
            ..
        } = one;
        let path = if path.is_empty() {
            String::new()
        } else {
            format!(" ({path})")
        };
        let line = format!(
            "{}: {severity}[{rule}] {message} in {file}{path}",
            change.as_str()
        );
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{}", escape_control(&line));
        if let Some(why) = why(one) {
            let _ = writeln!(text, "  = {}", escape_control(&why));
        }
    }
    text
}

/// `cause: policy`, `cause: one of configuration, policy`, and what else there is to say.
fn why(one: &Difference) -> Option<String> {
    let causes: Vec<&str> = one.causes.iter().map(|cause| cause.as_str()).collect();
    let cause = match causes.as_slice() {
        [] if one.change == Change::NotComparable => None,
        [] => Some("cause: unknown; nothing that was recorded is different".to_owned()),
        [cause] => Some(format!("cause: {cause}")),
        several => Some(format!("cause: one of {}", several.join(", "))),
    };
    let note = Some(one.note.clone()).filter(|note| !note.is_empty());
    match (cause, note) {
        (Some(cause), Some(note)) => Some(format!("{cause}; {note}")),
        (cause, note) => cause.or(note),
    }
}

fn in_json(diff: &Diff) -> String {
    let differences = diff.differences.iter().map(|one| {
        json!({
            "change": one.change.as_str(),
            "rule": one.rule,
            "severity": one.severity,
            "message": one.message,
            "file": one.file,
            "path": one.path,
            "fingerprint": one.fingerprint,
            "causes": one.causes.iter().copied().map(Cause::as_str).collect::<Vec<_>>(),
            "note": one.note,
        })
    });
    let differences: Vec<_> = differences.collect();
    format!(
        "{:#}\n",
        json!({ "assizeDiff": 1, "differences": differences, "unchanged": diff.unchanged })
    )
}
