//! A place in a source where a mistake may be made.

use std::collections::BTreeSet;

use assize_finding::Span;

use crate::syntax::{Expr, ExprKind, Node, TokenKind, Tree};

/// The functions that say a verdict; their last argument is for people.
pub(super) const VERDICTS: [&str; 4] = ["fail", "review", "not_applicable", "indeterminate"];

/// A node with the way to it.
pub(super) struct Site<'p, 't> {
    /// Outermost first; the node itself is the last.
    pub(super) path: &'p [Node<'t>],
    pub(super) source: &'p str,
}

impl<'t> Site<'_, 't> {
    pub(super) fn node(&self) -> Node<'t> {
        self.path[self.path.len() - 1]
    }

    /// The node as an expression.
    pub(super) fn expression(&self) -> Option<&'t Expr> {
        match self.node() {
            Node::Expr(expression) => Some(expression),
            _ => None,
        }
    }

    /// What is so many levels around the node.
    pub(super) fn around(&self, levels: usize) -> Option<Node<'t>> {
        let at = self.path.len().checked_sub(levels + 1)?;
        Some(self.path[at])
    }

    pub(super) fn parent(&self) -> Option<&'t Expr> {
        match self.around(1) {
            Some(Node::Expr(parent)) => Some(parent),
            _ => None,
        }
    }

    pub(super) fn text(&self, span: Span) -> &str {
        &self.source[span.range()]
    }

    /// Whether it lies in the header, which is data.
    pub(super) fn is_in_header(&self) -> bool {
        matches!(self.path[0], Node::Const(_))
    }

    /// The source of an expression, fit to stand in the place of one that holds it.
    pub(super) fn alone(&self, expression: &Expr) -> String {
        let text = self.text(expression.span);
        if matches!(expression.kind, ExprKind::Binary { .. }) {
            format!("({text})")
        } else {
            text.to_owned()
        }
    }

    /// From a place on, over blanks, up to and with a symbol, if it stands there.
    pub(super) fn and_next(&self, end: u32, symbol: char) -> u32 {
        let rest = &self.source[end as usize..];
        let trimmed = rest.trim_start();
        if trimmed.starts_with(symbol) {
            end + (rest.len() - trimmed.len()) as u32 + symbol.len_utf8() as u32
        } else {
            end
        }
    }
}

/// The name of the function that an expression calls, and what it is given.
pub(super) fn call(expression: &Expr) -> Option<(&str, &[Expr])> {
    match &expression.kind {
        ExprKind::Call { name, arguments }
        | ExprKind::Method {
            name, arguments, ..
        } => Some((&name.text, arguments)),
        _ => None,
    }
}

/// Whether an expression says a verdict itself.
pub(super) fn says_verdict(expression: &Expr) -> bool {
    call(expression).is_some_and(|(name, _)| VERDICTS.contains(&name))
}

/// The functions that can be reached from the ones that judge, by name.
pub(super) fn called(tree: &Tree) -> BTreeSet<String> {
    let mut called = BTreeSet::new();
    let mut waiting = vec!["check".to_owned(), "change".to_owned()];
    while let Some(name) = waiting.pop() {
        let functions = tree.functions.iter().filter(|own| own.name.text == name);
        for function in functions {
            collect_calls(Node::Function(function), &mut waiting);
        }
        called.insert(name);
        waiting.retain(|name| !called.contains(name));
    }
    called
}

fn collect_calls(node: Node<'_>, names: &mut Vec<String>) {
    if let Node::Expr(expression) = node
        && let Some((name, _)) = call(expression)
    {
        names.push(name.to_owned());
    }
    for child in node.children() {
        collect_calls(child, names);
    }
}

/// A source as its tokens: what two sources that mean the same for certain have in common.
pub(super) fn tokens(source: &str) -> Vec<String> {
    let tokens = Tree::of(source).tokens.into_iter();
    let words = tokens.filter(|token| token.kind != TokenKind::Comment);
    words.map(|token| token.text(source).to_owned()).collect()
}
