//! `assize test --bless`: what the policies say becomes what is expected.

use std::{fmt::Write as _, path::PathBuf};

use assize_finding::ExitStatus;
use assize_policy::{Blessed, ExampleResult, bless_cases, bless_page};
use assize_project::files::read_text;
use assize_report::escape_control;

use super::{Selection, Tested, tested::TestedPolicy};
use crate::{failure::Failure, output::write_whole, terminal};

pub(super) fn run(selection: &Selection, tested: &Tested) -> Result<ExitStatus, Failure> {
    let mut files: Vec<(PathBuf, Blessed)> = Vec::new();
    let mut refused = Vec::new();
    for policy in &tested.policies {
        if let Some(wrong) = &policy.wrong {
            refused.push(format!("{}: {wrong}", policy.id));
        }
        for outcome in blessed(selection, tested, policy) {
            match outcome {
                Ok(file) => files.push(file),
                Err(reason) => refused.push(reason),
            }
        }
    }
    // One refusal refuses all: half of a change would look like the whole.
    if !refused.is_empty() {
        for reason in &refused {
            terminal::error_line(&format!("not blessed: {reason}"));
        }
        terminal::error_line("nothing was written");
        return Ok(ExitStatus::Findings);
    }
    let mut text = String::new();
    for (path, blessed) in &files {
        write_whole(path, |to| to.write_all(blessed.text.as_bytes()))?;
        describe(&mut text, path, blessed);
    }
    super::print(&text)?;
    let changes: usize = files.iter().map(|(_, own)| own.changes.len()).sum();
    terminal::error_line(&format!(
        "blessed: {changes} changed in {} files, {} were right",
        files.len(),
        tested.passed()
    ));
    Ok(if tested.passed() + changes == 0 {
        ExitStatus::NothingChecked
    } else {
        ExitStatus::Clean
    })
}

/// The files of a policy that have to change, or why they cannot.
fn blessed(
    selection: &Selection,
    tested: &Tested,
    policy: &TestedPolicy,
) -> Vec<Result<(PathBuf, Blessed), String>> {
    let failed = |results: &[ExampleResult]| results.iter().any(|own| own.failure.is_some());
    let mut outcomes = Vec::new();
    if failed(&policy.examples) {
        outcomes.push(page(selection, policy));
    }
    if let Some(cases) = tested
        .cases
        .get(&policy.id)
        .filter(|_| failed(&policy.cases))
    {
        let blessed = bless_cases(&cases.text, &cases.file, &policy.cases);
        outcomes.push(blessed.map(|own| (cases.path.clone(), own)));
    }
    outcomes
}

fn page(selection: &Selection, policy: &TestedPolicy) -> Result<(PathBuf, Blessed), String> {
    let script = selection.files.get(&policy.id);
    let path = script.map(|script| script.with_extension("md"));
    let path = path.ok_or_else(|| format!("{}: its page is part of assize", policy.id))?;
    let text = read_text(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok((path, bless_page(&text, &policy.examples)?))
}

fn describe(text: &mut String, path: &std::path::Path, blessed: &Blessed) {
    let path = path.display().to_string();
    for (line, before, after) in &blessed.changes {
        let _ = writeln!(
            text,
            "{}:{line}\n  - {}\n  + {}",
            escape_control(&path),
            escape_control(before),
            escape_control(after)
        );
    }
}
