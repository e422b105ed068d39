//! Snapshot values in the hands of a script: a handle for what has parts, a plain value for what has none.

use assize_snapshot::NodeId;

/// An object or a list of a snapshot. Copying it copies eight bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    /// Which snapshot of the verdict: 0 is the judged one; for policies over time 1 is the earlier one; the others are siblings.
    pub(crate) slot: u16,
    pub(crate) id: Id,
}

impl Node {
    /// The slot of the earlier snapshot.
    pub(crate) const EARLIER: u16 = 1;
}

/// Which value. The root has a name of its own, because one constant stands for the root of every snapshot in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Id {
    Root,
    Value(NodeId),
}

/// The parameters of the policy that runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Params;

/// A point in time: microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(pub(crate) i64);

/// A length of time in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Duration(pub(crate) i64);

/// Major, minor, build, revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) [u64; 4]);

/// Why a script was stopped by something that is not its fault: what it needs is not there.
#[derive(Debug, Clone)]
pub(crate) struct Indeterminate(pub(crate) String);
