use std::{
    collections::HashMap,
    io::{self, Write},
};

use assize_finding::{Fingerprint, Judged, Outcome, Run, Severity, Status, Summary};
use serde::Serialize;

use crate::{
    Options, Reporter, escape_control, format::About, json_stream::JsonArray, statement::Statement,
};

pub(crate) const ABOUT: About = About::new("gitlab");

/// Code Quality: an array of what is not in order.
///
/// GitLab tells new entries from old ones by their fingerprint, and of two that share one it drops the second. So to ours, which is the same
/// in every copy of a snapshot, the file is added.
pub(crate) struct Gitlab<W> {
    out: W,
    entries: JsonArray,
}

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: Fingerprint,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl<W: Write> Gitlab<W> {
    pub(crate) fn new(_options: &Options, out: W) -> Self {
        Self {
            out,
            entries: JsonArray::default(),
        }
    }
}

impl<W: Write> Reporter for Gitlab<W> {
    fn begin(&mut self, _run: &Run) -> io::Result<()> {
        self.out.write_all(b"[")
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        let path = judged.artifact.path.as_str();
        let mut seen: HashMap<Fingerprint, u32> = HashMap::new();
        for statement in Statement::all(judged).filter(Statement::calls_for_something) {
            let times = seen.entry(statement.fingerprint).or_default();
            *times += 1;
            let own = statement.fingerprint.to_string();
            let fingerprint = Fingerprint::of(&[&own, path, &times.to_string()]);
            let region = statement.location.region;
            let begin = statement.location.start().line;
            let lines = Lines {
                begin,
                end: region.map_or(begin, |region| region.end.line),
            };
            let entry = Entry {
                description: description(run, &statement),
                check_name: &run.rule(statement.rule).id,
                fingerprint,
                severity: severity(run, &statement),
                location: Location { path, lines },
            };
            self.entries.push(&mut self.out, &entry)?;
        }
        Ok(())
    }

    fn finish(&mut self, _run: &Run, _summary: &Summary, _status: &Status) -> io::Result<()> {
        writeln!(self.out, "]")?;
        self.out.flush()
    }
}

fn description(run: &Run, statement: &Statement<'_>) -> String {
    let said = if statement.text.is_empty() {
        &run.rule(statement.rule).title
    } else {
        statement.text
    };
    let said = escape_control(said);
    if statement.failed() {
        said.into_owned()
    } else {
        format!("{}: {said}", statement.outcome)
    }
}

/// In the words of GitLab. What could not be judged is as bad as the policy; what a person has to look at is only told of.
fn severity(run: &Run, statement: &Statement<'_>) -> &'static str {
    if statement.outcome == Outcome::Review {
        return "info";
    }
    match statement
        .severity
        .unwrap_or(run.rule(statement.rule).severity)
    {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
