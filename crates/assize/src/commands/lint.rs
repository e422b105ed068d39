//! `assize lint`: what is wrong with policies, or likely to be, without running them.

use std::path::PathBuf;

use assize_finding::{ExitStatus, Severity, Status, Summary};
use assize_policy::Fix;
use assize_project::{FileFix, LintedFile, Options, Project, Wanted, fixed};
use assize_report::{Format, escape_control};
use clap::Args;

use crate::{
    arguments::{FailOn, SourceArguments, TalkArguments, parse_format},
    failure::Failure,
    output::{self, Outputs, Requested},
    terminal,
};

#[derive(Debug, Args)]
pub(crate) struct LintArguments {
    /// Policies, packs, or folders of them, to look at; they are read as `--policies` are [default: every policy].
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) sources: SourceArguments,
    /// Mend in the files what is certain, and say what was changed.
    #[arg(long)]
    pub(crate) fix: bool,
    /// Exit with 1 for findings at or over this severity.
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    pub(crate) fail_on: FailOn,
    /// What to write to standard output.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = parse_format)]
    pub(crate) format: Format,
    /// Also write a report to a file, in the format of its extension: .sarif, .json, .txt; or `FORMAT:FILE` [repeatable].
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) outputs: Vec<String>,
    #[command(flatten)]
    pub(crate) talk: TalkArguments,
}

pub(crate) fn run(arguments: &LintArguments) -> Result<ExitStatus, Failure> {
    let requested = arguments.outputs.iter().map(|text| Requested::parse(text));
    let requested: Vec<Requested> = requested.collect::<Result<_, _>>()?;
    for path in &arguments.paths {
        if !path.exists() {
            return Err(Failure::Usage(format!(
                "there is no file or folder {}",
                path.display()
            )));
        }
    }
    output::distinct(&requested, &arguments.paths)?;
    let talk = &arguments.talk;
    let options = assize_report::Options {
        color: terminal::is_colored(talk.color),
        verbose: talk.verbose,
        quiet: talk.quiet,
        command_line: None,
    };
    let format = match arguments.format {
        Format::Text if talk.quiet => Format::Compact,
        format => format,
    };
    let mut project = load(arguments)?;
    if arguments.fix && mend(&project, &arguments.paths)? {
        project = load(arguments)?;
    }
    let needs = output::needs(format, &requested);
    let wanted = Wanted {
        excerpts: needs.excerpts,
        line_hashes: needs.line_hashes,
        sha256: needs.sha256,
        passes: false,
        contents: false,
    };
    let mut outputs = Outputs::open(format, &options, &requested)?;
    outputs.begin(&project.run)?;
    let summary = project.lint(&arguments.paths, wanted, |file| {
        outputs.judged(&project.run, &file.judged)
    })?;
    let status = status(&summary, arguments.fail_on.severity());
    outputs.finish(&project.run, &summary, &status)?;
    terminal::error_line(&status.reason);
    Ok(status.exit)
}

/// Paths of policies are folders of policies, too.
fn load(arguments: &LintArguments) -> Result<Project, Failure> {
    let options = super::options(&arguments.sources);
    let mut policies = options.policies.clone();
    for path in &arguments.paths {
        let is_within = |folder: &PathBuf| match (path.canonicalize(), folder.canonicalize()) {
            (Ok(path), Ok(folder)) => path.starts_with(folder),
            _ => false,
        };
        if !policies.iter().any(is_within) {
            policies.push(path.clone());
        }
    }
    Ok(Project::load(Options {
        policies,
        lints: true,
        ..options
    })?)
}

/// Mends the files, and says what was changed; whether something was.
fn mend(project: &Project, paths: &[PathBuf]) -> Result<bool, Failure> {
    let mut files: Vec<LintedFile> = Vec::new();
    project.lint(paths, Wanted::default(), |file| -> Result<(), Failure> {
        if !file.fixes.is_empty() {
            files.push(file);
        }
        Ok(())
    })?;
    let mut is_changed = false;
    for file in &files {
        let path = PathBuf::from(&file.judged.artifact.path);
        // What ships with assize is in no file.
        if !path.is_file() {
            continue;
        }
        let (text, count) = fixed(&file.text, &file.fixes);
        output::write_whole(&path, |out| out.write_all(text.as_bytes()))?;
        for fix in file.fixes.iter().take(count) {
            terminal::error_line(&changed(fix));
        }
        is_changed = true;
    }
    Ok(is_changed)
}

fn changed(fix: &FileFix) -> String {
    let FileFix {
        path,
        rule,
        line,
        fix: Fix { title, .. },
    } = fix;
    format!("changed {}:{line}: {title} ({rule})", escape_control(path))
}

fn status(summary: &Summary, fail_on: Option<Severity>) -> Status {
    let over = fail_on.map_or(0, |least| summary.failures_at(least));
    let all = summary.failures_at(Severity::Info);
    let (exit, reason) = match (summary.policies, over) {
        (0, _) => (
            ExitStatus::NothingChecked,
            "nothing was looked at: no policy lies there".to_owned(),
        ),
        (_, 0) => {
            let rest = if all == 0 {
                String::new()
            } else {
                format!("; {all} under the threshold")
            };
            (
                ExitStatus::Clean,
                format!("clean: no lint that counts{rest}"),
            )
        }
        (_, over) => {
            let least = fail_on.map_or("", Severity::as_str);
            let noun = if over == 1 { "lint" } else { "lints" };
            (
                ExitStatus::Findings,
                format!("{over} {noun} at or over severity {least}"),
            )
        }
    };
    Status { exit, reason }
}
