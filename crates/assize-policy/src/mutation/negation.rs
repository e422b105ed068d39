//! A `!` too many or too few.

use super::{Edits, Site};
use crate::syntax::ExprKind;

pub(super) fn edits(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(expression) = site.expression() else {
        return;
    };
    if let ExprKind::Unary { operator, .. } = &expression.kind
        && site.text(*operator) == "!"
    {
        edits.drop(*operator);
        return;
    }
    let is_operand = site.parent().is_some_and(|parent| {
        matches!(&parent.kind, ExprKind::Binary { operator, .. } if ["&&", "||"].contains(&site.text(*operator)))
    });
    // Other expressions are negated by what is in them.
    let is_plain = !matches!(
        expression.kind,
        ExprKind::Binary { .. } | ExprKind::Bool(_) | ExprKind::If { .. } | ExprKind::Switch { .. }
    );
    if is_operand && is_plain {
        edits.replace(expression.span, format!("!{}", site.text(expression.span)));
    }
}
