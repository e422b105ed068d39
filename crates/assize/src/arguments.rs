//! The arguments, as the user writes them.

use std::path::PathBuf;

use assize_finding::Severity;
use assize_report::{CatalogueFormat, Format};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{lint::LintArguments, test::TestArguments};

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
    /// Compare the reports of two runs: what is new, what is fixed, and why.
    Diff(DiffArguments),
    /// Show what the configuration says, and where.
    Config(ConfigArguments),
    /// Add, list and check waivers: what somebody accepts for a limited time.
    Waiver(WaiverArguments),
    /// List policies or snapshot kinds.
    List(ListArguments),
    /// Show the page of a rule.
    Explain(ExplainArguments),
    /// Begin a policy, a pack, a kind or a waiver.
    New(crate::commands::new::NewArguments),
    /// Evaluate expressions on a snapshot.
    Eval(crate::commands::eval::EvalArguments),
    /// Say which fields of a kind no policy looks at.
    Coverage(crate::commands::coverage::CoverageArguments),
    /// Format policies.
    Fmt(crate::commands::fmt::FmtArguments),
    /// Write the catalogue of controls: what each policy checks, and which policies stand behind a framework's controls.
    Catalog(CatalogArguments),
    /// Help an editor with policies and snapshots: a language server over standard input and output.
    Lsp(crate::commands::lsp::LspArguments),
    /// Write a completion script for a shell.
    Completions(CompletionsArguments),
}

/// Which configuration holds.
#[derive(Debug, Args)]
pub(crate) struct ProjectArguments {
    /// The configuration [default: the nearest `assize.toml`, from the current folder up to the root of the repository].
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Read no configuration.
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,
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
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
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
    /// Exit with 1 for failures at or over this severity [default: what the configuration says, else low].
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
    /// A file of waivers [repeatable; default: what the configuration says].
    #[arg(long, value_name = "FILE", conflicts_with = "no_waivers")]
    pub(crate) waivers: Vec<PathBuf>,
    /// Say what changed since an earlier run: its report, as `--format json` or `--format sarif` writes it.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Count only the failures that the earlier run did not have.
    #[arg(long, requires = "baseline")]
    pub(crate) new_only: bool,
    /// Count only the failures that are not in this file; what is mended is taken out of it. It is made where there is none.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub(crate) ratchet: Option<PathBuf>,
    /// Show what would count if nothing were waived.
    #[arg(long)]
    pub(crate) no_waivers: bool,
    /// Say of each failure, and of what a person has to look at, how the policy came to it: in text, json and sarif.
    #[arg(long)]
    pub(crate) explain: bool,
    /// Say on standard error what each policy costs: time, and steps of the script engine.
    #[arg(long)]
    pub(crate) profile: bool,
    /// Do not exit with 4 for what could not be judged.
    #[arg(long)]
    pub(crate) allow_incomplete: bool,
    /// Exit with 0 whatever is found, for jobs that only upload; errors of usage still exit with 2.
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// What to write to standard output: text, compact, json, sarif, sarif-github, pointers, junit, github, github-summary, gitlab,
    /// csv, action-plan, markdown, html, oscal or ocsf.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = parse_format)]
    pub(crate) format: Format,
    /// Also write a report to a file, in the format of its extension, such as .sarif, .xml, .csv, .md or .html; or `FORMAT:FILE`
    /// [repeatable].
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
    /// A snapshot: show why the policy judges it as it does. The other snapshots in its folder are its estate.
    #[arg(value_name = "SNAPSHOT")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Only the object of this keyed path, such as `AcceptedDomain[contoso.com]`; `*` stands for anything.
    #[arg(value_name = "PATH", requires = "snapshot")]
    pub(crate) path: Option<String>,
    #[command(flatten)]
    pub(crate) verdicts: ExplainVerdictArguments,
    #[command(flatten)]
    pub(crate) sources: SourceArguments,
}

/// How verdicts are explained.
#[derive(Debug, Args)]
pub(crate) struct ExplainVerdictArguments {
    /// Set a parameter of the policy, the value as JSON or a bare string [repeatable].
    #[arg(long = "param", value_name = "ID.NAME=VALUE", requires = "snapshot")]
    pub(crate) params: Vec<String>,
    /// Read the snapshot as this kind.
    #[arg(long, value_name = "KIND", requires = "snapshot")]
    pub(crate) kind: Option<String>,
    /// The earlier snapshot, or a folder that has it: for policies over time.
    #[arg(long, value_name = "PATH", requires = "snapshot")]
    pub(crate) since: Option<PathBuf>,
    /// Take this date or time for now.
    #[arg(long, value_name = "TIME", requires = "snapshot")]
    pub(crate) at: Option<String>,
    /// Show every step, and not only those on which the verdict depends.
    #[arg(long, requires = "snapshot")]
    pub(crate) all: bool,
    /// How to write it.
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        requires = "snapshot"
    )]
    pub(crate) format: ExplainFormat,
    /// When to use colour.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

/// How explanations are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
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

pub(crate) use crate::commands::{
    config::ConfigArguments, diff::DiffArguments, waiver::WaiverArguments,
};

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
