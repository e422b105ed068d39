//! The earlier snapshots that policies over time compare with.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use assize_finding::Fingerprint;
use assize_snapshot::{Kind, Kinds, Origin, Reader, Snapshot};

use crate::{error::ProjectError, files, given::GivenKinds, item::Item, queue};

/// A file, or a folder of files, with earlier snapshots.
#[derive(Debug)]
pub(crate) struct Since {
    place: PathBuf,
    is_folder: bool,
    kinds: Arc<Kinds>,
    given: GivenKinds,
    threads: usize,
    /// The one snapshot, where the place is a file.
    only: OnceLock<Result<Arc<Snapshot>, String>>,
    /// Where the snapshots of each kind and source are; made when a file is not where it is looked for first.
    index: OnceLock<Index>,
}

/// Files by kind and source.
#[derive(Debug, Default)]
struct Index {
    paths: Vec<PathBuf>,
    by_source: HashMap<Fingerprint, Vec<u32>>,
}

/// The earlier snapshot of a judged one.
pub(crate) struct Earlier {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) path: PathBuf,
}

impl Since {
    /// A place that exists. `given` overrides what its snapshots say.
    pub(crate) fn open(
        place: &Path,
        kinds: &Arc<Kinds>,
        given: &GivenKinds,
        threads: usize,
    ) -> Result<Self, ProjectError> {
        place.canonicalize().map_err(|error| ProjectError::Read {
            path: place.to_owned(),
            error,
        })?;
        Ok(Self {
            place: place.to_owned(),
            is_folder: place.is_dir(),
            kinds: Arc::clone(kinds),
            given: given.clone(),
            threads,
            only: OnceLock::new(),
            index: OnceLock::new(),
        })
    }

    /// The earlier snapshot of an item, or why there is none: the one of the same kind and source, else the one at the same
    /// relative path. Whether it is earlier, and of the same source, is for the judge to say. `is_alone` says that the run has no
    /// other item.
    pub(crate) fn of(
        &self,
        snapshot: &Snapshot,
        item: &Item,
        is_alone: bool,
        reader: &mut Reader,
    ) -> Result<Earlier, String> {
        let earlier = if self.is_folder {
            self.in_folder(snapshot, item, reader)?
        } else {
            self.in_file(snapshot, item, is_alone)?
        };
        let is_same = |path: &Path| match (path.canonicalize(), earlier.path.canonicalize()) {
            (Ok(left), Ok(right)) => left == right,
            _ => false,
        };
        if item.path().is_some_and(is_same) {
            return Err("the earlier snapshot is the same file".to_owned());
        }
        Ok(earlier)
    }

    fn in_file(&self, snapshot: &Snapshot, item: &Item, is_alone: bool) -> Result<Earlier, String> {
        let read = || self.read(&self.place, &mut Reader::default());
        let earlier = Arc::clone(
            self.only
                .get_or_init(read)
                .as_ref()
                .map_err(String::clone)?,
        );
        let has_same_name = match item {
            Item::File { path, .. } => path.file_name() == self.place.file_name(),
            _ => false,
        };
        if is_alone || has_same_name || is_of_same_source(snapshot, &earlier) {
            return Ok(Earlier {
                snapshot: earlier,
                path: self.place.clone(),
            });
        }
        Err(self.nothing())
    }

    fn in_folder(
        &self,
        snapshot: &Snapshot,
        item: &Item,
        reader: &mut Reader,
    ) -> Result<Earlier, String> {
        let beside = item.relative().map(|relative| self.place.join(relative));
        // Most folders keep their layout, so that nothing else has to be read.
        let beside = beside.filter(|path| path.is_file()).map(|path| {
            let snapshot = self.read(&path, reader)?;
            Ok(Earlier { snapshot, path })
        });
        if let Some(Ok(earlier)) = &beside {
            let has_source = !snapshot.source.is_empty();
            if !has_source || is_of_same_source(snapshot, &earlier.snapshot) {
                return beside.unwrap_or_else(|| Err(self.nothing()));
            }
        }
        match self.of_source(snapshot).as_slice() {
            [path] => {
                let snapshot = self.read(path, reader)?;
                let path = path.clone();
                Ok(Earlier { snapshot, path })
            }
            [] => beside.unwrap_or_else(|| Err(self.nothing())),
            several => Err(format!(
                "{} earlier snapshots of the same source were given, none of them at the same path",
                several.len()
            )),
        }
    }

    fn nothing(&self) -> String {
        let name = files::name_of(&self.place);
        format!(
            "there is no earlier snapshot: {name} has none of the same kind and source, and none at the same path"
        )
    }

    fn read(&self, path: &Path, reader: &mut Reader) -> Result<Arc<Snapshot>, String> {
        let cannot = |error: &dyn std::fmt::Display| {
            let name = files::name_of(path);
            format!("the earlier snapshot {name} cannot be read: {error}")
        };
        let bytes = files::read_snapshot(path, reader.buffer()).map_err(|error| cannot(&error))?;
        let document = reader.read(bytes).map_err(|error| cannot(&error))?;
        let given = self.given.of(&document, Some(path)).cloned();
        let snapshot = Snapshot::new(document, &self.kinds, given.as_ref());
        snapshot.map(Arc::new).map_err(|error| cannot(&error))
    }

    /// The files of the same kind and source.
    fn of_source(&self, snapshot: &Snapshot) -> Vec<PathBuf> {
        let Some(key) = key(snapshot.kind.as_ref(), &snapshot.source) else {
            return Vec::new();
        };
        let index = self.index.get_or_init(|| self.make_index());
        let found = index.by_source.get(&key).into_iter().flatten();
        found
            .map(|nth| index.paths[*nth as usize].clone())
            .collect()
    }

    /// Reads every file once to learn whose it is.
    fn make_index(&self) -> Index {
        let paths: Vec<PathBuf> = files::snapshots(&self.place)
            .into_iter()
            .filter_map(Result::ok)
            .collect();
        let mut index = Index::default();
        let work = |reader: &mut Reader, nth: usize| {
            queue::caught(reader, |reader| {
                let bytes = files::read_snapshot(&paths[nth], reader.buffer()).ok()?;
                let document = reader.read(bytes).ok()?;
                let given = self.given.of(&document, Some(&paths[nth])).cloned();
                let origin = Origin::of(document, &self.kinds, given.as_ref());
                key(origin.kind.as_ref(), &origin.source)
            })
        };
        let mut nth = 0;
        let take = |key: Option<Fingerprint>| -> Result<(), std::convert::Infallible> {
            if let Some(key) = key {
                index.by_source.entry(key).or_default().push(nth);
            }
            nth += 1;
            Ok(())
        };
        let Ok(()) = queue::in_order(paths.len(), self.threads, Reader::default, work, take);
        index.paths = paths;
        index
    }
}

/// What tells a kind and a source from others; `None` for a snapshot that does not say whose it is.
fn key(kind: Option<&Arc<Kind>>, source: &str) -> Option<Fingerprint> {
    let kind = kind.filter(|_| !source.is_empty())?;
    Some(Fingerprint::of(&[kind.name(), &source.to_lowercase()]))
}

fn is_of_same_source(snapshot: &Snapshot, earlier: &Snapshot) -> bool {
    let keys = [snapshot, earlier].map(|one| key(one.kind.as_ref(), &one.source));
    keys[0].is_some() && keys[0] == keys[1]
}
