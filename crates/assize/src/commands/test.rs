//! `assize test`: run the examples on the policies' pages.

mod mutate;

use std::{fmt::Write as _, io::Write};

use assize_finding::ExitStatus;
use assize_policy::{ExampleResult, Limits, run_examples};
use assize_project::Project;
use assize_report::escape_control;

use crate::{
    arguments::TestArguments,
    failure::Failure,
    terminal::{self, Stdout},
};

pub(crate) use mutate::MutationArguments;

pub(crate) fn run(arguments: &TestArguments) -> Result<ExitStatus, Failure> {
    let project = super::load(&arguments.sources)?;
    if arguments.mutation.mutate {
        return mutate::run(arguments, &project);
    }
    let limits = Limits::default();
    let is_wanted = |result: &ExampleResult| {
        let filter = arguments.filter.as_deref().unwrap_or_default();
        result.policy.contains(filter) || result.title.contains(filter)
    };
    let results = project
        .set
        .policies()
        .iter()
        .flat_map(|policy| run_examples(policy, &project.kinds, &limits));
    let results: Vec<ExampleResult> = results.filter(is_wanted).collect();
    let mut text = String::new();
    for result in &results {
        if result.failure.is_some() || arguments.talk.verbose {
            text.push_str(&describe(result));
        }
    }
    for broken in &project.broken {
        let _ = writeln!(
            text,
            "FAIL  {}: {}",
            escape_control(&broken.id),
            escape_control(&broken.error.to_string())
        );
    }
    let without: Vec<&str> = untested(&project);
    for id in &without {
        let _ = writeln!(
            text,
            "FAIL  {}: its page has no example",
            escape_control(id)
        );
    }
    let failed = results
        .iter()
        .filter(|result| result.failure.is_some())
        .count()
        + project.broken.len()
        + without.len();
    let passed = results
        .iter()
        .filter(|result| result.failure.is_none())
        .count();
    let _ = writeln!(text, "{passed} passed, {failed} failed");
    let write_failed = |error| Failure::Write {
        target: "standard output".to_owned(),
        error,
    };
    Stdout::default()
        .write_all(text.as_bytes())
        .map_err(write_failed)?;
    let (status, reason) = match (failed, passed) {
        (0, 0) => (
            ExitStatus::NothingChecked,
            "nothing was tested: no example matches".to_owned(),
        ),
        (0, _) => (
            ExitStatus::Clean,
            format!("clean: every example does what it says ({passed})"),
        ),
        _ => (
            ExitStatus::Findings,
            format!("{failed} of {} failed", failed + passed),
        ),
    };
    terminal::error_line(&reason);
    Ok(status)
}

fn untested(project: &Project) -> Vec<&str> {
    let policies = project.set.policies().iter();
    policies
        .filter(|policy| policy.page.examples.is_empty())
        .map(|policy| policy.id.as_str())
        .collect()
}

fn describe(result: &ExampleResult) -> String {
    let word = if result.failure.is_some() {
        "FAIL"
    } else {
        "ok"
    };
    let mut text = format!(
        "{word:<4}  {}:{}: {}\n",
        escape_control(&result.path),
        result.line,
        escape_control(&result.title),
    );
    if let Some(failure) = &result.failure {
        let _ = writeln!(text, "  expected: {}", escape_control(&result.expected));
        for line in failure.lines() {
            let _ = writeln!(text, "  {}", escape_control(line));
        }
    }
    text
}
