use assize_finding::Outcome;
use assize_snapshot::{NodeId, Symbol};

/// The verdict of a policy on one object, with places still in terms of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The object.
    pub object: NodeId,
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
    /// What.
    pub message: String,
}

/// A place in the judged snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A value.
    Node(NodeId),
    /// A field that an object lacks.
    Absent(NodeId, Symbol),
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
    pub(crate) fn new(object: NodeId, outcome: Outcome, reason: impl Into<String>) -> Self {
        Self {
            object,
            outcome,
            reason: reason.into(),
            findings: Vec::new(),
        }
    }
}
