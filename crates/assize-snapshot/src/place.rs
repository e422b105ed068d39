//! Bytes to lines and columns, and the ends of values: computed for findings only.

use assize_finding::Position;

/// Where the value that begins at `start` ends. The text is JSON.
pub(crate) fn value_end(text: &[u8], start: u32) -> u32 {
    let mut at = start as usize;
    let mut depth = 0_usize;
    loop {
        match text.get(at) {
            Some(b'"') => at = string_end(text, at),
            Some(b'{' | b'[') => {
                depth += 1;
                at += 1;
            }
            Some(b'}' | b']') => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            Some(b',' | b':' | b' ' | b'\n' | b'\r' | b'\t') if depth > 0 => {
                at += 1;
                continue;
            }
            Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.') => {
                while text.get(at).is_some_and(|byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
                }) {
                    at += 1;
                }
            }
            _ => return at as u32,
        }
        if depth == 0 {
            return at as u32;
        }
    }
}

fn string_end(text: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while let Some(skipped) = text
        .get(at..)
        .and_then(|rest| memchr::memchr2(b'"', b'\\', rest))
    {
        at += skipped;
        if text[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    text.len()
}

/// The member name in front of the value at `start`, quotes included.
pub(crate) fn name_before(text: &[u8], start: u32) -> Option<assize_finding::Span> {
    let before = text.get(..start as usize)?.trim_ascii_end();
    let before = before.strip_suffix(b":")?.trim_ascii_end();
    let end = before.len();
    let mut open = end.checked_sub(1)?;
    // Back to the quote that no backslash escapes: an even number of backslashes stands before it.
    loop {
        open = memchr::memrchr(b'"', &before[..open])?;
        let backslashes = before[..open]
            .iter()
            .rev()
            .take_while(|byte| **byte == b'\\')
            .count();
        if backslashes % 2 == 0 {
            return Some(assize_finding::Span::new(open as u32, end as u32));
        }
    }
}

/// Turns byte offsets into positions, walking the text once. Offsets must not decrease from call to call.
#[derive(Debug)]
pub struct PositionCursor<'t> {
    text: &'t str,
    line: u32,
    /// Where the walk stands, and the column there: compact files have one line of many megabytes.
    at: usize,
    column: u32,
}

impl<'t> PositionCursor<'t> {
    /// A cursor at the start of a text.
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            line: 1,
            at: 0,
            column: 1,
        }
    }

    /// The position of a byte at or after the last one asked for.
    pub fn position(&mut self, offset: u32) -> Position {
        let offset = self
            .text
            .floor_char_boundary((offset as usize).min(self.text.len()));
        let passed = &self.text[self.at.min(offset)..offset];
        let newlines = memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u32;
        if newlines > 0 {
            self.line += newlines;
            self.column = 1;
        }
        let since = memchr::memrchr(b'\n', passed.as_bytes())
            .map_or(passed, |newline| &passed[newline + 1..]);
        self.column += if since.is_ascii() {
            since.len() as u32
        } else {
            since.encode_utf16().count() as u32
        };
        self.at = self.at.max(offset);
        Position::new(self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_values() {
        let text = br#" {"a": [1, "]}\"", {"b": -1.5e3}], "c": true} "#;
        assert_eq!(
            &text[1..value_end(text, 1) as usize],
            &text[1..text.len() - 1]
        );
        assert_eq!(value_end(text, 8), 9);
        assert_eq!(&text[19..value_end(text, 19) as usize], br#"{"b": -1.5e3}"#);
    }

    #[test]
    fn names_are_found_from_their_value() {
        let text = br#"{"a\\\"b" : 1, "c": [2]}"#;
        let span = name_before(text, 12).unwrap();
        assert_eq!(&text[span.range()], br#""a\\\"b""#);
        assert!(name_before(text, 21).is_none());
    }

    #[test]
    fn columns_count_utf16_units() {
        let text = "{\r\n  \"ü😀\": 1}";
        let mut cursor = PositionCursor::new(text);
        assert_eq!(cursor.position(0), Position::new(1, 1));
        assert_eq!(cursor.position(5), Position::new(2, 3));
        assert_eq!(
            cursor.position(text.find('1').unwrap() as u32),
            Position::new(2, 10)
        );
    }
}
