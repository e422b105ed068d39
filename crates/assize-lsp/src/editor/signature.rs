//! Which function is being called at a place, and with which argument.

use assize_policy::syntax::TokenKind;

use super::{Scene, library};

/// A call that is being written.
pub(crate) struct Call {
    /// How the function can be called, and what it does.
    pub(crate) ways: Vec<(String, String)>,
    /// The argument, from 0.
    pub(crate) argument: u32,
}

/// The call around a place.
pub(crate) fn at(scene: &Scene<'_>, offset: u32) -> Option<Call> {
    let tokens = &scene.tree.tokens;
    let before = tokens.partition_point(|token| token.span.end <= offset);
    let (mut open, mut argument) = (0_usize, 0);
    let mut words = tokens[..before]
        .iter()
        .rev()
        .filter(|token| token.kind != TokenKind::Comment);
    loop {
        match words.next()?.text(scene.source) {
            ")" | "]" | "}" => open += 1,
            "(" if open == 0 => break,
            "(" | "[" | "{" | "#{" => open = open.checked_sub(1)?,
            "," if open == 0 => argument += 1,
            ";" if open == 0 => return None,
            _ => {}
        }
    }
    let name = words
        .next()
        .filter(|token| token.kind == TokenKind::Word)?
        .text(scene.source);
    let is_method = words
        .next()
        .is_some_and(|token| [".", "?."].contains(&token.text(scene.source)));
    let ways = ways(scene, name, is_method);
    (!ways.is_empty()).then_some(Call { ways, argument })
}

fn ways(scene: &Scene<'_>, name: &str, is_method: bool) -> Vec<(String, String)> {
    let own = scene
        .tree
        .functions
        .iter()
        .filter(|function| function.name.text == name);
    let own = own.map(|function| {
        let params: Vec<&str> = function
            .params
            .iter()
            .map(|param| param.text.as_str())
            .collect();
        let comment = function
            .comment
            .map(|span| super::completion::plain_comment(&scene.source[span.range()]));
        (
            format!("{name}({})", params.join(", ")),
            comment.unwrap_or_default(),
        )
    });
    let has_dot = |way: &str| way.split('(').next().unwrap_or(way).contains('.');
    let known = library::named(name)
        .flat_map(|known| known.signatures.iter().map(|way| (*way, known.doc)))
        .filter(|(way, _)| has_dot(way) == is_method)
        .map(|(way, doc)| (way.to_owned(), doc.to_owned()));
    own.filter(|_| !is_method).chain(known).collect()
}
