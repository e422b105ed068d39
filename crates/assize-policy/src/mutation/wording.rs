//! What of a policy is for people alone: messages, reasons, and whatever is computed for nothing else.

use std::collections::BTreeSet;

use super::site::{VERDICTS, call};
use crate::syntax::{Expr, ExprKind, Function, Name, Node, Part, StmtKind, Tree};

/// What is wording besides the arguments of the verdict functions and the texts with expressions in them.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Wording {
    /// Variables, by function, that are used in wording and nowhere else.
    variables: BTreeSet<(String, String)>,
    /// Parameters of functions, by their number, that are such variables.
    params: BTreeSet<(String, usize)>,
    /// Functions that are called in wording and nowhere else.
    functions: BTreeSet<String>,
}

/// What is used in some places.
#[derive(Default)]
struct Uses {
    variables: BTreeSet<(String, String)>,
    functions: BTreeSet<String>,
}

impl Wording {
    pub(super) fn of(tree: &Tree) -> Self {
        let mut wording = Self::default();
        let all = uses(tree, &|_| false);
        // It only ever grows, and by one thing of the policy at least.
        loop {
            let plain = uses(tree, &|path| wording.is_wording(path));
            let next = Self {
                params: params(tree, &(&all.variables - &plain.variables)),
                variables: &all.variables - &plain.variables,
                functions: &all.functions - &plain.functions,
            };
            if next == wording {
                return wording;
            }
            wording = next;
        }
    }

    /// Whether a node is wording; what is around it is known not to be.
    pub(super) fn is_wording(&self, path: &[Node<'_>]) -> bool {
        let node = path[path.len() - 1];
        if let Node::Function(function) = node {
            return self.functions.contains(&function.name.text);
        }
        let Some(parent) = path.len().checked_sub(2).map(|at| path[at]) else {
            return false;
        };
        match (parent, node) {
            (Node::Expr(parent), _) if is_template(parent) => true,
            (Node::Expr(parent), Node::Expr(own)) => self.is_message(parent, own),
            (Node::Stmt(statement), Node::Expr(own)) => match &statement.kind {
                StmtKind::Let { name, .. } => self.has(path, &name.text),
                StmtKind::Assign { target, .. } => {
                    let name = variable(target);
                    name.is_some_and(|name| self.has(path, name)) || is_plain_target(target, own)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a variable of the function that the path lies in is wording.
    fn has(&self, path: &[Node<'_>], variable: &str) -> bool {
        let own = (function_of(path), variable.to_owned());
        self.variables.contains(&own)
    }

    /// Whether an argument of a call is what the function tells people.
    fn is_message(&self, parent: &Expr, own: &Expr) -> bool {
        let Some((name, arguments)) = call(parent) else {
            return false;
        };
        let Some(at) = arguments.iter().position(|argument| argument.id == own.id) else {
            return false;
        };
        let is_last = at + 1 == arguments.len();
        VERDICTS.contains(&name) && is_last || self.params.contains(&(name.to_owned(), at))
    }
}

/// The target of `x = ..` is no use of `x`.
fn is_plain_target(target: &Expr, own: &Expr) -> bool {
    target.id == own.id && variable(target).is_some()
}

fn variable(expression: &Expr) -> Option<&str> {
    match &expression.kind {
        ExprKind::Variable(name) => Some(name),
        _ => None,
    }
}

fn is_template(expression: &Expr) -> bool {
    matches!(&expression.kind, ExprKind::Template(parts) if parts.iter().any(|part| matches!(part, Part::Block(_))))
}

fn function_of(path: &[Node<'_>]) -> String {
    match path[0] {
        Node::Function(function) => function.name.text.clone(),
        _ => String::new(),
    }
}

/// What is used, apart from what lies in places to be skipped.
fn uses(tree: &Tree, skip: &dyn Fn(&[Node<'_>]) -> bool) -> Uses {
    let mut uses = Uses::default();
    tree.walk(&mut |path| {
        if skip(path) {
            return false;
        }
        if let Some(Node::Expr(expression)) = path.last() {
            if let Some(name) = variable(expression)
                && !is_target(path)
            {
                uses.variables.insert((function_of(path), name.to_owned()));
            }
            if let Some((name, _)) = call(expression) {
                uses.functions.insert(name.to_owned());
            }
        }
        true
    });
    uses
}

/// Whether the last of a path is a variable that something is assigned to.
fn is_target(path: &[Node<'_>]) -> bool {
    let [.., Node::Stmt(statement), Node::Expr(own)] = path else {
        return false;
    };
    matches!(&statement.kind, StmtKind::Assign { target, .. } if target.id == own.id)
}

/// The parameters among variables.
fn params(tree: &Tree, variables: &BTreeSet<(String, String)>) -> BTreeSet<(String, usize)> {
    let of = |function: &Function| {
        let own = function.name.text.clone();
        let is_in = |param: &Name| variables.contains(&(own.clone(), param.text.clone()));
        let numbers = (0..function.params.len()).filter(|at| is_in(&function.params[*at]));
        let own = own.clone();
        numbers.map(move |at| (own.clone(), at)).collect::<Vec<_>>()
    };
    tree.functions.iter().flat_map(of).collect()
}
