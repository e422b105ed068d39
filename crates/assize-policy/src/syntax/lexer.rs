//! From text to tokens.

use assize_finding::Span;

use super::token::{Token, TokenKind};

/// Longest first, so that the first that fits is the right one.
const SYMBOLS: [&str; 31] = [
    "**=", "<<=", ">>=", "..=", "#{", "?.", "?[", "??", "=>", "==", "!=", "<=", ">=", "<<", ">>",
    "&&", "||", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "**", "..", "::", "!in", "->",
    "<-",
];

/// Every token of a source, in its order.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        source,
        at: 0,
        templates: Vec::new(),
    };
    let mut tokens = Vec::with_capacity(source.len() / 5);
    while let Some(token) = lexer.next() {
        tokens.push(token);
    }
    tokens
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    /// For each text in backticks that an expression interrupts: braces that are open in the expression.
    templates: Vec<usize>,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<Token> {
        let blanks = self.rest().len() - self.rest().trim_start().len();
        self.at += blanks;
        let first = self.rest().chars().next()?;
        let start = self.at;
        let kind = match first {
            '/' if self.rest().starts_with("//") => self.line_comment(),
            '/' if self.rest().starts_with("/*") => self.block_comment(),
            '"' => self.quoted('"', TokenKind::Text),
            '\'' => self.quoted('\'', TokenKind::Char),
            '`' => self.template(TokenKind::Template, TokenKind::TemplateHead),
            '}' if self.templates.last() == Some(&0) => {
                self.templates.pop();
                self.template(TokenKind::TemplateTail, TokenKind::TemplateMiddle)
            }
            '#' if self.raw_hashes() > 0 => self.raw_text(),
            '0'..='9' => self.number(),
            _ if is_word(first) => self.take_while(TokenKind::Word, is_word),
            _ => self.symbol(first),
        };
        let span = Span::new(start as u32, self.at as u32);
        Some(Token { kind, span })
    }

    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn take_while(&mut self, kind: TokenKind, is_wanted: impl Fn(char) -> bool) -> TokenKind {
        let rest = self.rest();
        self.at += rest
            .find(|character| !is_wanted(character))
            .unwrap_or(rest.len());
        kind
    }

    fn line_comment(&mut self) -> TokenKind {
        self.take_while(TokenKind::Comment, |character| character != '\n');
        let line = &self.source[..self.at];
        self.at -= line.len() - line.trim_end_matches('\r').len();
        TokenKind::Comment
    }

    /// Comments in blocks lie within each other.
    fn block_comment(&mut self) -> TokenKind {
        let mut open = 0_usize;
        let bytes = self.source.as_bytes();
        while self.at < bytes.len() {
            match &bytes[self.at..] {
                [b'/', b'*', ..] => (open, self.at) = (open + 1, self.at + 2),
                [b'*', b'/', ..] => (open, self.at) = (open - 1, self.at + 2),
                _ => self.at += 1,
            }
            if open == 0 {
                return TokenKind::Comment;
            }
        }
        TokenKind::Unknown
    }

    /// A text up to the quote that ends it. A line break ends it as well, unless a backslash stands before it.
    fn quoted(&mut self, quote: char, kind: TokenKind) -> TokenKind {
        let mut escaped = false;
        for (offset, character) in self.source[self.at + 1..].char_indices() {
            let end = self.at + 1 + offset;
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '\n' => {
                    self.at = end;
                    return TokenKind::Unknown;
                }
                _ if character == quote => {
                    self.at = end + 1;
                    return kind;
                }
                _ => {}
            }
        }
        self.at = self.source.len();
        TokenKind::Unknown
    }

    /// A text in backticks from here to its end, or to the expression that interrupts it.
    fn template(&mut self, whole: TokenKind, interrupted: TokenKind) -> TokenKind {
        let bytes = self.source.as_bytes();
        self.at += 1;
        while self.at < bytes.len() {
            match &bytes[self.at..] {
                // Two backticks stand for one.
                [b'`', b'`', ..] | [b'\\', _, ..] => self.at += 2,
                [b'`', ..] => {
                    self.at += 1;
                    return whole;
                }
                [b'$', b'{', ..] => {
                    self.at += 2;
                    self.templates.push(0);
                    return interrupted;
                }
                _ => self.at += 1,
            }
            while !self.source.is_char_boundary(self.at) {
                self.at += 1;
            }
        }
        TokenKind::Unknown
    }

    /// How many `#` stand before the quote of a raw string that begins here.
    fn raw_hashes(&self) -> usize {
        let hashes = self.rest().len() - self.rest().trim_start_matches('#').len();
        if self.rest()[hashes..].starts_with('"') {
            hashes
        } else {
            0
        }
    }

    fn raw_text(&mut self) -> TokenKind {
        let hashes = self.raw_hashes();
        let end = format!("\"{}", "#".repeat(hashes));
        let begin = self.at + hashes + 1;
        if let Some(at) = self.source[begin..].find(&end) {
            self.at = begin + at + end.len();
            TokenKind::Text
        } else {
            self.at = self.source.len();
            TokenKind::Unknown
        }
    }

    fn number(&mut self) -> TokenKind {
        let bytes = self.source.as_bytes();
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        if matches!(
            bytes.get(self.at + 1),
            Some(b'x' | b'o' | b'b' | b'X' | b'O' | b'B')
        ) {
            self.at += 2;
            return self.take_while(TokenKind::Number, |c| c.is_ascii_hexdigit() || c == '_');
        }
        let digits = |c: char| c.is_ascii_digit() || c == '_';
        self.take_while(TokenKind::Number, digits);
        if bytes.get(self.at) == Some(&b'.') && is_digit(self.at + 1) {
            self.at += 1;
            self.take_while(TokenKind::Number, digits);
        }
        if matches!(bytes.get(self.at), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(self.at + 1), Some(b'+' | b'-')));
            if is_digit(self.at + 1 + sign) {
                self.at += 1 + sign;
                self.take_while(TokenKind::Number, digits);
            }
        }
        TokenKind::Number
    }

    fn symbol(&mut self, first: char) -> TokenKind {
        let rest = self.rest();
        // `!in` is one word of the language, `!inner` is not.
        let fits = |symbol: &&&str| {
            rest.starts_with(**symbol) && (***symbol != *"!in" || !rest[3..].starts_with(is_word))
        };
        let length = SYMBOLS
            .iter()
            .find(fits)
            .map_or(first.len_utf8(), |symbol| symbol.len());
        let opens = rest[..length].ends_with('{');
        self.at += length;
        if let Some(open) = self.templates.last_mut() {
            *open = match first {
                _ if opens => *open + 1,
                '}' => open.saturating_sub(1),
                _ => *open,
            };
        }
        if first.is_ascii_punctuation() {
            TokenKind::Symbol
        } else {
            TokenKind::Unknown
        }
    }
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<&str> {
        tokens(source)
            .iter()
            .map(|token| token.text(source))
            .collect()
    }

    #[test]
    fn tokens_are_what_the_language_says() {
        assert_eq!(
            words("a??b?.c[1..=2]"),
            ["a", "??", "b", "?.", "c", "[", "1", "..=", "2", "]"]
        );
        assert_eq!(
            words("1.5e-3+0xFF_0.x"),
            ["1.5e-3", "+", "0xFF_0", ".", "x"]
        );
        assert_eq!(
            words("a !in b, !inner"),
            ["a", "!in", "b", ",", "!", "inner"]
        );
        assert_eq!(
            words("#{a: ##\"x\"# y\"##}"),
            ["#{", "a", ":", "##\"x\"# y\"##", "}"]
        );
        assert_eq!(
            words("/* a /* b */ c */ d // e\r\nf"),
            ["/* a /* b */ c */", "d", "// e", "f"]
        );
    }

    #[test]
    fn texts_hold_expressions_that_hold_texts() {
        assert_eq!(
            words("`a ${ #{x: `${1}`}.x } b`;"),
            [
                "`a ${", "#{", "x", ":", "`${", "1", "}`", "}", ".", "x", "} b`", ";"
            ]
        );
        assert_eq!(words("`a``b`"), ["`a``b`"]);
    }
}
