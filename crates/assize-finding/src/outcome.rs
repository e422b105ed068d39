use std::fmt;

use serde::Serialize;

/// The verdict of one policy on one object. Each pair ends in exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Judged, and in order.
    Pass,
    /// Judged, and not in order.
    Fail,
    /// The policy does not concern this object, or selected nothing.
    NotApplicable,
    /// What the policy needs was not collected or cannot be read.
    Indeterminate,
    /// A person has to look.
    Review,
    /// The policy itself failed: a script error, or a limit was hit.
    Error,
}

impl Outcome {
    /// Every outcome, in the order in which summaries count them.
    pub const ALL: [Outcome; 6] = [
        Self::Pass,
        Self::Fail,
        Self::NotApplicable,
        Self::Indeterminate,
        Self::Review,
        Self::Error,
    ];

    /// The words that users read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not applicable",
            Self::Indeterminate => "indeterminate",
            Self::Review => "review",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
