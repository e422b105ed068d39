//! What a new policy, pack, kind or waiver begins with. Nothing is written here: files are handed over with their text.

mod kind;
mod pack;
mod policy;
mod waiver;

use std::path::{Path, PathBuf};

use crate::error::ProjectError;

pub use kind::{NewKind, new_kind};
pub use pack::new_pack;
pub use policy::{NewPolicy, new_policy};
pub use waiver::{Found, NewWaiver, findings_in_report, waiver_entry};

/// A file that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Where it shall lie.
    pub path: PathBuf,
    /// What it shall hold.
    pub text: String,
}

impl NewFile {
    fn new(path: PathBuf, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { path, text }
    }
}

/// Refuses to write over what is there.
fn refuse_present(files: &[NewFile]) -> Result<(), ProjectError> {
    match files.iter().find(|file| file.path.exists()) {
        Some(file) => Err(ProjectError::Unknown(format!(
            "{} is there already; nothing was written",
            file.path.display()
        ))),
        None => Ok(()),
    }
}

/// Refuses names that would not be a path everywhere, or would be hard to type.
fn check_name(what: &str, name: &str) -> Result<(), ProjectError> {
    let is_part = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
    };
    let is_sound = (1..=100).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.chars().all(is_part);
    if is_sound {
        return Ok(());
    }
    Err(ProjectError::Unknown(format!(
        "`{name}` is no name of a {what}; expected small letters, digits and `-`, such as `{}`",
        suggestion(name)
    )))
}

/// A name as it should be, near to one that is not.
fn suggestion(name: &str) -> String {
    let mut sound = String::new();
    for character in name.chars().take(100) {
        if character.is_ascii_alphanumeric() {
            if character.is_ascii_uppercase()
                && sound.ends_with(|last: char| last.is_ascii_lowercase())
            {
                sound.push('-');
            }
            sound.push(character.to_ascii_lowercase());
        } else if !sound.is_empty() && !sound.ends_with('-') {
            sound.push('-');
        }
    }
    let sound =
        sound.trim_matches(|character: char| character == '-' || character.is_ascii_digit());
    if sound.is_empty() {
        "my-name".to_owned()
    } else {
        sound.to_owned()
    }
}

fn join(folder: &Path, parts: &[&str]) -> PathBuf {
    parts
        .iter()
        .fold(folder.to_owned(), |path, part| path.join(part))
}
