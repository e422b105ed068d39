//! `// equivalent: reason` behind a line says that a mistake in it makes no difference that any snapshot could show.

use std::collections::BTreeMap;

use crate::{
    source::position,
    syntax::{TokenKind, Tree},
};

const WORD: &str = "equivalent:";

/// The reasons that a source gives, by the lines that they stand in.
pub(super) fn reasons(source: &str) -> BTreeMap<u32, String> {
    let tokens = Tree::of(source).tokens.into_iter();
    let comments = tokens.filter(|token| token.kind == TokenKind::Comment);
    let marks = comments.filter_map(|comment| {
        let text = comment.text(source).trim_start_matches('/').trim();
        let reason = text.strip_prefix(WORD)?.trim().to_owned();
        Some((position(source, comment.span.start as usize).line, reason))
    });
    marks.collect()
}
