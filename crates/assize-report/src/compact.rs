use std::io::{self, Write};

use assize_finding::{Finding, Judged, Location, Outcome, Run, Status, Summary};

use crate::{
    Options, Reporter, escape_control,
    format::About,
    place::{KeyedPath, Place},
    state_text, summary_text,
};

pub(crate) const ABOUT: About = About::new("compact");

/// `file:line:column: severity[rule] message (path)` for each finding, the same with the outcome as its word for each verdict
/// that is neither a pass nor a failure nor not applicable, then one line of counts.
pub(crate) struct Compact<W> {
    out: W,
}

impl<W: Write> Compact<W> {
    pub(crate) fn new(_options: &Options, out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Reporter for Compact<W> {
    fn begin(&mut self, _run: &Run) -> io::Result<()> {
        Ok(())
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        let file = &judged.artifact.path;
        for finding in &judged.findings {
            let word = state_text::word(Outcome::Fail, finding);
            write_finding(&mut self.out, run, file, word, finding)?;
        }
        for verdict in &judged.evaluations {
            for finding in &verdict.findings {
                let word = state_text::word(verdict.outcome, finding);
                write_finding(&mut self.out, run, file, word, finding)?;
            }
            let shown = !matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable);
            if shown && verdict.findings.is_empty() {
                let word = verdict.outcome.as_str();
                let rule = &run.rule(verdict.rule).id;
                let reason = &verdict.reason;
                write_line(&mut self.out, file, &verdict.object, word, rule, reason)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, run: &Run, summary: &Summary, _status: &Status) -> io::Result<()> {
        for line in state_text::disabled(run) {
            writeln!(self.out, "{}", escape_control(&line))?;
        }
        writeln!(self.out, "{}", summary_text::one_line(summary))?;
        self.out.flush()
    }
}

/// One finding on one line.
pub(crate) fn write_finding<W: Write>(
    out: &mut W,
    run: &Run,
    file: &str,
    word: &str,
    finding: &Finding,
) -> io::Result<()> {
    write_line(
        out,
        file,
        &finding.location,
        word,
        &run.rule(finding.rule).id,
        &finding.message,
    )
}

fn write_line<W: Write>(
    out: &mut W,
    file: &str,
    location: &Location,
    word: &str,
    rule: &str,
    message: &str,
) -> io::Result<()> {
    let place = Place { file, location };
    let rule = escape_control(rule);
    write!(out, "{place}: {word}[{rule}] {}", escape_control(message))?;
    if !location.path.is_empty() {
        write!(out, " ({})", KeyedPath(location))?;
    }
    writeln!(out)
}
