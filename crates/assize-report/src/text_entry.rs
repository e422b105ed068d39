use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use assize_finding::{Excerpt, Location, Severity};

use crate::{escape::is_unsafe, escape_control, place::Place};

/// Excerpts with more lines than this show only the lines at both ends of the region.
const MOST_LINES: usize = 8;

/// How loud an entry is.
#[derive(Clone, Copy)]
pub(crate) enum Loudness {
    Error,
    Warning,
    Note,
}

impl Loudness {
    pub(crate) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low | Severity::Info => Self::Note,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }

    fn style(self) -> Style {
        let color = match self {
            Self::Error => AnsiColor::BrightRed,
            Self::Warning => AnsiColor::BrightYellow,
            Self::Note => AnsiColor::BrightCyan,
        };
        color.on_default().bold()
    }

    fn level(self) -> Level<'static> {
        match self {
            Self::Error => Level::ERROR,
            Self::Warning => Level::WARNING,
            Self::Note => Level::NOTE,
        }
    }
}

/// One entry of the text format: a heading, a place with its source, and notes.
pub(crate) struct Entry<'a> {
    pub(crate) loudness: Loudness,
    /// The first word of the heading: `error`, `indeterminate`.
    pub(crate) word: &'a str,
    pub(crate) rule: &'a str,
    /// What stands in brackets after the rule, such as the severity.
    pub(crate) aside: Option<&'a str>,
    pub(crate) message: &'a str,
    pub(crate) file: &'a str,
    pub(crate) location: &'a Location,
    /// Name and text of each note; made safe when written.
    pub(crate) notes: Vec<(&'static str, String)>,
}

impl Entry<'_> {
    /// The entry as text that ends with an empty line.
    pub(crate) fn render(&self, renderer: &Renderer, color: bool) -> String {
        let paint = |style: Style| if color { style } else { Style::new() };
        let (loud, bold) = (paint(self.loudness.style()), paint(Style::new().bold()));
        let arrow = paint(AnsiColor::BrightBlue.on_default().bold());
        let rule = escape_control(self.rule);
        let aside = self
            .aside
            .map_or(String::new(), |aside| format!(" ({aside})"));
        let message = escape_control(self.message);
        let body = self.render_body(renderer);
        // The arrow stands one column left of the bars, as compilers draw it.
        let indent = body
            .find(|first| first != ' ')
            .unwrap_or(2)
            .saturating_sub(1);
        let start = Place {
            file: self.file,
            location: self.location,
        };
        format!(
            "{loud}{}[{rule}]{loud:#}{bold}{aside}: {message}{bold:#}\n\
             {:indent$}{arrow}-->{arrow:#} {start}\n{body}\n",
            self.word, ""
        )
    }

    /// The source and the notes, each line ended.
    fn render_body(&self, renderer: &Renderer) -> String {
        let notes = self.notes.iter().map(|(name, text)| {
            Level::NOTE
                .with_name(*name)
                .message(escape_control(text).into_owned())
        });
        let body = Group::with_level(self.loudness.level());
        let Some(excerpt) = &self.location.excerpt else {
            // Without line numbers the notes would stand where the arrow belongs.
            return ended_lines(&renderer.render(&[body.elements(notes)]), " ");
        };
        let (source, highlight) = safe_source(excerpt);
        let is_long = source.lines().count() > MOST_LINES;
        let snippet = Snippet::source(source)
            .line_start(excerpt.first_line as usize)
            .fold(is_long);
        let snippet = snippet.annotation(AnnotationKind::Primary.span(highlight));
        ended_lines(
            &renderer.render(&[body.element(snippet).elements(notes)]),
            "",
        )
    }
}

/// Indents and ends each line, without blanks at its end.
fn ended_lines(text: &str, indent: &str) -> String {
    let lines = text
        .lines()
        .flat_map(|line| [indent, line.trim_end(), "\n"]);
    lines.collect()
}

/// The text of an excerpt with escapes in place of what a terminal must not see, and the highlight in that text. Tabs and line
/// feeds stay: the renderer lays them out.
fn safe_source(excerpt: &Excerpt) -> (String, Range<usize>) {
    let text = excerpt.text.as_str();
    let start = text.floor_char_boundary(excerpt.highlight.start);
    let end = text.ceil_char_boundary(excerpt.highlight.end).max(start);
    let mut safe = String::with_capacity(text.len());
    push_safe(&mut safe, &text[..start]);
    let safe_start = safe.len();
    push_safe(&mut safe, &text[start..end]);
    let safe_end = safe.len();
    push_safe(&mut safe, &text[end..]);
    (safe, safe_start..safe_end)
}

fn push_safe(safe: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '\n' | '\t' => safe.push(character),
            // The half of a Windows line end; the other half does the work.
            '\r' => {}
            unsafe_one if is_unsafe(unsafe_one) => safe.extend(unsafe_one.escape_unicode()),
            other => safe.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use annotate_snippets::Renderer;
    use assize_finding::{Excerpt, Location, ValueKind};

    use super::{Entry, Loudness, safe_source};

    #[test]
    fn the_highlight_moves_with_the_escapes() {
        let text = "\u{202e}x: \u{1b}[0m,\r\ny".to_owned();
        let excerpt = Excerpt {
            first_line: 1,
            highlight: 6..10,
            text,
            cut: false,
        };
        let (safe, highlight) = safe_source(&excerpt);
        assert_eq!(safe, "\\u{202e}x: \\u{1b}[0m,\ny");
        assert_eq!(&safe[highlight], "\\u{1b}[0m");
    }

    #[test]
    fn a_highlight_outside_the_text_is_cut() {
        let excerpt = Excerpt {
            first_line: 1,
            highlight: 2..90,
            text: "aé".to_owned(),
            cut: true,
        };
        assert_eq!(safe_source(&excerpt).1, 1..3);
    }

    #[test]
    fn odd_excerpts_are_drawn() {
        for text in [
            "",
            "\n",
            "\n\n",
            "a\n",
            "é\r\n\t漢",
            "\u{1b}\u{301}",
            "a\nb\nc\nd\ne\nf\ng\nh\ni\nj",
        ] {
            for start in 0..=text.len() + 1 {
                for end in 0..=text.len() + 1 {
                    draw(text, start..end);
                }
            }
        }
    }

    fn draw(text: &str, highlight: std::ops::Range<usize>) {
        let excerpt = Excerpt {
            first_line: u32::MAX,
            text: text.to_owned(),
            highlight,
            cut: false,
        };
        let location = Location {
            pointer: None,
            path: String::new(),
            region: None,
            value_kind: ValueKind::Value,
            absent: false,
            excerpt: Some(excerpt),
            line_hash: None,
            content: None,
        };
        let entry = Entry {
            loudness: Loudness::Note,
            word: "note",
            rule: "a/b",
            aside: None,
            message: "odd",
            file: "c.json",
            location: &location,
            notes: Vec::new(),
        };
        for (renderer, color) in [(Renderer::plain(), false), (Renderer::styled(), true)] {
            assert!(entry.render(&renderer, color).contains("c.json:1:1\n"));
        }
    }
}
