//! Why a policy does not apply: the one text that a proof may hand over.

use rhai::{Expr, Stmt};

use super::{Reason, compiler::Compiler};
use crate::context::message;

impl Compiler<'_> {
    /// The reason in `not_applicable(reason)`.
    pub(super) fn not_applicable(&mut self, expression: &Expr) -> Option<Reason> {
        let Expr::FnCall(call, _) = expression else {
            return None;
        };
        let [reason] = call.args.as_slice() else {
            return None;
        };
        if call.name != "not_applicable" {
            return None;
        }
        let parts = match reason {
            Expr::StringConstant(reason, _) => {
                return Some(Reason::Plain(message(reason)));
            }
            Expr::InterpolatedString(parts, _) => parts.as_slice(),
            Expr::Variable(..) => std::slice::from_ref(reason),
            _ => return None,
        };
        Some(Reason::Parts(
            parts
                .iter()
                .map(|part| self.term(inserted(part)).0)
                .collect(),
        ))
    }
}

/// What `${..}` holds in a text, where it is one expression.
fn inserted(part: &Expr) -> &Expr {
    match part {
        Expr::Stmt(block) => match block.statements() {
            [Stmt::Expr(expression)] => expression,
            _ => part,
        },
        _ => part,
    }
}
