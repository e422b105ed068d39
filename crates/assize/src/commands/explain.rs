//! `assize explain`: the page of a rule, or why it judges a snapshot as it does.

mod verdict;

use std::{fmt::Write as _, io::Write};

use assize_finding::{Control, ExitStatus, Rule};
use assize_project::{Options, Project};
use assize_snapshot::nearest;

use crate::{arguments::ExplainArguments, failure::Failure, terminal::Stdout};

pub(crate) fn run(arguments: &ExplainArguments) -> Result<ExitStatus, Failure> {
    if let Some(snapshot) = &arguments.snapshot {
        return verdict::run(arguments, snapshot);
    }
    let project = Project::load(Options {
        lints: true,
        ..super::options(&arguments.sources)
    })?;
    let Some(rule) = project
        .run
        .rules
        .iter()
        .find(|rule| rule.id == arguments.rule)
    else {
        return Err(unknown(&project, &arguments.rule));
    };
    let text = page(&project, rule);
    let safe: Vec<_> = text.lines().map(assize_report::escape_control).collect();
    let failed = |error| Failure::Write {
        target: "standard output".to_owned(),
        error,
    };
    writeln!(Stdout::default(), "{}", safe.join("\n")).map_err(failed)?;
    Ok(ExitStatus::Clean)
}

fn unknown(project: &Project, name: &str) -> Failure {
    let hint = match nearest(name, project.run.rules.iter().map(|rule| rule.id.as_str())) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`assize list policies` shows them".to_owned(),
    };
    Failure::Usage(format!("there is no rule `{name}`; {hint}"))
}

/// The rule's facts above its page.
fn page(project: &Project, rule: &Rule) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{name:<10}{value}");
    };
    line("Rule", &rule.id);
    line("Severity", rule.severity.as_str());
    match rule.kind.as_deref() {
        Some("*") => line("Kind", "every one"),
        Some(kind) => line("Kind", kind),
        None => {}
    }
    let pack = assize_policy::pack_of(&rule.id);
    for control in &rule.controls {
        line("Control", &control_line(project, pack, control));
    }
    if let Some(policy) = project
        .set
        .policies()
        .iter()
        .find(|policy| policy.id == rule.id)
    {
        if policy.header.over_time {
            line(
                "Over",
                "time: judges what changed since an earlier snapshot (`--since`)",
            );
        }
        for param in policy.declared_params() {
            line(
                "Parameter",
                &format!(
                    "{} = {}: {}",
                    param.name,
                    param.default.to_json(),
                    param.doc
                ),
            );
        }
    }
    if let Some(broken) = project.broken.iter().find(|broken| broken.id == rule.id) {
        line("Error", &broken.error.to_string());
    }
    if !rule.help.starts_with("# ") {
        let _ = writeln!(text, "\n# {}", rule.title);
    }
    let _ = write!(text, "\n{}", rule.help);
    text
}

/// The control, its framework, and whether anybody has checked that the policy bears on it.
fn control_line(project: &Project, pack: &str, control: &Control) -> String {
    let framework = project
        .packs
        .framework(&control.framework)
        .unwrap_or_else(|| control.framework.clone());
    match project.packs.control(pack, control) {
        Some(note) if note.verified => format!("{framework} {}: {}", control.id, note.title),
        Some(note) => format!(
            "{framework} {}: {} (mapping not verified)",
            control.id, note.title
        ),
        None => format!("{framework} {} (mapping not verified)", control.id),
    }
}
