//! A trace in the words that all crates share.

use std::collections::BTreeMap;

use assize_finding::{Position, Region, Span, TraceKind, TracePlace, TraceStep};

use super::step::{Step, StepKind, Trace, ValuePlace};
use crate::source::Source;

/// Steps of one verdict that are told.
const MOST_TOLD: u32 = 400;
/// Characters of an expression that are told.
const LONGEST_SOURCE: usize = 120;

impl Trace {
    /// The trace in the words of a report; `locate` says where a value stands. Without `all`, only what the verdict depends on.
    pub fn told(
        &self,
        source: &Source,
        all: bool,
        locate: &mut dyn FnMut(ValuePlace) -> Option<TracePlace>,
    ) -> assize_finding::Trace {
        let mut teller = Teller {
            source,
            lines: Lines::of(&source.text),
            all,
            locate,
            told: 0,
            left_out: self.left_out,
            shown: BTreeMap::new(),
        };
        let (steps, _) = teller.steps(&self.steps);
        assize_finding::Trace {
            file: source.path.clone(),
            lines: teller.shown,
            steps,
            left_out: teller.left_out,
        }
    }

    /// The places of the values on which the verdict depends.
    pub fn places(&self) -> Vec<ValuePlace> {
        let mut places = Vec::new();
        for step in &self.steps {
            step.places(&mut places);
        }
        places
    }
}

impl Step {
    fn places(&self, places: &mut Vec<ValuePlace>) {
        places.extend(self.value.as_ref().and_then(|value| value.place));
        for step in &self.steps {
            step.places(places);
        }
    }
}

struct Teller<'t> {
    source: &'t Source,
    lines: Lines,
    all: bool,
    locate: &'t mut dyn FnMut(ValuePlace) -> Option<TracePlace>,
    told: u32,
    left_out: u32,
    shown: BTreeMap<u32, String>,
}

impl Teller<'_> {
    /// The steps that are told, and how many rounds are not.
    fn steps(&mut self, steps: &[Step]) -> (Vec<TraceStep>, u32) {
        let (mut told, mut rounds) = (Vec::new(), 0);
        for step in steps {
            if !step.decided && !self.all {
                rounds += u32::from(step.kind == StepKind::Round);
                continue;
            }
            // What said the verdict is never left out.
            if self.told >= MOST_TOLD && !step.says {
                self.left_out += 1;
                continue;
            }
            self.told += 1;
            told.push(self.step(step));
        }
        (told, rounds)
    }

    fn step(&mut self, step: &Step) -> TraceStep {
        let region = self.region(step.span);
        let last = match step.kind {
            // What is within speaks for itself.
            StepKind::Function | StepKind::Round => region.start.line,
            _ => region.end.line,
        };
        for line in region.start.line..=last {
            let text = self.lines.text(&self.source.text, line);
            self.shown.entry(line).or_insert_with(|| text.to_owned());
        }
        let value = step.value.as_ref();
        let place = value.and_then(|value| value.place);
        let (steps, rounds) = self.steps(&step.steps);
        TraceStep {
            kind: kind(step.kind),
            source: self.words(step),
            region,
            anchor: self.lines.position(&self.source.text, step.anchor),
            value: value.map(|value| value.text.clone()),
            place: place.and_then(|place| (self.locate)(place)),
            decided: step.decided,
            round: (step.kind == StepKind::Round).then_some(step.round),
            left_out: step.left_out + rounds,
            steps,
        }
    }

    fn region(&self, span: Span) -> Region {
        Region {
            start: self.lines.position(&self.source.text, span.start),
            end: self.lines.position(&self.source.text, span.end),
        }
    }

    /// The source of a step in one line; of a function, its name.
    fn words(&self, step: &Step) -> String {
        let text = &self.source.text;
        if step.kind == StepKind::Function {
            let name = text[step.anchor as usize..].chars();
            return name
                .take_while(|character| character.is_alphanumeric() || *character == '_')
                .collect();
        }
        let words: Vec<&str> = text[step.span.range()].split_whitespace().collect();
        let words = words.join(" ");
        match words.char_indices().nth(LONGEST_SOURCE) {
            Some((end, _)) => format!("{}..", &words[..end]),
            None => words,
        }
    }
}

fn kind(kind: StepKind) -> TraceKind {
    match kind {
        StepKind::Condition => TraceKind::Condition,
        StepKind::Operand => TraceKind::Operand,
        StepKind::Says => TraceKind::Says,
        StepKind::Variable => TraceKind::Variable,
        StepKind::Value => TraceKind::Value,
        StepKind::Function => TraceKind::Function,
        StepKind::Round => TraceKind::Round,
    }
}

/// Where the lines of a text begin.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(breaks).collect())
    }

    /// Line and column of a byte.
    pub(super) fn position(&self, text: &str, offset: u32) -> Position {
        let offset = text.floor_char_boundary(offset as usize);
        let line = self.0.partition_point(|start| *start <= offset).max(1);
        let before = &text[self.0[line - 1]..offset];
        Position::new(line as u32, before.encode_utf16().count() as u32 + 1)
    }

    /// A line without its end; empty where there is none.
    pub(super) fn text<'t>(&self, text: &'t str, line: u32) -> &'t str {
        let start = (line as usize)
            .checked_sub(1)
            .and_then(|line| self.0.get(line));
        let rest = start.map_or("", |start| &text[*start..]);
        rest.lines().next().unwrap_or_default()
    }
}
