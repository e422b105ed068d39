//! Of which fields a policy asks whether they are there.

use std::collections::HashSet;

use super::Subject;
use crate::syntax::{Expr, ExprKind};

/// The names of the fields whose absence somebody has thought of, anywhere in a policy: compared with nothing, given another
/// value, asked by `has`, read by `?.`, or named in a text, as lists of fields do that are gone through.
pub(super) fn asked_fields<'s>(subject: &'s Subject<'_>) -> HashSet<&'s str> {
    let mut asked = HashSet::new();
    for constant in &subject.tree.functions {
        for statement in &constant.body.statements {
            collect(subject, crate::syntax::Node::Stmt(statement), &mut asked);
        }
    }
    asked
}

fn collect<'s>(
    subject: &'s Subject<'_>,
    node: crate::syntax::Node<'s>,
    asked: &mut HashSet<&'s str>,
) {
    if let crate::syntax::Node::Expr(expression) = node {
        match &expression.kind {
            ExprKind::Text(name) => {
                asked.insert(name);
            }
            ExprKind::Binary {
                operator,
                left,
                right,
            } => {
                let operator = subject.text(*operator);
                let is_unit =
                    matches!(right.kind, ExprKind::Unit) && ["==", "!="].contains(&operator);
                if is_unit || operator == "??" {
                    fields(left, asked);
                }
            }
            ExprKind::Field {
                object,
                if_there: true,
                name,
            } => {
                asked.insert(&name.text);
                fields(object, asked);
            }
            ExprKind::Method {
                receiver,
                if_there: true,
                ..
            } => fields(receiver, asked),
            // Lists of fields that are asked one after the other.
            ExprKind::Array(parts) => parts.iter().for_each(|part| fields(part, asked)),
            _ => {}
        }
    }
    for child in node.children() {
        collect(subject, child, asked);
    }
}

/// The fields of a chain.
fn fields<'s>(expression: &'s Expr, asked: &mut HashSet<&'s str>) {
    match &expression.kind {
        ExprKind::Field { object, name, .. } => {
            asked.insert(&name.text);
            fields(object, asked);
        }
        ExprKind::Index { object, .. }
        | ExprKind::Method {
            receiver: object, ..
        } => fields(object, asked),
        _ => {}
    }
}
