use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};

use crate::escape::is_unsafe;

/// Writes a value as compact JSON. Characters that control a terminal or hide text are written as `\uXXXX`, which means
/// the same to a program.
pub(crate) fn write_json<W: Write>(out: &mut W, value: &impl Serialize) -> io::Result<()> {
    value
        .serialize(&mut Serializer::with_formatter(out, SafeFormatter))
        .map_err(io::Error::from)
}

/// A value as compact JSON without a character that controls a terminal or hides text.
pub fn safe_json(value: &serde_json::Value) -> String {
    let mut out = Vec::new();
    // Writing to memory cannot fail, and what is written is UTF-8.
    let _ = write_json(&mut out, value);
    String::from_utf8(out).unwrap_or_default()
}

/// Writes an object without its closing brace, so that more members can follow.
pub(crate) fn write_open_object<W: Write>(out: &mut W, object: &impl Serialize) -> io::Result<()> {
    let mut closed = Vec::new();
    write_json(&mut closed, object)?;
    out.write_all(closed.strip_suffix(b"}").unwrap_or(&closed))
}

/// An array that is written one element at a time, each on a line of its own.
#[derive(Default)]
pub(crate) struct JsonArray {
    begun: bool,
}

impl JsonArray {
    /// Writes what comes before an element.
    pub(crate) fn separate<W: Write>(&mut self, out: &mut W) -> io::Result<()> {
        let separator = if self.begun { ",\n" } else { "\n" };
        self.begun = true;
        out.write_all(separator.as_bytes())
    }

    /// Writes one more element.
    pub(crate) fn push<W: Write>(
        &mut self,
        out: &mut W,
        element: &impl Serialize,
    ) -> io::Result<()> {
        self.separate(out)?;
        write_json(out, element)
    }
}

/// `serde_json` escapes C0 controls only.
struct SafeFormatter;

impl Formatter for SafeFormatter {
    fn write_string_fragment<W>(&mut self, out: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_unsafe) {
            out.write_all(&rest.as_bytes()[..at])?;
            let mut characters = rest[at..].chars();
            if let Some(character) = characters.next() {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
            rest = characters.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::write_json;

    #[test]
    fn escapes_are_safe_and_mean_the_same() {
        let nasty = "\u{1b}\u{9b}\u{202e}\u{e0041}\u{7f}\"\\ é";
        let mut written = Vec::new();
        write_json(&mut written, &nasty).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert_eq!(written, r#""\u001b\u009b\u202e\udb40\udc41\u007f\"\\ é""#);
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), nasty);
    }
}
