//! Whole numbers that are off by one. Of the header, only the defaults of parameters are numbers that judge.

use super::{Edits, Site};
use crate::syntax::{Expr, ExprKind, Node};

pub(super) fn edits(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(expression) = site.expression() else {
        return;
    };
    let ExprKind::Int(Some(number)) = expression.kind else {
        return;
    };
    if site.is_in_header() && !is_default(site) {
        return;
    }
    if let Some(more) = number.checked_add(1) {
        edits.replace(expression.span, more.to_string());
    }
    // What is one less than nothing is for the comparisons to try.
    if number > 0 {
        edits.replace(expression.span, (number - 1).to_string());
    }
}

/// Whether it is `default`, or a part of it, in `params` of the header.
fn is_default(site: &Site<'_, '_>) -> bool {
    let names = site.path.windows(2).filter_map(|pair| match pair {
        [Node::Expr(map), Node::Expr(value)] => name_in(map, value),
        _ => None,
    });
    let names: Vec<&str> = names.collect();
    matches!(names[..], ["params", _, "default", ..])
}

fn name_in<'t>(map: &'t Expr, value: &Expr) -> Option<&'t str> {
    let ExprKind::Map(members) = &map.kind else {
        return None;
    };
    let mut members = members.iter();
    let found = members.find(|(_, own)| own.id == value.id);
    found.map(|(name, _)| name.text.trim_matches('"'))
}
