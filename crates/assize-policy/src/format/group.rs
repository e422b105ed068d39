use crate::syntax::{Token, TokenKind};

use super::marks::Marks;

/// What stands between two brackets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) kind: GroupKind,
    /// The group around it; the first group has none.
    pub(super) parent: usize,
    /// Its brackets stand at the ends of lines.
    pub(super) is_tall: bool,
    /// A line ends somewhere in it.
    pub(super) is_broken: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GroupKind {
    /// The whole source.
    Top,
    /// Statements in braces.
    Block,
    /// The arms of a `switch`.
    Switch,
    /// The members of a list or a map: a comma may stand behind the last.
    Members,
    /// What a function is given.
    Arguments,
    /// One expression in parentheses, or in brackets behind a list.
    Single,
    /// An expression in a text.
    Hole,
}

/// Where a token stands in its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Behind the opening bracket.
    Open,
    /// Before the closing bracket.
    Close,
    /// Before a member, a statement or an arm that is not the first.
    Item,
    /// Within one.
    Inner,
}

impl Group {
    pub(super) fn new(kind: GroupKind, parent: usize) -> Self {
        Self {
            kind,
            parent,
            is_tall: kind == GroupKind::Top,
            is_broken: false,
        }
    }

    /// A line ends in a gap of the group, or has to because of a comment: what follows for the group.
    pub(super) fn break_at(&mut self, gap: Gap, is_forced: bool) {
        let is_border = match self.kind {
            GroupKind::Hole => false,
            GroupKind::Single => gap == Gap::Open,
            _ => gap != Gap::Inner,
        };
        self.is_tall |= is_border;
        self.is_broken |= is_border || is_forced || gap == Gap::Inner;
    }

    /// What is broken within: statements that need more than a line get lines of their own.
    pub(super) fn settle(&mut self) {
        let stacks = matches!(self.kind, GroupKind::Block | GroupKind::Switch);
        self.is_tall |= stacks && self.is_broken;
    }
}

/// The group that a token opens.
pub(super) fn opened(
    source: &str,
    token: Token,
    before: Option<Token>,
    marks: &Marks,
) -> Option<GroupKind> {
    let start = token.span.start;
    match token.kind {
        TokenKind::TemplateHead | TokenKind::TemplateMiddle => return Some(GroupKind::Hole),
        TokenKind::Symbol => {}
        _ => return None,
    }
    match token.text(source) {
        "#{" => Some(GroupKind::Members),
        "[" if marks.lists.contains(&start) => Some(GroupKind::Members),
        "[" | "?[" => Some(GroupKind::Single),
        "{" if marks.switches.contains(&start) => Some(GroupKind::Switch),
        "{" => Some(GroupKind::Block),
        "(" if before.is_some_and(|before| is_name(source, before)) => Some(GroupKind::Arguments),
        "(" => Some(GroupKind::Single),
        _ => None,
    }
}

/// Whether a token closes the group that is open.
pub(super) fn closes(source: &str, token: Token) -> bool {
    match token.kind {
        TokenKind::TemplateMiddle | TokenKind::TemplateTail => true,
        TokenKind::Symbol => matches!(token.text(source), ")" | "]" | "}"),
        _ => false,
    }
}

/// Whether a token is a name, and no word of the language.
pub(super) fn is_name(source: &str, token: Token) -> bool {
    token.kind == TokenKind::Word
        && !matches!(
            token.text(source),
            "if" | "else"
                | "while"
                | "until"
                | "for"
                | "in"
                | "return"
                | "break"
                | "throw"
                | "switch"
                | "let"
                | "const"
                | "loop"
                | "do"
                | "catch"
                | "try"
        )
}
