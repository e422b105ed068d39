//! One side of `&&` or `||` is forgotten.

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
    if ["&&", "||"].contains(&site.text(*operator)) {
        edits.replace(expression.span, site.alone(left));
        edits.replace(expression.span, site.alone(right));
    }
}
