//! The ratchet of a run: read before it, written after it.

use std::path::{Path, PathBuf};

use assize_finding::{ExitStatus, Judged, Status, Summary};
use assize_project::{Baseline, Options, Project, Ratchet};

use crate::{failure::Failure, output};

/// A ratchet while the run goes.
pub(crate) struct Turning {
    path: PathBuf,
    /// What the file says; nothing where there is no file yet.
    known: Option<Ratchet>,
    found: Ratchet,
}

impl Turning {
    /// Reads the file that was named, and has the run compared with it.
    pub(crate) fn read(
        path: Option<&Path>,
        options: &mut Options,
    ) -> Result<Option<Self>, Failure> {
        let Some(path) = path else { return Ok(None) };
        let known = Ratchet::read(path)?;
        options.baseline = Some(Baseline::Ratchet(known.clone().unwrap_or_default()));
        Ok(Some(Self {
            path: path.to_owned(),
            known,
            found: Ratchet::default(),
        }))
    }

    pub(crate) fn add(&mut self, project: &Project, judged: &Judged) {
        self.found.add(project, judged);
    }

    /// Without a file, what is found now is what will be known.
    pub(crate) fn settle(&self, status: &mut Status) {
        if self.known.is_none() && status.exit == ExitStatus::Findings {
            status.exit = ExitStatus::Clean;
            let count = self.found.len();
            let noun = if count == 1 { "failure" } else { "failures" };
            status.reason = format!("clean: a ratchet was begun with {count} {noun}");
        }
    }

    /// Writes the file where it is new or gets shorter. A run that was not whole begins no ratchet.
    pub(crate) fn write(self, summary: &Summary, status: &Status) -> Result<(), Failure> {
        let text = match &self.known {
            None if status.exit != ExitStatus::Clean => return Ok(()),
            None => self.found.text(),
            Some(known) => match known.tightened(summary) {
                None => return Ok(()),
                Some(tightened) => tightened.text(),
            },
        };
        output::write_whole(&self.path, |out| out.write_all(text.as_bytes()))
    }
}
