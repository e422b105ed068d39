//! `assize explain RULE SNAPSHOT [PATH]`: why a policy judges a snapshot as it does.

use std::{
    fmt::Write as _,
    io::Write,
    path::{Path, PathBuf},
};

use anstyle::{AnsiColor, Style};
use assize_finding::{Evaluation, ExitStatus, Judged, Location, Outcome, Role, Run};
use assize_project::{Explain, Input, Options, Project, Wanted, fits};
use assize_report::{escape_control, safe_json, trace_text};

use super::unknown;
use crate::{
    arguments::{ExplainArguments, ExplainFormat},
    clock,
    commands::check,
    failure::Failure,
    terminal::{self, Stdout},
};

pub(super) fn run(arguments: &ExplainArguments, snapshot: &Path) -> Result<ExitStatus, Failure> {
    let (inputs, only) = inputs(snapshot)?;
    let project = project(arguments, only)?;
    let mut explained = Explained {
        is_json: arguments.verdicts.format == ExplainFormat::Json,
        color: terminal::is_colored(arguments.verdicts.color),
        text: String::new(),
        verdicts: Vec::new(),
        paths: Vec::new(),
        shown: 0,
    };
    let wanted = Wanted {
        passes: true,
        ..Wanted::default()
    };
    let pattern = arguments.path.as_deref();
    project.check(inputs, wanted, |judged| -> Result<(), Failure> {
        explained.take(&project.run, &judged, pattern);
        Ok(())
    })?;
    explained.write()?;
    let status = explained.status(arguments, snapshot);
    std::mem::forget(project);
    Ok(status)
}

/// The rule has to be a policy that compiles; what else is selected makes no difference to it.
fn project(arguments: &ExplainArguments, only: Option<PathBuf>) -> Result<Project, Failure> {
    let all = crate::commands::load(&arguments.sources)?;
    let rule = arguments.rule.as_str();
    if !all.run.rules.iter().any(|known| known.id == rule) {
        return Err(unknown(&all, rule));
    }
    let is_policy = all.set.cells().iter().any(|cell| cell.id == rule)
        || all.broken.iter().any(|broken| broken.id == rule);
    if !is_policy {
        return Err(Failure::Usage(format!(
            "`{rule}` is no policy, so it has no verdicts; `assize explain {rule}` shows what it means"
        )));
    }
    let verdicts = &arguments.verdicts;
    let options = Options {
        select: vec![rule.to_owned()],
        ignore: Vec::new(),
        params: verdicts.params.clone(),
        kind: verdicts.kind.clone(),
        since: verdicts.since.as_deref().map(check::since).transpose()?,
        now: clock::now(verdicts.at.as_deref())?,
        explain: Some(Explain {
            all: true,
            every_step: verdicts.all,
            at: arguments.path.clone(),
            only,
        }),
        ..crate::commands::options(&arguments.sources)
    };
    let project = Project::load(options)?;
    if project.lacks_since() {
        return Err(Failure::Usage(format!(
            "`{rule}` is a policy over time and needs an earlier snapshot; name it with `--since PATH`"
        )));
    }
    Ok(project)
}

/// A file is judged among those of its folder.
fn inputs(snapshot: &Path) -> Result<(Vec<Input>, Option<PathBuf>), Failure> {
    let named = check::inputs(&[snapshot.to_owned()])?;
    let is_found = snapshot.is_file()
        && snapshot
            .extension()
            .is_some_and(|extension| extension == "json");
    let (Some(folder), Some(name), true) = (snapshot.parent(), snapshot.file_name(), is_found)
    else {
        return Ok((named, None));
    };
    if name.to_string_lossy().starts_with('.') {
        return Ok((named, None));
    }
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let only = folder.join(name);
    Ok((vec![Input::Path(folder.to_owned())], Some(only)))
}

/// What has been explained so far.
struct Explained {
    is_json: bool,
    color: bool,
    text: String,
    verdicts: Vec<serde_json::Value>,
    /// The objects that were not asked for.
    paths: Vec<String>,
    shown: usize,
}

impl Explained {
    fn take(&mut self, run: &Run, judged: &Judged, pattern: Option<&str>) {
        let file = &judged.artifact.path;
        if judged.artifact.role == Role::Snapshot {
            for finding in &judged.findings {
                self.input(run, file, finding);
            }
        }
        for verdict in &judged.evaluations {
            let path = &verdict.object.path;
            if pattern.is_some_and(|pattern| !fits(pattern, path)) {
                self.paths.push(path.clone());
                continue;
            }
            self.shown += 1;
            if self.is_json {
                self.verdicts.push(json(run, file, verdict));
            } else {
                self.verdict(run, file, verdict);
            }
        }
    }

    /// What is wrong with the snapshot itself bears on every verdict.
    fn input(&mut self, run: &Run, file: &str, finding: &assize_finding::Finding) {
        if self.is_json || !finding.incomplete {
            return;
        }
        let rule = &run.rule(finding.rule).id;
        let (place, message) = (
            place(file, &finding.location),
            escape_control(&finding.message),
        );
        let _ = writeln!(
            self.text,
            "{} {message}\n  --> {place}\n",
            escape_control(rule)
        );
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    fn verdict(&mut self, run: &Run, file: &str, verdict: &Evaluation) {
        let color = match verdict.outcome {
            Outcome::Pass => AnsiColor::BrightGreen,
            Outcome::Fail | Outcome::Error => AnsiColor::BrightRed,
            Outcome::NotApplicable => AnsiColor::BrightBlack,
            Outcome::Indeterminate | Outcome::Review => AnsiColor::BrightYellow,
        };
        let word = self.paint(color.on_default().bold(), verdict.outcome.as_str());
        let path = match verdict.object.path.as_str() {
            "" => "the snapshot".into(),
            path => escape_control(path),
        };
        let path = self.paint(Style::new().bold(), &path);
        let rule = escape_control(&run.rule(verdict.rule).id);
        let _ = writeln!(self.text, "{word}: {path} by {rule}");
        let _ = writeln!(self.text, "  --> {}", place(file, &verdict.object));
        if !verdict.reason.is_empty() {
            let _ = writeln!(self.text, "  {}", escape_control(&verdict.reason));
        }
        for finding in &verdict.findings {
            if finding.message != verdict.reason {
                let _ = writeln!(self.text, "  {}", escape_control(&finding.message));
            }
        }
        match &verdict.trace {
            Some(trace) => {
                let drawn = trace_text(trace, &verdict.object.path, self.color);
                let _ = writeln!(self.text, "\n{drawn}");
            }
            None => self.text.push('\n'),
        }
    }

    fn write(&mut self) -> Result<(), Failure> {
        let text = if self.is_json {
            let document = serde_json::json!({
                "assizeExplanation": 1,
                "verdicts": std::mem::take(&mut self.verdicts),
            });
            format!("{}\n", safe_json(&document))
        } else {
            std::mem::take(&mut self.text)
        };
        Stdout::default()
            .write_all(text.as_bytes())
            .map_err(|error| Failure::Write {
                target: "standard output".to_owned(),
                error,
            })
    }

    fn status(&self, arguments: &ExplainArguments, snapshot: &Path) -> ExitStatus {
        let rule = &arguments.rule;
        let snapshot = snapshot.display();
        if self.shown > 0 {
            let verdicts = if self.shown == 1 {
                "verdict"
            } else {
                "verdicts"
            };
            terminal::error_line(&format!("explained {} {verdicts} of {rule}", self.shown));
            return ExitStatus::Clean;
        }
        let reason = match (&arguments.path, self.paths.as_slice()) {
            (Some(path), [_, ..]) => {
                let known = self.paths.iter().map(String::as_str);
                let hint = assize_snapshot::nearest(path, known.clone()).map_or_else(
                    || {
                        let some: Vec<&str> = known.take(3).collect();
                        format!("; it judges {}", some.join(", "))
                    },
                    |nearest| format!("; did you mean `{nearest}`?"),
                );
                format!("{rule} judges no object `{path}` in {snapshot}{hint}")
            }
            _ => {
                format!("{rule} judges nothing in {snapshot}: it is for snapshots of another kind")
            }
        };
        terminal::error_line(&reason);
        ExitStatus::NothingChecked
    }
}

/// `file:line:column`.
fn place(file: &str, location: &Location) -> String {
    let start = location.start();
    format!("{}:{}:{}", escape_control(file), start.line, start.column)
}

fn json(run: &Run, file: &str, verdict: &Evaluation) -> serde_json::Value {
    let findings = verdict.findings.iter().map(
        |finding| serde_json::json!({ "message": finding.message, "location": finding.location }),
    );
    serde_json::json!({
        "rule": run.rule(verdict.rule).id,
        "file": file,
        "object": verdict.object,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "findings": findings.collect::<Vec<_>>(),
        "trace": verdict.trace,
    })
}
