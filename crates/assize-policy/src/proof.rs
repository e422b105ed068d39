//! Proves passes without the interpreter.
//!
//! Most objects are in order, and the interpreter takes a microsecond or more to find that out. So a policy's `check` is also
//! compiled to a small tree that reads the document where it lies. It may end in one of two verdicts only: the object passes, or
//! the policy does not apply for a reason that is a plain string. Whatever else it meets, a failure, an unknown construct, a type
//! that does not fit, an absent field that the schema does not know, it gives up, and the interpreter judges the object from
//! the start. So everything that a user reads about a failure comes from one place, and only the quiet ways have to agree.
//!
//! Tests judge every example and many mutations of it both ways.

mod compiler;
mod evidence;
mod machine;
mod reason;

use std::borrow::Cow;

use assize_snapshot::{NodeId, ShapeId, Shapes, Snapshot, Symbol};
use rhai::AST;

use crate::{library, policy::Policy, reference::References, relation::Relation, select::Query};
use compiler::{Compiler, Variable};
use evidence::Evidence;
use machine::{Flow, Machine, Plain};

/// A policy whose tree grows larger than this is left to the interpreter: functions are compiled where they are called.
const MOST_TERMS: usize = 4_000;
const MOST_CALLS_DEEP: usize = 8;
/// The interpreter has a limit on variables; what comes near it is left to it.
const MOST_SLOTS: usize = 200;

/// A compiled `check`.
#[derive(Debug)]
pub(crate) struct Proof {
    body: Vec<Step>,
    slots: usize,
}

/// What a proof can end in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proved<'p> {
    Pass,
    NotApplicable(Cow<'p, str>),
}

#[derive(Debug)]
enum Step {
    Let(usize, Term),
    If(Term, Vec<Step>, Vec<Step>),
    Do(Term),
    /// `for` over a list: its body is for the interpreter, so the list has to be empty.
    ForNone(Term),
    Return(Option<Term>),
    NotApplicable(Reason),
}

/// Why a policy does not apply.
#[derive(Debug)]
enum Reason {
    /// As it is reported.
    Plain(String),
    /// Texts that are put together first.
    Parts(Vec<Term>),
}

#[derive(Debug)]
enum Term {
    /// Something for the interpreter.
    GiveUp,
    Unit,
    Bool(bool),
    Int(i64),
    Text(String),
    Slot(usize),
    Now,
    Section(Symbol),
    /// A field; where it is absent, nothing if the schema knows it there, else the end of the proof.
    Field {
        of: Box<Term>,
        name: Symbol,
        may_lack: bool,
    },
    /// `a?.b`: nothing where `a` is nothing; the chain reads its start from the slot.
    IfThere {
        of: Box<Term>,
        slot: usize,
        chain: Box<Term>,
    },
    Len(Box<Term>),
    IsEmpty(Box<Term>),
    Not(Box<Term>),
    And(Vec<Term>),
    Or(Vec<Term>),
    Coalesce(Vec<Term>),
    Compare(Relation, Box<(Term, Term)>),
    Add(Box<(Term, Term)>),
    Subtract(Box<(Term, Term)>),
    Native(Native, Vec<Term>),
    /// A list without elements.
    EmptyList,
    /// What a function in an argument would pick of a list: nothing, if that is empty; else the end of the proof.
    NoneOf(Box<Term>),
    /// Whether a text is one of the names of an object among the parameters.
    IsName(Box<Term>, Vec<String>),
    /// Something about a whole snapshot.
    Evidence(Evidence, Option<Box<Term>>),
    /// A function of the policy, where it is called.
    Inline {
        arguments: Vec<(usize, Term)>,
        body: Vec<Step>,
    },
}

/// The library functions that a proof may call: those of texts, and those that make times.
#[derive(Debug, Clone, Copy)]
enum Native {
    Time,
    Span(i64),
    Texts(fn(&str, &str) -> bool),
}

fn native(name: &str) -> Option<Native> {
    const SECOND: i64 = 1_000_000;
    Some(match name {
        "time" => Native::Time,
        "days" => Native::Span(86_400 * SECOND),
        "hours" => Native::Span(3_600 * SECOND),
        "minutes" => Native::Span(60 * SECOND),
        "seconds" => Native::Span(SECOND),
        "same_text" => Native::Texts(library::same_text),
        "same_host" => Native::Texts(library::same_host),
        "host_within" => Native::Texts(library::host_within),
        "host_covers" => Native::Texts(library::host_covers),
        "same_id" => Native::Texts(library::same_id),
        "same_thumbprint" => Native::Texts(library::same_thumbprint),
        _ => return None,
    })
}

impl Proof {
    /// Compiles a policy against the schema of its kind; there is none for a policy that judges every kind.
    pub(crate) fn of(policy: &Policy, shapes: Option<&Shapes>) -> Self {
        let mut compiler = Compiler::new(policy, shapes);
        compiler.scope.push(Variable {
            name: parameter(&policy.ast).unwrap_or_default(),
            slot: 0,
            shape: shapes.and_then(|shapes| selected_shape(policy, shapes)),
        });
        let body = match compiler.function("check", 1) {
            Some(statements) => compiler.steps(&statements),
            None => vec![Step::Do(Term::GiveUp)],
        };
        let body = if compiler.terms > MOST_TERMS || compiler.slots > MOST_SLOTS {
            vec![Step::Do(Term::GiveUp)]
        } else {
            body
        };
        Self {
            body,
            slots: compiler.slots,
        }
    }

    /// Gets ready for the objects of a snapshot, which must be sound: a proof does not ask.
    pub(crate) fn on<'p>(
        &'p self,
        snapshot: &'p Snapshot,
        references: &'p References,
        now: i64,
    ) -> Prover<'p> {
        Prover {
            proof: self,
            machine: Machine::new(snapshot, references, now, self.slots),
        }
    }
}

/// A proof at work on one snapshot.
pub(crate) struct Prover<'p> {
    proof: &'p Proof,
    machine: Machine<'p>,
}

impl<'p> Prover<'p> {
    /// Judges an object; `None` where the interpreter has to.
    pub(crate) fn prove(&mut self, object: NodeId) -> Option<Proved<'p>> {
        self.machine.begin(object).ok()?;
        match self.machine.steps(&self.proof.body).ok()? {
            Flow::NotApplicable(reason) => Some(Proved::NotApplicable(reason)),
            Flow::Next(Plain::Unit) | Flow::Return(Plain::Unit) => Some(Proved::Pass),
            // `check` returns nothing; what else it returns is a mistake that the interpreter reports.
            Flow::Next(_) | Flow::Return(_) => None,
        }
    }
}

/// The name of the parameter of `check`.
fn parameter(ast: &AST) -> Option<String> {
    ast.iter_functions()
        .find(|function| function.name == "check")
        .map(|function| function.params.join(","))
}

/// What the schema says of the selected objects; `None` where it depends on the object.
fn selected_shape(policy: &Policy, shapes: &Shapes) -> Option<ShapeId> {
    match policy.queries.as_slice() {
        [] => Some(shapes.root()),
        [query] => Query::shape(query, shapes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use assize_snapshot::{Kinds, Reader, Snapshot};

    use super::Proof;
    use crate::{Limits, shipped_policies};

    /// Every file pays for the policies of every kind.
    #[test]
    fn evidence_in_order_needs_no_interpreter() {
        let kinds = Kinds::shipped().unwrap();
        let limits = Limits::default();
        let general =
            shipped_policies().filter(|policy| policy.kinds == ["*"] && !policy.over_time);
        let policies: Vec<_> = general
            .map(|policy| policy.compile(&limits).unwrap())
            .collect();
        assert!(policies.len() > 5);
        let mut interpreted = Vec::new();
        for kind in kinds.iter() {
            let text = kind.example().unwrap();
            let document = Reader::default().read(text.as_bytes().to_vec()).unwrap();
            let snapshot = Arc::new(Snapshot::new(document, &kinds, None).unwrap());
            let taken = snapshot.collected_at().unwrap().unwrap();
            for policy in &policies {
                let proof = Proof::of(policy, None);
                let mut prover = proof.on(&snapshot, policy.references(), taken);
                if prover.prove(snapshot.root()).is_none() {
                    interpreted.push(format!("{} on {}", policy.id, kind.name()));
                }
            }
        }
        // There are clocks to compare.
        assert_eq!(interpreted, ["evidence/clocks-agree on entra-connect"]);
    }
}
