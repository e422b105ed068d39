//! `assize test --mutate`: small mistakes in the policies, and whether the examples notice them.

use std::{
    fmt::Write as _,
    io::Write,
    sync::Arc,
    time::{Duration, Instant},
};

use assize_finding::ExitStatus;
use assize_policy::{Fate, Limits, Mutation, Policy, mutate};
use assize_project::{Project, in_parallel};
use assize_report::escape_control;
use clap::Args;

use super::{Selection, TestArguments};
use crate::{
    failure::Failure,
    terminal::{self, Stdout},
};

#[derive(Debug, Args)]
pub(crate) struct MutationArguments {
    /// Make small mistakes in the policies, one at a time, and report those that no example notices.
    #[arg(long)]
    pub(crate) mutate: bool,
    /// With `--mutate`: exit with 1 if fewer mistakes than this are noticed, in the whole run or in one policy.
    #[arg(long, value_name = "PERCENT", requires = "mutate", value_parser = clap::value_parser!(u8).range(..=100))]
    pub(crate) min_mutation: Option<u8>,
}

/// What the whole run found.
#[derive(Default)]
struct Total {
    policies: usize,
    noticed: usize,
    mutants: usize,
    /// Policies below the least score, and those that could not be tried.
    failed: usize,
}

pub(super) fn run(
    arguments: &TestArguments,
    selection: &Selection,
    project: &Project,
) -> Result<ExitStatus, Failure> {
    let started = Instant::now();
    let cells = project.set.cells().iter();
    let policies = cells
        .filter(|cell| selection.wants(&cell.id))
        .map(|cell| cell.policy());
    let policies: Vec<&Arc<Policy>> = policies.collect();
    let limits = Limits::default();
    let broken = selection.broken(project);
    let mut total = Total {
        policies: broken.len(),
        failed: broken.len(),
        ..Total::default()
    };
    super::print(&broken.concat())?;
    let work = |index: usize| {
        let started = Instant::now();
        let mutation = mutate(policies[index], &project.kinds, &limits);
        (mutation, started.elapsed())
    };
    let mut out = Stdout::default();
    in_parallel(policies.len(), work, |(mutation, time)| {
        let least = arguments.mutation.min_mutation;
        let verbose = arguments.talk.verbose.then_some(time);
        let text = total.add(&mutation, least, verbose);
        out.write_all(text.as_bytes())
    })
    .map_err(|error| Failure::Write {
        target: "standard output".to_owned(),
        error,
    })?;
    Ok(total.end(arguments.mutation.min_mutation, started.elapsed()))
}

impl Total {
    /// Counts a policy and says how it fared.
    fn add(&mut self, mutation: &Mutation, least: Option<u8>, time: Option<Duration>) -> String {
        self.policies += 1;
        if let Some(reason) = &mutation.unready {
            self.failed += 1;
            return format!(
                "FAIL  {}: not mutated: {}\n",
                escape_control(&mutation.policy),
                escape_control(reason)
            );
        }
        let (noticed, mutants) = mutation.score();
        self.noticed += noticed;
        self.mutants += mutants;
        let is_below = is_below(noticed, mutants, least);
        self.failed += usize::from(is_below);
        let mut text = survivors(mutation);
        let word = if is_below { "FAIL" } else { "ok" };
        let _ = write!(
            text,
            "{word:<4}  {}: {}",
            escape_control(&mutation.policy),
            score(noticed, mutants)
        );
        if let Some(time) = time {
            let _ = write!(text, "{}, {:.2} s", ways(mutation), time.as_secs_f64());
        }
        text.push('\n');
        text
    }

    fn end(&self, least: Option<u8>, time: Duration) -> ExitStatus {
        let Self {
            policies,
            noticed,
            mutants,
            failed,
        } = *self;
        let of_all = score(noticed, mutants);
        let seconds = time.as_secs_f64();
        let (status, word) = if policies == 0 {
            terminal::error_line("nothing was mutated: no policy matches");
            return ExitStatus::NothingChecked;
        } else if failed > 0 || is_below(noticed, mutants, least) {
            (ExitStatus::Findings, "too few mistakes are noticed")
        } else {
            (ExitStatus::Clean, "mutation")
        };
        let mut reason = format!(
            "{word}: {of_all} in {}, {seconds:.1} s",
            super::policies(policies)
        );
        if failed > 0 {
            let _ = write!(reason, "; {failed} failed");
        }
        terminal::error_line(&reason);
        status
    }
}

fn is_below(noticed: usize, mutants: usize, least: Option<u8>) -> bool {
    least.is_some_and(|least| noticed * 100 < mutants * usize::from(least))
}

/// A score in words; rounded down, so that 100 % are all.
fn score(noticed: usize, mutants: usize) -> String {
    let percent = (noticed * 1000).checked_div(mutants).unwrap_or(1000);
    format!(
        "{}.{} % ({noticed} of {mutants})",
        percent / 10,
        percent % 10
    )
}

/// The mistakes that nobody noticed, one in each line.
fn survivors(mutation: &Mutation) -> String {
    let mut text = String::new();
    let path = escape_control(&mutation.path);
    for result in &mutation.results {
        let (word, reason) = match &result.fate {
            Fate::Survived => ("survived", String::new()),
            Fate::Equivalent(reason) => ("equivalent", format!(" ({reason})")),
            Fate::Judged | Fate::Failed | Fate::Refused => continue,
        };
        let position = result.mutant.position;
        let what = format!("{}{reason}", result.mutant);
        let _ = writeln!(
            text,
            "{path}:{}:{}: {word}: {}",
            position.line,
            position.column,
            escape_control(&what)
        );
    }
    for line in &mutation.needless {
        let _ = writeln!(
            text,
            "{path}:{line}:1: `equivalent:` is said here, but no mistake in this line survives"
        );
    }
    text
}

/// How mutants were noticed.
fn ways(mutation: &Mutation) -> String {
    let count = |fate: &Fate| {
        let results = mutation.results.iter();
        results.filter(|result| result.fate == *fate).count()
    };
    format!(
        "; {} by a verdict, {} by an error, {} did not compile",
        count(&Fate::Judged),
        count(&Fate::Failed),
        count(&Fate::Refused)
    )
}
