//! Some for all, and all for some.

use super::{Edits, Site};
use crate::syntax::ExprKind;

pub(super) fn edits(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(ExprKind::Method { name, .. } | ExprKind::Call { name, .. }) =
        site.expression().map(|own| &own.kind)
    else {
        return;
    };
    match name.text.as_str() {
        "some" => edits.replace(name.span, "all"),
        "all" => edits.replace(name.span, "some"),
        _ => {}
    }
}
