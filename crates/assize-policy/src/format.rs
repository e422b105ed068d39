//! The house style of policies: where blanks and line breaks stand. The tokens stay what they are.
//!
//! The author decides where a list, a block or a long expression is broken; the style decides everything else. What is written is
//! read again before it is handed out: nothing but blanks, and commas behind the last member of a list, may differ.

mod group;
mod layout;
mod marks;
mod printer;
mod spacing;

use crate::syntax::{MAX_BYTES, SyntaxError, Token, TokenKind, Tree};

/// Blanks for each level.
const INDENT: usize = 4;

/// Why a source cannot be formatted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// It is no policy.
    #[error("{line}:{column}: {message}")]
    Syntax {
        /// The line of the first mistake, from 1.
        line: usize,
        /// Its column in characters, from 1.
        column: usize,
        /// What was found and what was expected.
        message: String,
    },
    /// With the blanks of the style it would be longer than a policy may be.
    #[error("formatted it would have {bytes} bytes; a policy may have {MAX_BYTES}")]
    TooLong {
        /// The length that it would have.
        bytes: usize,
    },
    /// The formatted text would not say the same.
    #[error(
        "the text would not mean the same when it is formatted; this is a mistake of the program"
    )]
    Changed,
}

/// A source in the house style.
pub fn format(source: &str) -> Result<String, FormatError> {
    let tree = Tree::of(source);
    if let Some(error) = tree.errors.first() {
        return Err(syntax_error(source, error));
    }
    let formatted = printer::print(&layout::Layout::of(source, &tree));
    if formatted.len() > MAX_BYTES {
        return Err(FormatError::TooLong {
            bytes: formatted.len(),
        });
    }
    let again = Tree::of(&formatted);
    let is_same = again.errors.is_empty()
        && meaning(source, &tree.tokens).eq(meaning(&formatted, &again.tokens));
    is_same.then_some(formatted).ok_or(FormatError::Changed)
}

fn syntax_error(source: &str, error: &SyntaxError) -> FormatError {
    let before = source.get(..error.span.start as usize).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    FormatError::Syntax {
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        message: error.message.clone(),
    }
}

/// What a source says, token by token: commas behind the last member of a list say nothing.
fn meaning<'s>(
    source: &'s str,
    tokens: &'s [Token],
) -> impl Iterator<Item = (TokenKind, String)> + 's {
    let is_close = move |at: usize| {
        let mut next = tokens[at + 1..].iter();
        next.find(|token| token.kind != TokenKind::Comment)
            .is_some_and(|next| matches!(next.text(source), "]" | "}"))
    };
    let says_something = move |at: usize| tokens[at].text(source) != "," || !is_close(at);
    (0..tokens.len())
        .filter(move |at| says_something(*at))
        .map(move |at| (tokens[at].kind, written(source, tokens[at])))
}

/// A token as it is written: comments without blanks at the ends of their lines.
fn written(source: &str, token: Token) -> String {
    let text = token.text(source);
    if token.kind != TokenKind::Comment {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    lines.join("\n")
}
