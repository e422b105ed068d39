//! `assize new`: what a policy, a pack, a kind or a waiver begins with.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use assize_finding::{ExitStatus, Severity};
use assize_project::{
    Options, Project, Wanted, files,
    new::{
        Found, NewFile, NewPolicy, NewWaiver, findings_in_report, new_kind, new_pack, new_policy,
        waiver_entry,
    },
};
use assize_report::escape_control;
use clap::{Args, Subcommand};

use crate::{
    arguments::SourceArguments,
    clock,
    failure::Failure,
    output::{self, write_whole},
    terminal::{self, Stdout},
};

#[derive(Debug, Args)]
pub(crate) struct NewArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A policy and its page, whose examples run: what they check is for you to replace.
    Policy(PolicyArguments),
    /// The `pack.toml` of a pack of policies.
    Pack(PackArguments),
    /// A snapshot kind, drafted from an export.
    Kind(KindArguments),
    /// The entry of `waivers.toml` for a finding, found by its fingerprint in snapshots or in a report.
    Waiver(Box<WaiverArguments>),
}

#[derive(Debug, Args)]
struct PolicyArguments {
    /// The id: the pack and the name, such as `own/spam-is-noticed`.
    #[arg(value_name = "PACK/NAME")]
    id: String,
    /// The kind of snapshots that it judges.
    #[arg(long, value_name = "KIND")]
    kind: String,
    /// What is judged, as an RFC 9535 query such as `$.AcceptedDomain[*]` [default: the first section of the kind's example].
    #[arg(long, value_name = "QUERY")]
    select: Option<String>,
    /// How bad a failure is.
    #[arg(long, value_name = "SEVERITY", default_value = "medium")]
    severity: Severity,
    /// What is in order, in one sentence [default: the words of the name].
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The folder of policies.
    #[arg(long = "policies", value_name = "DIR", default_value = "policies")]
    policies: PathBuf,
    /// A folder of snapshot kinds that adds to the shipped ones [repeatable].
    #[arg(long = "kinds", value_name = "DIR")]
    kinds: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct PackArguments {
    /// The name.
    #[arg(value_name = "NAME")]
    name: String,
    /// The folder of policies.
    #[arg(long = "policies", value_name = "DIR", default_value = "policies")]
    policies: PathBuf,
}

#[derive(Debug, Args)]
struct KindArguments {
    /// The name.
    #[arg(value_name = "NAME")]
    name: String,
    /// The export: a JSON file, as the command that collects it wrote it.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The folder of kinds.
    #[arg(long = "kinds", value_name = "DIR", default_value = "snapshots")]
    kinds: PathBuf,
    /// When the export was taken [default: now].
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

#[derive(Debug, Args)]
struct WaiverArguments {
    /// The fingerprint of the finding, or its first 8 digits or more, as the formats json and sarif show it.
    #[arg(long, value_name = "FINGERPRINT")]
    from: String,
    /// Snapshots that have the finding: files, folders, or `-` for standard input.
    #[arg(value_name = "SNAPSHOT", required_unless_present = "report")]
    snapshots: Vec<PathBuf>,
    /// A report that has the finding, of the format json or sarif.
    #[arg(long, value_name = "FILE", conflicts_with = "snapshots")]
    report: Option<PathBuf>,
    /// Who answers for it.
    #[arg(long, value_name = "NAME")]
    owner: String,
    /// Why the finding is accepted.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The last day on which it holds, in UTC [default: 90 days from now].
    #[arg(long, value_name = "DAY")]
    expires: Option<String>,
    /// The ticket in which it was decided.
    #[arg(long, value_name = "TEXT")]
    ticket: Option<String>,
    /// Who agreed.
    #[arg(long, value_name = "NAME")]
    approver: Option<String>,
    #[command(flatten)]
    sources: SourceArguments,
    /// Take this date or time for now.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

pub(crate) fn run(arguments: &NewArguments) -> Result<ExitStatus, Failure> {
    match &arguments.what {
        What::Policy(arguments) => policy(arguments),
        What::Pack(arguments) => {
            write(&new_pack(&arguments.name, &arguments.policies)?)?;
            terminal::error_line("the comments in the file say what else it may hold");
            Ok(ExitStatus::Clean)
        }
        What::Kind(arguments) => kind(arguments),
        What::Waiver(arguments) => waiver(arguments),
    }
}

fn policy(arguments: &PolicyArguments) -> Result<ExitStatus, Failure> {
    let mut options = Options {
        kinds: arguments.kinds.clone(),
        root: PathBuf::from("."),
        ..Options::default()
    };
    if arguments.policies.is_dir() {
        options.policies.push(arguments.policies.clone());
    }
    // A folder without policies is what a first one is put into.
    let project = match Project::load(options.clone()) {
        Err(assize_project::ProjectError::Empty { .. }) => {
            options.policies.clear();
            Project::load(options)
        }
        loaded => loaded,
    }?;
    let new = NewPolicy {
        id: arguments.id.clone(),
        kind: arguments.kind.clone(),
        select: arguments.select.clone(),
        severity: arguments.severity,
        title: arguments.title.clone(),
    };
    let (files, field) = new_policy(&project, &new, &arguments.policies)?;
    write(&files)?;
    let folder = arguments.policies.display();
    let kinds = arguments.kinds.iter();
    let kinds: String = kinds
        .map(|folder| format!(" --kinds {}", folder.display()))
        .collect();
    terminal::error_line(&format!(
        "it checks `{field}` for a start; run it with `assize test --policies {folder}{kinds} --select {}`",
        arguments.id
    ));
    Ok(ExitStatus::Clean)
}

fn kind(arguments: &KindArguments) -> Result<ExitStatus, Failure> {
    let project = Project::load(Options {
        root: PathBuf::from("."),
        ..Options::default()
    })?;
    let now = clock::now(arguments.at.as_deref())?;
    let new = new_kind(
        &project,
        &arguments.name,
        &arguments.from,
        now,
        &arguments.kinds,
    )?;
    write(&new.files)?;
    for note in &new.notes {
        terminal::error_line(&format!("in the export: {note}"));
    }
    terminal::error_line(&format!(
        "drafted from one export, sections: {}; `x-assize-unsure` in the schema marks what to look at, and `example.json` holds the export itself: take out what is secret",
        new.sections
    ));
    Ok(ExitStatus::Clean)
}

fn waiver(arguments: &WaiverArguments) -> Result<ExitStatus, Failure> {
    let now = clock::now(arguments.at.as_deref())?;
    let all = match &arguments.report {
        Some(path) => findings_in_report(&read(path)?)?,
        None => check(arguments, now)?,
    };
    let found = Found::find(&all, &arguments.from)?;
    let new = NewWaiver {
        owner: arguments.owner.clone(),
        reason: arguments.reason.clone(),
        expires: arguments.expires.clone(),
        ticket: arguments.ticket.clone(),
        approver: arguments.approver.clone(),
    };
    print(&waiver_entry(found, &new, now)?)?;
    terminal::error_line(&format!(
        "an entry for `waivers.toml`, for {}: {}",
        found.rule, found.message
    ));
    Ok(ExitStatus::Clean)
}

/// What a check of the snapshots finds.
fn check(arguments: &WaiverArguments, now: i64) -> Result<Vec<Found>, Failure> {
    let inputs = super::check::inputs(&arguments.snapshots)?;
    let project = Project::load(Options {
        now,
        ..super::configured(&arguments.sources)?
    })?;
    let mut all = Vec::new();
    project.check(inputs, Wanted::default(), |judged| -> Result<(), Failure> {
        all.extend(Found::of(&project.run, &judged));
        Ok(())
    })?;
    Ok(all)
}

fn read(path: &Path) -> Result<String, Failure> {
    files::read_text(path)
        .map_err(|error| Failure::Usage(format!("cannot read {}: {error}", path.display())))
}

/// Writes new files, and says which.
fn write(files: &[NewFile]) -> Result<(), Failure> {
    let mut text = String::new();
    for file in files {
        output::make_folder(&file.path)?;
        write_whole(&file.path, |to| to.write_all(file.text.as_bytes()))?;
        text.push_str(&escape_control(&file.path.display().to_string()));
        text.push('\n');
    }
    print(&text)
}

fn print(text: &str) -> Result<(), Failure> {
    let failed = |error| Failure::Write {
        target: "standard output".to_owned(),
        error,
    };
    Stdout::default().write_all(text.as_bytes()).map_err(failed)
}
