use assize_finding::Span;

/// A piece of source. Blanks are no tokens; they lie between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// The bytes that it covers.
    pub span: Span,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// `// ..` up to the end of the line, or `/* .. */`.
    Comment,
    /// A name or a word of the language.
    Word,
    /// A whole number or a fraction.
    Number,
    /// `".."`, or a raw string `#".."#`.
    Text,
    /// `'.'`.
    Char,
    /// A text in backticks without an expression in it.
    Template,
    /// A text in backticks, from its start up to and with the first `${`.
    TemplateHead,
    /// From the `}` of one expression in a text up to and with the next `${`.
    TemplateMiddle,
    /// From the `}` of the last expression in a text to its end.
    TemplateTail,
    /// An operator, a bracket, a separator.
    Symbol,
    /// A character that begins nothing, or a text without its end.
    Unknown,
}

impl Token {
    /// The text of the token.
    pub fn text(self, source: &str) -> &str {
        &source[self.span.range()]
    }
}
