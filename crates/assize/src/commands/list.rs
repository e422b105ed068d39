//! `assize list`: what there is.

use std::{borrow::Cow, fmt::Write as _, io::Write};

use assize_finding::ExitStatus;
use assize_policy::Header;
use assize_project::Project;
use assize_report::escape_control;
use serde_json::{Value, json};

use crate::{
    arguments::{ListArguments, Listed},
    failure::Failure,
    terminal::{self, Stdout},
};

pub(crate) fn run(arguments: &ListArguments) -> Result<ExitStatus, Failure> {
    let project = super::load(&arguments.sources)?;
    let text = match (arguments.what, arguments.json) {
        (Listed::Policies, false) => policy_table(&project),
        (Listed::Policies, true) => pretty(&policies(&project)),
        (Listed::Kinds, false) => kind_table(&project),
        (Listed::Kinds, true) => pretty(&kinds(&project)),
    };
    let failed = |error| Failure::Write {
        target: "standard output".to_owned(),
        error,
    };
    Stdout::default()
        .write_all(text.as_bytes())
        .map_err(failed)?;
    Ok(complain(&project))
}

/// Says how many policies do not compile; the exit status that follows.
pub(crate) fn complain(project: &Project) -> ExitStatus {
    match project.broken.len() {
        0 => ExitStatus::Clean,
        broken => {
            let noun = if broken == 1 {
                "policy does"
            } else {
                "policies do"
            };
            terminal::error_line(&format!("incomplete: {broken} {noun} not compile"));
            ExitStatus::Incomplete
        }
    }
}

/// Characters that control a terminal can only stand in strings, where JSON has escapes for them.
fn pretty(value: &Value) -> String {
    let mut text = String::new();
    for character in format!("{value:#}").chars() {
        let is_unsafe = character != '\n'
            && matches!(
                escape_control(character.encode_utf8(&mut [0; 4])),
                Cow::Owned(_)
            );
        if !is_unsafe {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text.push('\n');
    text
}

fn policy_table(project: &Project) -> String {
    let mut rows: Vec<[String; 4]> = Vec::new();
    for policy in project.set.policies() {
        let header = &policy.header;
        rows.push([
            policy.id.clone(),
            header.severity.to_string(),
            format!("{}{}", header.kind_names(), over(header)),
            header.title.clone(),
        ]);
    }
    for broken in &project.broken {
        rows.push([
            broken.id.clone(),
            "-".to_owned(),
            "-".to_owned(),
            format!("does not compile: {}", broken.error),
        ]);
    }
    table(["POLICY", "SEVERITY", "KIND", "TITLE"], &rows)
}

/// What is said of a policy over time.
fn over(header: &Header) -> &'static str {
    if header.over_time { " over time" } else { "" }
}

fn kind_table(project: &Project) -> String {
    let rows: Vec<[String; 3]> = project
        .kinds
        .iter()
        .map(|kind| {
            let count = project
                .set
                .policies()
                .iter()
                .filter(|policy| policy.header.kinds.iter().any(|own| own == kind.name()))
                .count();
            [
                kind.name().to_owned(),
                count.to_string(),
                kind.title().to_owned(),
            ]
        })
        .collect();
    table(["KIND", "POLICIES", "TITLE"], &rows)
}

/// Columns as wide as their widest cell; the last is not padded.
fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let rows: Vec<Vec<String>> =
        std::iter::once(head.iter().map(|cell| (*cell).to_owned()).collect())
            .chain(rows.iter().map(|row| {
                row.iter()
                    .map(|cell| escape_control(cell).into_owned())
                    .collect()
            }))
            .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            if column + 1 == N {
                cell.clone()
            } else {
                format!("{cell:<width$}", width = width(column))
            }
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn policies(project: &Project) -> Value {
    let list = project.set.policies().iter().map(|policy| {
        let header = &policy.header;
        let params: Vec<Value> = policy
            .declared_params()
            .map(|param| json!({"name": param.name, "doc": param.doc, "default": param.default.to_json()}))
            .collect();
        let mut fields = json!({
            "id": policy.id,
            "title": header.title,
            "severity": header.severity,
            "kind": header.kind_names(),
            "select": header.select,
            "controls": header.controls.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "params": params,
        });
        if header.over_time {
            fields["over"] = Value::from("time");
        }
        fields
    });
    list.collect()
}

fn kinds(project: &Project) -> Value {
    project
        .kinds
        .iter()
        .map(|kind| json!({"name": kind.name(), "title": kind.title()}))
        .collect()
}
