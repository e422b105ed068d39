//! GitHub's `primaryLocationLineHash`, so that its alerts keep their identity when lines move.
//!
//! GitHub's own upload step computes it from the file (`fingerprints.ts` of `github/codeql-action`): a rolling hash over the
//! hundred characters from the start of each line on, blanks left out, with a count for lines whose hash came before.

use std::collections::{BTreeMap, HashMap};

const BLOCK: usize = 100;
const MULTIPLIER: u64 = 37;
/// What stands for the end of the file.
const END: u16 = 0xFFFF;
/// Larger files are not hashed: GitHub's own step fails on them, too.
const LARGEST: usize = 64 << 20;

/// The hashes of some lines of a text, by line number.
pub(crate) fn line_hashes(text: &str, lines: &[u32]) -> BTreeMap<u32, String> {
    if lines.is_empty() || text.len() > LARGEST {
        return BTreeMap::new();
    }
    let mut roll = Roll::new(lines);
    for unit in text.encode_utf16() {
        roll.take(unit);
    }
    roll.take(END);
    for _ in 0..BLOCK {
        roll.flush();
        roll.update(0);
    }
    roll.hashes
}

struct Roll<'l> {
    wanted: &'l [u32],
    window: [u16; BLOCK],
    /// The line that began at a place of the window; 0 for none.
    starts: [u32; BLOCK],
    at: usize,
    hash: u64,
    first_power: u64,
    line: u32,
    at_line_start: bool,
    after_return: bool,
    counts: HashMap<u64, u32>,
    hashes: BTreeMap<u32, String>,
}

impl<'l> Roll<'l> {
    fn new(wanted: &'l [u32]) -> Self {
        Self {
            wanted,
            window: [0; BLOCK],
            starts: [0; BLOCK],
            at: 0,
            hash: 0,
            first_power: (0..BLOCK).fold(1, |power: u64, _| power.wrapping_mul(MULTIPLIER)),
            line: 0,
            at_line_start: true,
            after_return: false,
            counts: HashMap::new(),
            hashes: BTreeMap::new(),
        }
    }

    fn take(&mut self, mut unit: u16) {
        const TAB: u16 = b'\t' as u16;
        const SPACE: u16 = b' ' as u16;
        const RETURN: u16 = b'\r' as u16;
        const NEWLINE: u16 = b'\n' as u16;
        if unit == SPACE || unit == TAB || self.after_return && unit == NEWLINE {
            self.after_return = false;
            return;
        }
        self.after_return = unit == RETURN;
        if unit == RETURN {
            unit = NEWLINE;
        }
        self.flush();
        if self.at_line_start {
            self.at_line_start = false;
            self.line += 1;
            self.starts[self.at] = self.line;
        }
        self.at_line_start = unit == NEWLINE;
        self.update(unit);
    }

    /// The window is full again: the line that began here has its hash.
    fn flush(&mut self) {
        let line = std::mem::take(&mut self.starts[self.at]);
        if line == 0 {
            return;
        }
        let count = self.counts.entry(self.hash).or_default();
        *count += 1;
        if self.wanted.binary_search(&line).is_ok() {
            self.hashes.insert(line, format!("{:x}:{count}", self.hash));
        }
    }

    fn update(&mut self, unit: u16) {
        let old = std::mem::replace(&mut self.window[self.at], unit);
        let gone = self.first_power.wrapping_mul(u64::from(old));
        self.hash = self
            .hash
            .wrapping_mul(MULTIPLIER)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(gone);
        self.at = (self.at + 1) % BLOCK;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let lines: Vec<u32> = (1..=text.lines().count() as u32 + 1).collect();
        line_hashes(text, &lines).into_values().collect()
    }

    /// The values are those of the upload step's own tests.
    #[test]
    fn agrees_with_github() {
        assert_eq!(all(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            all(" a\nb\n  \t\tc\n d"),
            [
                "271789c17abda88f:1",
                "54703d4cd895b18:1",
                "180aee12dab6264:1",
                "a23a3dc5e078b07b:1"
            ]
        );
        assert_eq!(all(" a\r\nb\r\n  \t\tc\r\n d"), all(" a\nb\n  \t\tc\n d"));
    }
}
