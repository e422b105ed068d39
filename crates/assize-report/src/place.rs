use std::fmt;

use assize_finding::Location;

use crate::escape_control;

/// `file:line:column`.
pub(crate) struct Place<'a> {
    pub(crate) file: &'a str,
    pub(crate) location: &'a Location,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.location.start();
        write!(
            f,
            "{}:{}:{}",
            escape_control(self.file),
            start.line,
            start.column
        )
    }
}

/// The keyed path, with a word where it names a field that is absent.
pub(crate) struct KeyedPath<'a>(pub(crate) &'a Location);

impl fmt::Display for KeyedPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape_control(&self.0.path))?;
        if self.0.absent {
            f.write_str(" (absent)")
        } else {
            Ok(())
        }
    }
}
