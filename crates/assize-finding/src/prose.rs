/// A part of a text, taken apart so that every format can write it safely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list, with or without numbers.
    List {
        /// The items have numbers.
        is_ordered: bool,
        /// The items.
        items: Vec<Vec<Inline>>,
    },
    /// Lines to be shown as they are.
    Code(String),
    /// Rows of cells; the first row is the head.
    Table(Vec<Vec<Vec<Inline>>>),
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Plain text.
    Text(String),
    /// A name, a value, a command.
    Code(String),
    /// Text that leads somewhere.
    Link {
        /// The text.
        text: String,
        /// The address; it begins with `https://` or `http://`.
        target: String,
    },
}
