//! Kinds that the caller gives to snapshots.

use std::{path::Path, sync::Arc};

use assize_snapshot::{Document, Kind};

use crate::{glob::Glob, place::Base};

/// The kinds that the command line and `assize.toml` give.
#[derive(Debug, Clone, Default)]
pub(crate) struct GivenKinds {
    /// The kind of every snapshot, whatever it says of itself.
    pub(crate) all: Option<Arc<Kind>>,
    /// The kinds of files that say nothing of themselves; the last pattern that fits counts.
    pub(crate) by_files: Vec<(Glob, Arc<Kind>)>,
    pub(crate) base: Base,
}

impl GivenKinds {
    /// The kind that is given to a document.
    pub(crate) fn of(&self, document: &Document, path: Option<&Path>) -> Option<&Arc<Kind>> {
        if self.by_files.is_empty() || self.all.is_some() {
            return self.all.as_ref();
        }
        if says_kind(document) {
            return None;
        }
        let path = self.base.relative(path?);
        let mut fitting = self.by_files.iter().rev();
        fitting
            .find(|(files, _)| files.matches(&path))
            .map(|(_, kind)| kind)
    }
}

/// Whether an envelope names the kind.
fn says_kind(document: &Document) -> bool {
    let has = |name: &str| document.member_named(document.root(), name).is_some();
    has("assizeSnapshot") && has("kind")
}
