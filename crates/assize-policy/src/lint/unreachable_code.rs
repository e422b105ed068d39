use assize_finding::{Severity, Span};

use super::{LintRule, Report, Subject};
use crate::syntax::{Arm, Block, ExprKind, Loop, Node, Stmt, StmtKind};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/unreachable-code",
    severity: Severity::Medium,
    title: "Everything that is written can be reached",
    page: include_str!("unreachable_code.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    subject.tree.walk(&mut |path| {
        if let Some(Node::Block(block)) = path.last() {
            behind_the_end(block, report);
        }
        true
    });
}

fn behind_the_end(block: &Block, report: &mut Report) {
    let end = block.statements.iter().position(ends);
    let Some(rest) = end.and_then(|end| block.statements.get(end + 1..)) else {
        return;
    };
    let mut rest = rest
        .iter()
        .filter(|statement| !matches!(statement.kind, StmtKind::Nothing));
    if let Some(first) = rest.next() {
        let last = rest.next_back().unwrap_or(first);
        let message =
            "nothing gets here: what stands before always leaves the function or the loop";
        report.add(&RULE, Span::new(first.span.start, last.span.end), message);
    }
}

/// Whether nothing behind a statement is ever reached.
fn ends(statement: &Stmt) -> bool {
    match &statement.kind {
        StmtKind::Return(_) | StmtKind::Break(_) | StmtKind::Continue | StmtKind::Throw(_) => true,
        StmtKind::Expr(expression) => match &expression.kind {
            ExprKind::If {
                then,
                otherwise: Some(otherwise),
                ..
            } => block_ends(then) && block_ends(otherwise),
            ExprKind::Switch { arms, .. } => {
                let is_whole = arms
                    .iter()
                    .any(|arm: &Arm| arm.patterns.is_empty() && arm.guard.is_none());
                is_whole && arms.iter().all(|arm| ends(&arm.body))
            }
            ExprKind::Block(block) => block_ends(block),
            ExprKind::Loop {
                head: Loop::Forever,
                body,
            } => !breaks(Node::Block(body)),
            _ => false,
        },
        _ => false,
    }
}

fn block_ends(block: &Block) -> bool {
    block.statements.iter().any(ends)
}

/// Whether a loop has a way out other than leaving the function.
fn breaks(node: Node<'_>) -> bool {
    match node {
        Node::Stmt(Stmt {
            kind: StmtKind::Break(_),
            ..
        }) => true,
        Node::Expr(expression)
            if matches!(
                expression.kind,
                ExprKind::Loop { .. } | ExprKind::Closure { .. }
            ) =>
        {
            false
        }
        _ => node.children().into_iter().any(breaks),
    }
}
