//! What a verdict was made of, as it is remembered.

use assize_finding::Span;

use super::probe::{Chosen, Probe, ProbeId, ProbeKind, Role};
use crate::verdict::{Origin, Place};

/// What a verdict was made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// What happened, in its order.
    pub steps: Vec<Step>,
    /// Steps that were not remembered, because there were too many.
    pub left_out: u32,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub kind: StepKind,
    /// Where it stands in the policy, in bytes.
    pub span: Span,
    /// The byte under which its value is shown.
    pub anchor: u32,
    /// The value; `None` for what has none, or was not worked out to its end.
    pub value: Option<Shown>,
    /// What happened within it, in its order.
    pub steps: Vec<Step>,
    /// The verdict depends on it.
    pub decided: bool,
    /// Of the rounds within it, how many are not shown.
    pub left_out: u32,
    /// Which round it is, from 1.
    pub round: u32,
    pub(super) probe: ProbeId,
    /// A verdict was said within it.
    pub(super) says: bool,
    /// It is a round that settled the result of all.
    pub(super) settles: bool,
}

/// What a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// A condition: of an `if`, of a loop, the subject of a `switch`.
    Condition,
    /// A part of a condition.
    Operand,
    /// A call of `fail` and its like.
    Says,
    /// What a variable was declared as.
    Variable,
    /// Any other value.
    Value,
    /// A function of the policy that was called.
    Function,
    /// A round of a loop, or a call of a function in an argument; the value is the element.
    Round,
}

/// A value as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The value in few words. May hold text from a snapshot: escape before printing.
    pub text: String,
    /// Where it came from, if it is a value of a snapshot.
    pub place: Option<ValuePlace>,
    /// Whether it is true, if it is that or false.
    pub truth: Option<bool>,
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValuePlace {
    /// The judged snapshot.
    Judged(Place),
    /// Another snapshot.
    Other(Origin),
}

impl Step {
    pub(super) fn of(id: ProbeId, probe: &Probe, value: Option<Shown>) -> Self {
        Self {
            kind: StepKind::of(probe.kind),
            span: probe.span,
            anchor: probe.anchor,
            value,
            steps: Vec::new(),
            decided: false,
            left_out: 0,
            round: 0,
            probe: id,
            says: matches!(probe.kind, ProbeKind::Value(Role::Says)),
            settles: false,
        }
    }

    /// What a round of a function in an argument came to: the value of its body.
    pub(super) fn result(&self) -> Option<bool> {
        let body = self.steps.iter().rev().find(|step| step.span == self.span);
        body.and_then(|body| body.value.as_ref()?.truth)
    }

    /// How many steps it is, itself included.
    pub(super) fn count(&self) -> usize {
        1 + self.steps.iter().map(Self::count).sum::<usize>()
    }

    /// Takes in a round. Of many, those stay that count, the first and the last; how many steps that left out.
    pub(super) fn add_round(&mut self, mut round: Self, most: usize) -> usize {
        let is_same = |step: &Self| step.probe == round.probe && step.kind == StepKind::Round;
        let kept: Vec<usize> = (0..self.steps.len())
            .filter(|at| is_same(&self.steps[*at]))
            .collect();
        let last = kept.last().map_or(0, |at| self.steps[*at].round);
        round.round = last + 1;
        self.steps.push(round);
        if kept.len() < most {
            return 0;
        }
        let counts = |at: &&usize| self.steps[**at].says || self.steps[**at].settles;
        let mut others = kept.iter().skip(1);
        let victim = others.clone().find(|at| !counts(at)).or(others.next());
        let Some(victim) = victim else { return 0 };
        self.left_out += 1;
        self.steps.remove(*victim).count()
    }

    pub(super) fn is_of(&self, probe: ProbeId) -> bool {
        self.probe == probe
    }
}

impl StepKind {
    fn of(kind: ProbeKind) -> Self {
        match kind {
            ProbeKind::Value(Role::Condition) => Self::Condition,
            ProbeKind::Value(Role::Operand) => Self::Operand,
            ProbeKind::Value(Role::Says) => Self::Says,
            ProbeKind::Value(Role::Variable) => Self::Variable,
            ProbeKind::Value(Role::Calls(_) | Role::Plain)
            | ProbeKind::Statement
            | ProbeKind::Branch => Self::Value,
            ProbeKind::Function => Self::Function,
            ProbeKind::Round => Self::Round,
        }
    }
}

impl Chosen {
    /// Whether the result of a call settles the result of all.
    pub(super) fn settles(self, result: Option<bool>) -> bool {
        match self {
            Self::True => result == Some(true),
            Self::False => result == Some(false),
            Self::All => false,
        }
    }
}
