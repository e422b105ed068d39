//! Snapshot values in the hands of a script: a handle for what has parts, a plain value for what has none.

use assize_snapshot::NodeId;

/// An object or a list of a snapshot. Copying it copies eight bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    /// Which snapshot of the verdict: 0 is the judged one, the others are its siblings.
    pub(crate) slot: u16,
    pub(crate) id: Id,
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

/// Where a scalar came from, as the tag that the engine carries along with it: 0 is nowhere, a positive tag is one more than
/// the value's index in the judged snapshot. Scalars of siblings carry none.
pub(crate) fn tag_of(slot: u16, node: NodeId) -> i32 {
    if slot != 0 {
        return 0;
    }
    i32::try_from(node.0)
        .ok()
        .and_then(|index| index.checked_add(1))
        .unwrap_or(0)
}

/// The value behind a tag.
pub(crate) fn node_of(tag: i32) -> Option<NodeId> {
    u32::try_from(tag).ok()?.checked_sub(1).map(NodeId)
}
