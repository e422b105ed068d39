use std::io::{self, Write};

use assize_finding::{Judged, Run, Status, Summary};

use super::{
    absent::absent,
    artifact::{ArtifactPlace, entry},
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
};

pub(crate) const ABOUT: About = About {
    // The standard allows both.
    extensions: &["sarif", "sarif.json"],
    needs: Needs {
        line_hashes: true,
        sha256: true,
        passes: true,
        contents: true,
        ..Needs::NOTHING
    },
    ..About::new("sarif")
};

/// The full profile: every verdict is a result, so that an auditor sees what was looked at.
///
/// Results are written as they come. What SARIF wants after them waits: about 200 bytes for each artifact, and the notifications.
pub(crate) struct Sarif<W> {
    out: W,
    command_line: Option<String>,
    results: JsonArray,
    artifacts: usize,
    artifact_array: JsonArray,
    artifact_json: Vec<u8>,
    notifications: Notifications,
}

impl<W: Write> Sarif<W> {
    pub(crate) fn new(options: &Options, out: W) -> Self {
        Self {
            out,
            command_line: options.command_line.clone(),
            results: JsonArray::default(),
            artifacts: 0,
            artifact_array: JsonArray::default(),
            artifact_json: Vec::new(),
            notifications: Notifications::default(),
        }
    }
}

impl<W: Write> Reporter for Sarif<W> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        write_head(&mut self.out, run, Profile::Full)
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        let artifact = ArtifactPlace::new(&judged.artifact, Some(self.artifacts));
        self.artifacts += 1;
        self.artifact_array.separate(&mut self.artifact_json)?;
        write_json(&mut self.artifact_json, &entry(&judged.artifact, &artifact))?;
        self.notifications.add(run, judged, &artifact)?;
        let line_hashes = LineHashes::of(judged);
        let results = Results {
            run,
            artifact,
            line_hashes,
            for_github: false,
        };
        for statement in Statement::all(judged) {
            self.results
                .push(&mut self.out, &results.result(&statement))?;
        }
        Ok(())
    }

    fn finish(&mut self, run: &Run, summary: &Summary, status: &Status) -> io::Result<()> {
        for gone in &summary.gone {
            self.results.push(&mut self.out, &absent(run, gone))?;
        }
        self.out.write_all(b"],\n\"artifacts\":[")?;
        self.out.write_all(&self.artifact_json)?;
        self.out.write_all(b"]")?;
        let command_line = self.command_line.as_deref();
        let end = End {
            run,
            summary,
            status,
            command_line,
            dropped: 0,
        };
        write_end(&mut self.out, &end, &mut self.notifications)
    }
}
