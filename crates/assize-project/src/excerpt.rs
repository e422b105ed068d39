//! A few lines of source around a place, cut where lines are long.

use assize_finding::{Excerpt, Span};

/// Bytes of a line that are shown before and after the place.
const BEFORE: usize = 60;
const AFTER: usize = 100;
/// A line up to this length is shown whole.
const WHOLE: usize = 160;

/// The line of a span with one line above and below it. `line` is the number of the span's first line.
pub(crate) fn excerpt(text: &str, span: Span, line: u32) -> Excerpt {
    let start = floor(text, span.start as usize);
    let end = floor(text, (span.end as usize).max(start));
    let line_start = line_start(text, start);
    let line_end = line_end(text, start);
    // A value of many lines is shown by its first.
    let end = end.min(line_end);
    let mut shown = Excerpt {
        first_line: line,
        text: String::new(),
        highlight: 0..0,
        cut: false,
    };
    if line_start > 0 {
        let above = self::line_start(text, line_start - 1);
        push_context(&mut shown, &text[above..line_start - 1]);
        shown.text.push('\n');
        shown.first_line -= 1;
    }
    let (from, to) = window(text, line_start..line_end, start..end);
    shown.cut |= from > line_start || to < line_end;
    let at = shown.text.len() + (start - from);
    shown.text.push_str(text[from..to].trim_end_matches('\r'));
    shown.highlight = at..at + (end - start);
    if line_end < text.len() {
        let below = line_end + 1;
        let below_end = self::line_end(text, below);
        if below < text.len() {
            shown.text.push('\n');
            push_context(&mut shown, &text[below..below_end]);
        }
    }
    shown
}

fn push_context(shown: &mut Excerpt, line: &str) {
    let line = line.trim_end_matches('\r');
    let kept = &line[..floor(line, line.len().min(WHOLE))];
    shown.cut |= kept.len() < line.len();
    shown.text.push_str(kept);
}

/// The part of a line that is shown around a place.
fn window(
    text: &str,
    line: std::ops::Range<usize>,
    place: std::ops::Range<usize>,
) -> (usize, usize) {
    if line.len() <= WHOLE {
        return (line.start, line.end);
    }
    let from = floor(text, place.start.saturating_sub(BEFORE).max(line.start));
    let to = floor(text, place.end.saturating_add(AFTER).min(line.end));
    (from, to.max(place.end))
}

fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

fn line_start(text: &str, at: usize) -> usize {
    memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |newline| at + newline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_one_line_above_and_below() {
        let text = "{\n  \"a\": 1,\n  \"b\": false,\n  \"c\": 3\n}";
        let start = text.find("false").unwrap() as u32;
        let shown = excerpt(text, Span::new(start, start + 5), 3);
        assert_eq!(shown.text, "  \"a\": 1,\n  \"b\": false,\n  \"c\": 3");
        assert_eq!(
            (
                shown.first_line,
                &shown.text[shown.highlight.clone()],
                shown.cut
            ),
            (2, "false", false)
        );
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("[{}\"größe\"{}]", "1,".repeat(5000), ",2".repeat(5000));
        let start = text.find("\"gr").unwrap();
        let shown = excerpt(&text, Span::new(start as u32, (start + 9) as u32), 1);
        assert!(shown.cut && shown.text.len() < 300);
        assert_eq!(&shown.text[shown.highlight], "\"größe\"");
    }
}
