use std::sync::Arc;

use assize_snapshot::Snapshot;

/// The estate of a judged snapshot: the snapshots of the same tenant or folder.
pub trait Siblings: Send + Sync {
    /// Finds the members. It takes its time once; the other calls come after it.
    fn find(&self) {}

    /// The other members of a kind, in a fixed order, each by a number that is its own in the estate.
    fn others(&self, kind: &str) -> Vec<usize>;

    /// One of them, or why it cannot be read.
    fn snapshot(&self, number: usize) -> Result<Arc<Snapshot>, String>;

    /// Why there may be members that nobody recognised.
    fn why_partial(&self) -> Option<String> {
        None
    }
}

/// For a snapshot that stands alone.
#[derive(Debug)]
pub struct NoSiblings;

impl Siblings for NoSiblings {
    fn others(&self, _kind: &str) -> Vec<usize> {
        Vec::new()
    }

    fn snapshot(&self, number: usize) -> Result<Arc<Snapshot>, String> {
        Err(format!("there is no member {number}"))
    }
}
