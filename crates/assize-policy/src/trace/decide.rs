//! On what a verdict depends: the conditions on its way, what their outcome hangs on, and the variables that go into them.

use std::collections::{BTreeSet, HashMap};

use assize_finding::Span;

use super::step::{Step, StepKind, Trace};
use crate::syntax::{Expr, ExprKind, Node, StmtKind, Tree};

/// The expressions of a policy by where they stand, and the variables that statements give values to.
struct Source<'t> {
    expressions: HashMap<Span, &'t Expr>,
    /// By the value that it gets.
    given: HashMap<Span, &'t str>,
}

type Names<'t> = BTreeSet<&'t str>;

/// Marks the steps on which a verdict depends.
pub(super) fn decide(trace: &mut Trace, tree: &Tree) {
    let mut source = Source {
        expressions: HashMap::new(),
        given: HashMap::new(),
    };
    tree.walk(&mut |path| {
        source.learn(path.last().copied());
        true
    });
    for step in &mut trace.steps {
        source.body(step, false);
    }
}

impl<'t> Source<'t> {
    fn learn(&mut self, node: Option<Node<'t>>) {
        match node {
            Some(Node::Expr(value)) => {
                self.expressions.insert(value.span, value);
            }
            Some(Node::Stmt(statement)) => match &statement.kind {
                StmtKind::Let {
                    name,
                    value: Some(value),
                    ..
                } => {
                    self.given.insert(value.span, &name.text);
                }
                StmtKind::Assign { target, value, .. } => {
                    let name = head(target);
                    self.given.extend(name.map(|name| (value.span, name)));
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// The body of a function or of a round. What it comes to counts where somebody asks for it.
    fn body(&self, body: &mut Step, result_counts: bool) {
        body.decided = true;
        self.scope(&mut body.steps, result_counts, &mut Names::new());
    }

    /// Steps one after the other, from the last to the first: what is needed later decides what was done before.
    fn scope(&self, steps: &mut [Step], result_counts: bool, needed: &mut Names<'t>) {
        let last = steps.len();
        let ends: Vec<bool> = (0..last).map(|at| is_end_of_rounds(steps, at)).collect();
        for (at, step) in steps.iter_mut().enumerate().rev() {
            let counts = match step.kind {
                StepKind::Condition | StepKind::Says => true,
                StepKind::Variable => self
                    .given
                    .get(&step.span)
                    .is_some_and(|name| needed.contains(name)),
                StepKind::Round => {
                    self.scope(&mut step.steps, false, needed);
                    // Of rounds that are all alike, the first and the last are enough.
                    let counts = step.steps.iter().any(|step| step.decided);
                    step.decided = step.says || (counts && ends[at]);
                    continue;
                }
                StepKind::Function => {
                    self.body(step, result_counts);
                    continue;
                }
                StepKind::Operand | StepKind::Value => {
                    // What was not worked out to its end is where the policy stopped.
                    step.says || step.value.is_none() || (result_counts && at + 1 == last)
                }
            };
            if counts {
                self.value(step);
                self.need(step, needed);
            }
        }
    }

    /// The variables that a step is made of.
    fn need(&self, step: &Step, needed: &mut Names<'t>) {
        let value = if step.kind == StepKind::Says {
            self.subject(step.span)
        } else {
            self.expressions.get(&step.span).copied()
        };
        if let Some(value) = value {
            collect(Node::Expr(value), needed);
        }
    }

    /// What `fail(x, message)` and its like are about.
    fn subject(&self, span: Span) -> Option<&'t Expr> {
        match &self.expressions.get(&span)?.kind {
            ExprKind::Call { arguments, .. } if arguments.len() == 2 => arguments.first(),
            _ => None,
        }
    }

    /// An expression on which the verdict depends.
    fn value(&self, step: &mut Step) {
        step.decided = true;
        if step.kind == StepKind::Says {
            // The words of a message explain themselves.
            let subject = self.subject(step.span).map(|subject| subject.span);
            for part in &mut step.steps {
                if Some(part.span) == subject {
                    self.value(part);
                }
            }
            return;
        }
        let operands = step
            .steps
            .iter()
            .filter(|step| step.kind == StepKind::Operand);
        let truths: Vec<Option<bool>> = operands
            .map(|step| step.value.as_ref().and_then(|value| value.truth))
            .collect();
        // Of `a && b` that is false though `a` is true, `b` alone decides; of `a || b` likewise.
        let right_alone = match truths.as_slice() {
            [Some(left), Some(right)] => left != right,
            _ => false,
        };
        let mut is_first = true;
        let settled = step.steps.iter().any(|step| step.settles);
        let count = step.steps.len();
        for (at, part) in step.steps.iter_mut().enumerate() {
            match part.kind {
                StepKind::Operand if right_alone && std::mem::take(&mut is_first) => {}
                StepKind::Round => {
                    let counts = part.settles || part.says || (!settled && at + 3 > count);
                    if counts {
                        self.body(part, true);
                    }
                }
                StepKind::Function => self.body(part, true),
                _ => self.value(part),
            }
        }
    }
}

/// Whether a round is the first or the last of its loop.
fn is_end_of_rounds(steps: &[Step], at: usize) -> bool {
    let is_same = |other: Option<&Step>| {
        other.is_some_and(|other| other.probe == steps[at].probe && other.kind == StepKind::Round)
    };
    steps[at].round == 1 || !is_same(steps.get(at + 1))
}

fn collect<'t>(node: Node<'t>, names: &mut Names<'t>) {
    if let Node::Expr(Expr {
        kind: ExprKind::Variable(name),
        ..
    }) = node
    {
        names.insert(name);
    }
    for child in node.children() {
        collect(child, names);
    }
}

/// The variable that a chain begins with.
fn head(target: &Expr) -> Option<&str> {
    match &target.kind {
        ExprKind::Variable(name) => Some(name),
        ExprKind::Field { object, .. } | ExprKind::Index { object, .. } => head(object),
        ExprKind::Method { receiver, .. } => head(receiver),
        _ => None,
    }
}
