//! A text that something is compared with is lost.

use super::{Edits, Site, site::call};
use crate::syntax::{Expr, ExprKind};

/// Functions that compare the texts that they are given.
const COMPARING: [&str; 16] = [
    "contains",
    "ends_with",
    "filter_by_host",
    "find_by",
    "find_by_host",
    "host_covers",
    "host_within",
    "index_of",
    "matches_glob",
    "same_dns",
    "same_host",
    "same_id",
    "same_text",
    "same_thumbprint",
    "some",
    "starts_with",
];

pub(super) fn edits(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(expression) = site.expression() else {
        return;
    };
    let ExprKind::Text(text) = &expression.kind else {
        return;
    };
    if !text.is_empty() && !site.is_in_header() && is_compared(site) {
        edits.replace(expression.span, "\"\"");
    }
}

fn is_compared(site: &Site<'_, '_>) -> bool {
    let around = |levels| match site.around(levels) {
        Some(crate::syntax::Node::Expr(expression)) => Some(expression),
        _ => None,
    };
    let is_listed = around(1).is_some_and(|own| matches!(own.kind, ExprKind::Array(_)));
    around(if is_listed { 2 } else { 1 }).is_some_and(|own| compares(site, own))
}

fn compares(site: &Site<'_, '_>, around: &Expr) -> bool {
    match &around.kind {
        ExprKind::Binary { operator, .. } => {
            ["==", "!=", "in", "!in", "<", ">", "<=", ">="].contains(&site.text(*operator))
        }
        ExprKind::Switch { .. } => true,
        _ => call(around).is_some_and(|(name, _)| COMPARING.contains(&name)),
    }
}
