//! Bytes to lines and columns and back, as editors count them.

/// How the columns of a line are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what every editor can do.
    Utf16,
}

/// Bytes after which the code units are counted anew: no column costs more, however long the line.
const STEP: usize = 4096;

/// Where the lines of a text begin.
#[derive(Debug)]
pub(crate) struct LineIndex {
    starts: Vec<u32>,
    /// UTF-16 code units before each step; empty where every byte is one.
    units: Vec<u32>,
}

impl LineIndex {
    /// The lines of a text. Line feeds, carriage returns and both together end one.
    pub(crate) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let is_first_of_two = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
            if !is_first_of_two {
                starts.push(at as u32 + 1);
            }
        }
        Self {
            starts,
            units: steps(bytes),
        }
    }

    /// Line and column of a byte, both from 0.
    pub(crate) fn position(&self, text: &str, offset: u32, encoding: Encoding) -> (u32, u32) {
        let offset = text.floor_char_boundary((offset as usize).min(text.len())) as u32;
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let start = self.starts[line];
        let column = match encoding {
            Encoding::Utf8 => offset - start,
            Encoding::Utf16 => self.units_before(text, offset) - self.units_before(text, start),
        };
        (line as u32, column)
    }

    /// The byte at a line and a column; what lies behind the end of the line or the text is moved to that end.
    pub(crate) fn offset(&self, text: &str, line: u32, column: u32, encoding: Encoding) -> u32 {
        let Some(start) = self.starts.get(line as usize).copied() else {
            return text.len() as u32;
        };
        let end = self.line_end(text, line as usize);
        let offset = match encoding {
            Encoding::Utf8 => start.saturating_add(column),
            Encoding::Utf16 => {
                let before = self.units_before(text, start);
                self.offset_of_unit(text, start, before.saturating_add(column))
            }
        };
        text.floor_char_boundary(offset.min(end) as usize) as u32
    }

    /// Where a line ends, without what ends it.
    fn line_end(&self, text: &str, line: usize) -> u32 {
        let Some(next) = self.starts.get(line + 1) else {
            return text.len() as u32;
        };
        let before = &text.as_bytes()[..*next as usize];
        let before = before.strip_suffix(b"\n").unwrap_or(before);
        before.strip_suffix(b"\r").unwrap_or(before).len() as u32
    }

    fn units_before(&self, text: &str, offset: u32) -> u32 {
        if self.units.is_empty() {
            return offset;
        }
        let step = offset as usize / STEP;
        self.units[step] + units(&text.as_bytes()[step * STEP..offset as usize])
    }

    /// The first byte at or behind `from` before which there are so many code units.
    fn offset_of_unit(&self, text: &str, from: u32, wanted: u32) -> u32 {
        if self.units.is_empty() {
            return wanted;
        }
        let step = self.units.partition_point(|before| *before <= wanted) - 1;
        // Behind the last step the text ends before the next one would begin.
        let step = step.min(text.len() / STEP);
        let mut at = (step * STEP).max(from as usize);
        let mut count = self.units_before(text, at as u32);
        let bytes = text.as_bytes();
        while at < bytes.len() && count < wanted {
            count += units(&bytes[at..=at]);
            at += 1;
        }
        // The other bytes of the last character.
        while at < bytes.len() && !text.is_char_boundary(at) {
            at += 1;
        }
        at as u32
    }
}

/// UTF-16 code units: a character begins with one byte that is no continuation, and the longest ones have two units.
fn units(bytes: &[u8]) -> u32 {
    let of = |byte: &u8| u32::from(byte & 0xC0 != 0x80) + u32::from(*byte >= 0xF0);
    bytes.iter().map(of).sum()
}

fn steps(bytes: &[u8]) -> Vec<u32> {
    if bytes.is_ascii() {
        return Vec::new();
    }
    let mut before = vec![0];
    let mut sum = 0;
    for chunk in bytes.chunks(STEP) {
        sum += units(chunk);
        before.push(sum);
    }
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let long = "ü😀x".repeat(3_000);
        for text in ["", "a\nb", "ü😀x\r\ny\rz\n", &long] {
            let index = LineIndex::of(text);
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
                    let (line, column) = index.position(text, at as u32, encoding);
                    let back = index.offset(text, line, column, encoding);
                    let is_within_break =
                        text[..at].ends_with('\r') && text[at..].starts_with('\n');
                    assert!(back as usize == at || is_within_break, "{at} {back}");
                }
            }
        }
    }

    #[test]
    fn columns_are_code_units() {
        let text = "ü😀x\ny";
        let index = LineIndex::of(text);
        assert_eq!(index.position(text, 6, Encoding::Utf16), (0, 3));
        assert_eq!(index.position(text, 6, Encoding::Utf8), (0, 6));
        assert_eq!(index.offset(text, 0, 3, Encoding::Utf16), 6);
        assert_eq!(index.offset(text, 0, 99, Encoding::Utf16), 7);
        assert_eq!(index.offset(text, 9, 0, Encoding::Utf16), 9);
    }
}
