use assize_finding::Severity;

use super::{LintRule, Report, Subject};
use crate::syntax::{ExprKind, Node};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/self-comparison",
    severity: Severity::High,
    title: "Nothing is compared with itself",
    page: include_str!("self_comparison.md"),
};

/// Functions of two values that say whether they are alike.
const ALIKE: [&str; 5] = [
    "same_text",
    "same_host",
    "same_dns",
    "same_id",
    "same_thumbprint",
];

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    subject.expressions(&mut |_, expression| {
        let (left, right) = match &expression.kind {
            ExprKind::Binary { operator, left, right }
                if ["==", "!=", "<", "<=", ">", ">="].contains(&subject.text(*operator)) =>
            {
                (&**left, &**right)
            }
            ExprKind::Call { name, arguments } if ALIKE.contains(&name.text.as_str()) => match arguments.as_slice() {
                [left, right] => (left, right),
                _ => return,
            },
            _ => return,
        };
        if words(subject, left.span) == words(subject, right.span) && is_place(Node::Expr(left)) {
            let text = subject.shown(left);
            report.add(&RULE, expression.span, format!("`{text}` is compared with itself; the other side was meant to be something else"));
        }
    });
}

fn words<'s>(subject: &'s Subject<'_>, span: assize_finding::Span) -> Vec<&'s str> {
    subject.text(span).split_whitespace().collect()
}

/// Whether a value is read and nothing else is done for it.
fn is_place(node: Node<'_>) -> bool {
    match node {
        Node::Expr(expression) => match &expression.kind {
            ExprKind::Variable(_) => true,
            ExprKind::Field { object, .. } => is_place(Node::Expr(object)),
            _ => false,
        },
        _ => false,
    }
}
