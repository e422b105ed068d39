//! Paths of files as patterns see them: relative to the folder of the file that has the patterns.

use std::path::{Component, Path, PathBuf};

use crate::files;

/// A folder that paths are taken relative to. Nothing here asks the file system.
#[derive(Debug, Clone, Default)]
pub(crate) struct Base(Option<PathBuf>);

impl Base {
    pub(crate) fn of(folder: &Path) -> Self {
        Self(absolute(folder))
    }

    /// The path of a file below the folder, with `/` between its parts; of any other file, all of its path.
    pub(crate) fn relative(&self, path: &Path) -> String {
        let full = absolute(path);
        match (&self.0, &full) {
            (Some(base), Some(full)) => files::slashed(full.strip_prefix(base).unwrap_or(full)),
            _ => files::slashed(path),
        }
    }
}

/// The whole path, without `.` and `..`.
fn absolute(path: &Path) -> Option<PathBuf> {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    let full = std::path::absolute(path).ok()?;
    let mut clean = PathBuf::new();
    for part in full.components() {
        match part {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    Some(clean)
}
