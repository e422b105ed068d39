use std::collections::HashSet;

use assize_finding::{Severity, Span};

use super::{Fix, LintRule, Report, Subject, asked::asked_fields};
use crate::syntax::{Expr, ExprKind, Node};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/boolean-comparison",
    severity: Severity::Low,
    title: "True and false are not compared with `true` and `false`",
    page: include_str!("boolean_comparison.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let asked = asked_fields(subject);
    subject.expressions(&mut |path, expression| {
        let ExprKind::Binary { operator, left, right } = &expression.kind else {
            return;
        };
        let (ExprKind::Bool(wanted), "==" | "!=") = (&right.kind, subject.text(*operator)) else {
            return;
        };
        let of = subject.types.expression(left.id);
        if !of.is_bool() {
            return;
        }
        let shown = subject.shown(left);
        // `x == false` of what is absent is false, and so is `x == true`: the script goes on as if it had been collected.
        if of.nothing.is_some() {
            if is_whole_condition(path) && is_forgotten(left, &asked) {
                let message = format!("`{shown}` may be absent, and is then neither `true` nor `false`; ask for it with `!= ()` first, or say with `??` what its absence means");
                report.add(&RULE, expression.span, message);
            }
            return;
        }
        let is_negated = (subject.text(*operator) == "==") != *wanted;
        let instead = if is_negated { format!("!{shown}") } else { shown.clone() };
        let message = format!("`{shown}` is true or false itself; write `{instead}`");
        report.add_fixed(&RULE, expression.span, message, fix(expression, left, is_negated));
    });
}

/// Leaves the comparison out. Where the operand would need parentheses, that is for a person.
fn fix(expression: &Expr, left: &Expr, is_negated: bool) -> Option<Fix> {
    let is_tight = matches!(
        left.kind,
        ExprKind::Variable(_)
            | ExprKind::Field { .. }
            | ExprKind::Method { .. }
            | ExprKind::Call { .. }
            | ExprKind::Index { .. }
    );
    if !is_tight || expression.span.start != left.span.start {
        return None;
    }
    let mut edits = vec![(Span::new(left.span.end, expression.span.end), String::new())];
    if is_negated {
        edits.insert(
            0,
            (Span::new(left.span.start, left.span.start), "!".to_owned()),
        );
    }
    Some(Fix {
        title: "leave the comparison out".to_owned(),
        edits,
    })
}

/// Whether an expression is all that an `if` asks: as a part of more, or in a function that looks for something, what is absent
/// may well be meant to count as neither.
fn is_whole_condition(path: &[Node<'_>]) -> bool {
    let [.., Node::Expr(above), Node::Expr(own)] = path else {
        return false;
    };
    matches!(&above.kind, ExprKind::If { condition, .. } if condition.id == own.id)
}

/// Whether a value is a field whose absence nobody has thought of.
fn is_forgotten(value: &Expr, asked: &HashSet<&str>) -> bool {
    matches!(&value.kind, ExprKind::Field { name, .. } if !asked.contains(name.text.as_str()))
}
