use assize_finding::Outcome;
use assize_snapshot::{NodeId, Symbol};

/// The verdict of a policy on one object, with places still in terms of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The object; of one that is gone, the nearest value of the judged snapshot that enclosed it.
    pub object: NodeId,
    /// The object in the earlier snapshot, where it is gone from the judged one.
    pub gone: Option<NodeId>,
    /// The verdict.
    pub outcome: Outcome,
    /// Why, for every outcome but pass and fail.
    pub reason: String,
    /// What the policy found wrong, or wants a person to look at.
    pub findings: Vec<Remark>,
}

/// One thing that a policy found, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Where.
    pub place: Place,
    /// Where the value stands that it is about, if that is in another snapshot.
    pub origin: Option<Origin>,
    /// What.
    pub message: String,
}

/// A value of another snapshot than the judged one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Which snapshot.
    pub of: Other,
    /// The value.
    pub node: NodeId,
}

/// Another snapshot than the judged one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Other {
    /// The earlier snapshot.
    Earlier,
    /// A member of the estate, by the number that the estate gives it.
    Sibling(usize),
}

/// A place in the judged snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A value.
    Node(NodeId),
    /// A field that an object lacks.
    Absent(NodeId, Symbol),
    /// A value of the earlier snapshot that is gone.
    Gone {
        /// The nearest value of the judged snapshot that enclosed it.
        near: NodeId,
        /// The value in the earlier snapshot.
        node: NodeId,
    },
}

/// What a policy says by its verdict functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    Fail(Remark),
    Review(Remark),
    NotApplicable(String),
    Indeterminate(String),
}

impl Verdict {
    /// What was found, by a policy that failed it or wants a person to look at it.
    pub(crate) fn found(
        object: NodeId,
        outcome: Outcome,
        reason: String,
        findings: Vec<Remark>,
    ) -> Self {
        Self {
            findings,
            ..Self::new(object, outcome, reason)
        }
    }

    /// That a policy selects nothing: it does not apply, unless it says that there must be something.
    pub(crate) fn selected_nothing(object: NodeId, expects_some: bool) -> Self {
        let outcome = if expects_some {
            Outcome::Indeterminate
        } else {
            Outcome::NotApplicable
        };
        Self::new(object, outcome, "selected nothing")
    }

    pub(crate) fn new(object: NodeId, outcome: Outcome, reason: impl Into<String>) -> Self {
        Self {
            object,
            gone: None,
            outcome,
            reason: reason.into(),
            findings: Vec::new(),
        }
    }
}
