//! The value for what is missing is forgotten, or taken always.

use super::{Edits, Site};
use crate::syntax::ExprKind;

pub(super) fn edits(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(expression) = site.expression() else {
        return;
    };
    let ExprKind::Binary {
        operator,
        left,
        right,
    } = &expression.kind
    else {
        return;
    };
    if site.text(*operator) != "??" {
        return;
    }
    edits.replace(expression.span, site.alone(right));
    // `x ?? ()` is `x`.
    if !matches!(right.kind, ExprKind::Unit) {
        edits.replace(expression.span, site.alone(left));
    }
}
