//! `assize test --coverage`: what of the policies their examples and cases reach.

mod html;
mod lcov;
mod table;

use std::path::PathBuf;

use assize_finding::ExitStatus;
use assize_policy::{Coverage, Limits};
use assize_project::{Project, in_parallel};
use assize_report::escape_control;
use clap::{Args, ValueEnum};

use super::{Selection, Tested};
use crate::{failure::Failure, output, terminal};

/// What of the policies is tested.
#[derive(Debug, Args)]
pub(crate) struct CoverageArguments {
    /// Also say which lines and branches of the policies no example reaches, and which verdicts none gives.
    #[arg(long, conflicts_with_all = ["bless", "mutate", "generate"])]
    coverage: bool,
    /// How to write the coverage [default: that of the file's extension, else text].
    #[arg(long, value_name = "FORMAT", requires = "coverage")]
    coverage_format: Option<CoverageFormat>,
    /// Write the coverage to a file: .html, .info or .lcov, .txt.
    #[arg(long, value_name = "FILE", requires = "coverage")]
    coverage_output: Option<PathBuf>,
    /// Exit with 1 if less than this part of the lines and branches is reached, percent.
    #[arg(long, value_name = "PERCENT", requires = "coverage", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_coverage: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CoverageFormat {
    /// For people.
    Text,
    /// For tools that read LCOV's tracefiles.
    Lcov,
    /// One page with the sources.
    Html,
}

impl CoverageArguments {
    pub(super) fn is_wanted(&self) -> bool {
        self.coverage
    }

    fn format(&self) -> CoverageFormat {
        let extension = self
            .coverage_output
            .as_ref()
            .and_then(|path| path.extension());
        let named = extension.and_then(|extension| match extension.to_str() {
            Some("html" | "htm") => Some(CoverageFormat::Html),
            Some("info" | "lcov") => Some(CoverageFormat::Lcov),
            _ => None,
        });
        self.coverage_format
            .or(named)
            .unwrap_or(CoverageFormat::Text)
    }
}

/// What is reached of how much.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Share {
    reached: usize,
    all: usize,
}

impl Share {
    fn of((reached, all): (usize, usize)) -> Self {
        Self { reached, all }
    }

    fn and(self, other: Self) -> Self {
        Self {
            reached: self.reached + other.reached,
            all: self.all + other.all,
        }
    }

    /// Rounded down: only what is whole is 100 %.
    fn percent(self) -> usize {
        (self.reached * 100).checked_div(self.all).unwrap_or(100)
    }

    fn is_whole(self) -> bool {
        self.reached == self.all
    }
}

fn lines(coverage: &Coverage) -> Share {
    Share::of(coverage.reached_lines())
}

fn branches(coverage: &Coverage) -> Share {
    Share::of(coverage.taken_ways())
}

/// Lines and branches of all policies.
fn total(all: &[Coverage]) -> (Share, Share) {
    let sum = |share: fn(&Coverage) -> Share| {
        let shares = all.iter().map(share);
        shares.fold(Share::default(), Share::and)
    };
    (sum(lines), sum(branches))
}

/// Counts, writes, and says how the run ends.
pub(super) fn run(
    arguments: &CoverageArguments,
    selection: &Selection,
    project: &Project,
    tested: &Tested,
) -> Result<ExitStatus, Failure> {
    let all = measure(selection, project, tested)?;
    let text = match arguments.format() {
        CoverageFormat::Text => table::write(&all),
        CoverageFormat::Lcov => lcov::write(&all),
        CoverageFormat::Html => html::write(&all),
    };
    match &arguments.coverage_output {
        Some(path) => output::write_whole(path, |out| out.write_all(text.as_bytes()))?,
        None => super::print(&text)?,
    }
    if tested.failed() > 0 || tested.passed() == 0 {
        return Ok(super::end(tested));
    }
    let (lines, branches) = total(&all);
    let whole = lines.and(branches);
    let shown = format!(
        "{} % of lines and branches are tested ({} of {})",
        whole.percent(),
        whole.reached,
        whole.all
    );
    let least = arguments.min_coverage.map(usize::from);
    if let Some(least) = least.filter(|least| whole.percent() < *least) {
        terminal::error_line(&format!("{shown}, less than {least} %"));
        return Ok(ExitStatus::Findings);
    }
    terminal::error_line(&format!("clean: {shown}"));
    Ok(ExitStatus::Clean)
}

fn measure(
    selection: &Selection,
    project: &Project,
    tested: &Tested,
) -> Result<Vec<Coverage>, Failure> {
    let limits = Limits::default();
    let cells = project.set.cells().iter();
    let cells: Vec<_> = cells.filter(|cell| selection.wants(&cell.id)).collect();
    let mut all = Vec::new();
    let work = |index: usize| {
        let policy = cells[index].policy();
        let cases = tested.cases.get(&policy.id);
        let read = |name: &str| cases.map_or_else(|| Err(String::new()), |own| own.read_base(name));
        let file = cases.map(|own| &own.file);
        Coverage::of(policy, file, &read, &project.kinds, &limits)
    };
    let done: Result<(), Failure> = in_parallel(cells.len(), work, |found| {
        match found {
            Ok(coverage) => all.push(coverage),
            Err(reason) => terminal::error_line(&reason),
        }
        Ok(())
    });
    done?;
    for coverage in &all {
        for (line, reason) in &coverage.strays {
            let id = escape_control(&coverage.policy);
            terminal::error_line(&format!(
                "{id}: the example in line {line} is not counted: {reason}"
            ));
        }
    }
    Ok(all)
}

/// What is missing of a policy, by its lines: `if` never was false.
fn missing(coverage: &Coverage) -> Vec<(u32, String)> {
    let lines = coverage.lines.iter().filter(|(_, count)| **count == 0);
    let mut missing: Vec<(u32, String)> = lines
        .map(|(line, _)| (*line, "never reached".to_owned()))
        .collect();
    for branch in &coverage.branches {
        let line = branch.region.start.line;
        // Of what is not reached, nothing more is said.
        if coverage.lines.get(&line) == Some(&0)
            || branch.ways.iter().all(|(_, count)| *count == 0) && branch.ways.len() > 1
        {
            continue;
        }
        for (name, _) in branch.ways.iter().filter(|(_, count)| *count == 0) {
            let column = branch.region.start.column;
            missing.push((
                line,
                format!("`{}` in column {column} never {name}", branch.word),
            ));
        }
    }
    missing.sort();
    missing
}
