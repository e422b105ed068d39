//! Chains of fields, calls and indexes, and what may change under them.

use crate::{
    engine,
    syntax::{Expr, ExprKind, Node, StmtKind, Tree},
};

/// A chain: what it begins with, and what follows from that for all of it.
pub(super) struct Chain<'t> {
    /// Nothing in it can be watched but the whole: a function in it reads the variable with which it begins, which the engine
    /// refuses as long as the chain is not at its end.
    is_held: bool,
    /// The links, the last one first.
    links: Vec<&'t Expr>,
}

impl<'t> Chain<'t> {
    pub(super) fn of(whole: &'t Expr) -> Self {
        let mut links = vec![whole];
        let mut head = whole;
        while let Some(object) = object_of(head) {
            links.push(object);
            head = object;
        }
        let is_held = match &head.kind {
            ExprKind::Variable(name) => {
                let is_global = engine::GLOBALS.contains(&name.as_str());
                !is_global && links.iter().any(|link| calls_with(link, name))
            }
            _ => false,
        };
        Self { is_held, links }
    }

    /// Whether what a chain begins with must stay as it is.
    pub(super) fn is_fixed(&self, prefix: &Expr) -> bool {
        let at = self.links.iter().position(|link| link.id == prefix.id);
        let (behind, within) = self.links.split_at(at.unwrap_or(0));
        // The engine works out the arguments of a whole chain before anything else, from the left to the right.
        let is_ordered =
            within.iter().all(|link| is_plain(link)) || behind.iter().all(|link| is_plain(link));
        self.is_held || !is_ordered || within.iter().any(|link| is_optional(link))
    }

    /// Where the engine says that an expression stands: at its operator, or at the first dot of its chain.
    pub(super) fn position(tree: &Tree, source: &str, value: &Expr) -> u32 {
        if let ExprKind::Binary { operator, .. } = &value.kind {
            return operator.start;
        }
        let mut first = value;
        while let Some(object) = object_of(first) {
            if object_of(object).is_none() {
                let tokens = &tree.tokens;
                let at = tokens.partition_point(|token| token.span.start < object.span.end);
                let mut behind = tokens[at..].iter();
                let link =
                    behind.find(|token| matches!(token.text(source), "." | "?." | "[" | "?["));
                return link.map_or(value.span.start, |token| token.span.start);
            }
            first = object;
        }
        value.span.start
    }
}

/// What a link of a chain hangs on.
fn object_of(link: &Expr) -> Option<&Expr> {
    match &link.kind {
        ExprKind::Method { receiver, .. } => Some(receiver),
        ExprKind::Field { object, .. } | ExprKind::Index { object, .. } => Some(object),
        _ => None,
    }
}

/// Whether nothing happens when the arguments of a link are worked out.
fn is_plain(link: &Expr) -> bool {
    let arguments: &[Expr] = match &link.kind {
        ExprKind::Method { arguments, .. } => arguments,
        ExprKind::Index { index, .. } => std::slice::from_ref(index),
        _ => &[],
    };
    arguments.iter().all(|argument| {
        matches!(
            argument.kind,
            ExprKind::Bool(_)
                | ExprKind::Int(_)
                | ExprKind::Float
                | ExprKind::Unit
                | ExprKind::Text(_)
                | ExprKind::Char
                | ExprKind::Variable(_)
                | ExprKind::Closure { .. }
        )
    })
}

fn is_optional(link: &Expr) -> bool {
    matches!(
        link.kind,
        ExprKind::Method { if_there: true, .. }
            | ExprKind::Field { if_there: true, .. }
            | ExprKind::Index { if_there: true, .. }
    )
}

/// Whether an argument of a link is a function that names a variable.
fn calls_with(link: &Expr, name: &str) -> bool {
    let ExprKind::Method { arguments, .. } = &link.kind else {
        return false;
    };
    let mut functions = arguments
        .iter()
        .filter(|argument| matches!(argument.kind, ExprKind::Closure { .. }));
    functions.any(|function| contains(Node::Expr(function), &|node| is_variable(node, name)))
}

fn is_variable(node: Node<'_>, name: &str) -> bool {
    matches!(node, Node::Expr(Expr { kind: ExprKind::Variable(own), .. }) if own == name)
}

/// Whether working out an expression may change a variable: something is called on it, or assigned to it.
pub(super) fn may_change(value: &Expr, name: &str) -> bool {
    contains(Node::Expr(value), &|node| match node {
        Node::Expr(Expr {
            kind: ExprKind::Method { .. },
            ..
        }) => {
            let Node::Expr(mut head) = node else {
                return false;
            };
            while let Some(object) = object_of(head) {
                head = object;
            }
            is_variable(Node::Expr(head), name)
        }
        Node::Expr(Expr {
            kind: ExprKind::Call { arguments, .. },
            ..
        }) => arguments
            .first()
            .is_some_and(|first| is_variable(Node::Expr(first), name)),
        Node::Stmt(statement) => matches!(statement.kind, StmtKind::Assign { .. }),
        _ => false,
    })
}

/// Whether a part of a node is of some sort. The tree is no deeper than its limit, and so is this.
fn contains(node: Node<'_>, is_it: &dyn Fn(Node<'_>) -> bool) -> bool {
    is_it(node)
        || node
            .children()
            .into_iter()
            .any(|child| contains(child, is_it))
}
