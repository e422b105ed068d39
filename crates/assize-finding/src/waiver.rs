use serde::Serialize;

use crate::Region;

/// That somebody accepts a finding for a limited time, and where that is written. The finding is still reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiver {
    /// The file that says so, as [`crate::Artifact::path`] writes paths.
    pub file: String,
    /// The place in it.
    pub region: Region,
    /// Who answers for it.
    pub owner: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it holds, in UTC: `2027-01-31`.
    pub expires: String,
    /// Where it is discussed.
    pub ticket: Option<String>,
    /// Who agreed.
    pub approver: Option<String>,
}
