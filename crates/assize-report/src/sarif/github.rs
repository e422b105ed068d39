use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    io::{self, Write},
};

use assize_finding::{Judged, Run, Severity, Status, Summary};

use super::{
    artifact::ArtifactPlace,
    line_hashes::LineHashes,
    log::{End, write_end, write_head},
    notifications::Notifications,
    result::Results,
    statement::Statement,
};
use crate::{
    Options, Reporter,
    json_stream::{JsonArray, write_json},
    summary_text::count,
};

/// GitHub keeps this many results of a run.
const MOST_RESULTS: usize = 5000;
/// GitHub keeps this many tags of a rule.
const MOST_TAGS: usize = 10;

/// The profile for GitHub code scanning: failures only, because an alert is raised for every result whatever its kind; worst first, and
/// the worst only, because GitHub keeps 5,000.
pub(crate) struct Github<W> {
    out: W,
    command_line: Option<String>,
    /// The least of the kept results is on top.
    kept: BinaryHeap<Reverse<Kept>>,
    seen: u64,
    notifications: Notifications,
}

/// A result that waits for its place; ordered from the least to the worst, of equal ones the first is the worst.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    severity: Severity,
    sequence: Reverse<u64>,
    json: Vec<u8>,
}

impl<W: Write> Github<W> {
    pub(crate) fn new(options: &Options, out: W) -> Self {
        Self {
            out,
            command_line: options.command_line.clone(),
            kept: BinaryHeap::new(),
            seen: 0,
            notifications: Notifications::default(),
        }
    }

    /// Whether a result of this severity, coming now, would be among the worst.
    fn has_room_for(&self, severity: Severity) -> bool {
        let is_worse = |least: &Reverse<Kept>| severity > least.0.severity;
        self.kept.len() < MOST_RESULTS || self.kept.peek().is_some_and(is_worse)
    }

    fn keep(&mut self, severity: Severity, json: Vec<u8>) {
        if self.kept.len() == MOST_RESULTS {
            self.kept.pop();
        }
        self.kept.push(Reverse(Kept {
            severity,
            sequence: Reverse(self.seen),
            json,
        }));
    }
}

impl<W: Write> Reporter for Github<W> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        write_head(&mut self.out, run, MOST_TAGS)
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        let artifact = ArtifactPlace::new(&judged.artifact, None);
        self.notifications.add(run, judged, &artifact)?;
        let line_hashes = LineHashes::of(judged);
        let results = Results {
            run,
            artifact,
            line_hashes,
            for_github: true,
        };
        let counts = |statement: &Statement<'_>| statement.failed() && statement.waiver.is_none();
        for statement in Statement::all(judged).filter(counts) {
            let severity = statement
                .severity
                .unwrap_or(run.rule(statement.rule).severity);
            self.seen += 1;
            if self.has_room_for(severity) {
                let mut json = Vec::new();
                write_json(&mut json, &results.result(&statement))?;
                self.keep(severity, json);
            }
        }
        Ok(())
    }

    fn finish(&mut self, run: &Run, summary: &Summary, status: &Status) -> io::Result<()> {
        let dropped = self.seen - self.kept.len() as u64;
        let mut results = JsonArray::default();
        for Reverse(result) in std::mem::take(&mut self.kept).into_sorted_vec() {
            results.separate(&mut self.out)?;
            self.out.write_all(&result.json)?;
        }
        self.out.write_all(b"]")?;
        if dropped > 0 {
            let left_out = count(dropped, "finding");
            self.notifications.warn(&format!(
                "{left_out} left out, because GitHub keeps {MOST_RESULTS}; the worst are here"
            ))?;
        }
        let command_line = self.command_line.as_deref();
        let end = End {
            run,
            summary,
            status,
            command_line,
            dropped,
        };
        write_end(&mut self.out, &end, &mut self.notifications)
    }
}
