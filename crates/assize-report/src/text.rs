use std::io::{self, Write};

use annotate_snippets::Renderer;
use assize_finding::{Evaluation, Finding, Judged, Location, Outcome, Run, Status, Summary};

use crate::{
    Needs, Options, Reporter, compact, escape_control,
    fold::{Fold, folds},
    format::About,
    place::{KeyedPath, Place},
    state_text, summary_text,
    text_entry::{Entry, Loudness},
    trace_text::trace_text,
};

pub(crate) const ABOUT: About = About {
    extensions: &["txt"],
    needs: Needs {
        excerpts: true,
        ..Needs::NOTHING
    },
    lists_passes_if_verbose: true,
    ..About::new("text")
};

/// For people at a terminal: an entry for each finding, with the source, and for each verdict that could not be reached.
///
/// The source is drawn by `annotate-snippets`: it lays out tabs, wide characters and regions of many lines well. Two things it does
/// not do: it lets invisible characters through, and it takes columns from the text it is given, which may be cut. So it gets text
/// that is escaped already, and the place is written apart.
pub(crate) struct Text<W> {
    out: W,
    color: bool,
    verbose: bool,
    quiet: bool,
    renderer: Renderer,
}

impl<W: Write> Text<W> {
    pub(crate) fn new(options: &Options, out: W) -> Self {
        let &Options {
            color,
            verbose,
            quiet,
            ..
        } = options;
        let renderer = if color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        Self {
            out,
            color,
            verbose: verbose && !quiet,
            quiet,
            renderer,
        }
    }

    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        self.out
            .write_all(entry.render(&self.renderer, self.color).as_bytes())
    }

    /// Writes a finding. `outcome` is that of its verdict; findings that no policy made count as failures.
    fn finding(
        &mut self,
        run: &Run,
        file: &str,
        outcome: Outcome,
        finding: &Finding,
    ) -> io::Result<()> {
        let failed = outcome == Outcome::Fail;
        let is_waived = finding.waiver.is_some();
        if self.quiet {
            let word = state_text::word(outcome, finding);
            return compact::write_finding(&mut self.out, run, file, word, finding);
        }
        let loudness = match (is_waived, failed) {
            (true, _) => Loudness::Note,
            (false, true) => Loudness::of(finding.severity),
            (false, false) => Loudness::Warning,
        };
        let aside = state_text::aside(finding);
        self.entry(&Entry {
            loudness,
            word: match (is_waived, failed) {
                (true, _) => "waived",
                (false, true) => loudness.as_str(),
                (false, false) => outcome.as_str(),
            },
            rule: &run.rule(finding.rule).id,
            aside: failed.then_some(aside.as_str()),
            message: &finding.message,
            file,
            location: &finding.location,
            notes: notes(run, file, finding),
        })
    }

    fn fold(&mut self, run: &Run, file: &str, fold: &Fold<'_>) -> io::Result<()> {
        let outcome = fold.first.outcome;
        let objects = fold.objects.iter();
        let mut notes: Vec<_> = objects
            .map(|object| ("path", path_with_absence(object)))
            .collect();
        if fold.unnamed() > 0 && !notes.is_empty() {
            notes.push(("note", format!("and {} more", fold.unnamed())));
        }
        let objects = summary_text::count(fold.count as u64, "object");
        let is_error = outcome == Outcome::Error;
        self.entry(&Entry {
            loudness: if is_error {
                Loudness::Error
            } else {
                Loudness::Warning
            },
            // A failure of high severity says `error`, too.
            word: if is_error {
                "policy error"
            } else {
                outcome.as_str()
            },
            rule: &run.rule(fold.first.rule).id,
            aside: (fold.count > 1).then_some(objects.as_str()),
            message: &fold.first.reason,
            file,
            location: &fold.first.object,
            notes,
        })
    }

    /// Writes a verdict that calls for nothing.
    fn quiet_verdict(&mut self, run: &Run, file: &str, verdict: &Evaluation) -> io::Result<()> {
        let place = Place {
            file,
            location: &verdict.object,
        };
        let rule = escape_control(&run.rule(verdict.rule).id);
        write!(self.out, "{}[{rule}]: {place}", verdict.outcome)?;
        if !verdict.object.path.is_empty() {
            write!(self.out, " {}", KeyedPath(&verdict.object))?;
        }
        if !verdict.reason.is_empty() {
            write!(self.out, ": {}", escape_control(&verdict.reason))?;
        }
        writeln!(self.out)
    }
}

impl<W: Write> Reporter for Text<W> {
    fn begin(&mut self, _run: &Run) -> io::Result<()> {
        Ok(())
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        let file = &judged.artifact.path;
        for finding in &judged.findings {
            self.finding(run, file, Outcome::Fail, finding)?;
        }
        for verdict in &judged.evaluations {
            for finding in &verdict.findings {
                self.finding(run, file, verdict.outcome, finding)?;
            }
            if let (Some(trace), false) = (&verdict.trace, self.quiet) {
                let drawn = trace_text(trace, &verdict.object.path, self.color);
                writeln!(self.out, "{drawn}")?;
            }
        }
        if self.quiet {
            return Ok(());
        }
        for fold in folds(&judged.evaluations) {
            self.fold(run, file, &fold)?;
        }
        if !self.verbose {
            return Ok(());
        }
        let mut listed = false;
        for verdict in &judged.evaluations {
            if matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable) {
                self.quiet_verdict(run, file, verdict)?;
                listed = true;
            }
        }
        if listed { writeln!(self.out) } else { Ok(()) }
    }

    fn finish(&mut self, run: &Run, summary: &Summary, _status: &Status) -> io::Result<()> {
        for line in state_text::disabled(run) {
            writeln!(self.out, "{}", escape_control(&line))?;
        }
        if self.quiet {
            writeln!(self.out, "{}", summary_text::one_line(summary))?;
            return self.out.flush();
        }
        if summary.policies > 0 {
            writeln!(self.out, "{}", summary_text::policies(summary))?;
            return self.out.flush();
        }
        writeln!(self.out, "{}", summary_text::snapshots(summary))?;
        writeln!(self.out, "{}", summary_text::verdicts(summary))?;
        writeln!(self.out, "{}", summary_text::failures(summary))?;
        let rest = [
            summary_text::input(summary),
            summary_text::configuration(summary),
            summary_text::baseline(summary),
        ];
        for line in rest.into_iter().flatten() {
            writeln!(self.out, "{line}")?;
        }
        self.out.flush()
    }
}

/// The notes under a finding: its path, what belongs to it, how to fix it.
fn notes(run: &Run, file: &str, finding: &Finding) -> Vec<(&'static str, String)> {
    let mut notes = Vec::new();
    let location = &finding.location;
    if !location.path.is_empty() {
        notes.push(("path", path_with_absence(location)));
    }
    if location.excerpt.as_ref().is_some_and(|excerpt| excerpt.cut) {
        notes.push(("note", "a long line is cut".to_owned()));
    }
    if let Some(waiver) = &finding.waiver {
        notes.push(("waiver", state_text::acceptance(waiver)));
    }
    for related in &finding.related {
        let start = related.location.start();
        let file = related.file.as_deref().unwrap_or(file);
        let place = format!("{file}:{}:{}", start.line, start.column);
        notes.push(("see", format!("{place}: {}", related.message)));
    }
    let fix = finding.fix.as_ref().or(run.rule(finding.rule).fix.as_ref());
    notes.extend(fix.map(|fix| ("fix", fix.clone())));
    notes
}

fn path_with_absence(location: &Location) -> String {
    let absent = if location.absent { " (absent)" } else { "" };
    format!("{}{absent}", location.path)
}
