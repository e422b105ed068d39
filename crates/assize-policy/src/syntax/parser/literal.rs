//! Names, numbers, texts and maps.

use super::{
    super::{
        token::TokenKind,
        tree::{Block, Expr, ExprKind, Name, Part},
    },
    Parser,
    expression::is_reserved,
};

impl Parser<'_> {
    pub(super) fn literal_or_name(&mut self, start: u32) -> Expr {
        let Some(token) = self.peek() else {
            self.expected("a value");
            return self.nothing();
        };
        let text = token.text(self.source);
        let kind = match token.kind {
            TokenKind::Number => number(text),
            TokenKind::Text | TokenKind::Template => ExprKind::Text(meaning(text)),
            TokenKind::Char => ExprKind::Char,
            TokenKind::TemplateHead => return self.template(start),
            TokenKind::Word if text == "true" || text == "false" => ExprKind::Bool(text == "true"),
            TokenKind::Word if !is_reserved(text) => return self.variable_or_call(start),
            TokenKind::Unknown if text.starts_with(['"', '`', '\'', '#', '/']) => {
                self.error(token.span, "the text or comment does not end".to_owned());
                ExprKind::Error
            }
            _ => {
                self.expected("a value");
                return self.nothing();
            }
        };
        self.at += 1;
        self.leaf(kind, token.span)
    }

    fn variable_or_call(&mut self, start: u32) -> Expr {
        let Some(name) = self.name("a name") else {
            return self.nothing();
        };
        if !self.take("(") {
            return self.leaf(ExprKind::Variable(name.text), name.span);
        }
        let arguments = self.list(")");
        let height = arguments.iter().map(|part| part.height).max().unwrap_or(0);
        let kind = ExprKind::Call { name, arguments };
        self.made(kind, self.span_from(start), height)
    }

    /// A text in backticks with expressions in it.
    fn template(&mut self, start: u32) -> Expr {
        let mut parts = Vec::new();
        while let Some(token) = self.peek() {
            parts.push(Part::Text(token.span));
            self.at += 1;
            let is_tail = token.kind == TokenKind::TemplateTail;
            if is_tail {
                break;
            }
            let inner = self.start();
            let is_end = |parser: &Self| {
                matches!(
                    parser.kind(),
                    Some(TokenKind::TemplateMiddle | TokenKind::TemplateTail | TokenKind::Unknown)
                )
            };
            let statements = self.statements(is_end);
            parts.push(Part::Block(Block {
                statements,
                span: self.span_from(inner),
            }));
            if !matches!(
                self.kind(),
                Some(TokenKind::TemplateMiddle | TokenKind::TemplateTail)
            ) {
                self.expected("`}` and the end of the text");
                break;
            }
        }
        self.made(ExprKind::Template(parts), self.span_from(start), self.depth)
    }

    /// `#{a: 1, "b": 2}`.
    pub(super) fn map(&mut self, start: u32) -> Expr {
        self.at += 1;
        let mut members: Vec<(Name, Expr)> = Vec::new();
        let read = |parser: &mut Self| {
            while !parser.take("}") {
                let Some(name) = parser.member_name() else {
                    parser.skip_member();
                    if parser.peek().is_none() {
                        break;
                    }
                    continue;
                };
                parser.expect(":");
                members.push((name, parser.expression()));
                if !parser.is_at("}") && !parser.expect(",") {
                    parser.skip_member();
                }
                if parser.peek().is_none() {
                    parser.expected("`}`");
                    break;
                }
            }
        };
        let _ = self.deeper(read);
        let height = members.iter().map(|(_, value)| value.height).max();
        self.made(
            ExprKind::Map(members),
            self.span_from(start),
            height.unwrap_or(0),
        )
    }

    fn member_name(&mut self) -> Option<Name> {
        let token = self.peek()?;
        if !matches!(token.kind, TokenKind::Text | TokenKind::Template) {
            return self.name("the name of a member");
        }
        self.at += 1;
        Some(Name {
            text: meaning(token.text(self.source)),
            span: token.span,
        })
    }

    /// Goes on behind the next comma, or to the brace that ends the map.
    fn skip_member(&mut self) {
        let mut open = 0_usize;
        while self.peek().is_some() {
            match self.peek_text() {
                "," if open == 0 => {
                    self.at += 1;
                    return;
                }
                "}" if open == 0 => return,
                "fn" => return self.stop_map(),
                "{" | "#{" | "(" | "[" => open += 1,
                "}" | ")" | "]" => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// A map that was not closed ends where the next function begins; nothing of it can be saved.
    fn stop_map(&mut self) {
        self.expected("`}`");
        self.stop();
    }
}

fn number(text: &str) -> ExprKind {
    let plain = text.replace('_', "");
    let radix = |prefix: &str, radix| {
        let digits = plain
            .strip_prefix(prefix)
            .or_else(|| plain.strip_prefix(&prefix.to_uppercase()))?;
        Some(i64::from_str_radix(digits, radix).ok())
    };
    if let Some(value) = radix("0x", 16)
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0b", 2))
    {
        return ExprKind::Int(value);
    }
    if plain.contains(['.', 'e', 'E']) {
        return ExprKind::Float;
    }
    ExprKind::Int(plain.parse().ok())
}

/// What a text without expressions means.
fn meaning(text: &str) -> String {
    if let Some(inner) = text.strip_prefix('`') {
        return inner.strip_suffix('`').unwrap_or(inner).replace("``", "`");
    }
    if text.starts_with('#') {
        let inner = text.trim_matches('#');
        return inner
            .strip_prefix('"')
            .and_then(|inner| inner.strip_suffix('"'))
            .unwrap_or(inner)
            .to_owned();
    }
    let inner = text
        .get(1..text.len().saturating_sub(1))
        .unwrap_or_default();
    unescaped(inner)
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some(kind @ ('x' | 'u' | 'U')) => {
                let digits = match kind {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let code: String = characters.by_ref().take(digits).collect();
                let code = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                plain.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            // A line that goes on behind a backslash.
            Some('\n') | None => {}
            Some(other) => plain.push(other),
        }
    }
    plain
}
