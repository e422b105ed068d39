//! `assize coverage`: what of a kind no policy looks at.

use std::{collections::BTreeMap, fmt::Write as _, io::Write};

use assize_finding::ExitStatus;
use assize_policy::field_use::{FieldUse, field_use};
use assize_report::escape_control;
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::{
    arguments::SourceArguments,
    failure::Failure,
    terminal::{self, Stdout},
};

#[derive(Debug, Args)]
pub(crate) struct CoverageArguments {
    /// The kind whose fields are looked for in the policies.
    #[arg(long, value_name = "KIND", required = true)]
    fields: String,
    #[command(flatten)]
    sources: SourceArguments,
    /// Also list the fields that are read, with the policies that read them.
    #[arg(short, long)]
    verbose: bool,
    /// How the list is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: CoverageFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CoverageFormat {
    Text,
    Json,
    Markdown,
}

/// How many fields of a section, or of all, are read.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    read: usize,
    all: usize,
}

impl Share {
    fn of<'f>(fields: impl IntoIterator<Item = &'f FieldUse>) -> Self {
        fields
            .into_iter()
            .fold(Self::default(), |share, field| Self {
                read: share.read + usize::from(!field.policies.is_empty()),
                all: share.all + 1,
            })
    }

    fn per_cent(self) -> usize {
        (self.read * 100).checked_div(self.all).unwrap_or(0)
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} ({} %)", self.read, self.all, self.per_cent())
    }
}

pub(crate) fn run(arguments: &CoverageArguments) -> Result<ExitStatus, Failure> {
    let project = super::load(&arguments.sources)?;
    let kind = project.kind(&arguments.fields)?;
    let policies = project.set.policies().iter().map(|policy| &**policy);
    let fields = field_use(&kind, &project.kinds, policies);
    let sections = sections(&fields);
    let text = match arguments.format {
        CoverageFormat::Text => as_text(&sections, arguments.verbose),
        CoverageFormat::Json => as_json(kind.name(), &fields),
        CoverageFormat::Markdown => as_markdown(kind.name(), &sections, arguments.verbose),
    };
    let safe: String = text
        .lines()
        .map(|line| escape_control(line).into_owned() + "\n")
        .collect();
    let failed = |error| Failure::Write {
        target: "standard output".to_owned(),
        error,
    };
    Stdout::default()
        .write_all(safe.as_bytes())
        .map_err(failed)?;
    let share = Share::of(&fields);
    terminal::error_line(&format!(
        "{share} of the fields of `{}` are read by a policy",
        kind.name()
    ));
    Ok(super::list::complain(&project))
}

/// The fields by section, the sections in the order of the schema.
fn sections(fields: &[FieldUse]) -> Vec<(&str, Vec<&FieldUse>)> {
    let mut sections: Vec<(&str, Vec<&FieldUse>)> = Vec::new();
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for field in fields {
        let at = *index.entry(&field.section).or_insert_with(|| {
            sections.push((&field.section, Vec::new()));
            sections.len() - 1
        });
        sections[at].1.push(field);
    }
    sections
}

fn as_text(sections: &[(&str, Vec<&FieldUse>)], verbose: bool) -> String {
    let mut text = String::new();
    for (section, fields) in sections {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{section}: {}", Share::of(fields.iter().copied()));
        let shown = |field: &&&FieldUse| verbose || field.policies.is_empty();
        for field in fields.iter().filter(shown) {
            let about = if field.policies.is_empty() {
                field.description.clone()
            } else {
                format!("read by {}", field.policies.join(", "))
            };
            let _ = writeln!(text, "  {}  {}", field.path, one_line(&about));
        }
    }
    text
}

fn as_markdown(kind: &str, sections: &[(&str, Vec<&FieldUse>)], verbose: bool) -> String {
    let all = sections
        .iter()
        .flat_map(|(_, fields)| fields.iter().copied());
    let mut text = format!(
        "# Fields of `{kind}`\n\n{} are read by a policy.\n",
        Share::of(all)
    );
    for (section, fields) in sections {
        let share = Share::of(fields.iter().copied());
        let _ = writeln!(text, "\n## {section}: {share}\n");
        let shown: Vec<&&FieldUse> = fields
            .iter()
            .filter(|field| verbose || field.policies.is_empty())
            .collect();
        if shown.is_empty() {
            text.push_str("Every field is read.\n");
            continue;
        }
        text.push_str("| field | what it is | read by |\n|---|---|---|\n");
        for field in shown {
            let cell = |text: &str| one_line(text).replace('|', "\\|");
            let _ = writeln!(
                text,
                "| `{}` | {} | {} |",
                cell(&field.path),
                cell(&field.description),
                cell(&field.policies.join(", "))
            );
        }
    }
    text
}

fn as_json(kind: &str, fields: &[FieldUse]) -> String {
    let share = Share::of(fields);
    let listed: Vec<_> = fields
        .iter()
        .map(|field| {
            json!({
                "path": field.path, "section": field.section, "description": field.description,
                "policies": field.policies,
            })
        })
        .collect();
    format!(
        "{:#}\n",
        json!({ "kind": kind, "read": share.read, "total": share.all, "fields": listed })
    )
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
