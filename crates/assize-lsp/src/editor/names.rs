//! Which declaration a name means, and where else it is meant.

use assize_finding::Span;
use assize_policy::syntax::{Block, ExprKind, Function, Loop, Name, Node, StmtKind, Tree};

use super::resolution::Resolution;

/// A variable that can be seen from a place.
#[derive(Clone, Copy)]
pub(crate) struct Local<'t> {
    pub(crate) name: &'t Name,
    pub(crate) what: &'static str,
}

/// The variables that a place sees, the nearest first.
pub(crate) fn visible(tree: &Tree, offset: u32) -> Vec<Local<'_>> {
    let mut found = Vec::new();
    for node in tree.path_at(offset).into_iter().rev() {
        declared(node, offset, &mut found);
        // A function sees nothing of what is around it.
        if matches!(node, Node::Function(_)) {
            break;
        }
    }
    found
}

/// What a node declares for a place within it.
fn declared<'t>(node: Node<'t>, offset: u32, found: &mut Vec<Local<'t>>) {
    match node {
        Node::Function(function) => add(&function.params, "parameter", found),
        Node::Block(block) => of_block(block, offset, found),
        Node::Expr(expression) => match &expression.kind {
            ExprKind::Closure { params, .. } => add(params, "parameter of the closure", found),
            ExprKind::Loop {
                head: Loop::For { name, counter, .. },
                body,
            } if body.span.start <= offset => {
                add(
                    std::iter::once(name).chain(counter),
                    "element of the loop",
                    found,
                );
            }
            _ => {}
        },
        Node::Stmt(statement) => {
            if let StmtKind::Try { name, catch, .. } = &statement.kind
                && catch.span.start <= offset
            {
                add(name, "error", found);
            }
        }
        Node::Const(_) => {}
    }
}

fn of_block<'t>(block: &'t Block, offset: u32, found: &mut Vec<Local<'t>>) {
    let before = block
        .statements
        .iter()
        .rev()
        .filter(|statement| statement.span.end <= offset);
    for statement in before {
        if let StmtKind::Let { name, .. } = &statement.kind {
            found.push(Local {
                name,
                what: "variable",
            });
        }
    }
}

fn add<'t>(
    names: impl IntoIterator<Item = &'t Name>,
    what: &'static str,
    found: &mut Vec<Local<'t>>,
) {
    found.extend(names.into_iter().map(|name| Local { name, what }));
}

/// What a name at a place means.
#[derive(Clone, Copy)]
pub(crate) enum Meaning<'t> {
    /// A variable, by its declaration.
    Local(Local<'t>),
    /// A function of the policy.
    Function(&'t Function),
}

impl<'t> Meaning<'t> {
    pub(crate) fn name(self) -> &'t Name {
        match self {
            Self::Local(local) => local.name,
            Self::Function(function) => &function.name,
        }
    }
}

/// What is meant at a place: where something of this source is declared or used.
pub(crate) fn meaning(tree: &Tree, offset: u32) -> Option<Meaning<'_>> {
    if let Some(name) = declaration_at(tree, offset) {
        return Some(name);
    }
    let path = tree.path_at(offset);
    let Some(Node::Expr(expression)) = path.last() else {
        return None;
    };
    match &expression.kind {
        ExprKind::Variable(text) => of_variable(tree, text, expression.span.start),
        ExprKind::Call { name, arguments } if covers(name.span, offset) => {
            function(tree, &name.text, arguments.len())
        }
        ExprKind::Method {
            name, arguments, ..
        } if covers(name.span, offset) => function(tree, &name.text, arguments.len() + 1),
        _ => None,
    }
}

/// The function that a call means; where none takes so many arguments, one of the name.
fn function<'t>(tree: &'t Tree, name: &str, arguments: usize) -> Option<Meaning<'t>> {
    let named = || {
        tree.functions
            .iter()
            .find(|function| function.name.text == name)
    };
    tree.function(name, arguments)
        .or_else(named)
        .map(Meaning::Function)
}

fn of_variable<'t>(tree: &'t Tree, text: &str, offset: u32) -> Option<Meaning<'t>> {
    let mut seen = visible(tree, offset).into_iter();
    seen.find(|local| local.name.text == text)
        .map(Meaning::Local)
}

/// The declaration whose name a place touches.
fn declaration_at(tree: &Tree, offset: u32) -> Option<Meaning<'_>> {
    let functions = tree.functions.iter();
    if let Some(function) = functions
        .clone()
        .find(|function| covers(function.name.span, offset))
    {
        return Some(Meaning::Function(function));
    }
    let around = functions
        .clone()
        .find(|function| covers(function.span, offset))?;
    let mut all = Vec::new();
    add(&around.params, "parameter", &mut all);
    tree.walk(&mut |path| {
        let Some(node) = path.last() else {
            return false;
        };
        if covers(node.span(), offset) {
            // Everything that it declares, whether or not the place sees it.
            declared(*node, u32::MAX, &mut all);
        }
        true
    });
    all.into_iter()
        .find(|local| covers(local.name.span, offset))
        .map(Meaning::Local)
}

/// Every place where the same thing is meant, its declaration first.
pub(crate) fn uses(tree: &Tree, meaning: Meaning<'_>) -> Vec<Span> {
    let declared = meaning.name();
    let resolution = Resolution::of(tree);
    let mut spans = vec![declared.span];
    tree.walk(&mut |path| {
        if let Some(Node::Expr(expression)) = path.last() {
            let used = match (&expression.kind, meaning) {
                (ExprKind::Variable(_), Meaning::Local(_)) => Some(expression.span)
                    .filter(|span| resolution.declaration(span.start) == Some(declared.span)),
                (ExprKind::Call { name, arguments }, Meaning::Function(_)) => {
                    called(tree, name, arguments.len(), declared)
                }
                (
                    ExprKind::Method {
                        name, arguments, ..
                    },
                    Meaning::Function(_),
                ) => called(tree, name, arguments.len() + 1, declared),
                _ => None,
            };
            spans.extend(used);
        }
        true
    });
    spans
}

/// Where a function is called, if the call means it.
fn called(tree: &Tree, name: &Name, arguments: usize, declared: &Name) -> Option<Span> {
    let meant = (name.text == declared.text).then(|| function(tree, &name.text, arguments));
    let is_it = meant
        .flatten()
        .is_some_and(|meant| meant.name().span == declared.span);
    is_it.then_some(name.span)
}

/// Whether a name is one that the language takes for a variable or a function.
pub(crate) fn is_name(text: &str) -> bool {
    let is_letter = |character: char| character == '_' || character.is_ascii_alphabetic();
    text.starts_with(is_letter)
        && text
            .chars()
            .all(|character| is_letter(character) || character.is_ascii_digit())
        && !super::library::WORDS.contains(&text)
        && !super::library::RESERVED.contains(&text)
}

fn covers(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}
