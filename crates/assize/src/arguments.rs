//! The arguments, as the user writes them.

use std::path::PathBuf;

use assize_finding::Severity;
use assize_report::{CatalogueFormat, Format};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::lint::LintArguments;

/// Judge configuration: JSON snapshots in, Rhai policies judge them, SARIF comes out.
#[derive(Debug, Parser)]
#[command(
    name = "assize",
    version,
    max_term_width = 110,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(
    after_help = "Exit status: 0 clean, 1 findings, 2 usage or I/O error, 3 nothing was checked, 4 incomplete."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge snapshots by policies.
    Check(Box<CheckArguments>),
    /// Run the examples on the policies' pages.
    Test(TestArguments),
    /// Say what is wrong with policies, or likely to be, without running them.
    Lint(Box<LintArguments>),
    /// List policies or snapshot kinds.
    List(ListArguments),
    /// Show the page of a rule.
    Explain(ExplainArguments),
    /// Write the catalogue of controls: what each policy checks, and which policies stand behind a framework's controls.
    Catalog(CatalogArguments),
    /// Write a completion script for a shell.
    Completions(CompletionsArguments),
}

/// Where policies and kinds come from. The shipped ones are always there.
#[derive(Debug, Args)]
pub(crate) struct SourceArguments {
    /// A folder of policies that adds to the shipped ones; a policy of the same id takes their place [repeatable].
    #[arg(long = "policies", value_name = "DIR")]
    pub(crate) policies: Vec<PathBuf>,
    /// A folder of snapshot kinds that adds to the shipped ones [repeatable].
    #[arg(long = "kinds", value_name = "DIR")]
    pub(crate) kinds: Vec<PathBuf>,
    /// Take only this policy or pack [repeatable; several may be given with commas].
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Leave this policy or pack out [repeatable; several may be given with commas].
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Snapshots: files, folders (every `.json` file in them), or `-` for standard input.
    #[arg(value_name = "SNAPSHOT", required = true)]
    pub(crate) snapshots: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) sources: SourceArguments,
    /// Set a parameter of a policy, or of all policies of a pack, the value as JSON or a bare string [repeatable].
    #[arg(long = "param", value_name = "ID.NAME=VALUE")]
    pub(crate) params: Vec<String>,
    /// Read every snapshot as this kind.
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// Also judge what changed since these earlier snapshots: a file, or a folder with the layout of the present ones.
    #[arg(long, value_name = "PATH")]
    pub(crate) since: Option<PathBuf>,
    /// Take this date or time for now.
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// Exit with 1 for failures at or over this severity.
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    pub(crate) fail_on: FailOn,
    /// Do not exit with 4 for what could not be judged.
    #[arg(long)]
    pub(crate) allow_incomplete: bool,
    /// Exit with 0 whatever is found, for jobs that only upload; errors of usage still exit with 2.
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// What to write to standard output.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = parse_format)]
    pub(crate) format: Format,
    /// Also write a report to a file, in the format of its extension: .sarif, .json, .txt; or `FORMAT:FILE` [repeatable].
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) outputs: Vec<String>,
    /// The folder that paths in reports are relative to, usually the root of the repository [default: the current folder].
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Worker threads [default: one per core].
    #[arg(
        short,
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true
    )]
    pub(crate) jobs: usize,
    #[command(flatten)]
    pub(crate) talk: TalkArguments,
}

/// How much is said, and how.
#[derive(Debug, Args)]
pub(crate) struct TalkArguments {
    /// When to use colour.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Say less: one line a finding.
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more: also what passed and why something does not apply.
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TestArguments {
    /// Run only examples whose policy id or title contains this text.
    #[arg(value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    #[command(flatten)]
    pub(crate) sources: SourceArguments,
    #[command(flatten)]
    pub(crate) talk: TalkArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// What to list.
    #[arg(value_enum)]
    pub(crate) what: Listed,
    #[command(flatten)]
    pub(crate) sources: SourceArguments,
    /// Write JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Listed {
    /// The policies.
    Policies,
    /// The snapshot kinds.
    Kinds,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The rule: a policy's id, or a reserved rule such as `input/duplicate-key`.
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

#[derive(Debug, Args)]
pub(crate) struct CatalogArguments {
    /// Snapshots whose verdicts are counted for each policy and control: files, folders, or `-` for standard input.
    #[arg(value_name = "SNAPSHOT")]
    pub(crate) snapshots: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) sources: SourceArguments,
    /// Only the policies that bear on this framework.
    #[arg(long, value_name = "ID")]
    pub(crate) framework: Option<String>,
    /// The format: markdown or html [default: that of the file's extension, else markdown].
    #[arg(long, value_name = "FORMAT", value_parser = parse_catalogue_format)]
    pub(crate) format: Option<CatalogueFormat>,
    /// Write to a file instead of standard output.
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Set a parameter of a policy or a pack for the verdicts [repeatable].
    #[arg(long = "param", value_name = "ID.NAME=VALUE")]
    pub(crate) params: Vec<String>,
    /// Take this date or time for now.
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// The severity that counts, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Critical,
    High,
    Medium,
    Low,
    Info,
    /// No failure counts.
    None,
}

impl FailOn {
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Critical => Some(Severity::Critical),
            Self::High => Some(Severity::High),
            Self::Medium => Some(Severity::Medium),
            Self::Low => Some(Severity::Low),
            Self::Info => Some(Severity::Info),
            Self::None => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    Always,
    Never,
}

pub(crate) fn parse_format(text: &str) -> Result<Format, String> {
    text.parse()
}

fn parse_catalogue_format(text: &str) -> Result<CatalogueFormat, String> {
    text.parse()
}
