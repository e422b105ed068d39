//! What is watched in a policy, and how places in the watched source lead back to the policy as written.

use assize_finding::Span;
use rhai::Position;

use crate::source::Source;

/// The names of the functions that watch. No policy can call or declare a function that begins like this.
pub(crate) const RESERVED: &str = "__";

/// The number of a probe, its place in [`Probes::list`].
pub(crate) type ProbeId = u32;

/// The probes of a policy.
#[derive(Debug, Default)]
pub(crate) struct Probes {
    /// The probes, by their numbers.
    pub(crate) list: Vec<Probe>,
    /// Where a policy may go on in more than one way.
    pub(crate) branches: Vec<Branch>,
    /// The policy with calls of the functions that watch.
    pub(crate) text: String,
    /// What each piece of that text comes from, in its order.
    pieces: Vec<Piece>,
}

/// Something that is watched.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) kind: ProbeKind,
    /// Where it stands in the policy.
    pub(crate) span: Span,
    /// The character under which its value is shown.
    pub(crate) anchor: u32,
    /// What it happens within: a value being worked out, a round of a loop, a function. `None` in a function itself, which
    /// happens wherever it is called.
    pub(crate) parent: Option<ProbeId>,
    /// It only reads: a text that looks like one of the snapshot is that one.
    pub(crate) is_read: bool,
    /// The rounds that begin when it has been worked out.
    pub(crate) rounds: Option<ProbeId>,
}

/// What a probe watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProbeKind {
    /// An expression: its value.
    Value(Role),
    /// A statement that is reached.
    Statement,
    /// A way of several that is taken.
    Branch,
    /// A function of the policy that is called.
    Function,
    /// A round of a loop, or a call of a function in an argument; the variable that stands for the element.
    Round,
}

/// What a value is to the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It decides which way the policy goes.
    Condition,
    /// A part of `&&`, `||` or `!`.
    Operand,
    /// Of `fail(..)` and its like.
    Says,
    /// What a variable is declared as.
    Variable,
    /// What a method is called for each element of is a function: which of the elements counts.
    Calls(Chosen),
    /// Any other.
    Plain,
}

/// Which calls of a function in an argument settle the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// Those that are true.
    True,
    /// Those that are false.
    False,
    /// None more than others.
    All,
}

/// Where a policy may go on in more than one way.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    /// The word or sign that it is known by.
    pub(crate) word: &'static str,
    /// Where it stands.
    pub(crate) span: Span,
    /// The ways, each with its name.
    pub(crate) ways: Vec<(&'static str, Way)>,
}

/// How it is known that a way was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// A value was true.
    True(ProbeId),
    /// A value was false.
    False(ProbeId),
    /// A value was nothing.
    Nothing(ProbeId),
    /// A value was something.
    Something(ProbeId),
    /// A place was reached.
    Reached(ProbeId),
    /// A loop came to its end without a round; the probe of its rounds.
    NoRound(ProbeId),
}

/// A piece of the watched source.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Where it begins there.
    start: u32,
    /// Where its first byte comes from.
    from: u32,
    /// It is not of the policy: all of it stands for that one place.
    is_added: bool,
}

impl Probes {
    /// Adds a piece of the policy as it is.
    pub(crate) fn copy(&mut self, source: &str, from: u32, to: u32) {
        if from < to {
            self.piece(from, false);
            self.text.push_str(&source[from as usize..to as usize]);
        }
    }

    /// Adds text that stands for a place in the policy.
    pub(crate) fn add(&mut self, text: &str, place: u32) {
        self.piece(place, true);
        self.text.push_str(text);
    }

    fn piece(&mut self, from: u32, is_added: bool) {
        self.pieces.push(Piece {
            start: self.text.len() as u32,
            from,
            is_added,
        });
    }

    /// The place in the policy that a place in the watched source stands for.
    pub(crate) fn original(&self, source: &Source, position: Position) -> Position {
        let Some(offset) = offset_of(&self.text, position) else {
            return position;
        };
        let at = self.pieces.partition_point(|piece| piece.start <= offset);
        let Some(piece) = at.checked_sub(1).and_then(|at| self.pieces.get(at)) else {
            return position;
        };
        let within = if piece.is_added {
            0
        } else {
            offset - piece.start
        };
        position_of(&source.text, piece.from + within)
    }
}

/// The byte at a place that counts lines and characters.
fn offset_of(text: &str, position: Position) -> Option<u32> {
    let line = position.line()?.checked_sub(1)?;
    let column = position.position()?.saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let within = text.get(start..)?.char_indices().nth(column);
    within.map(|(within, _)| (start + within) as u32)
}

fn position_of(text: &str, offset: u32) -> Position {
    let before = &text[..text.floor_char_boundary(offset as usize)];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default();
    let column = column.chars().count() + 1;
    match (u16::try_from(line), u16::try_from(column)) {
        (Ok(line), Ok(column)) => Position::new(line, column),
        _ => Position::NONE,
    }
}
