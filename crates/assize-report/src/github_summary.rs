use std::io::{self, Write};

use assize_finding::{Judged, Run, Status, Summary};

use crate::{
    Options, Reporter,
    format::About,
    markdown::{Limits, Markdown},
};

pub(crate) const ABOUT: About = About {
    appends: true,
    ..About::new("github-summary")
};

/// GitHub drops the summary of a step that is over 1 MiB. Others write to it, too.
const SUMMARY: Limits = Limits {
    bytes: 900 << 10,
    rows: 4000,
};

/// The summary of a step in a GitHub workflow, for the file that `GITHUB_STEP_SUMMARY` names: the same as for a comment, with more room.
pub(crate) struct GithubSummary<W>(Markdown<W>);

impl<W: Write> GithubSummary<W> {
    pub(crate) fn new(_options: &Options, out: W) -> Self {
        Self(Markdown::within(SUMMARY, out))
    }
}

impl<W: Write> Reporter for GithubSummary<W> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        self.0.begin(run)
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        self.0.judged(run, judged)
    }

    fn finish(&mut self, run: &Run, summary: &Summary, status: &Status) -> io::Result<()> {
        self.0.finish(run, summary, status)
    }
}
