use std::collections::BTreeSet;

use assize_finding::Span;

use crate::syntax::{Block, ExprKind, Name, Node, Token, Tree};

/// What only the tree knows of symbols: the same sign is an operator here and a bracket there. Offsets into the source.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// `-x`, `!x`.
    pub(super) prefixes: BTreeSet<u32>,
    /// `a + b`, `a in b`.
    pub(super) operators: BTreeSet<u32>,
    /// The line before the parameters of a closure, or both lines where there are none.
    pub(super) opening_pipes: BTreeSet<u32>,
    /// The line behind the parameters of a closure.
    pub(super) closing_pipes: BTreeSet<u32>,
    /// The bracket of a list; other brackets are places in one.
    pub(super) lists: BTreeSet<u32>,
    /// The brace of a `switch`.
    pub(super) switches: BTreeSet<u32>,
    /// Where a statement, an arm of a `switch`, a function or a constant begins.
    pub(super) starts: BTreeSet<u32>,
    /// Where a function begins.
    pub(super) function_starts: BTreeSet<u32>,
    /// Where a function ends.
    pub(super) function_ends: BTreeSet<u32>,
}

impl Marks {
    pub(super) fn of(source: &str, tree: &Tree) -> Self {
        let mut marks = Self::default();
        tree.walk(&mut |path| {
            let parent = path.len().checked_sub(2).map(|at| path[at]);
            marks.visit(source, tree, path[path.len() - 1], parent);
            true
        });
        marks
    }

    fn visit(&mut self, source: &str, tree: &Tree, node: Node<'_>, parent: Option<Node<'_>>) {
        match node {
            Node::Const(constant) => {
                self.starts.insert(constant.span.start);
            }
            Node::Function(function) => {
                let start = with_private(source, tree, function.span);
                self.starts.insert(start);
                self.function_starts.insert(start);
                self.function_ends.insert(function.span.end);
            }
            Node::Stmt(statement) => {
                let is_line = match parent {
                    None => true,
                    Some(Node::Block(block)) => is_in_braces(source, block),
                    Some(_) => false,
                };
                if is_line {
                    self.starts.insert(statement.span.start);
                }
            }
            Node::Expr(expression) => {
                self.expression(source, tree, &expression.kind, expression.span);
            }
            Node::Block(_) => {}
        }
    }

    fn expression(&mut self, source: &str, tree: &Tree, kind: &ExprKind, span: Span) {
        match kind {
            ExprKind::Unary { operator, .. } => {
                self.prefixes.insert(operator.start);
            }
            ExprKind::Binary { operator, .. } => {
                self.operators.insert(operator.start);
            }
            ExprKind::Array(_) => {
                self.lists.insert(span.start);
            }
            ExprKind::Closure { params, .. } => self.closure(source, tree, params, span),
            ExprKind::Switch { subject, arms } => {
                let brace = first_from(source, tree, subject.span.end, "{");
                self.switches.extend(brace);
                self.starts.extend(arms.iter().map(|arm| arm.span.start));
            }
            _ => {}
        }
    }

    fn closure(&mut self, source: &str, tree: &Tree, params: &[Name], span: Span) {
        self.opening_pipes.insert(span.start);
        let behind = params.last().map_or(span.start + 1, |last| last.span.end);
        let opening = tokens_from(tree, span.start).first();
        if opening.is_some_and(|token| token.text(source) == "|") {
            self.closing_pipes
                .extend(first_from(source, tree, behind, "|"));
        }
    }
}

/// `else if` and the expressions in texts are blocks without braces.
fn is_in_braces(source: &str, block: &Block) -> bool {
    source[block.span.range()].starts_with('{')
}

fn tokens_from(tree: &Tree, offset: u32) -> &[Token] {
    let at = tree
        .tokens
        .partition_point(|token| token.span.start < offset);
    &tree.tokens[at..]
}

/// Where the first symbol of its kind stands from an offset on.
fn first_from(source: &str, tree: &Tree, offset: u32, symbol: &str) -> Option<u32> {
    tokens_from(tree, offset)
        .iter()
        .find(|token| token.text(source) == symbol)
        .map(|token| token.span.start)
}

/// Where a function begins, a word before `fn` included.
fn with_private(source: &str, tree: &Tree, function: Span) -> u32 {
    let before = tree
        .tokens
        .partition_point(|token| token.span.start < function.start);
    match tree.tokens[..before].last() {
        Some(token) if token.text(source) == "private" => token.span.start,
        _ => function.start,
    }
}
