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
        for (at, step) in steps.iter_mut().enumerate().rev() {
            let counts = match step.kind {
                StepKind::Condition | StepKind::Says => true,
                StepKind::Variable => self
                    .given
                    .get(&step.span)
                    .is_some_and(|name| needed.contains(name)),
                StepKind::Round => {
                    self.scope(&mut step.steps, false, needed);
                    step.decided = step.says || step.steps.iter().any(|step| step.decided);
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
        let Some(value) = self.expressions.get(&step.span) else {
            return;
        };
        match (&value.kind, step.kind) {
            // The words of a message explain themselves.
            (ExprKind::Call { arguments, .. }, StepKind::Says) => {
                if let Some(first) = arguments.first() {
                    collect(Node::Expr(first), needed);
                }
            }
            _ => collect(Node::Expr(value), needed),
        }
    }

    /// An expression on which the verdict depends.
    fn value(&self, step: &mut Step) {
        step.decided = true;
        if step.kind == StepKind::Says {
            if let Some(first) = step.steps.first_mut() {
                self.value(first);
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
