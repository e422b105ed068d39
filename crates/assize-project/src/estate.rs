//! Estates: the snapshots of one source. Only runs with a policy that asks for siblings pay for finding them.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use assize_policy::Siblings;
use assize_snapshot::{Kinds, Reader, Snapshot};

use crate::files;

/// Siblings that stay in memory.
const KEPT: usize = 8;

/// Where the snapshots of each estate are.
#[derive(Debug, Default)]
pub(crate) struct Estates {
    /// The files by source and kind; a source is what the snapshot names, else its folder.
    members: HashMap<(String, String), Vec<PathBuf>>,
    kept: Mutex<Vec<(PathBuf, Arc<Snapshot>)>>,
}

impl Estates {
    /// Reads every snapshot once to learn whose it is.
    pub(crate) fn find(paths: &[PathBuf], kinds: &Kinds) -> Self {
        let mut estates = Self::default();
        let mut reader = Reader::default();
        for path in paths {
            let Ok(snapshot) = read(path, kinds, &mut reader) else {
                continue;
            };
            let Some(kind) = &snapshot.kind else { continue };
            let key = (source_of(&snapshot, path), kind.name().to_owned());
            estates.members.entry(key).or_default().push(path.clone());
        }
        estates
    }

    fn load(&self, path: &Path, kinds: &Kinds) -> Result<Arc<Snapshot>, String> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, snapshot)) = kept.iter().find(|(own, _)| own == path) {
            return Ok(Arc::clone(snapshot));
        }
        let snapshot = Arc::new(read(path, kinds, &mut Reader::default())?);
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((path.to_owned(), Arc::clone(&snapshot)));
        Ok(snapshot)
    }
}

fn read(path: &Path, kinds: &Kinds, reader: &mut Reader) -> Result<Snapshot, String> {
    let bytes = files::read_snapshot(path, Vec::new()).map_err(|error| error.to_string())?;
    let document = reader.read(bytes).map_err(|error| error.to_string())?;
    Snapshot::new(document, kinds, None).map_err(|error| error.to_string())
}

fn source_of(snapshot: &Snapshot, path: &Path) -> String {
    if snapshot.source.is_empty() {
        format!("folder {}", path.parent().unwrap_or(path).display())
    } else {
        snapshot.source.clone()
    }
}

/// The siblings of one snapshot.
pub(crate) struct EstateOf {
    pub(crate) estates: Arc<Estates>,
    pub(crate) kinds: Arc<Kinds>,
    pub(crate) source: String,
}

impl EstateOf {
    pub(crate) fn new(
        estates: &Arc<Estates>,
        kinds: &Arc<Kinds>,
        snapshot: &Snapshot,
        path: &Path,
    ) -> Self {
        Self {
            estates: Arc::clone(estates),
            kinds: Arc::clone(kinds),
            source: source_of(snapshot, path),
        }
    }
}

impl Siblings for EstateOf {
    fn sibling(&self, kind: &str) -> Result<Arc<Snapshot>, String> {
        let members = self
            .estates
            .members
            .get(&(self.source.clone(), kind.to_owned()));
        match members.map(Vec::as_slice) {
            None | Some([]) => Err(format!("no `{kind}` snapshot of the same source was given")),
            Some([path]) => self.estates.load(path, &self.kinds),
            Some(several) => Err(format!(
                "{} `{kind}` snapshots of the same source were given",
                several.len()
            )),
        }
    }
}
