//! What a verdict was made of, for people: the lines of the policy that ran, with the values under the words that they belong to.

use std::{fmt::Write as _, ops::Range};

use anstyle::{AnsiColor, Style};
use assize_finding::{Position, Region, Trace, TraceKind, TracePlace, TraceStep};

use crate::{
    escape::is_unsafe,
    escape_control,
    place::{KeyedPath, Place},
};

/// Columns of a source line that are shown behind the last value.
const BEHIND: usize = 50;
/// Lines without a value that are shown between two that have one.
const MOST_BARE: u32 = 3;

/// The trace as text; each line is ended. `object` is the keyed path of the judged object.
pub fn trace_text(trace: &Trace, object: &str, color: bool) -> String {
    let mut writer = Writer {
        trace,
        object,
        color,
        gutter: gutter(trace),
        out: String::new(),
    };
    let everywhere = Region {
        start: Position::new(1, 1),
        end: Position::new(u32::MAX, 1),
    };
    writer.scope(&trace.steps, 0, everywhere);
    if trace.left_out > 0 {
        writer.aside(0, &format!("{} more steps are not shown", trace.left_out));
    }
    writer.out
}

/// The width of the largest line number.
fn gutter(trace: &Trace) -> usize {
    let last = trace.lines.keys().next_back().copied().unwrap_or(1);
    last.to_string().len().max(3)
}

struct Writer<'t> {
    trace: &'t Trace,
    object: &'t str,
    color: bool,
    gutter: usize,
    out: String,
}

/// A value under a word of a line.
struct Mark<'t> {
    line: u32,
    /// In UTF-16 units, from 1.
    column: u32,
    step: &'t TraceStep,
}

/// Steps that stand on the same lines.
#[derive(Default)]
struct Group<'t> {
    first: u32,
    last: u32,
    marks: Vec<Mark<'t>>,
    nested: Vec<&'t TraceStep>,
    left_out: u32,
}

impl<'t> Writer<'t> {
    /// Steps that follow each other, in as many levels of functions and rounds, of which the innermost is `of`.
    fn scope(&mut self, steps: &'t [TraceStep], level: usize, of: Region) {
        let mut group: Option<Group<'t>> = None;
        for step in steps {
            if is_scope(step) {
                match &mut group {
                    Some(group) if step.kind == TraceKind::Function => group.nested.push(step),
                    _ => {
                        self.flush(group.take(), level, of);
                        self.nested(step, level);
                    }
                }
                continue;
            }
            let line = step.region.start.line;
            let fits = group
                .as_ref()
                .is_some_and(|group| (group.first..=group.last).contains(&line));
            if !fits {
                self.flush(group.take(), level, of);
            }
            let group = group.get_or_insert_with(|| Group {
                first: line,
                last: line,
                ..Group::default()
            });
            group.last = group.last.max(step.region.end.line);
            collect(step, group, true);
        }
        self.flush(group, level, of);
    }

    fn flush(&mut self, group: Option<Group<'t>>, level: usize, of: Region) {
        let Some(group) = group else { return };
        let mut bare = 0;
        for line in group.first..=group.last {
            let mut marks: Vec<&Mark<'_>> = group
                .marks
                .iter()
                .filter(|mark| mark.line == line)
                .collect();
            bare = if marks.is_empty() { bare + 1 } else { 0 };
            if bare <= MOST_BARE {
                marks.sort_by_key(|mark| mark.column);
                self.line(line, &marks, level, of);
            }
        }
        for step in &group.nested {
            self.nested(step, level);
        }
        if group.left_out > 0 {
            self.left_out(group.left_out, level + 1);
        }
    }

    fn left_out(&mut self, count: u32, level: usize) {
        let rounds = if count == 1 { "round is" } else { "rounds are" };
        self.aside(level, &format!("{count} more {rounds} not shown"));
    }

    /// A function that was called, or a round, with what happened in it.
    fn nested(&mut self, step: &'t TraceStep, level: usize) {
        let is_bare = step.steps.is_empty();
        let heading = match (step.kind, step.round) {
            (TraceKind::Round, Some(round)) => {
                let element = self.value(step);
                if is_bare_value(step) {
                    format!("round {round}")
                } else {
                    format!("round {round}: {element}")
                }
            }
            // The function that judges is what everything is in.
            _ if level == 0 && self.out.is_empty() => {
                self.scope(&step.steps, level, step.region);
                if step.left_out > 0 {
                    self.left_out(step.left_out, level + 1);
                }
                return;
            }
            _ => format!("in {}", escape_control(&step.source)),
        };
        if is_bare && step.kind == TraceKind::Function {
            return;
        }
        self.aside(level + 1, &heading);
        self.scope(&step.steps, level + 2, step.region);
        if step.left_out > 0 {
            self.left_out(step.left_out, level + 2);
        }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// The number of a line, and the bar.
    fn margin(&mut self, line: Option<u32>) {
        let number = line.map_or(String::new(), |line| line.to_string());
        let margin = format!("{number:>width$} │", width = self.gutter);
        let blue = AnsiColor::BrightBlue.on_default().bold();
        let margin = self.paint(blue, &margin);
        self.out.push_str(&margin);
    }

    /// A remark that is no source.
    fn aside(&mut self, level: usize, text: &str) {
        self.margin(None);
        let text = self.paint(Style::new().dimmed(), text);
        let _ = writeln!(self.out, " {:indent$}{text}", "", indent = level * 2);
    }

    /// A line of the policy, and its values from the right to the left.
    fn line(&mut self, line: u32, marks: &[&Mark<'_>], level: usize, of: Region) {
        let source = self.trace.lines.get(&line).map_or("", String::as_str);
        // A function in an argument begins somewhere in a line, of which the rest has been shown, and ends before the end.
        let first = if line == of.start.line {
            of.start.column
        } else {
            1
        };
        let end = if line == of.end.line {
            of.end.column
        } else {
            u32::MAX
        };
        let Drawn { text, columns } = drawn(source, marks, first..end);
        self.margin(Some(line));
        let indent = level * 2;
        let _ = writeln!(self.out, " {:indent$}{text}", "");
        for at in (0..marks.len()).rev() {
            self.margin(None);
            let mut row = String::new();
            for column in &columns[..at] {
                let have = row.chars().count();
                if *column >= have {
                    let _ = write!(row, "{:width$}│", "", width = column - have);
                }
            }
            let have = row.chars().count();
            let width = columns[at].saturating_sub(have);
            // Two values of one word stand below each other.
            if columns[at] < have {
                row.pop();
            }
            let _ = write!(row, "{:width$}╰─", "");
            let row = self.paint(Style::new().dimmed(), &row);
            let value = self.value(marks[at].step);
            let _ = writeln!(self.out, " {:indent$}{row} {value}", "");
        }
    }

    /// A value, and where it stands.
    fn value(&self, step: &TraceStep) -> String {
        let place = step.place.as_ref().map(|place| self.place(place));
        let text = match (&step.value, &place) {
            (None, _) => return self.paint(red(), "the policy stopped here"),
            (Some(text), Some(_)) if text == "#{..}" => String::new(),
            (Some(text), _) => escape_control(text).into_owned(),
        };
        let style = match text.as_str() {
            "true" => AnsiColor::BrightGreen.on_default(),
            "false" => red(),
            _ => Style::new().bold(),
        };
        let gap = if text.is_empty() { "" } else { "  " };
        let text = self.paint(style, &text);
        place.map_or_else(|| text.clone(), |place| format!("{text}{gap}{place}"))
    }

    /// The keyed path, without that of the judged object, and the line; with the file, if it is another one.
    fn place(&self, place: &TracePlace) -> String {
        let location = &place.location;
        let start = location.start();
        let at = match (place.file.as_deref(), location.region) {
            (Some(file), _) => format!("({})", Place { file, location }),
            (None, Some(_)) => format!("({}:{})", start.line, start.column),
            (None, None) => String::new(),
        };
        let at = self.paint(Style::new().dimmed(), &at);
        let within = location.path.strip_prefix(self.object);
        let within = within.filter(|rest| place.file.is_none() && rest.starts_with(['.', '[']));
        match within {
            Some(rest) if !self.object.is_empty() => {
                let absent = if location.absent { " (absent)" } else { "" };
                format!("…{}{absent} {at}", escape_control(rest))
            }
            _ if location.path.is_empty() => format!("the snapshot {at}"),
            _ => format!("{} {at}", KeyedPath(location)),
        }
    }
}

fn red() -> Style {
    AnsiColor::BrightRed.on_default()
}

/// Whether what happened in a step stands elsewhere, or happened several times.
fn is_scope(step: &TraceStep) -> bool {
    matches!(step.kind, TraceKind::Function | TraceKind::Round)
}

/// Whether the value tells nobody anything: an object that has no place.
fn is_bare_value(step: &TraceStep) -> bool {
    let value = step.value.as_deref();
    step.place.is_none() && matches!(value, Some("()" | "#{..}"))
}

/// Whether a value is not worth a line: it is an object that has no place, or what a part of it is, which stands beside it.
fn says_nothing(step: &TraceStep) -> bool {
    let is_part = |part: &TraceStep| part.place == step.place && part.value == step.value;
    let is_repeated = step.place.is_some() && step.steps.iter().any(is_part);
    is_repeated || step.place.is_none() && step.value.as_deref() == Some("#{..}")
}

/// Takes the values of a step into a group. `is_statement`: it is no part of another one.
fn collect<'t>(step: &'t TraceStep, group: &mut Group<'t>, is_statement: bool) {
    let calls = step.steps.iter().any(is_scope);
    let stops = step.value.is_none() && step.steps.iter().all(|step| step.value.is_some());
    let is_shown = match &step.value {
        Some(_) if says_nothing(step) => false,
        // That nothing came out of it is what everybody expects.
        Some(value) => !(value == "()" && (step.kind == TraceKind::Says || is_statement && calls)),
        None => stops && !calls,
    };
    if is_shown {
        group.marks.push(Mark {
            line: step.anchor.line,
            column: step.anchor.column,
            step,
        });
    }
    for part in &step.steps {
        if is_scope(part) {
            group.nested.push(part);
        } else {
            collect(part, group, false);
        }
    }
    group.left_out += step.left_out;
}

/// A line as it is drawn.
struct Drawn {
    text: String,
    /// The column of each mark, from 0.
    columns: Vec<usize>,
}

/// Draws some of the characters of a line, without the blanks that it begins with, safe for a terminal, cut where nothing more is
/// to be seen.
fn drawn(source: &str, marks: &[&Mark<'_>], shown: Range<u32>) -> Drawn {
    let mut text = String::new();
    let mut width = 0;
    let mut columns = vec![None; marks.len()];
    let mut unit = 1;
    for character in source.chars() {
        for (column, mark) in columns.iter_mut().zip(marks) {
            if mark.column == unit {
                *column = Some(width);
            }
        }
        let is_shown = shown.contains(&unit);
        unit += character.len_utf16() as u32;
        let before = text.len();
        match character {
            _ if !is_shown => {}
            blank if text.is_empty() && blank.is_whitespace() => {}
            '\t' => text.push(' '),
            unsafe_one if is_unsafe(unsafe_one) => text.extend(unsafe_one.escape_unicode()),
            other => text.push(other),
        }
        width += text[before..].chars().count();
    }
    let columns: Vec<usize> = columns
        .into_iter()
        .map(|column| column.unwrap_or(width))
        .collect();
    let most = columns.last().map_or(100, |last| (last + BEHIND).max(100));
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push('…');
    }
    Drawn {
        text: text.trim_end().to_owned(),
        columns,
    }
}
