//! Expressions: operators by how strongly they bind, and the chains behind a value.

use assize_finding::Span;

use super::{
    super::{
        token::TokenKind,
        tree::{Arm, Block, Expr, ExprKind, Loop, Name, Stmt, StmtKind},
    },
    Parser,
};

/// How strongly an operator of two sides binds; the same numbers as the engine's.
fn binding(operator: &str) -> Option<u16> {
    Some(match operator {
        "||" | "^" | "|" => 30,
        "&&" | "&" => 60,
        "==" | "!=" => 90,
        "in" | "!in" => 110,
        "<" | "<=" | ">" | ">=" => 130,
        "??" => 135,
        ".." | "..=" => 140,
        "+" | "-" => 150,
        "*" | "/" | "%" => 180,
        "**" => 190,
        "<<" | ">>" => 210,
        _ => return None,
    })
}

impl Parser<'_> {
    /// An expression; an error where there is none.
    pub(super) fn expression(&mut self) -> Expr {
        self.binary(0)
    }

    /// An expression whose operators bind more strongly than `least`.
    fn binary(&mut self, least: u16) -> Expr {
        let read = |parser: &mut Self| {
            let mut left = parser.unary();
            while let Some(operator) = parser.peek() {
                let is_operator = matches!(operator.kind, TokenKind::Symbol | TokenKind::Word);
                let Some(strength) = is_operator
                    .then(|| binding(parser.peek_text()))
                    .flatten()
                    .filter(|strength| *strength > least)
                else {
                    break;
                };
                parser.at += 1;
                // A power binds to the right.
                let least = if strength == 190 {
                    strength - 1
                } else {
                    strength
                };
                let right = parser.binary(least);
                left = parser.binary_of(left, operator.span, right);
            }
            left
        };
        self.deeper(read).unwrap_or_else(|| self.nothing())
    }

    fn binary_of(&mut self, left: Expr, operator: Span, right: Expr) -> Expr {
        let height = left.height.max(right.height);
        // Parentheses around a side belong to the whole.
        let span = Span::new(self.opening_of(left.span), self.closing_of(right.span));
        let kind = ExprKind::Binary {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        };
        self.made(kind, span, height)
    }

    fn unary(&mut self) -> Expr {
        let Some(operator) = self.peek() else {
            self.expected("a value");
            return self.nothing();
        };
        if !["!", "-", "+"].iter().any(|sign| self.is_at(sign)) {
            return self.postfix();
        }
        self.at += 1;
        let operand = self.deeper(Self::unary);
        let operand = operand.unwrap_or_else(|| self.nothing());
        let height = operand.height;
        let span = Span::new(operator.span.start, self.closing_of(operand.span));
        let kind = ExprKind::Unary {
            operator: operator.span,
            operand: Box::new(operand),
        };
        self.made(kind, span, height)
    }

    /// A value, and the fields, calls and indexes behind it.
    fn postfix(&mut self) -> Expr {
        let start = self.start();
        let mut value = self.primary();
        let start = start.min(value.span.start);
        loop {
            let if_there = self.is_at("?.") || self.is_at("?[");
            if self.take(".") || self.take("?.") {
                value = self.member(start, value, if_there);
            } else if self.take("[") || self.take("?[") {
                let index = self.expression();
                self.expect("]");
                let height = value.height.max(index.height);
                let kind = ExprKind::Index {
                    object: Box::new(value),
                    if_there,
                    index: Box::new(index),
                };
                value = self.made(kind, self.span_from(start), height);
            } else {
                return value;
            }
        }
    }

    /// What follows a dot.
    fn member(&mut self, start: u32, object: Expr, if_there: bool) -> Expr {
        let object = Box::new(object);
        let height = object.height;
        let Some(name) = self.name("the name of a field or function") else {
            // `x.` while somebody types: a field without a name.
            let name = Name {
                text: String::new(),
                span: Span::new(self.span_from(start).end, self.span_from(start).end),
            };
            let kind = ExprKind::Field {
                object,
                if_there,
                name,
            };
            return self.made(kind, self.span_from(start), height);
        };
        if !self.take("(") {
            let kind = ExprKind::Field {
                object,
                if_there,
                name,
            };
            return self.made(kind, self.span_from(start), height);
        }
        let arguments = self.list(")");
        let height = height.max(tallest(&arguments));
        let kind = ExprKind::Method {
            receiver: object,
            if_there,
            name,
            arguments,
        };
        self.made(kind, self.span_from(start), height)
    }

    /// Expressions with commas between them, up to and with what ends them.
    pub(super) fn list(&mut self, end: &str) -> Vec<Expr> {
        let mut parts = Vec::new();
        while !self.take(end) {
            let before = self.at;
            parts.push(self.expression());
            if self.at == before || (!self.is_at(end) && !self.expect(",")) {
                self.take(end);
                break;
            }
        }
        parts
    }

    /// A value without what stands behind it.
    pub(super) fn primary(&mut self) -> Expr {
        let start = self.start();
        match self.peek_text() {
            "(" => self.parentheses(start),
            "[" => {
                self.at += 1;
                let parts = self.list("]");
                let height = tallest(&parts);
                self.made(ExprKind::Array(parts), self.span_from(start), height)
            }
            "#{" => self.map(start),
            "|" | "||" => self.closure(start),
            "{" => {
                let block = self.block();
                self.made(ExprKind::Block(block), self.span_from(start), self.depth)
            }
            "if" => self.condition(start),
            "switch" => self.switch(start),
            "while" | "loop" | "for" | "do" => self.repetition(start),
            _ => self.literal_or_name(start),
        }
    }

    fn parentheses(&mut self, start: u32) -> Expr {
        self.at += 1;
        if self.take(")") {
            return self.leaf(ExprKind::Unit, self.span_from(start));
        }
        let inner = self.expression();
        self.expect(")");
        inner
    }

    fn condition(&mut self, start: u32) -> Expr {
        self.at += 1;
        let condition = Box::new(self.expression());
        let then = self.block();
        let otherwise = self.take("else").then(|| self.otherwise());
        let kind = ExprKind::If {
            condition,
            then,
            otherwise,
        };
        self.made(kind, self.span_from(start), self.depth)
    }

    /// What stands behind `else`: a block, or one more `if`, which is a block of its own.
    fn otherwise(&mut self) -> Block {
        if !self.is_at("if") {
            return self.block();
        }
        let start = self.start();
        let inner = self.deeper(|parser| parser.condition(start));
        let inner = inner.unwrap_or_else(|| self.nothing());
        let span = inner.span;
        let statement = Stmt {
            kind: StmtKind::Expr(inner),
            span,
            is_ended: false,
        };
        Block {
            statements: vec![statement],
            span,
        }
    }

    fn switch(&mut self, start: u32) -> Expr {
        self.at += 1;
        let subject = Box::new(self.expression());
        let mut arms = Vec::new();
        if self.expect("{") {
            while self.peek().is_some() && !self.take("}") {
                let before = self.at;
                arms.extend(self.deeper(Self::arm));
                if self.at == before {
                    break;
                }
            }
        }
        let kind = ExprKind::Switch { subject, arms };
        self.made(kind, self.span_from(start), self.depth)
    }

    fn arm(&mut self) -> Arm {
        let start = self.start();
        let mut patterns = Vec::new();
        if !self.take("_") {
            // `|` separates patterns; as an operator it binds less strongly than what a pattern is made of.
            patterns.push(self.binary(30));
            while self.take("|") {
                patterns.push(self.binary(30));
            }
        }
        let guard = self.take("if").then(|| self.expression());
        self.expect("=>");
        let body_start = self.start();
        let kind = self.bare_statement();
        let body = self.statement_of(kind, body_start, false);
        let span = self.span_from(start);
        if !self.take(",") && !self.is_at("}") && !self.behind_block() {
            self.expect(",");
        }
        Arm {
            patterns,
            guard,
            body,
            span,
        }
    }

    /// Whether the last token closed a block, behind which a comma may be left out.
    fn behind_block(&self) -> bool {
        let last = self.at.checked_sub(1).and_then(|at| self.words.get(at));
        last.is_some_and(|token| token.text(self.source) == "}")
    }

    fn repetition(&mut self, start: u32) -> Expr {
        let word = self.peek_text();
        self.at += 1;
        let (head, body) = match word {
            "while" => (Loop::While(Box::new(self.expression())), self.block()),
            "for" => (self.for_head(), self.block()),
            "do" => {
                let body = self.block();
                if !self.take("while") {
                    self.expect("until");
                }
                (Loop::Do(Box::new(self.expression())), body)
            }
            _ => (Loop::Forever, self.block()),
        };
        let kind = ExprKind::Loop { head, body };
        self.made(kind, self.span_from(start), self.depth)
    }

    fn for_head(&mut self) -> Loop {
        let mut names = if self.take("(") {
            self.names(")")
        } else {
            self.name("the name of the variable").into_iter().collect()
        }
        .into_iter();
        let missing = Name {
            text: String::new(),
            span: Span::new(self.start(), self.start()),
        };
        let (name, counter) = (names.next().unwrap_or(missing), names.next());
        self.expect("in");
        Loop::For {
            name,
            counter,
            over: Box::new(self.expression()),
        }
    }

    fn closure(&mut self, start: u32) -> Expr {
        let params = if self.take("||") {
            Vec::new()
        } else {
            self.at += 1;
            self.names("|")
        };
        let body_start = self.start();
        let kind = self.deeper(Self::bare_statement);
        let kind = kind.unwrap_or(StmtKind::Nothing);
        let body = Box::new(self.statement_of(kind, body_start, false));
        let kind = ExprKind::Closure { params, body };
        self.made(kind, self.span_from(start), self.depth)
    }

    /// Where the parentheses begin that stand directly around a value, or the value.
    fn opening_of(&self, span: Span) -> u32 {
        self.around(span).start
    }

    fn closing_of(&self, span: Span) -> u32 {
        self.around(span).end
    }

    /// A value with the parentheses that stand directly around it.
    fn around(&self, span: Span) -> Span {
        let mut first = self
            .words
            .partition_point(|token| token.span.start < span.start);
        let mut last = self
            .words
            .partition_point(|token| token.span.end <= span.end);
        let mut whole = span;
        let is = |at: usize, text: &str| {
            self.words
                .get(at)
                .is_some_and(|token| token.text(self.source) == text)
        };
        while first > 0 && last < self.at && is(first - 1, "(") && is(last, ")") {
            // `f(a)`: these are the call's.
            if first > 1 && self.is_callee(first - 2) {
                break;
            }
            (first, last) = (first - 1, last + 1);
            whole = Span::new(self.words[first].span.start, self.words[last - 1].span.end);
        }
        whole
    }

    /// Whether a token may be the name of what is called by parentheses behind it.
    fn is_callee(&self, at: usize) -> bool {
        let token = self.words[at];
        let text = token.text(self.source);
        token.kind == TokenKind::Word && binding(text).is_none() && !is_reserved(text)
    }
}

/// Words of the language behind which parentheses are no call.
pub(super) fn is_reserved(word: &str) -> bool {
    matches!(
        word,
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
            | "fn"
            | "loop"
            | "do"
            | "continue"
            | "try"
            | "catch"
            | "import"
            | "export"
            | "as"
            | "true"
            | "false"
    )
}

/// The height of the tallest part.
fn tallest(parts: &[Expr]) -> u16 {
    parts.iter().map(|part| part.height).max().unwrap_or(0)
}
