//! What a proof knows of snapshots as a whole: the policies that judge the evidence ask for little else.

use assize_snapshot::Snapshot;

use super::machine::{Attempt, GaveUp, Plain};
use crate::reference::References;

/// The library functions about a whole snapshot that a proof may call.
#[derive(Debug, Clone, Copy)]
pub(super) enum Evidence {
    KindOf,
    CollectedAt,
    ListsErrors,
    CollectorErrors,
    Truncations,
    /// Takes no snapshot; it is about the judged one.
    References,
}

impl Evidence {
    pub(super) fn named(name: &str, arity: usize) -> Option<Self> {
        Some(match (name, arity) {
            ("kind_of", 1) => Self::KindOf,
            ("collected_at", 1) => Self::CollectedAt,
            ("lists_errors", 1) => Self::ListsErrors,
            ("collector_errors", 1) => Self::CollectorErrors,
            ("truncations", 1) => Self::Truncations,
            ("references", 0) => Self::References,
            _ => return None,
        })
    }

    /// What the function says of a snapshot. Of lists, that they are empty: whoever looks at an element has something to say, and
    /// that is for the interpreter.
    pub(super) fn of<'p>(
        self,
        snapshot: &'p Snapshot,
        references: &References,
    ) -> Attempt<Plain<'p>> {
        let kind = snapshot.kind.as_ref().map_or("", |kind| kind.name());
        let is_empty = match self {
            Self::KindOf => return Ok(Plain::Text(kind)),
            Self::ListsErrors => return Ok(Plain::Bool(snapshot.lists_errors())),
            Self::CollectedAt => {
                let taken = snapshot.collected_at().map_err(|_| GaveUp)?;
                return Ok(taken.map_or(Plain::Unit, Plain::Time));
            }
            Self::CollectorErrors => snapshot.collector_errors().is_empty(),
            Self::Truncations => snapshot.truncations(1).is_empty(),
            Self::References => references.of_kind(kind).next().is_none(),
        };
        if is_empty {
            Ok(Plain::Empty)
        } else {
            Err(GaveUp)
        }
    }
}
