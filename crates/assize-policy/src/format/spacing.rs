use crate::syntax::{Token, TokenKind, Tree};

use super::{
    group::{GroupKind, is_name},
    layout::Layout,
};

/// Whether a blank stands between two tokens of one line.
pub(super) fn has_blank(layout: &Layout<'_>, left: usize, right: usize) -> bool {
    if layout.is_comment(left) || layout.is_comment(right) {
        return beside_comment(layout, left, right);
    }
    by_style(layout, left, right) || would_merge(layout, left, right)
}

fn beside_comment(layout: &Layout<'_>, left: usize, right: usize) -> bool {
    if layout.is_line_comment(right) {
        return true;
    }
    let is_tight_left = matches!(layout.text(left), "(" | "[" | "?[") || opens_hole(layout, left);
    let is_tight_right = matches!(layout.text(right), ")" | "]" | "," | ";")
        || layout.closes_group(right) && layout.tokens[right].kind != TokenKind::Symbol;
    !is_tight_left && !is_tight_right
}

fn opens_hole(layout: &Layout<'_>, at: usize) -> bool {
    matches!(
        layout.tokens[at].kind,
        TokenKind::TemplateHead | TokenKind::TemplateMiddle
    )
}

fn by_style(layout: &Layout<'_>, left: usize, right: usize) -> bool {
    let marks = &layout.marks;
    let (before, after) = (layout.tokens[left], layout.tokens[right]);
    if opens_hole(layout, left)
        || layout.closes_group(right) && after.kind != TokenKind::Symbol
        || marks.prefixes.contains(&before.span.start)
        || marks.closing_pipes.contains(&after.span.start)
    {
        return false;
    }
    if marks.opening_pipes.contains(&before.span.start) {
        return layout.text(left) == "||";
    }
    match (symbol(layout, left), symbol(layout, right)) {
        ("{" | "#{", "}") => false,
        (_, "," | ";" | ")" | "]" | ":" | "::" | "." | "?." | ".." | "..=" | "?[")
        | ("(" | "[" | "?[" | "." | "?." | ".." | "..=" | "::", _) => false,
        (_, "(") => !is_called(layout, left),
        (_, "[") => marks.lists.contains(&after.span.start),
        _ => true,
    }
}

/// Whether a parenthesis behind a token holds what a function is given.
fn is_called(layout: &Layout<'_>, left: usize) -> bool {
    let group = layout.opens[left + 1].map(|group| layout.groups[group].kind);
    group == Some(GroupKind::Arguments) && is_name(layout.source, layout.tokens[left])
}

/// The text of a symbol; nothing for what is none.
fn symbol<'s>(layout: &Layout<'s>, at: usize) -> &'s str {
    match layout.tokens[at].kind {
        TokenKind::Symbol => layout.text(at),
        _ => "",
    }
}

/// Whether two tokens would be read as others if they touched.
fn would_merge(layout: &Layout<'_>, left: usize, right: usize) -> bool {
    let is_harmless = |at: usize| {
        matches!(
            symbol(layout, at),
            "(" | ")" | "[" | "]" | "," | ";" | "{" | "}" | "#{"
        )
    };
    if is_harmless(left)
        || is_harmless(right)
        || opens_hole(layout, left)
        || layout.closes_group(right)
    {
        return false;
    }
    let (before, after) = (layout.text(left), layout.text(right));
    // The engine reserves `--` and `++`.
    if before == after && matches!(before, "-" | "+" | "!") {
        return true;
    }
    let touching = format!("{before}{after}");
    let first: Option<Token> = Tree::of(&touching).tokens.first().copied();
    first.is_none_or(|first| first.span.end as usize != before.len())
}
