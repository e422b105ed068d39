//! From tokens to a tree. What does not fit becomes an error, and reading goes on behind it.

mod expression;
mod literal;
mod statement;

use assize_finding::Span;

use super::{
    MAX_DEPTH,
    token::{Token, TokenKind},
    tree::{Const, Expr, ExprId, ExprKind, Function, Name, Stmt, StmtKind, SyntaxError, Tree},
};

/// Mistakes after which nobody reads on.
const MOST_ERRORS: usize = 100;

/// Reads tokens.
pub(super) fn parse(source: &str, tokens: Vec<Token>) -> Tree {
    let mut parser = Parser {
        source,
        words: tokens
            .iter()
            .copied()
            .filter(|token| token.kind != TokenKind::Comment)
            .collect(),
        tokens: &tokens,
        at: 0,
        depth: 0,
        expressions: 0,
        errors: Vec::new(),
    };
    let mut tree = Tree::default();
    while parser.peek().is_some() {
        parser.item(&mut tree);
    }
    (tree.errors, tree.expressions) = (parser.errors, parser.expressions);
    tree.tokens = tokens;
    tree
}

struct Parser<'s> {
    source: &'s str,
    /// All tokens.
    tokens: &'s [Token],
    /// The tokens that are no comments.
    words: Vec<Token>,
    at: usize,
    depth: u16,
    expressions: u32,
    errors: Vec<SyntaxError>,
}

impl<'s> Parser<'s> {
    fn peek(&self) -> Option<Token> {
        self.words.get(self.at).copied()
    }

    fn peek_text(&self) -> &'s str {
        self.text_ahead(0)
    }

    /// The text of the token that comes after `ahead` others; empty behind the end.
    fn text_ahead(&self, ahead: usize) -> &'s str {
        let token = self.words.get(self.at + ahead);
        token.map_or("", |token| token.text(self.source))
    }

    fn kind(&self) -> Option<TokenKind> {
        self.peek().map(|token| token.kind)
    }

    /// Whether a symbol or a word of the language comes next.
    fn is_at(&self, text: &str) -> bool {
        let is_fixed = matches!(self.kind(), Some(TokenKind::Symbol | TokenKind::Word));
        is_fixed && self.peek_text() == text
    }

    /// Takes a symbol or a word of the language, if it comes next.
    fn take(&mut self, text: &str) -> bool {
        let found = self.is_at(text);
        self.at += usize::from(found);
        found
    }

    /// Takes a symbol or a word, or says that it is missing.
    fn expect(&mut self, text: &str) -> bool {
        let found = self.take(text);
        if !found {
            self.expected(&format!("`{text}`"));
        }
        found
    }

    /// Where the next token begins.
    fn start(&self) -> u32 {
        let token = self.words.get(self.at);
        token.map_or(self.source.len() as u32, |token| token.span.start)
    }

    /// From a place up to the end of the last token that was taken; where none was, the place behind the one before it.
    fn span_from(&self, start: u32) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.words.get(at));
        let end = last.map_or(start, |token| token.span.end);
        Span::new(start.min(end), end)
    }

    fn expected(&mut self, what: &str) {
        let end = self.source.len() as u32;
        let mut span = Span::new(end, end);
        let mut found = "the end of the file".to_owned();
        if let Some(token) = self.peek() {
            span = token.span;
            found = format!("`{}`", shortened(token.text(self.source)));
        }
        self.error(span, format!("expected {what}, found {found}"));
    }

    fn error(&mut self, span: Span, message: String) {
        // One mistake in a place is enough.
        if self.errors.last().is_some_and(|error| error.span == span) {
            return;
        }
        self.errors.push(SyntaxError { span, message });
        if self.errors.len() >= MOST_ERRORS {
            self.stop();
        }
    }

    /// Reads no further.
    fn stop(&mut self) {
        self.at = self.words.len();
    }

    /// Does something one level deeper; `None` where that is too deep, which ends the reading.
    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.too_deep();
            return None;
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        Some(result)
    }

    fn too_deep(&mut self) {
        let span = Span::new(self.start(), self.start());
        self.error(span, format!("limit nesting: more than {MAX_DEPTH} levels"));
        self.stop();
    }

    /// An expression of parts whose height is known.
    fn made(&mut self, kind: ExprKind, span: Span, height: u16) -> Expr {
        if height >= MAX_DEPTH {
            self.too_deep();
        }
        let id = ExprId(self.expressions);
        self.expressions += 1;
        Expr {
            id,
            kind,
            span,
            height: height + 1,
        }
    }

    fn leaf(&mut self, kind: ExprKind, span: Span) -> Expr {
        self.made(kind, span, 0)
    }

    /// What stands where a value is missing.
    fn nothing(&mut self) -> Expr {
        let span = self.span_from(self.start());
        self.leaf(ExprKind::Error, span)
    }

    fn name(&mut self, what: &str) -> Option<Name> {
        match self.peek() {
            Some(token) if token.kind == TokenKind::Word => {
                self.at += 1;
                Some(Name {
                    text: token.text(self.source).to_owned(),
                    span: token.span,
                })
            }
            _ => {
                self.expected(what);
                None
            }
        }
    }

    /// A constant, a function or a statement at the top level.
    fn item(&mut self, tree: &mut Tree) {
        let before = self.at;
        match self.peek_text() {
            "fn" => tree.functions.extend(self.function()),
            "private" if self.text_ahead(1) == "fn" => {
                self.at += 1;
                tree.functions.extend(self.function());
            }
            _ => match self.statement() {
                Stmt {
                    kind:
                        StmtKind::Let {
                            name,
                            value: Some(value),
                            is_constant: true,
                        },
                    span,
                    ..
                } => tree.constants.push(Const { name, value, span }),
                statement => tree.statements.push(statement),
            },
        }
        if self.at == before {
            // Whatever stands here begins nothing.
            self.expected("a function");
            self.at += 1;
        }
    }

    fn function(&mut self) -> Option<Function> {
        let start = self.start();
        let comment = self.comment_above(start);
        self.at += 1;
        let name = self.name("the name of the function")?;
        let params = if self.expect("(") {
            self.names(")")
        } else {
            Vec::new()
        };
        let body = self.block();
        Some(Function {
            name,
            params,
            body,
            comment,
            span: self.span_from(start),
        })
    }

    /// Names with commas between them, up to a symbol that ends them.
    fn names(&mut self, end: &str) -> Vec<Name> {
        let mut names = Vec::new();
        while !self.take(end) {
            match self.name("a name") {
                Some(name) => names.push(name),
                None => break,
            }
            if !self.is_at(end) && !self.expect(",") {
                break;
            }
        }
        names
    }

    /// The comments that stand directly above a place, without an empty line in between.
    fn comment_above(&self, start: u32) -> Option<Span> {
        let before = self
            .tokens
            .partition_point(|token| token.span.start < start);
        let mut above: Option<Span> = None;
        for token in self.tokens[..before].iter().rev() {
            let next = above.map_or(start, |span| span.start);
            let gap = &self.source[token.span.end as usize..next as usize];
            let is_directly_above = gap.matches('\n').count() == 1;
            if token.kind != TokenKind::Comment || !is_directly_above || !self.begins_line(*token) {
                break;
            }
            let end = above.map_or(token.span.end, |span| span.end);
            above = Some(Span::new(token.span.start, end));
        }
        above
    }

    /// Whether nothing but blanks stands before a token in its line.
    fn begins_line(&self, token: Token) -> bool {
        let before = &self.source[..token.span.start as usize];
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.trim().is_empty()
    }
}

/// What of a token is shown in a message.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 40 {
        return line.to_owned();
    }
    let start: String = line.chars().take(40).collect();
    format!("{start}..")
}
