//! `assize test`: run the examples on the policies' pages, and the cases beside them.

mod bless;
mod coverage;
mod generate;
mod json;
mod junit;
mod mutate;
mod selection;
mod tested;
mod text;
mod watch;

use std::{collections::BTreeSet, fmt::Write as _, io::Write, path::PathBuf};

use assize_finding::ExitStatus;
use assize_project::Project;
use clap::{Args, ValueEnum};

use crate::{
    arguments::{SourceArguments, TalkArguments},
    failure::Failure,
    terminal::{self, Stdout},
};
use coverage::CoverageArguments;
use generate::GenerationArguments;
use mutate::MutationArguments;
use selection::Selection;
use tested::Tested;

#[derive(Debug, Args)]
pub(crate) struct TestArguments {
    /// Test only these: policies, pages, files of cases or folders of them; and of those only what has one of these texts in
    /// the policy's id or the example's title.
    #[arg(value_name = "PATH|FILTER")]
    pub(crate) wanted: Vec<String>,
    #[command(flatten)]
    pub(crate) sources: SourceArguments,
    /// What to write to standard output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TestFormat,
    /// Rewrite what examples and cases expect to what the policies say: whole files, or none of them.
    #[arg(long, conflicts_with = "mutate")]
    bless: bool,
    /// Test again what changes, until it is interrupted.
    #[arg(long, conflicts_with = "bless")]
    watch: bool,
    #[command(flatten)]
    mutation: MutationArguments,
    #[command(flatten)]
    generation: GenerationArguments,
    #[command(flatten)]
    coverage: CoverageArguments,
    /// Say on standard error how long the examples and cases of each policy take.
    #[arg(long)]
    profile: bool,
    #[command(flatten)]
    pub(crate) talk: TalkArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    Text,
    Json,
    Junit,
}

pub(crate) fn run(arguments: &TestArguments) -> Result<ExitStatus, Failure> {
    if arguments.watch {
        return watch::run(arguments);
    }
    once(arguments, None)
}

/// Tests once; only the policies of changed files, if some are given.
fn once(
    arguments: &TestArguments,
    changed: Option<&BTreeSet<PathBuf>>,
) -> Result<ExitStatus, Failure> {
    let mut selection = Selection::of(&arguments.wanted, &arguments.sources)?;
    if let Some(changed) = changed {
        selection.narrow(changed);
    }
    let project = Project::load(selection.options(&arguments.sources))?;
    if arguments.mutation.mutate {
        return mutate::run(arguments, &selection, &project);
    }
    if arguments.generation.generate.is_some() {
        return generate::run(arguments, &selection, &project);
    }
    let tested = Tested::run(&selection, &project)?;
    if arguments.bless {
        return bless::run(&selection, &tested);
    }
    let text = match arguments.format {
        TestFormat::Text => text::write(&tested, arguments.talk.verbose),
        TestFormat::Json => json::write(&tested),
        TestFormat::Junit => junit::write(&tested),
    };
    print(&text)?;
    if arguments.profile {
        terminal::error_line(&profile(&tested));
    }
    if arguments.coverage.is_wanted() {
        return coverage::run(&arguments.coverage, &selection, &project, &tested);
    }
    Ok(end(&tested))
}

/// How long each policy took, the longest first.
fn profile(tested: &Tested) -> String {
    let mut rows: Vec<_> = tested.policies.iter().collect();
    rows.sort_by_key(|policy| std::cmp::Reverse(policy.time()));
    let mut text = format!("{:>10}  {:>8}  policy", "ms", "examples");
    for policy in rows {
        let millis = policy.time().as_secs_f64() * 1e3;
        let count = policy.results().count();
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n{millis:>10.3}  {count:>8}  {}", policy.id);
    }
    text
}

/// How many policies, in words.
fn policies(count: usize) -> String {
    let plural = if count == 1 { "policy" } else { "policies" };
    format!("{count} {plural}")
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = Stdout::default();
    out.write_all(text.as_bytes())
        .map_err(|error| Failure::Write {
            target: "standard output".to_owned(),
            error,
        })
}

fn end(tested: &Tested) -> ExitStatus {
    let (passed, failed) = (tested.passed(), tested.failed());
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
    status
}
