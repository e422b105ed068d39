//! An arm of a `switch` is forgotten, or one of the values that it stands for.

use assize_finding::Span;

use super::{Edits, Site};
use crate::syntax::{Arm, Expr, ExprKind, Stmt, StmtKind};

pub(super) fn edits(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(ExprKind::Switch { arms, .. }) = site.expression().map(|own| &own.kind) else {
        return;
    };
    for arm in arms {
        if arms.len() > 1 && !is_nothing(arm) {
            let end = site.and_next(arm.span.end, ',');
            edits.drop(Span::new(arm.span.start, end));
        }
        for (at, pattern) in arm.patterns.iter().enumerate() {
            let span = match (arm.patterns.get(at + 1), at.checked_sub(1)) {
                (Some(_), _) => Span::new(pattern.span.start, site.and_next(pattern.span.end, '|')),
                (None, Some(before)) => Span::new(behind(&arm.patterns[before]), pattern.span.end),
                (None, None) => continue,
            };
            edits.drop(span);
        }
    }
}

fn behind(pattern: &Expr) -> u32 {
    pattern.span.end
}

/// Whether an arm stands for everything else and does nothing, as the `switch` would without it.
fn is_nothing(arm: &Arm) -> bool {
    arm.patterns.is_empty() && arm.guard.is_none() && gives_nothing(&arm.body)
}

fn gives_nothing(body: &Stmt) -> bool {
    match &body.kind {
        StmtKind::Nothing => true,
        StmtKind::Expr(value) => match &value.kind {
            ExprKind::Unit => true,
            ExprKind::Block(block) => block.statements.is_empty(),
            _ => false,
        },
        _ => false,
    }
}
