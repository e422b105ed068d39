//! One snapshot, opened to be looked at.

use std::{path::Path, sync::Arc};

use assize_snapshot::{Reader, Snapshot};

use crate::{error::ProjectError, files, load::Project};

/// A snapshot that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The snapshot.
    pub snapshot: Arc<Snapshot>,
    /// Its name, as reports show it.
    pub name: String,
    /// What is wrong with it, one line each.
    pub problems: Vec<String>,
}

impl Project {
    /// Opens a file; without one, the example of the kind that was asked for, or else nothing at all.
    pub fn open(&self, path: Option<&Path>) -> Result<Opened, ProjectError> {
        let example = self.given.all.as_ref().and_then(|kind| kind.example());
        let (name, bytes) = match (path, example) {
            (Some(path), _) => {
                let read = |error| ProjectError::Read {
                    path: path.to_owned(),
                    error,
                };
                let bytes = files::read_snapshot(path, Vec::new()).map_err(read)?;
                (self.display(path), bytes)
            }
            (None, Some(example)) => ("the example".to_owned(), example.as_bytes().to_vec()),
            (None, None) => ("nothing".to_owned(), b"{}".to_vec()),
        };
        let is_nothing = path.is_none() && example.is_none();
        let mut opened = self.open_at(path, name, bytes)?;
        if is_nothing {
            opened.problems.clear();
        }
        Ok(opened)
    }

    /// Opens what was read already.
    pub fn open_bytes(&self, name: String, bytes: Vec<u8>) -> Result<Opened, ProjectError> {
        self.open_at(None, name, bytes)
    }

    fn open_at(
        &self,
        path: Option<&Path>,
        name: String,
        bytes: Vec<u8>,
    ) -> Result<Opened, ProjectError> {
        let unreadable = |error| ProjectError::Unknown(format!("{name}: {error}"));
        let document = Reader::default().read(bytes).map_err(unreadable)?;
        let given = self.given.of(&document, path).cloned();
        let snapshot = Snapshot::new(document, &self.kinds, given.as_ref())?;
        let problems = snapshot.problems.iter();
        let problems = problems.map(|problem| format!("{name}: {}", problem.message));
        Ok(Opened {
            problems: problems.collect(),
            snapshot: Arc::new(snapshot),
            name,
        })
    }
}
