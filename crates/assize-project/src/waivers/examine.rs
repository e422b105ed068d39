//! What can be said of waivers without judging anything.

use assize_finding::Region;

use super::{Flaw, State, entry::DAY};
use crate::load::Project;

/// A waiver, for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverRow {
    /// Where it is: `file:line`.
    pub place: String,
    /// The rule; empty where the fingerprint alone is given.
    pub rule: String,
    /// The path or the fingerprint.
    pub object: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day.
    pub expires: String,
    /// Days that are left, today not counted; negative for one that has expired.
    pub days_left: i64,
    /// It has an effect.
    pub is_in_force: bool,
}

/// Something that is wrong with a waiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverNote {
    /// The file.
    pub file: String,
    /// The place in it.
    pub region: Region,
    /// The rule, such as `waiver/expired`.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
}

impl Project {
    /// All waivers, in the order of the files.
    pub fn waiver_rows(&self) -> Vec<WaiverRow> {
        let entries = self.waivers.files.iter().flat_map(|file| &file.entries);
        let rows = entries.map(|entry| WaiverRow {
            place: format!("{}:{}", entry.waiver.file, entry.waiver.region.start.line),
            rule: entry.rule.clone().unwrap_or_default(),
            object: match (&entry.path, &entry.fingerprint) {
                (Some(path), _) => path.as_str().to_owned(),
                (None, own) => own.clone().unwrap_or_default(),
            },
            owner: entry.waiver.owner.clone(),
            expires: entry.waiver.expires.clone(),
            // It holds to the end of its last day.
            days_left: (entry.ends - self.options.now - 1).div_euclid(DAY),
            is_in_force: entry.state == State::InForce,
        });
        rows.collect()
    }

    /// What is wrong with waivers, whatever is found.
    pub fn waiver_notes(&self) -> Vec<WaiverNote> {
        let mut notes = Vec::new();
        for file in &self.waivers.files {
            let mut own = file.notes.clone();
            own.sort_by_key(|note| note.region.start);
            notes.extend(own.into_iter().map(|note| WaiverNote {
                file: file.path.clone(),
                region: note.region,
                rule: note.flaw.rule(),
                message: note.message,
            }));
        }
        notes
    }

    /// Where the waivers begin that have expired: file, and line.
    pub fn expired_waivers(&self) -> Vec<(String, u32)> {
        let notes = self.waiver_notes().into_iter();
        let expired = notes.filter(|note| note.rule == Flaw::Expired.rule());
        expired
            .map(|note| (note.file, note.region.start.line))
            .collect()
    }
}
