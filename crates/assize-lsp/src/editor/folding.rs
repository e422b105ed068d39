//! What can be folded away.

use assize_finding::Span;
use assize_policy::syntax::{ExprKind, Node, TokenKind, Tree};

/// The header, functions, blocks, lists and runs of comments. Whether they have several lines is for the caller to see.
pub(crate) fn of_policy(tree: &Tree) -> Vec<Span> {
    let mut spans = Vec::new();
    tree.walk(&mut |path| {
        match path.last() {
            Some(Node::Const(_) | Node::Block(_)) => {
                spans.extend(path.last().map(|node| node.span()));
            }
            Some(Node::Expr(expression))
                if matches!(
                    expression.kind,
                    ExprKind::Map(_) | ExprKind::Array(_) | ExprKind::Switch { .. }
                ) =>
            {
                spans.push(expression.span);
            }
            _ => {}
        }
        true
    });
    let mut run: Option<Span> = None;
    for token in &tree.tokens {
        if token.kind == TokenKind::Comment {
            let start = run.map_or(token.span.start, |run| run.start);
            run = Some(Span::new(start, token.span.end));
        } else {
            spans.extend(run.take());
        }
    }
    spans.extend(run);
    spans
}
