use std::{
    borrow::Cow,
    io::{self, Write},
};

use assize_finding::{Judged, Outcome, Pointer, Run, Status, Summary};

use crate::{Options, Reporter, escape_control, format::About};

pub(crate) const ABOUT: About = About::new("pointers");

/// `rule<TAB>file<TAB>pointer` for each finding of a failed verdict that is not waived, and nothing else.
///
/// Control characters in names, tabs and line feeds among them, are written as `\u{..}`, and for the sake of a reader that
/// undoes this, `\` is written as `\\`.
pub(crate) struct Pointers<W> {
    out: W,
}

impl<W: Write> Pointers<W> {
    pub(crate) fn new(_options: &Options, out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Reporter for Pointers<W> {
    fn begin(&mut self, _run: &Run) -> io::Result<()> {
        Ok(())
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        let file = field(&judged.artifact.path);
        let failed = judged
            .evaluations
            .iter()
            .filter(|verdict| verdict.outcome == Outcome::Fail);
        let findings = failed.flat_map(|verdict| &verdict.findings);
        for finding in findings.filter(|finding| finding.waiver.is_none()) {
            let rule = field(&run.rule(finding.rule).id);
            let pointer = finding
                .location
                .pointer
                .as_ref()
                .map_or("", Pointer::as_str);
            writeln!(self.out, "{rule}\t{file}\t{}", field(pointer))?;
        }
        Ok(())
    }

    fn finish(&mut self, _run: &Run, _summary: &Summary, _status: &Status) -> io::Result<()> {
        self.out.flush()
    }
}

fn field(text: &str) -> Cow<'_, str> {
    if text.contains('\\') {
        return Cow::Owned(escape_control(&text.replace('\\', r"\\")).into_owned());
    }
    escape_control(text)
}
