//! Strings and their escapes.

use super::{Fault, Parser, fault, scan::find_special};

impl Parser<'_> {
    /// Reads a string from its opening quote; the length of its text between the quotes, and whether it holds escapes.
    #[inline]
    pub(super) fn string(&mut self) -> Result<(u32, bool), Fault> {
        let start = self.at + 1;
        let end = find_special(self.bytes, start);
        if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(((end - start) as u32, false));
        }
        self.escaped_string(start, end)
    }

    /// Reads on where something else than the closing quote was found.
    #[cold]
    fn escaped_string(&mut self, start: usize, mut at: usize) -> Result<(u32, bool), Fault> {
        let mut escaped = false;
        loop {
            match self.bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(((at - start) as u32, escaped));
                }
                Some(b'\\') => {
                    escaped = true;
                    at = find_special(self.bytes, self.escape(at)?);
                }
                Some(byte) => {
                    let message = format!(
                        "control character U+{byte:04X} inside a string; expected an escape"
                    );
                    return Err(fault(at, message));
                }
                None => return Err(fault(at, "the text ends inside a string")),
            }
        }
    }

    /// Checks the escape at `at` and returns where it ends.
    fn escape(&self, at: usize) -> Result<usize, Fault> {
        let error = |message: &str| fault(at, message);
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u') => match self.hex(at + 2) {
                Some(0xDC00..0xE000) => Err(error("a low surrogate without its high surrogate")),
                Some(0xD800..0xDC00) => {
                    let pair = self.bytes.get(at + 6..at + 8) == Some(b"\\u");
                    match self.hex(at + 8) {
                        Some(0xDC00..0xE000) if pair => Ok(at + 12),
                        _ => Err(error("a high surrogate without its low surrogate")),
                    }
                }
                Some(_) => Ok(at + 6),
                None => Err(error("expected four hexadecimal digits after `\\u`")),
            },
            _ => Err(error(
                "unknown escape; expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX",
            )),
        }
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |value, digit| {
            Some(value * 16 + char::from(*digit).to_digit(16)?)
        })
    }
}

/// The text of a JSON string whose escapes have been checked.
pub(crate) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let mut taken = 2;
        text.push(match rest.as_bytes().get(at + 1) {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let unit = |from: usize| {
                    rest.get(from..from + 4)
                        .and_then(|digits| u16::from_str_radix(digits, 16).ok())
                        .unwrap_or(0xFFFD)
                };
                let high = unit(at + 2);
                taken = 6;
                let units = if (0xD800..0xDC00).contains(&high) {
                    taken = 12;
                    vec![high, unit(at + 8)]
                } else {
                    vec![high]
                };
                char::decode_utf16(units)
                    .next()
                    .and_then(Result::ok)
                    .unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            Some(other) => char::from(*other),
            None => char::REPLACEMENT_CHARACTER,
        });
        rest = rest.get(at + taken..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}
