//! The source of a policy as its writer sees it: every token, every comment, every expression with the bytes that it covers.
//!
//! The script engine's own tree has neither ends nor comments and stops at the first mistake. What formats, lints, explains,
//! mutates or edits policies reads this one. It is lossless (the tokens and the blanks between them are the source) and always
//! there: what cannot be read becomes an [`ExprKind::Error`] and a [`SyntaxError`], and the rest is read on. It judges nothing:
//! whether a policy runs is for the engine to say, and a test holds that what the engine takes is read without a mistake.
//!
//! Nothing here recurses deeper than [`MAX_DEPTH`], whatever the source.

mod lexer;
mod node;
mod parser;
mod token;
mod tree;

pub use node::Node;
pub use token::{Token, TokenKind};
pub use tree::{
    Arm, Block, Const, Expr, ExprId, ExprKind, Function, Loop, Name, Part, Stmt, StmtKind,
    SyntaxError, Tree,
};

/// Expressions and blocks within each other; the engine takes fewer.
pub const MAX_DEPTH: u16 = 200;
/// Bytes of a source that is read; the engine takes fewer.
pub const MAX_BYTES: usize = 256 << 10;
