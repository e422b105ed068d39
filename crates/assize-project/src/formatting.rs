//! The house style, applied to files.

use std::path::{Path, PathBuf};

use assize_policy::format::{FormatError, format};
use similar::TextDiff;

use crate::{
    error::ProjectError,
    files::{self, display_path},
};

/// A script, and what the house style makes of it.
#[derive(Debug)]
pub struct Formatted {
    /// Where it lies.
    pub path: PathBuf,
    /// Its path as it is shown.
    pub shown: String,
    /// As it is.
    pub before: String,
    /// As it should be.
    pub after: Result<String, FormatError>,
}

/// Formats the scripts at the paths, in a fixed order; nothing is written.
pub fn format_policies(places: &[PathBuf], root: &Path) -> Result<Vec<Formatted>, ProjectError> {
    let mut formatted = Vec::new();
    for place in places {
        let unreadable = |error| ProjectError::Read {
            path: place.clone(),
            error,
        };
        let scripts = files::scripts(place).map_err(unreadable)?;
        if scripts.is_empty() {
            return Err(ProjectError::Empty {
                path: place.clone(),
                what: "policy (a `.rhai` file)",
            });
        }
        for path in scripts {
            formatted.push(Formatted::read(path, root)?);
        }
    }
    Ok(formatted)
}

impl Formatted {
    /// Formats a text that has a name but is no file.
    pub fn text(shown: &str, before: String) -> Self {
        Self {
            path: PathBuf::new(),
            shown: shown.to_owned(),
            after: format(&before),
            before,
        }
    }

    fn read(path: PathBuf, root: &Path) -> Result<Self, ProjectError> {
        let before = files::read_text(&path).map_err(|error| ProjectError::Read {
            path: path.clone(),
            error,
        })?;
        let shown = display_path(&path, root);
        Ok(Self {
            path,
            ..Self::text(&shown, before)
        })
    }

    /// The formatted text, where it is another.
    pub fn changed(&self) -> Option<&str> {
        let after = self.after.as_deref().ok()?;
        (after != self.before).then_some(after)
    }

    /// What would change, as a unified diff.
    pub fn diff(&self) -> String {
        let Some(after) = self.changed() else {
            return String::new();
        };
        TextDiff::from_lines(self.before.as_str(), after)
            .unified_diff()
            .header(&self.shown, &self.shown)
            .to_string()
    }
}
