use std::{
    fmt::Write as _,
    io::{self, Write},
};

use assize_finding::{
    Finding, Judged, Location, Outcome, RuleIndex, Run, Severity, Status, Summary,
};

use crate::{
    Options, Reporter, escape_control, fold::Fold, format::About, itemised::Itemised,
    place::KeyedPath, state_text, summary_text, worst::Worst,
};

pub(crate) const ABOUT: About = About::new("github");

/// A step shows this many annotations of each type, those that come first. Three types stay under the 50 of a job.
const MOST: usize = 10;

/// Workflow commands (`::error file=..::message`): the worst findings on the lines of a change.
///
/// GitHub shows the first ten of each type, whatever they are, so the worst come first, and what does not fit is summed up in the last
/// notice and in the log.
pub(crate) struct Github<W> {
    out: W,
    errors: Worst<String>,
    warnings: Worst<String>,
    notices: Worst<String>,
}

#[derive(Clone, Copy)]
enum Type {
    Error,
    Warning,
    Notice,
}

impl Type {
    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low | Severity::Info => Self::Notice,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

impl<W: Write> Github<W> {
    pub(crate) fn new(_options: &Options, out: W) -> Self {
        let [errors, warnings, notices] = std::array::from_fn(|_| Worst::new(MOST));
        Self {
            out,
            errors,
            warnings,
            notices,
        }
    }

    fn offer(&mut self, kind: Type, severity: Severity, make: impl FnOnce() -> String) {
        let worst = match kind {
            Type::Error => &mut self.errors,
            Type::Warning => &mut self.warnings,
            Type::Notice => &mut self.notices,
        };
        worst.offer(severity, make);
    }
}

impl<W: Write> Itemised for Github<W> {
    fn finding(
        &mut self,
        run: &Run,
        file: &str,
        outcome: Outcome,
        finding: &Finding,
    ) -> io::Result<()> {
        if finding.waiver.is_some() {
            return Ok(());
        }
        let failed = outcome == Outcome::Fail;
        let kind = if failed {
            Type::of(finding.severity)
        } else {
            Type::Notice
        };
        self.offer(kind, finding.severity, || {
            let word = if failed {
                state_text::aside(finding)
            } else {
                outcome.to_string()
            };
            let mut message = finding.message.clone();
            add_path(&mut message, &finding.location);
            let fix = finding.fix.as_ref().or(run.rule(finding.rule).fix.as_ref());
            if let Some(fix) = fix {
                // Writing to a `String` cannot fail.
                let _ = write!(message, "\nfix: {}", escape_control(fix));
            }
            command(
                kind,
                run,
                file,
                finding.rule,
                &word,
                &finding.location,
                &message,
            )
        });
        Ok(())
    }

    fn fold(&mut self, run: &Run, file: &str, fold: &Fold<'_>) -> io::Result<()> {
        let verdict = fold.first;
        let kind = match verdict.outcome {
            Outcome::Error => Type::Error,
            Outcome::Indeterminate => Type::Warning,
            _ => Type::Notice,
        };
        self.offer(kind, run.rule(verdict.rule).severity, || {
            let mut message = escape_control(&verdict.reason).into_owned();
            if fold.count > 1 {
                let objects = summary_text::count(fold.count as u64, "object");
                // Writing to a `String` cannot fail.
                let _ = write!(message, " ({objects})");
            }
            add_path(&mut message, &verdict.object);
            let word = verdict.outcome.as_str();
            command(
                kind,
                run,
                file,
                verdict.rule,
                word,
                &verdict.object,
                &message,
            )
        });
        Ok(())
    }
}

impl<W: Write> Reporter for Github<W> {
    fn begin(&mut self, _run: &Run) -> io::Result<()> {
        Ok(())
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        self.items(run, judged)
    }

    fn finish(&mut self, _run: &Run, summary: &Summary, _status: &Status) -> io::Result<()> {
        let kept = [&self.errors, &self.warnings, &self.notices];
        let mut left_out: u64 = kept.iter().map(|worst| worst.left_out()).sum();
        let mut notices: Vec<String> = self.notices.take().collect();
        if left_out > 0 && notices.len() == MOST {
            notices.pop();
            left_out += 1;
        }
        for line in self
            .errors
            .take()
            .chain(self.warnings.take())
            .chain(notices)
        {
            writeln!(self.out, "{line}")?;
        }
        let counts = summary_text::one_line(summary);
        if left_out > 0 {
            writeln!(
                self.out,
                "::notice title=assize::{left_out} more not shown here%0A{}",
                data(&counts)
            )?;
        }
        writeln!(self.out, "{counts}")?;
        self.out.flush()
    }
}

fn add_path(message: &mut String, location: &Location) {
    *message = escape_control(message).into_owned();
    if !location.path.is_empty() {
        // Writing to a `String` cannot fail.
        let _ = write!(message, "\npath: {}", KeyedPath(location));
    }
}

/// One command. The lines of the message are safe already, and end with line feeds that are meant.
fn command(
    kind: Type,
    run: &Run,
    file: &str,
    rule: RuleIndex,
    word: &str,
    location: &Location,
    message: &str,
) -> String {
    let title = format!("{} ({word})", escape_control(&run.rule(rule).id));
    let mut place = format!("file={}", property(&escape_control(file)));
    if let Some(region) = location.region {
        let (start, end) = (region.start, region.end);
        // Writing to a `String` cannot fail.
        let _ = write!(place, ",line={}", start.line);
        // Columns are refused where the annotation has several lines. Theirs end with the last character, ours behind it.
        let _ = if start.line == end.line {
            let last = end.column.saturating_sub(1).max(start.column);
            write!(place, ",col={},endColumn={last}", start.column)
        } else {
            write!(place, ",endLine={}", end.line)
        };
    }
    let (kind, title) = (kind.as_str(), property(&title));
    format!("::{kind} {place},title={title}::{}", data(message))
}

/// Text after the second `::`, as the runner reads it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, as the runner reads it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(data("a%0A\r\n::error::"), "a%250A%0D%0A::error::");
        assert_eq!(property("C:,line=1%"), "C%3A%2Cline=1%25");
    }
}
