use std::io::{self, Write};

use assize_finding::{BaselineState, Judged, Outcome, Pointer, Rule, Run, Status, Summary};

use crate::{
    Options, Reporter, csv_row::write_row, format::About, place::KeyedPath, statement::Statement,
};

pub(crate) const ABOUT: About = About {
    extensions: &["csv"],
    lists_passes_if_verbose: true,
    ..About::new("csv")
};

/// A table, a row for each finding and for each verdict without findings. Columns are added at the end, and none is removed.
pub(crate) struct Csv<W> {
    out: W,
    verbose: bool,
}

const COLUMNS: [&str; 18] = [
    "rule",
    "title",
    "severity",
    "outcome",
    "snapshot",
    "kind",
    "path",
    "pointer",
    "line",
    "column",
    "message",
    "fix",
    "controls",
    "fingerprint",
    "baseline",
    "waiver_owner",
    "waiver_expires",
    "waiver_reason",
];

impl<W: Write> Csv<W> {
    pub(crate) fn new(options: &Options, out: W) -> Self {
        let verbose = options.verbose;
        Self { out, verbose }
    }
}

impl<W: Write> Reporter for Csv<W> {
    fn begin(&mut self, _run: &Run) -> io::Result<()> {
        write_row(&mut self.out, COLUMNS)
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        let artifact = &judged.artifact;
        let listed = |outcome| !matches!(outcome, Outcome::Pass | Outcome::NotApplicable);
        for statement in Statement::all(judged) {
            if !self.verbose && !listed(statement.outcome) {
                continue;
            }
            let rule = run.rule(statement.rule);
            let location = statement.location;
            let (start, waiver) = (location.start(), statement.waiver);
            write_row(
                &mut self.out,
                [
                    &rule.id,
                    &rule.title,
                    statement.severity.unwrap_or(rule.severity).as_str(),
                    statement.outcome.as_str(),
                    &artifact.path,
                    artifact.kind.as_deref().unwrap_or_default(),
                    &KeyedPath(location).to_string(),
                    location.pointer.as_ref().map_or("", Pointer::as_str),
                    &start.line.to_string(),
                    &start.column.to_string(),
                    statement.text,
                    statement.fix(rule).unwrap_or_default(),
                    &controls(rule),
                    &statement.fingerprint.to_string(),
                    statement.baseline.map_or("", BaselineState::as_str),
                    waiver.map_or("", |waiver| &waiver.owner),
                    waiver.map_or("", |waiver| &waiver.expires),
                    waiver.map_or("", |waiver| &waiver.reason),
                ],
            )?;
        }
        Ok(())
    }

    fn finish(&mut self, _run: &Run, _summary: &Summary, _status: &Status) -> io::Result<()> {
        self.out.flush()
    }
}

/// The controls of a rule in one cell.
pub(crate) fn controls(rule: &Rule) -> String {
    let mut names: Vec<String> = rule.controls.iter().map(ToString::to_string).collect();
    names.dedup();
    names.join(", ")
}
