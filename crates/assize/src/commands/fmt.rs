//! `assize fmt`: policies in the house style.

use std::{
    io::{self, IsTerminal, Read, Write},
    path::{Path, PathBuf},
};

use assize_finding::ExitStatus;
use assize_project::{Formatted, format_policies};
use assize_report::escape_control;
use clap::Args;

use crate::{
    arguments::ProjectArguments,
    failure::Failure,
    output::write_whole,
    terminal::{self, Stdout},
};

#[derive(Debug, Args)]
pub(crate) struct FmtArguments {
    /// Policies: files, folders (every `.rhai` file in them), or `-` for standard input, which goes to standard output
    /// [default: the folders that the configuration names, else `policies`].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    project: ProjectArguments,
    /// Write nothing: list the files that would change, and exit with 1 if there are any.
    #[arg(long)]
    check: bool,
    /// Also show what changes, as a unified diff.
    #[arg(short, long)]
    verbose: bool,
}

/// How many files there are of each sort.
#[derive(Debug, Default)]
struct Count {
    changed: usize,
    refused: usize,
    all: usize,
}

pub(crate) fn run(arguments: &FmtArguments) -> Result<ExitStatus, Failure> {
    if arguments.paths.iter().any(|path| path == Path::new("-")) {
        return from_input(arguments);
    }
    let files = format_policies(&paths(arguments)?, Path::new("."))?;
    let mut text = String::new();
    let mut count = Count::default();
    for file in &files {
        count.add(file);
        if let Some(after) = file.changed() {
            text.push_str(&report(file, arguments));
            if !arguments.check {
                write_whole(&file.path, |to| to.write_all(after.as_bytes()))?;
            }
        }
    }
    print(&text)?;
    Ok(conclude(&count, arguments.check))
}

/// The paths that were named, or where the policies are.
fn paths(arguments: &FmtArguments) -> Result<Vec<PathBuf>, Failure> {
    if !arguments.paths.is_empty() {
        return Ok(arguments.paths.clone());
    }
    let configured = super::settings(&arguments.project)?.policies;
    Ok(configured
        .filter(|folders| !folders.is_empty())
        .unwrap_or_else(|| vec![PathBuf::from("policies")]))
}

/// One policy from standard input. Where it cannot be formatted, nothing comes out.
fn from_input(arguments: &FmtArguments) -> Result<ExitStatus, Failure> {
    if arguments.paths.len() > 1 {
        let message = "standard input (`-`) is formatted alone; leave the other paths out";
        return Err(Failure::Usage(message.to_owned()));
    }
    let mut source = String::new();
    let read = io::stdin()
        .lock()
        .take(16 << 20)
        .read_to_string(&mut source);
    read.map_err(|error| Failure::Usage(format!("cannot read standard input: {error}")))?;
    let file = Formatted::text("standard input", source);
    let mut count = Count::default();
    count.add(&file);
    match &file.after {
        _ if arguments.check => print(&report(&file, arguments))?,
        Ok(after) if io::stdout().is_terminal() => print(&escaped(after))?,
        Ok(after) => print(after)?,
        Err(_) => {}
    }
    Ok(conclude(&count, arguments.check))
}

impl Count {
    fn add(&mut self, file: &Formatted) {
        self.all += 1;
        self.changed += usize::from(file.changed().is_some());
        if let Err(error) = &file.after {
            self.refused += 1;
            terminal::error_line(&format!("{}:{error}", file.shown));
        }
    }
}

/// The name of a file that changes, with what changes where that was asked for.
fn report(file: &Formatted, arguments: &FmtArguments) -> String {
    if file.changed().is_none() {
        return String::new();
    }
    let name = escape_control(&file.shown).into_owned();
    if !arguments.verbose {
        return format!("{name}\n");
    }
    escaped(&file.diff())
}

fn escaped(text: &str) -> String {
    text.lines()
        .map(|line| escape_control(line).into_owned() + "\n")
        .collect()
}

fn print(text: &str) -> Result<(), Failure> {
    let failed = |error| Failure::Write {
        target: "standard output".to_owned(),
        error,
    };
    Stdout::default().write_all(text.as_bytes()).map_err(failed)
}

fn conclude(count: &Count, is_check: bool) -> ExitStatus {
    let Count {
        changed,
        refused,
        all,
    } = count;
    let (status, reason) = match (refused, changed) {
        (1.., _) => (
            ExitStatus::Usage,
            format!("{refused} of {all} left alone because of their mistakes"),
        ),
        (_, 1..) if is_check => (
            ExitStatus::Findings,
            format!("{changed} of {all} would be formatted"),
        ),
        (_, 1..) => (ExitStatus::Clean, format!("{changed} of {all} formatted")),
        _ => (
            ExitStatus::Clean,
            format!("clean: all in the house style ({all})"),
        ),
    };
    terminal::error_line(&reason);
    status
}
