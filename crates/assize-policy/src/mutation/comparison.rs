//! Comparisons that take the wrong side, or one value too many or too few.

use super::{Edits, Site};
use crate::syntax::ExprKind;

pub(super) fn edits(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(ExprKind::Binary { operator, .. }) = site.expression().map(|own| &own.kind) else {
        return;
    };
    let others: &[&str] = match site.text(*operator) {
        "<" => &["<=", ">="],
        "<=" => &["<", ">"],
        ">" => &[">=", "<="],
        ">=" => &[">", "<"],
        "==" => &["!="],
        "!=" => &["=="],
        "in" => &["!in"],
        "!in" => &["in"],
        _ => &[],
    };
    for other in others {
        edits.replace(*operator, *other);
    }
}
