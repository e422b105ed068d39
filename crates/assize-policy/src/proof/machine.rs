//! Runs a proof on the document where it lies.

use std::borrow::Cow;

use assize_snapshot::{Document, NodeId, Snapshot, Symbol, Value, parse_time};
use smallvec::SmallVec;

use super::{Evidence, Native, Reason, Step, Term};
use crate::{context::message, reference::References, relation::Relation};

/// Bytes that a reason may have which is put together here.
const LONGEST_REASON: usize = 1_000;

/// A value of the document or of the policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Plain<'p> {
    Unit,
    Bool(bool),
    Int(i64),
    Text(&'p str),
    Node(NodeId),
    Time(i64),
    Span(i64),
    /// A list without elements that is no part of the document.
    Empty,
}

/// The proof ends here; the interpreter takes over.
pub(super) struct GaveUp;

pub(super) type Attempt<T> = Result<T, GaveUp>;

/// How a block ends.
pub(super) enum Flow<'p> {
    /// The block ran to its end, with the value of its last statement.
    Next(Plain<'p>),
    Return(Plain<'p>),
    NotApplicable(Cow<'p, str>),
}

/// Runs a proof on one object.
pub(super) struct Machine<'p> {
    snapshot: &'p Snapshot,
    document: &'p Document,
    references: &'p References,
    now: i64,
    slots: SmallVec<[Plain<'p>; 8]>,
}

impl<'p> Machine<'p> {
    pub(super) fn new(
        snapshot: &'p Snapshot,
        references: &'p References,
        now: i64,
        slots: usize,
    ) -> Self {
        Self {
            snapshot,
            document: &snapshot.document,
            references,
            now,
            slots: SmallVec::from_elem(Plain::Unit, slots),
        }
    }

    /// Gives `check` its object; every other variable is as new.
    pub(super) fn begin(&mut self, object: NodeId) -> Attempt<()> {
        self.slots.fill(Plain::Unit);
        self.slots[0] = self.plain(object)?;
        Ok(())
    }

    pub(super) fn steps(&mut self, steps: &'p [Step]) -> Attempt<Flow<'p>> {
        let mut last = Plain::Unit;
        for step in steps {
            match step {
                Step::Let(slot, term) => {
                    self.slots[*slot] = self.term(term)?;
                    last = Plain::Unit;
                }
                Step::If(condition, yes, no) => {
                    let branch = if self.condition(condition)? { yes } else { no };
                    match self.steps(branch)? {
                        Flow::Next(value) => last = value,
                        flow => return Ok(flow),
                    }
                }
                Step::Do(term) => last = self.term(term)?,
                Step::ForNone(elements) => {
                    if self.len(elements)? > 0 {
                        return Err(GaveUp);
                    }
                    last = Plain::Unit;
                }
                Step::Return(None) => return Ok(Flow::Return(Plain::Unit)),
                Step::Return(Some(term)) => return self.term(term).map(Flow::Return),
                Step::NotApplicable(reason) => {
                    return self.reason(reason).map(Flow::NotApplicable);
                }
            }
        }
        Ok(Flow::Next(last))
    }

    fn reason(&mut self, reason: &'p Reason) -> Attempt<Cow<'p, str>> {
        let parts = match reason {
            Reason::Plain(reason) => return Ok(Cow::Borrowed(reason)),
            Reason::Parts(parts) => parts,
        };
        let mut text = String::new();
        for part in parts {
            let Plain::Text(part) = self.term(part)? else {
                return Err(GaveUp);
            };
            text.push_str(part);
            // What is longer may be more than the interpreter allows.
            if text.len() > LONGEST_REASON {
                return Err(GaveUp);
            }
        }
        Ok(Cow::Owned(message(&text)))
    }

    fn condition(&mut self, term: &'p Term) -> Attempt<bool> {
        match self.term(term)? {
            Plain::Bool(value) => Ok(value),
            _ => Err(GaveUp),
        }
    }

    fn plain(&self, node: NodeId) -> Attempt<Plain<'p>> {
        Ok(match self.document.value(node) {
            Value::Null => Plain::Unit,
            Value::Bool(value) => Plain::Bool(value),
            Value::Int(value) => Plain::Int(value),
            Value::Text(Cow::Borrowed(text)) => Plain::Text(text),
            Value::Array | Value::Object => Plain::Node(node),
            Value::Time(micros) => Plain::Time(micros),
            Value::Duration(micros) => Plain::Span(micros),
            Value::Text(_) | Value::Number(_) | Value::Version(_) | Value::Unreadable(_) => {
                return Err(GaveUp);
            }
        })
    }

    fn term(&mut self, term: &'p Term) -> Attempt<Plain<'p>> {
        Ok(match term {
            Term::GiveUp => return Err(GaveUp),
            Term::Unit => Plain::Unit,
            Term::Bool(value) => Plain::Bool(*value),
            Term::Int(value) => Plain::Int(*value),
            Term::Text(text) => Plain::Text(text),
            Term::Slot(slot) => self.slots[*slot],
            Term::Now => Plain::Time(self.now),
            Term::Section(name) => return self.section(*name),
            Term::Field { of, name, may_lack } => return self.field(of, *name, *may_lack),
            Term::IfThere { of, slot, chain } => {
                let base = self.term(of)?;
                if base == Plain::Unit {
                    return Ok(Plain::Unit);
                }
                self.slots[*slot] = base;
                return self.term(chain);
            }
            Term::Len(list) => Plain::Int(self.len(list)? as i64),
            Term::IsEmpty(list) => Plain::Bool(self.len(list)? == 0),
            Term::Not(inner) => Plain::Bool(!self.condition(inner)?),
            Term::And(parts) => Plain::Bool(self.all(parts, true)?),
            Term::Or(parts) => Plain::Bool(!self.all(parts, false)?),
            Term::Coalesce(parts) => return self.coalesce(parts),
            Term::Compare(relation, pair) => {
                let (left, right) = (self.term(&pair.0)?, self.term(&pair.1)?);
                Plain::Bool(compare(*relation, left, right)?)
            }
            Term::Add(pair) => return add(self.term(&pair.0)?, self.term(&pair.1)?),
            Term::Subtract(pair) => return subtract(self.term(&pair.0)?, self.term(&pair.1)?),
            Term::Native(native, arguments) => return self.native(*native, arguments),
            Term::EmptyList => Plain::Empty,
            Term::NoneOf(list) => match self.term(list)? {
                Plain::Empty => Plain::Empty,
                _ => return Err(GaveUp),
            },
            Term::IsName(text, names) => match self.term(text)? {
                Plain::Text(text) => Plain::Bool(names.iter().any(|name| name == text)),
                _ => return Err(GaveUp),
            },
            Term::Evidence(evidence, of) => return self.evidence(*evidence, of.as_deref()),
            Term::Inline { arguments, body } => return self.inline(arguments, body),
        })
    }

    fn section(&self, name: Symbol) -> Attempt<Plain<'p>> {
        if self.snapshot.why_missing(name).is_some() {
            return Err(GaveUp);
        }
        let section = self
            .document
            .member(self.snapshot.root(), name)
            .ok_or(GaveUp)?;
        self.plain(section)
    }

    fn field(&mut self, of: &'p Term, name: Symbol, may_lack: bool) -> Attempt<Plain<'p>> {
        let Plain::Node(node) = self.term(of)? else {
            return Err(GaveUp);
        };
        if node == self.snapshot.root() {
            return self.section(name);
        }
        match self.document.member(node, name) {
            Some(member) => self.plain(member),
            None if may_lack && self.document.value(node) == Value::Object => Ok(Plain::Unit),
            None => Err(GaveUp),
        }
    }

    fn evidence(&mut self, evidence: Evidence, of: Option<&'p Term>) -> Attempt<Plain<'p>> {
        if let Some(of) = of
            && self.term(of)? != Plain::Node(self.snapshot.root())
        {
            return Err(GaveUp);
        }
        evidence.of(self.snapshot, self.references)
    }

    fn len(&mut self, list: &'p Term) -> Attempt<usize> {
        match self.term(list)? {
            Plain::Empty => Ok(0),
            Plain::Node(node) if self.document.value(node) == Value::Array => {
                Ok(self.document.children(node).len())
            }
            _ => Err(GaveUp),
        }
    }

    /// Whether all parts have this value; stops at the first that has not.
    fn all(&mut self, parts: &'p [Term], wanted: bool) -> Attempt<bool> {
        for part in parts {
            if self.condition(part)? != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn coalesce(&mut self, parts: &'p [Term]) -> Attempt<Plain<'p>> {
        let mut value = Plain::Unit;
        for part in parts {
            value = self.term(part)?;
            if value != Plain::Unit {
                break;
            }
        }
        Ok(value)
    }

    fn native(&mut self, native: Native, arguments: &'p [Term]) -> Attempt<Plain<'p>> {
        let first = self.term(&arguments[0])?;
        match (native, first) {
            (Native::Time, Plain::Text(text)) => {
                parse_time(text, false).map(Plain::Time).map_err(|_| GaveUp)
            }
            (Native::Time, Plain::Time(_)) => Ok(first),
            (Native::Span(unit), Plain::Int(count)) => {
                count.checked_mul(unit).map(Plain::Span).ok_or(GaveUp)
            }
            (Native::Texts(test), Plain::Text(left)) => match self.term(&arguments[1])? {
                Plain::Text(right) => Ok(Plain::Bool(test(left, right))),
                _ => Err(GaveUp),
            },
            _ => Err(GaveUp),
        }
    }

    fn inline(&mut self, arguments: &'p [(usize, Term)], body: &'p [Step]) -> Attempt<Plain<'p>> {
        for (slot, term) in arguments {
            self.slots[*slot] = self.term(term)?;
        }
        match self.steps(body)? {
            Flow::Next(value) | Flow::Return(value) => Ok(value),
            Flow::NotApplicable(_) => Err(GaveUp),
        }
    }
}

/// Values of two types are unequal in scripts, and cannot be ordered. Of two objects the script engine has its own view.
fn compare(relation: Relation, left: Plain<'_>, right: Plain<'_>) -> Attempt<bool> {
    use std::cmp::Ordering;
    let order = match (left, right) {
        (Plain::Empty, _) | (_, Plain::Empty) => return Err(GaveUp),
        (Plain::Unit, Plain::Unit) => {
            if !matches!(relation, Relation::Equal | Relation::NotEqual) {
                return Err(GaveUp);
            }
            Some(Ordering::Equal)
        }
        (Plain::Unit, _) | (_, Plain::Unit) => None,
        (Plain::Bool(left), Plain::Bool(right)) => {
            if !matches!(relation, Relation::Equal | Relation::NotEqual) {
                return Err(GaveUp);
            }
            Some(left.cmp(&right))
        }
        (Plain::Int(left), Plain::Int(right))
        | (Plain::Time(left), Plain::Time(right))
        | (Plain::Span(left), Plain::Span(right)) => Some(left.cmp(&right)),
        (Plain::Text(left), Plain::Text(right)) => Some(left.cmp(right)),
        _ => return Err(GaveUp),
    };
    match (relation, order) {
        (Relation::Equal, order) => Ok(order == Some(Ordering::Equal)),
        (Relation::NotEqual, order) => Ok(order != Some(Ordering::Equal)),
        (_, None) => Err(GaveUp),
        (Relation::Less, Some(order)) => Ok(order.is_lt()),
        (Relation::LessOrEqual, Some(order)) => Ok(order.is_le()),
        (Relation::Greater, Some(order)) => Ok(order.is_gt()),
        (Relation::GreaterOrEqual, Some(order)) => Ok(order.is_ge()),
    }
}

fn add<'p>(left: Plain<'p>, right: Plain<'p>) -> Attempt<Plain<'p>> {
    let sum = match (left, right) {
        (Plain::Int(left), Plain::Int(right)) => left.checked_add(right).map(Plain::Int),
        (Plain::Time(left), Plain::Span(right)) => left.checked_add(right).map(Plain::Time),
        (Plain::Span(left), Plain::Span(right)) => left.checked_add(right).map(Plain::Span),
        _ => None,
    };
    sum.ok_or(GaveUp)
}

fn subtract<'p>(left: Plain<'p>, right: Plain<'p>) -> Attempt<Plain<'p>> {
    let difference = match (left, right) {
        (Plain::Int(left), Plain::Int(right)) => left.checked_sub(right).map(Plain::Int),
        (Plain::Time(left), Plain::Span(right)) => left.checked_sub(right).map(Plain::Time),
        (Plain::Time(left), Plain::Time(right)) | (Plain::Span(left), Plain::Span(right)) => {
            left.checked_sub(right).map(Plain::Span)
        }
        _ => None,
    };
    difference.ok_or(GaveUp)
}
