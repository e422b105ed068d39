use serde::Serialize;

use crate::{Fingerprint, Position, Severity};

/// What became of a finding since an earlier run, in SARIF's words (section 3.27.24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum BaselineState {
    /// The earlier run did not have it.
    New,
    /// The earlier run had it, and what it is about is as it was.
    Unchanged,
    /// The earlier run had it, and something of it is otherwise now: the value, the severity.
    Updated,
    /// The earlier run had it, and this one does not.
    Absent,
}

impl BaselineState {
    /// The word of SARIF.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Unchanged => "unchanged",
            Self::Updated => "updated",
            Self::Absent => "absent",
        }
    }
}

/// A finding that an earlier run had and this one has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gone {
    /// The id of its rule; the run need not have the rule any more.
    pub rule: String,
    /// How bad it was.
    pub severity: Severity,
    /// What was wrong.
    pub message: String,
    /// The file in which it was.
    pub file: String,
    /// The keyed path.
    pub path: String,
    /// Where it was.
    pub start: Position,
    /// Its identity.
    pub fingerprint: Fingerprint,
}

/// How many findings of a run are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct BaselineCounts {
    /// Findings that the earlier run did not have.
    pub new: u64,
    /// Findings that are as they were.
    pub unchanged: u64,
    /// Findings that changed.
    pub updated: u64,
    /// Findings of the earlier run that are gone.
    pub absent: u64,
}
