//! A verdict is not said, or a function goes on where it should return.

use super::{Edits, Site, site::says_verdict};
use crate::syntax::{Block, Expr, ExprKind, Node, Stmt, StmtKind};

pub(super) fn edits(site: &Site<'_, '_>, edits: &mut Edits) {
    let Node::Stmt(statement) = site.node() else {
        return;
    };
    match (&statement.kind, site.around(1)) {
        (StmtKind::Return(None), _) if is_last(site) => {}
        (StmtKind::Return(_), Some(Node::Block(_))) => edits.drop(statement.span),
        (StmtKind::Expr(value), Some(Node::Block(_)))
            if says_verdict(value) || is_order(value, statement) =>
        {
            edits.drop(statement.span);
        }
        // Arms and functions in arguments need some value.
        (StmtKind::Expr(value) | StmtKind::Return(Some(value)), _) if says_verdict(value) => {
            edits.replace(statement.span, "()");
        }
        _ => {}
    }
}

/// Whether it is a call for what it does and not for what it gives.
fn is_order(value: &Expr, statement: &Stmt) -> bool {
    statement.is_ended && matches!(value.kind, ExprKind::Call { .. })
}

/// Whether nothing comes after it but the end of its function.
fn is_last(site: &Site<'_, '_>) -> bool {
    let pairs = site.path.windows(2).rev();
    for pair in pairs {
        match pair {
            [Node::Block(block), Node::Stmt(statement)] if !ends_with(block, statement) => {
                return false;
            }
            [Node::Expr(around), _]
                if !matches!(around.kind, ExprKind::If { .. } | ExprKind::Block(_)) =>
            {
                return false;
            }
            _ => {}
        }
    }
    true
}

fn ends_with(block: &Block, statement: &Stmt) -> bool {
    block
        .statements
        .last()
        .is_some_and(|last| last.span == statement.span)
}
