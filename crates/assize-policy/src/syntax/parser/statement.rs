//! Statements and blocks.

use super::{
    super::tree::{Block, Expr, ExprKind, Stmt, StmtKind},
    Parser,
};

const ASSIGNMENTS: [&str; 12] = [
    "=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^=",
];

impl Parser<'_> {
    /// Statements in braces.
    pub(super) fn block(&mut self) -> Block {
        let start = self.start();
        if !self.expect("{") {
            return Block {
                statements: Vec::new(),
                span: self.span_from(start),
            };
        }
        self.rest_of_block(start)
    }

    /// The statements of a block whose opening brace has been taken, up to and with the closing one.
    fn rest_of_block(&mut self, start: u32) -> Block {
        let statements = self.statements(|parser| parser.is_at("}"));
        self.expect("}");
        Block {
            statements,
            span: self.span_from(start),
        }
    }

    /// Statements up to what ends them.
    pub(super) fn statements(&mut self, is_end: impl Fn(&Self) -> bool) -> Vec<Stmt> {
        let read = |parser: &mut Self| {
            let mut statements = Vec::new();
            while parser.peek().is_some() && !is_end(parser) {
                // A function in a block, or at the end of one that was not closed.
                if parser.is_at("fn") {
                    break;
                }
                let before = parser.at;
                statements.push(parser.statement());
                if parser.at == before {
                    parser.expected("a statement");
                    parser.at += 1;
                }
            }
            statements
        };
        self.deeper(read).unwrap_or_default()
    }

    /// A statement, with its semicolon.
    pub(super) fn statement(&mut self) -> Stmt {
        let start = self.start();
        let kind = self.bare_statement();
        let needs_end = !matches!(&kind, StmtKind::Expr(value) if is_block_like(value))
            && !matches!(kind, StmtKind::Try { .. } | StmtKind::Nothing);
        let is_ended = matches!(kind, StmtKind::Nothing) || self.take(";");
        let is_last = self.is_at("}")
            || self.peek().is_none()
            || self.kind() == Some(super::TokenKind::TemplateTail)
            || self.kind() == Some(super::TokenKind::TemplateMiddle);
        if needs_end && !is_ended && !is_last {
            self.expected("`;`");
            self.skip_to_end();
        }
        self.statement_of(kind, start, is_ended)
    }

    /// A statement that begins at a place, or before it where its value is missing.
    pub(super) fn statement_of(&self, kind: StmtKind, start: u32, is_ended: bool) -> Stmt {
        let start = match &kind {
            StmtKind::Expr(value) | StmtKind::Assign { target: value, .. } => {
                start.min(value.span.start)
            }
            _ => start,
        };
        Stmt {
            kind,
            span: self.span_from(start),
            is_ended,
        }
    }

    /// A statement without its semicolon.
    pub(super) fn bare_statement(&mut self) -> StmtKind {
        match self.peek_text() {
            ";" => {
                self.at += 1;
                StmtKind::Nothing
            }
            "let" => self.declaration(false),
            "const" => self.declaration(true),
            "return" => {
                self.at += 1;
                StmtKind::Return(self.optional_value())
            }
            "break" => {
                self.at += 1;
                StmtKind::Break(self.optional_value())
            }
            "throw" => {
                self.at += 1;
                StmtKind::Throw(self.optional_value())
            }
            "continue" => {
                self.at += 1;
                StmtKind::Continue
            }
            "try" => self.try_catch(),
            _ => self.expression_statement(),
        }
    }

    fn declaration(&mut self, is_constant: bool) -> StmtKind {
        self.at += 1;
        let Some(name) = self.name("the name of the variable") else {
            return StmtKind::Nothing;
        };
        let value = self.take("=").then(|| self.expression());
        StmtKind::Let {
            name,
            value,
            is_constant,
        }
    }

    fn optional_value(&mut self) -> Option<Expr> {
        let ends = self.peek().is_none() || [";", "}", ","].iter().any(|end| self.is_at(end));
        (!ends).then(|| self.expression())
    }

    fn try_catch(&mut self) -> StmtKind {
        self.at += 1;
        let body = self.block();
        self.expect("catch");
        let mut name = None;
        if self.take("(") {
            name = self.names(")").into_iter().next();
        }
        let catch = self.block();
        StmtKind::Try { body, name, catch }
    }

    fn expression_statement(&mut self) -> StmtKind {
        let target = self.block_like().unwrap_or_else(|| self.expression());
        let operator = self.peek();
        let is_assignment = ASSIGNMENTS.iter().any(|operator| self.is_at(operator));
        match operator {
            Some(operator) if is_assignment => {
                self.at += 1;
                StmtKind::Assign {
                    target,
                    operator: operator.span,
                    value: self.expression(),
                }
            }
            _ => StmtKind::Expr(target),
        }
    }

    /// An expression that ends with a block, where it stands as a statement of its own: nothing is added to it.
    fn block_like(&mut self) -> Option<Expr> {
        let begins = ["if", "switch", "while", "loop", "for", "do", "{"];
        begins
            .iter()
            .any(|word| self.is_at(word))
            .then(|| self.deeper(Self::primary))
            .map(|found| found.unwrap_or_else(|| self.nothing()))
    }

    /// Goes to where the next statement begins: behind the next semicolon, or before the brace that ends the block.
    fn skip_to_end(&mut self) {
        let mut open = 0_usize;
        while self.peek().is_some() {
            match self.peek_text() {
                ";" if open == 0 => {
                    self.at += 1;
                    return;
                }
                "}" | "fn" | "let" | "const" | "return" | "if" | "for" if open == 0 => return,
                "{" | "#{" | "(" | "[" => open += 1,
                "}" | ")" | "]" => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
    }
}

/// Whether an expression needs no semicolon behind it.
fn is_block_like(value: &Expr) -> bool {
    matches!(
        value.kind,
        ExprKind::If { .. } | ExprKind::Switch { .. } | ExprKind::Loop { .. } | ExprKind::Block(_)
    )
}
