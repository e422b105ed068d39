use std::io::{self, Write};

use assize_finding::{Judged, Run, Status, Summary};

use super::{
    artifact::ArtifactPlace,
    line_hashes::LineHashes,
    log::{End, Profile, write_end, write_head},
    notifications::Notifications,
    result::Results,
};
use crate::{
    Needs, Options, Reporter,
    format::About,
    json_stream::{JsonArray, write_json},
    statement::Statement,
    summary_text::count,
    worst::Worst,
};

/// GitHub keeps this many results of a run.
const MOST_RESULTS: usize = 5000;

pub(crate) const ABOUT: About = About {
    needs: Needs {
        line_hashes: true,
        ..Needs::NOTHING
    },
    ..About::new("sarif-github")
};

/// The profile for GitHub code scanning: failures only, because an alert is raised for every result whatever its kind; worst first, and
/// the worst only, because GitHub keeps 5,000.
pub(crate) struct SarifGithub<W> {
    out: W,
    command_line: Option<String>,
    /// Results as JSON.
    worst: Worst<io::Result<Vec<u8>>>,
    notifications: Notifications,
}

impl<W: Write> SarifGithub<W> {
    pub(crate) fn new(options: &Options, out: W) -> Self {
        Self {
            out,
            command_line: options.command_line.clone(),
            worst: Worst::new(MOST_RESULTS),
            notifications: Notifications::default(),
        }
    }
}

impl<W: Write> Reporter for SarifGithub<W> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        write_head(&mut self.out, run, Profile::Github)
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
            self.worst.offer(severity, || {
                let mut json = Vec::new();
                write_json(&mut json, &results.result(&statement)).map(|()| json)
            });
        }
        Ok(())
    }

    fn finish(&mut self, run: &Run, summary: &Summary, status: &Status) -> io::Result<()> {
        let dropped = self.worst.left_out();
        let mut results = JsonArray::default();
        for result in self.worst.take() {
            results.separate(&mut self.out)?;
            self.out.write_all(&result?)?;
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
