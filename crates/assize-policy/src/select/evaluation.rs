//! Walks a compiled query over a document.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use assize_snapshot::{Document, NodeId, Value};

use super::{Condition, Operand, Path, Pick, Plain, Query, Step};
use crate::{limits::Limits, relation::Relation};

/// One selection at work.
pub(super) struct Evaluation<'d> {
    document: &'d Document,
    root: NodeId,
    limit: usize,
    /// Values looked at: conditions within conditions multiply, whatever is selected in the end.
    visited: Cell<u64>,
    time: Duration,
    /// When the time is up, from the first reading of the clock on: most selections are over before that.
    deadline: Cell<Option<Instant>>,
    is_late: Cell<bool>,
}

/// Values that are looked at between two readings of the clock.
const VISITS_PER_CLOCK: u64 = 1 << 12;

impl<'d> Evaluation<'d> {
    pub(super) fn new(document: &'d Document, root: NodeId, limits: &Limits) -> Self {
        Self {
            document,
            root,
            limit: limits.selected,
            visited: Cell::new(0),
            time: limits.total_time,
            deadline: Cell::new(None),
            is_late: Cell::new(false),
        }
    }

    /// Whether it ended before its time because that was up.
    pub(super) fn is_late(&self) -> bool {
        self.is_late.get()
    }

    /// Whether the evaluation has to end, because it has found too much or takes too long.
    fn must_stop(&self, found: usize) -> bool {
        let visited = self.visited.get() + 1;
        self.visited.set(visited);
        if visited.is_multiple_of(VISITS_PER_CLOCK) {
            self.read_clock();
        }
        self.is_late.get() || found > self.limit
    }

    fn read_clock(&self) {
        let now = Instant::now();
        match self.deadline.get() {
            None => self.deadline.set(now.checked_add(self.time)),
            Some(deadline) => self.is_late.set(self.is_late.get() || now > deadline),
        }
    }

    pub(super) fn query(&self, query: &Query, from: NodeId) -> Vec<NodeId> {
        // Most queries begin with names alone, which lead to one value or none.
        let mut from = from;
        let mut steps = query.steps.as_slice();
        while let [step, rest @ ..] = steps
            && let Some(name) = step.name()
        {
            match self.document.member(from, name) {
                Some(member) => from = member,
                None => return Vec::new(),
            }
            steps = rest;
        }
        let [first, rest @ ..] = steps else {
            return vec![from];
        };
        let mut nodes = Vec::new();
        self.step(first, from, &mut nodes);
        let mut next = Vec::new();
        for step in rest {
            for node in nodes.drain(..) {
                self.step(step, node, &mut next);
                if self.must_stop(next.len()) {
                    break;
                }
            }
            std::mem::swap(&mut nodes, &mut next);
        }
        nodes
    }

    fn step(&self, step: &Step, node: NodeId, out: &mut Vec<NodeId>) {
        if step.descends {
            self.descend(step, node, out);
        } else {
            self.pick_all(step, node, out);
        }
    }

    /// A value and all that it holds, in document order, without recursion.
    fn descend(&self, step: &Step, node: NodeId, out: &mut Vec<NodeId>) {
        let mut work = vec![node];
        while let Some(node) = work.pop() {
            self.pick_all(step, node, out);
            if self.must_stop(out.len()) {
                return;
            }
            work.extend(self.document.children(node).rev());
        }
    }

    fn pick_all(&self, step: &Step, node: NodeId, out: &mut Vec<NodeId>) {
        for pick in &step.selectors {
            if self.must_stop(out.len()) {
                return;
            }
            self.pick(pick, node, out);
        }
    }

    fn pick(&self, pick: &Pick, node: NodeId, out: &mut Vec<NodeId>) {
        let document = self.document;
        match pick {
            Pick::Name(name) => out.extend(document.member(node, *name)),
            Pick::Every => out.extend(document.children(node)),
            Pick::Filter(condition) => {
                out.extend(
                    document
                        .children(node)
                        .filter(|child| self.holds(condition, *child)),
                );
            }
            Pick::Index(index) if document.value(node) == Value::Array => {
                let mut children = document.children(node);
                let at = if *index < 0 {
                    *index + children.len() as i64
                } else {
                    *index
                };
                out.extend(usize::try_from(at).ok().and_then(|at| children.nth(at)));
            }
            Pick::Slice(start, end, step) if document.value(node) == Value::Array => {
                let children: Vec<NodeId> = document.children(node).collect();
                out.extend(
                    slice(children.len() as i64, *start, *end, *step)
                        .filter_map(|at| children.get(at).copied()),
                );
            }
            Pick::Index(_) | Pick::Slice(..) => {}
        }
    }

    fn holds(&self, condition: &Condition, node: NodeId) -> bool {
        if self.must_stop(0) {
            return false;
        }
        match condition {
            Condition::Or(conditions) => conditions
                .iter()
                .any(|condition| self.holds(condition, node)),
            Condition::And(conditions) => conditions
                .iter()
                .all(|condition| self.holds(condition, node)),
            Condition::Not(condition) => !self.holds(condition, node),
            Condition::Exists(path) => !self.path(path, node).is_empty(),
            Condition::Compare(left, relation, right) => self.compare(
                &self.operand(left, node),
                *relation,
                &self.operand(right, node),
            ),
            Condition::Matches { text, pattern } => {
                matches!(self.operand(text, node), Plain::Text(text) if pattern.is_match(&text))
            }
        }
    }

    fn path(&self, path: &Path, node: NodeId) -> Vec<NodeId> {
        self.query(&path.query, if path.from_root { self.root } else { node })
    }

    fn operand(&self, operand: &Operand, node: NodeId) -> Plain {
        match operand {
            Operand::Literal(plain) => plain.clone(),
            Operand::Value(path) => match self.path(path, node).as_slice() {
                [only] => self.plain(*only),
                _ => Plain::Nothing,
            },
            #[expect(clippy::cast_precision_loss, reason = "RFC 9535 numbers are doubles")]
            Operand::Count(path) => Plain::Number(self.path(path, node).len() as f64),
            #[expect(clippy::cast_precision_loss, reason = "RFC 9535 numbers are doubles")]
            Operand::Length(inner) => match self.operand(inner, node) {
                Plain::Text(text) => Plain::Number(text.chars().count() as f64),
                Plain::Node(node) => Plain::Number(self.document.children(node).len() as f64),
                _ => Plain::Nothing,
            },
        }
    }

    fn plain(&self, node: NodeId) -> Plain {
        match self.document.value(node) {
            Value::Null => Plain::Null,
            Value::Bool(value) => Plain::Bool(value),
            #[expect(clippy::cast_precision_loss, reason = "RFC 9535 numbers are doubles")]
            Value::Int(value) => Plain::Number(value as f64),
            Value::Number(text) => text.parse().map_or(Plain::Nothing, Plain::Number),
            Value::Text(text) => Plain::Text(text.into_owned()),
            _ => Plain::Node(node),
        }
    }

    fn compare(&self, left: &Plain, relation: Relation, right: &Plain) -> bool {
        let equal = || self.equal(left, right);
        let less = |left: &Plain, right: &Plain| match (left, right) {
            (Plain::Number(left), Plain::Number(right)) => left < right,
            (Plain::Text(left), Plain::Text(right)) => left < right,
            _ => false,
        };
        match relation {
            Relation::Equal => equal(),
            Relation::NotEqual => !equal(),
            Relation::Less => less(left, right),
            Relation::LessOrEqual => less(left, right) || equal(),
            Relation::Greater => less(right, left),
            Relation::GreaterOrEqual => less(right, left) || equal(),
        }
    }

    fn equal(&self, left: &Plain, right: &Plain) -> bool {
        let (Plain::Node(left), Plain::Node(right)) = (left, right) else {
            return left == right;
        };
        let document = self.document;
        let mut work = vec![(*left, *right)];
        while let Some((left, right)) = work.pop() {
            let (ours, theirs) = (document.children(left), document.children(right));
            if ours.len() != theirs.len() {
                return false;
            }
            match (document.value(left), document.value(right)) {
                (Value::Array, Value::Array) => work.extend(ours.zip(theirs)),
                (Value::Object, Value::Object) => {
                    for member in ours {
                        let Some(other) = document.member_named(right, document.name(member))
                        else {
                            return false;
                        };
                        work.push((member, other));
                    }
                }
                (Value::Array | Value::Object, _) | (_, Value::Array | Value::Object) => {
                    return false;
                }
                _ if self.plain(left) != self.plain(right) => return false,
                _ => {}
            }
        }
        true
    }
}

/// The indexes of a slice, by RFC 9535 section 2.3.4.2.2.
fn slice(
    length: i64,
    start: Option<i64>,
    end: Option<i64>,
    step: i64,
) -> impl Iterator<Item = usize> {
    let normal = |index: i64| {
        if index < 0 {
            index.saturating_add(length)
        } else {
            index
        }
    };
    let (mut at, until) = if step >= 0 {
        (
            normal(start.unwrap_or(0)).clamp(0, length),
            normal(end.unwrap_or(length)).clamp(0, length),
        )
    } else {
        (
            start.map_or(length - 1, |start| normal(start).clamp(-1, length - 1)),
            end.map_or(-1, |end| normal(end).clamp(-1, length - 1)),
        )
    };
    std::iter::from_fn(move || {
        let inside = if step > 0 {
            at < until
        } else {
            step < 0 && at > until
        };
        let index = inside.then_some(at)?;
        at = at.saturating_add(step);
        usize::try_from(index).ok()
    })
}
