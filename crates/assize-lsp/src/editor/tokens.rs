//! What each word of a policy is, for its colour.

use assize_finding::Span;
use assize_policy::syntax::{ExprKind, Node, TokenKind};

use super::{Scene, library, resolution::Resolution};

/// What a word is. The order is that of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Colour {
    Keyword,
    Comment,
    Text,
    Number,
    Variable,
    Parameter,
    Field,
    Param,
    Global,
    Function,
    Library,
    Verdict,
}

/// The names that the protocol has for them.
pub(crate) const LEGEND: [&str; 12] = [
    "keyword",
    "comment",
    "string",
    "number",
    "variable",
    "parameter",
    "property",
    "enumMember",
    "namespace",
    "function",
    "method",
    "macro",
];

/// Every word with its colour, in the order of the source.
pub(crate) fn all(scene: &Scene<'_>) -> Vec<(Span, Colour)> {
    let mut found = Vec::new();
    for token in &scene.tree.tokens {
        let colour = match token.kind {
            TokenKind::Comment => Colour::Comment,
            TokenKind::Number => Colour::Number,
            TokenKind::Text | TokenKind::Char | TokenKind::Template => Colour::Text,
            TokenKind::Word if library::WORDS.contains(&token.text(scene.source)) => {
                Colour::Keyword
            }
            _ => continue,
        };
        found.push((token.span, colour));
    }
    named(scene, &mut found);
    found.sort_by_key(|(span, _)| span.start);
    found.dedup_by_key(|(span, _)| span.start);
    found
}

fn named(scene: &Scene<'_>, found: &mut Vec<(Span, Colour)>) {
    for function in &scene.tree.functions {
        found.push((function.name.span, Colour::Function));
        found.extend(
            function
                .params
                .iter()
                .map(|param| (param.span, Colour::Parameter)),
        );
    }
    let resolution = Resolution::of(scene.tree);
    scene.tree.walk(&mut |path| {
        if let [.., Node::Expr(expression)] = path {
            of_expression(scene, &resolution, expression, found);
        }
        true
    });
}

fn of_expression(
    scene: &Scene<'_>,
    resolution: &Resolution,
    expression: &assize_policy::syntax::Expr,
    found: &mut Vec<(Span, Colour)>,
) {
    let (span, colour) = match &expression.kind {
        ExprKind::Variable(name) => (
            expression.span,
            of_variable(resolution, name, expression.span.start),
        ),
        ExprKind::Call { name, arguments } => {
            (name.span, of_call(scene, &name.text, arguments.len()))
        }
        ExprKind::Method {
            name, arguments, ..
        } => (name.span, of_call(scene, &name.text, arguments.len() + 1)),
        ExprKind::Field { object, name, .. } => {
            let is_param = matches!(&object.kind, ExprKind::Variable(object) if object == "params");
            (
                name.span,
                if is_param {
                    Colour::Param
                } else {
                    Colour::Field
                },
            )
        }
        ExprKind::Map(members) => {
            found.extend(members.iter().map(|(name, _)| (name.span, Colour::Field)));
            return;
        }
        ExprKind::Closure { params, .. } => {
            found.extend(params.iter().map(|param| (param.span, Colour::Parameter)));
            return;
        }
        _ => return,
    };
    if span.start < span.end {
        found.push((span, colour));
    }
}

fn of_variable(resolution: &Resolution, name: &str, offset: u32) -> Colour {
    let is_global = library::GLOBALS.iter().any(|(own, _)| *own == name);
    if is_global && resolution.declaration(offset).is_none() {
        Colour::Global
    } else {
        Colour::Variable
    }
}

fn of_call(scene: &Scene<'_>, name: &str, arguments: usize) -> Colour {
    if scene.tree.function(name, arguments).is_some() {
        Colour::Function
    } else if library::VERDICTS.contains(&name) {
        Colour::Verdict
    } else {
        Colour::Library
    }
}
