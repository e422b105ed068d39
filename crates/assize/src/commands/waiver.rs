//! `assize waiver`: what somebody accepts for a limited time.

mod edit;

use std::{fmt::Write as _, io::Write, path::PathBuf};

use assize_finding::ExitStatus;
use assize_project::{Options, Project};
use assize_report::escape_control;
use clap::{Args, Subcommand};

use crate::{arguments::SourceArguments, clock, failure::Failure, terminal, terminal::Stdout};

/// The arguments of `assize waiver`.
#[derive(Debug, Args)]
pub(crate) struct WaiverArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add a waiver to the file.
    Add(Box<AddArguments>),
    /// List the waivers, and how long they hold.
    List(FileArguments),
    /// Take out the waivers that have expired.
    Prune(FileArguments),
    /// Say what is wrong with waivers; exit with 1 if something is.
    Check {
        #[command(flatten)]
        files: FileArguments,
        /// Also name the waivers that expire within so many days.
        #[arg(long, value_name = "DAYS", default_value_t = 14)]
        within: i64,
    },
}

/// Which files of waivers.
#[derive(Debug, Args)]
struct FileArguments {
    /// A file of waivers [repeatable; default: what the configuration says].
    #[arg(long = "waivers", value_name = "FILE")]
    waivers: Vec<PathBuf>,
    #[command(flatten)]
    sources: SourceArguments,
    /// Take this date or time for now.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AddArguments {
    #[command(flatten)]
    files: FileArguments,
    /// The policy or pack.
    #[arg(long, value_name = "ID", required_unless_present = "fingerprint")]
    pub(crate) rule: Option<String>,
    /// The object: its keyed path, such as `AcceptedDomain[contoso.com]`, or a pattern of such paths.
    #[arg(
        long,
        value_name = "PATH",
        required_unless_present = "fingerprint",
        requires = "rule"
    )]
    pub(crate) path: Option<String>,
    /// The one finding, by its fingerprint in a report.
    #[arg(long, value_name = "HASH")]
    pub(crate) fingerprint: Option<String>,
    /// Only in these files: a pattern.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) snapshot: Option<String>,
    /// Who answers for the risk.
    #[arg(long)]
    pub(crate) owner: String,
    /// Why it is accepted.
    #[arg(long)]
    pub(crate) reason: String,
    /// The last day on which it is accepted, such as 2027-01-31.
    #[arg(long, value_name = "DATE")]
    pub(crate) expires: String,
    /// Where it is discussed.
    #[arg(long)]
    pub(crate) ticket: Option<String>,
    /// Who agreed.
    #[arg(long)]
    pub(crate) approver: Option<String>,
    /// Only while the value is this: the `content` of the finding in a JSON report.
    #[arg(long = "while", value_name = "HASH")]
    pub(crate) content: Option<String>,
}

pub(crate) fn run(arguments: &WaiverArguments) -> Result<ExitStatus, Failure> {
    match &arguments.what {
        What::Add(add) => edit::add(add),
        What::List(files) => list(files),
        What::Prune(files) => edit::prune(files),
        What::Check { files, within } => check(files, *within),
    }
}

impl FileArguments {
    fn options(&self) -> Result<Options, Failure> {
        let options = super::configured(&self.sources)?;
        let mut waivers = self.waivers.clone();
        if waivers.is_empty() {
            waivers.clone_from(&options.settings.waivers);
        }
        Ok(Options {
            waivers,
            now: clock::now(self.at.as_deref())?,
            ..options
        })
    }

    /// The project, with its waivers; there must be some file.
    fn project(&self) -> Result<Project, Failure> {
        let options = self.options()?;
        if options.waivers.is_empty() {
            return Err(Failure::Usage(
                "there is no file of waivers; name it with `--waivers FILE`, or `waivers` in assize.toml".to_owned(),
            ));
        }
        Ok(Project::load(options)?)
    }
}

fn list(files: &FileArguments) -> Result<ExitStatus, Failure> {
    let project = files.project()?;
    let mut text = String::new();
    for row in project.waiver_rows() {
        let left = match (row.is_in_force, row.days_left) {
            (true, 0) => "expires today".to_owned(),
            (true, 1) => "1 day left".to_owned(),
            (true, days) => format!("{days} days left"),
            (false, ..0) => "expired".to_owned(),
            (false, _) => "without effect".to_owned(),
        };
        let line = format!(
            "{}: {} {} until {} ({left}), {}",
            row.place, row.rule, row.object, row.expires, row.owner
        );
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{}", escape_control(&line));
    }
    print(&text)?;
    Ok(ExitStatus::Clean)
}

fn check(files: &FileArguments, within: i64) -> Result<ExitStatus, Failure> {
    let project = files.project()?;
    let notes = project.waiver_notes();
    let mut text = String::new();
    for note in &notes {
        let start = note.region.start;
        let line = format!(
            "{}:{}:{}: [{}] {}",
            note.file, start.line, start.column, note.rule, note.message
        );
        let _ = writeln!(text, "{}", escape_control(&line));
    }
    let rows = project.waiver_rows();
    let ends_soon = |row: &&assize_project::WaiverRow| row.is_in_force && row.days_left <= within;
    for row in rows.iter().filter(ends_soon) {
        let line = format!(
            "{}: expires on {}, {} ({})",
            row.place, row.expires, row.owner, row.object
        );
        let _ = writeln!(text, "{}", escape_control(&line));
    }
    print(&text)?;
    let count = |number: usize, one: &str, many: &str| {
        format!("{number} {}", if number == 1 { one } else { many })
    };
    let waivers = count(rows.len(), "waiver", "waivers");
    if notes.is_empty() {
        terminal::error_line(&format!("clean: {waivers}"));
        return Ok(ExitStatus::Clean);
    }
    let wrong = count(notes.len(), "thing is", "things are");
    terminal::error_line(&format!("{wrong} wrong with waivers ({waivers} read)"));
    Ok(ExitStatus::Findings)
}

fn print(text: &str) -> Result<(), Failure> {
    let written = Stdout::default().write_all(text.as_bytes());
    written.map_err(|error| Failure::Write {
        target: "standard output".to_owned(),
        error,
    })
}
