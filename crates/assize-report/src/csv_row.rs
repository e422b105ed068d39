//! Rows of a table for spreadsheets: RFC 4180, and harmless where cells are taken for formulas.

use std::io::{self, Write};

use crate::escape_control;

/// Writes a row. Every cell is quoted, so that the separator of another language does not part it.
pub(crate) fn write_row<const N: usize>(out: &mut impl Write, cells: [&str; N]) -> io::Result<()> {
    for (nth, cell) in cells.iter().enumerate() {
        let comma = if nth == 0 { "" } else { "," };
        write!(out, "{comma}\"{}\"", harmless(cell).replace('"', "\"\""))?;
    }
    out.write_all(b"\r\n")
}

/// Text that no spreadsheet takes for a formula.
///
/// At the beginning of a cell that is an apostrophe, which means text. Where a spreadsheet parts cells at semicolons, a cell also begins
/// after one of those. Control characters, tab and carriage return among them, are spelled out and begin nothing.
fn harmless(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    let mut begins = true;
    for character in escape_control(text).chars() {
        if begins && is_formula(character) {
            harmless.push('\'');
        }
        harmless.push(character);
        begins = character == ';';
    }
    harmless
}

/// Whether a character begins a formula; the wide ones do in some languages.
fn is_formula(character: char) -> bool {
    matches!(
        character,
        '=' | '+' | '-' | '@' | '\u{FF1D}' | '\u{FF0B}' | '\u{FF0D}' | '\u{FF20}'
    )
}

#[cfg(test)]
mod tests {
    use super::{harmless, write_row};

    #[test]
    fn no_cell_begins_a_formula() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\\u{9}=1"),
            ("\r=1", "\\u{d}=1"),
            ("＝1", "'＝1"),
            ("a;=1", "a;'=1"),
            ("a-b=c", "a-b=c"),
            ("", ""),
        ] {
            assert_eq!(harmless(text), expected);
        }
    }

    #[test]
    fn quotes_are_doubled() {
        let mut row = Vec::new();
        write_row(&mut row, ["a \"b\", c", ""]).unwrap();
        assert_eq!(row, b"\"a \"\"b\"\", c\",\"\"\r\n");
    }
}
