//! What stands before the cursor, and so what is being written there.

use assize_finding::Span;
use assize_policy::syntax::{Expr, ExprKind, Node, Token, TokenKind};

use super::{Scene, header::members};

/// What is being written.
pub(crate) enum Cursor<'t> {
    /// Nothing that anybody can help with: a comment, a number, plain words.
    Nothing,
    /// A name that begins an expression.
    Name,
    /// What follows a dot.
    Member(&'t Expr),
    /// A text that a function takes: `estate("..")`.
    Argument(&'t str),
    /// A text that is compared with an expression.
    Compared(&'t Expr),
    /// The name of a member of the header.
    HeaderName,
    /// A text within a member of the header.
    HeaderText(&'t str),
}

/// What is being written at a place, and the part of it that stands there already.
pub(crate) struct Here<'t> {
    pub(crate) cursor: Cursor<'t>,
    /// What a completion takes the place of.
    pub(crate) span: Span,
}

impl<'t> Here<'t> {
    pub(crate) fn at(scene: &Scene<'t>, offset: u32) -> Self {
        let tokens = &scene.tree.tokens;
        let before = tokens.partition_point(|token| token.span.start < offset);
        let (earlier, last) = match tokens[..before].split_last() {
            Some((last, earlier)) if touches(*last, offset) => (earlier, Some(*last)),
            _ => (&tokens[..before], None),
        };
        let none = Self {
            cursor: Cursor::Nothing,
            span: Span::new(offset, offset),
        };
        let Some(last) = last else {
            return Self {
                cursor: of_name(scene, earlier, offset),
                ..none
            };
        };
        match last.kind {
            TokenKind::Word => Self {
                cursor: of_name(scene, earlier, offset),
                span: Span::new(last.span.start, offset),
            },
            TokenKind::Text | TokenKind::Unknown if last.text(scene.source).starts_with('"') => {
                Self {
                    cursor: of_text(scene, earlier, last),
                    span: inside(scene.source, last),
                }
            }
            TokenKind::Symbol | TokenKind::TemplateHead | TokenKind::TemplateMiddle => Self {
                cursor: of_name(scene, &tokens[..before], offset),
                ..none
            },
            _ => none,
        }
    }
}

/// Whether a token goes on at a place, or ends there in something that may go on.
fn touches(token: Token, offset: u32) -> bool {
    match token.kind {
        TokenKind::Word => token.span.end >= offset,
        TokenKind::Symbol | TokenKind::TemplateHead | TokenKind::TemplateMiddle => {
            token.span.end == offset
        }
        TokenKind::Comment => token.span.end >= offset,
        _ => {
            token.span.end > offset || token.kind == TokenKind::Unknown && token.span.end >= offset
        }
    }
}

/// What is within the quotes of a text; one without an end goes up to the end of its line.
fn inside(source: &str, token: Token) -> Span {
    let text = token.text(source);
    let line = text.find(['\n', '\r']).unwrap_or(text.len());
    let is_closed = line == text.len()
        && text.len() > 1
        && text.ends_with('"')
        && token.kind == TokenKind::Text;
    let end = token.span.start + line as u32 - u32::from(is_closed);
    Span::new(token.span.start + 1, end.max(token.span.start + 1))
}

fn of_name<'t>(scene: &Scene<'t>, earlier: &[Token], offset: u32) -> Cursor<'t> {
    let words = |nth: usize| word_back(scene.source, earlier, nth);
    if matches!(words(0), "." | "?.") {
        let dot = earlier
            .iter()
            .rfind(|token| token.kind != TokenKind::Comment);
        let receiver = dot.and_then(|dot| receiver(scene, dot.span));
        return receiver.map_or(Cursor::Nothing, Cursor::Member);
    }
    if matches!(words(0), "fn" | "let" | "const" | "for") {
        return Cursor::Nothing;
    }
    let in_header = scene.header.span.start < offset && offset <= scene.header.span.end;
    if in_header {
        let is_top = matches!(
            scene.tree.path_at(offset).as_slice(),
            [Node::Const(_), Node::Expr(_)]
        );
        let begins = matches!(words(0), "#{" | ",");
        return if is_top && begins {
            Cursor::HeaderName
        } else {
            Cursor::Nothing
        };
    }
    Cursor::Name
}

/// The text of a token before a place, comments left out.
fn word_back<'s>(source: &'s str, earlier: &[Token], nth: usize) -> &'s str {
    let mut words = earlier
        .iter()
        .rev()
        .filter(|token| token.kind != TokenKind::Comment);
    words.nth(nth).map_or("", |token| token.text(source))
}

/// The expression before a dot.
fn receiver<'t>(scene: &Scene<'t>, dot: Span) -> Option<&'t Expr> {
    let path = scene.tree.path_at(dot.start);
    path.into_iter().rev().find_map(|node| match node {
        Node::Expr(expression) => match &expression.kind {
            ExprKind::Field { object, name, .. }
            | ExprKind::Method {
                receiver: object,
                name,
                ..
            } if object.span.end <= dot.start && dot.end <= name.span.start => Some(&**object),
            _ => None,
        },
        _ => None,
    })
}

fn of_text<'t>(scene: &Scene<'t>, earlier: &[Token], text: Token) -> Cursor<'t> {
    let back = |nth: usize| word_back(scene.source, earlier, nth);
    let in_header =
        scene.header.span.start < text.span.start && text.span.end <= scene.header.span.end;
    if in_header {
        let covers =
            |value: &Expr| value.span.start <= text.span.start && text.span.start <= value.span.end;
        let member = scene.header.members.iter().find(|(_, value)| covers(value));
        return match member {
            Some((name, value)) if members(value).is_empty() => Cursor::HeaderText(&name.text),
            _ => Cursor::Nothing,
        };
    }
    if back(0) == "(" {
        let callee = back(1);
        return static_name(callee).map_or(Cursor::Nothing, Cursor::Argument);
    }
    compared(scene, text.span.start).map_or(Cursor::Nothing, Cursor::Compared)
}

/// The functions that take a name.
fn static_name(callee: &str) -> Option<&'static str> {
    ["estate", "estate_all", "has_estate", "reference"]
        .into_iter()
        .find(|name| *name == callee)
}

/// What a text is compared with: the other side of `==`, `!=` and `in`, or what a `switch` looks at.
fn compared<'t>(scene: &Scene<'t>, offset: u32) -> Option<&'t Expr> {
    let path = scene.tree.path_at(offset);
    path.into_iter().rev().find_map(|node| {
        let Node::Expr(expression) = node else {
            return None;
        };
        match &expression.kind {
            ExprKind::Binary {
                operator,
                left,
                right,
            } => {
                let operator = &scene.source[operator.range()];
                let is_left = offset <= left.span.end;
                let other = if is_left { right } else { left };
                matches!(operator, "==" | "!=" | "in" | "!in").then_some(&**other)
            }
            ExprKind::Switch { subject, arms } => {
                let mut patterns = arms.iter().flat_map(|arm| &arm.patterns);
                let is_pattern = patterns
                    .any(|pattern| pattern.span.start <= offset && offset <= pattern.span.end);
                is_pattern.then_some(&**subject)
            }
            _ => None,
        }
    })
}
