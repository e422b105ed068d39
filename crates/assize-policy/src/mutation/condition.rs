//! Conditions always hold, or never.

use super::{Edits, Site};
use crate::syntax::{Expr, ExprKind, Loop, Node, StmtKind};

/// Functions that keep or count what a function of theirs holds for.
const CHOOSING: [&str; 6] = ["all", "filter", "find", "retain", "some", "drain"];

pub(super) fn edits(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(expression) = site.expression() else {
        return;
    };
    if matches!(expression.kind, ExprKind::Bool(_)) || !(decides(site, expression) || chooses(site))
    {
        return;
    }
    edits.replace(expression.span, "true");
    edits.replace(expression.span, "false");
}

/// Whether an `if`, a `while` or an arm depends on it.
fn decides(site: &Site<'_, '_>, expression: &Expr) -> bool {
    let is_own = |other: &Expr| other.id == expression.id;
    site.parent().is_some_and(|parent| match &parent.kind {
        ExprKind::If { condition, .. } => is_own(condition),
        ExprKind::Loop {
            head: Loop::While(condition) | Loop::Do(condition),
            ..
        } => is_own(condition),
        ExprKind::Switch { arms, .. } => arms
            .iter()
            .any(|arm| arm.guard.as_ref().is_some_and(is_own)),
        _ => false,
    })
}

/// Whether it is all that a function does that chooses among elements.
fn chooses(site: &Site<'_, '_>) -> bool {
    let (Some(Node::Stmt(body)), Some(Node::Expr(closure)), Some(Node::Expr(around))) =
        (site.around(1), site.around(2), site.around(3))
    else {
        return false;
    };
    matches!(body.kind, StmtKind::Expr(_))
        && matches!(closure.kind, ExprKind::Closure { .. })
        && super::site::call(around).is_some_and(|(name, _)| CHOOSING.contains(&name))
}
