//! The JSON parser: RFC 8259 text to a tape, in one pass and without recursion.
//!
//! It accepts what `serde_json` accepts, gives the same values, and refuses the rest with the byte where it went wrong;
//! the tests hold it to that. It differs in two points on purpose: nesting may go to [`MAX_DEPTH`], and a repeated member
//! name is kept and reported.

mod number;
mod scan;
mod string;

pub(crate) use number::is_number;
pub(crate) use string::unescape;

use crate::{
    guess::{Guesses, Place, Spot},
    keys::{Keys, Symbol},
    tape::{Entry, Tag},
};

/// How deeply arrays and objects may nest.
pub const MAX_DEPTH: usize = 512;
/// The longest text that offsets of 32 bits can address, with room for what normalisation appends.
pub(crate) const MAX_LENGTH: usize = u32::MAX as usize - 1024;

/// Why a text is not JSON, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// The byte at which the text stops being JSON.
    pub offset: u32,
    /// What was found and what was expected.
    pub message: String,
}

/// What the parser makes of a text.
pub(crate) struct Tape {
    pub(crate) nodes: Vec<Entry>,
    pub(crate) root: u32,
    /// The names that the shared table does not have.
    pub(crate) own: Keys,
    /// The values whose member name was used before in the same object.
    pub(crate) duplicates: Vec<u32>,
}

/// An error on its way out: a pointer, so that results of the hot paths fit registers.
struct Fault(Box<SyntaxError>);

#[cold]
fn fault(at: usize, message: impl Into<String>) -> Fault {
    Fault(Box::new(SyntaxError {
        offset: at as u32,
        message: message.into(),
    }))
}

/// What a reader keeps from one document for the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    guesses: Guesses,
    pending: Vec<Entry>,
    frames: Vec<Frame>,
    /// Room for the next document's values.
    nodes: Vec<Entry>,
}

impl Scratch {
    /// Takes back the room of a document's values.
    pub(crate) fn recycle(&mut self, nodes: Vec<Entry>) {
        self.nodes = nodes;
    }
}

/// A container that is still open.
#[derive(Debug, Clone, Copy)]
struct Frame {
    /// The container's index in `pending`.
    container: usize,
    is_object: bool,
    /// The name under which the container, or the array around it, is known, and the last member name: by these two the next
    /// name is guessed.
    place: Place,
}

struct Parser<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    shared: &'s Keys,
    own: Keys,
    nodes: Vec<Entry>,
    /// Values whose container is still open; a container's children move to `nodes` together when it closes.
    pending: &'s mut Vec<Entry>,
    /// The innermost open container; `outer` holds those around it.
    frame: Frame,
    outer: &'s mut Vec<Frame>,
    guesses: &'s mut Guesses,
    duplicates: Vec<u32>,
}

/// Parses a whole text.
pub(crate) fn parse(text: &str, shared: &Keys, scratch: &mut Scratch) -> Result<Tape, SyntaxError> {
    scratch.guesses.prepare(shared.len());
    scratch.pending.clear();
    scratch.frames.clear();
    let mut nodes = std::mem::take(&mut scratch.nodes);
    nodes.clear();
    // Dense documents have a value every dozen bytes; room that is not used is never touched.
    nodes.reserve(text.len() / 12 + 1);
    let parser = Parser {
        text,
        bytes: text.as_bytes(),
        at: 0,
        shared,
        own: Keys::default(),
        nodes,
        pending: &mut scratch.pending,
        frame: Frame {
            container: 0,
            is_object: false,
            place: Place {
                label: Spot::ROOT,
                previous: Spot::NONE,
            },
        },
        outer: &mut scratch.frames,
        guesses: &mut scratch.guesses,
        duplicates: Vec::new(),
    };
    parser.run().map_err(|fault| *fault.0)
}

impl Parser<'_> {
    fn run(mut self) -> Result<Tape, Fault> {
        self.skip_blank();
        if self.at == self.bytes.len() {
            return Err(self.error("the file holds no value"));
        }
        loop {
            let key = self.key_of_child()?;
            // Where a container was opened that is not empty, its first child is next.
            if self.value(key)? && !self.goes_on()? {
                break;
            }
        }
        self.skip_blank();
        if self.at < self.bytes.len() {
            return Err(self.error("the document is complete, but more text follows; expected one JSON document per file"));
        }
        let root = self.nodes.len() as u32;
        self.nodes.append(self.pending);
        Ok(Tape {
            nodes: self.nodes,
            root,
            own: self.own,
            duplicates: self.duplicates,
        })
    }

    /// Reads a scalar or an empty container whole, or opens a container; whether the value is complete.
    #[inline]
    fn value(&mut self, key: Symbol) -> Result<bool, Fault> {
        match self.bytes.get(self.at) {
            Some(b'"') => {
                let start = self.at as u32;
                let (length, escaped) = self.string()?;
                let tag = if escaped { Tag::EscapedText } else { Tag::Text };
                self.pending.push(Entry::new(tag, key, start, length, 0));
                Ok(true)
            }
            Some(b'{') => self.open(Tag::Object, b'}', key),
            Some(b'[') => self.open(Tag::Array, b']', key),
            Some(b'-' | b'0'..=b'9') => self.number(key),
            Some(b't') => self.word("true", Tag::True, key),
            Some(b'f') => self.word("false", Tag::False, key),
            Some(b'n') => self.word("null", Tag::Null, key),
            _ => Err(self.expected("a value")),
        }
    }

    fn word(&mut self, word: &str, tag: Tag, key: Symbol) -> Result<bool, Fault> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.expected("a value"));
        }
        self.pending
            .push(Entry::new(tag, key, self.at as u32, word.len() as u32, 0));
        self.at += word.len();
        Ok(true)
    }

    fn open(&mut self, tag: Tag, closing: u8, key: Symbol) -> Result<bool, Fault> {
        if self.outer.len() == MAX_DEPTH {
            return Err(self.error(&format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let container = self.pending.len();
        self.pending
            .push(Entry::new(tag, key, self.at as u32, 0, 0));
        self.at += 1;
        self.skip_blank();
        if self.bytes.get(self.at) == Some(&closing) {
            self.at += 1;
            return Ok(true);
        }
        self.outer.push(self.frame);
        self.frame = Frame {
            container,
            is_object: tag == Tag::Object,
            place: Place {
                label: if key == Symbol::NONE {
                    self.frame.place.label
                } else {
                    self.frame.place.previous
                },
                previous: Spot::NONE,
            },
        };
        Ok(false)
    }

    /// At a child of a container, or at the document's value: its name, where it has one.
    #[inline]
    fn key_of_child(&mut self) -> Result<Symbol, Fault> {
        if !self.frame.is_object {
            return Ok(Symbol::NONE);
        }
        if self.bytes.get(self.at) != Some(&b'"') {
            return Err(self.expected("a member name in double quotes"));
        }
        let place = self.frame.place;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let key = if let Some((key, spot, length)) = self.guesses.guess(place, rest) {
            self.at += length;
            self.frame.place.previous = spot;
            key
        } else {
            self.unexpected_name(place)?
        };
        self.skip_blank();
        Ok(key)
    }

    /// After a complete value: closes containers up to the next child; whether there is one, or the document is complete.
    #[inline]
    fn goes_on(&mut self) -> Result<bool, Fault> {
        while !self.outer.is_empty() {
            self.skip_blank();
            match self.bytes.get(self.at) {
                Some(b',') => {
                    self.at += 1;
                    self.skip_blank();
                    return Ok(true);
                }
                Some(b'}') if self.frame.is_object => self.close(),
                Some(b']') if !self.frame.is_object => self.close(),
                _ if self.frame.is_object => return Err(self.expected("`,` or `}`")),
                _ => return Err(self.expected("`,` or `]`")),
            }
        }
        Ok(false)
    }

    fn close(&mut self) {
        self.at += 1;
        let container = self.frame.container;
        let first = self.nodes.len() as u32;
        let children = container + 1..self.pending.len();
        let count = children.len() as u32;
        if self.frame.is_object && count > 1 {
            let repeated = self.guesses.repeated(&self.pending[children.clone()]);
            self.duplicates
                .extend(repeated.into_iter().map(|nth| first + nth));
        }
        self.nodes.extend_from_slice(&self.pending[children]);
        self.pending.truncate(container + 1);
        self.pending[container] = self.pending[container].with_children(first, count);
        if let Some(frame) = self.outer.pop() {
            self.frame = frame;
        }
    }

    /// Reads a name and the colon behind it.
    fn unexpected_name(&mut self, place: Place) -> Result<Symbol, Fault> {
        let start = self.at + 1;
        let (length, escaped) = self.string()?;
        let raw = &self.text[start..start + length as usize];
        let unescaped;
        let name = if escaped {
            unescaped = unescape(raw);
            unescaped.as_str()
        } else {
            raw
        };
        let symbol = if let Some(index) = self.shared.find(name) {
            Symbol::from_bits(index)
        } else {
            let index = self.own.intern(name);
            self.guesses.add_own(index);
            if index >= Symbol::MOST_LOCAL {
                return Err(self.error("more different member names than can be told apart"));
            }
            Symbol::local(index)
        };
        // A guess is compared with the raw text, so a name that is written with escapes is never guessed.
        self.frame.place.previous = if escaped {
            Spot::ROOT
        } else {
            self.guesses.learn(place, name, symbol)
        };
        self.skip_blank();
        if self.bytes.get(self.at) != Some(&b':') {
            return Err(self.expected("`:` after the member name"));
        }
        self.at += 1;
        Ok(symbol)
    }

    #[inline]
    fn skip_blank(&mut self) {
        // Most tokens of a compact document have no blank before them.
        if self.bytes.get(self.at).is_some_and(|byte| *byte <= b' ') {
            self.skip_blanks();
        }
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
            // Indented documents are a third blanks: take runs of spaces eight at a time.
            while self.bytes.get(self.at..self.at + 8) == Some(b"        ") {
                self.at += 8;
            }
        }
    }

    #[cold]
    fn error(&self, message: &str) -> Fault {
        fault(self.at, message)
    }

    #[cold]
    fn expected(&self, what: &str) -> Fault {
        let found = match self.text[self.at..].chars().next() {
            None => "the end of the text".to_owned(),
            Some(character @ ' '..='~') => format!("`{character}`"),
            Some(character) => format!("U+{:04X}", u32::from(character)),
        };
        self.error(&format!("found {found}, expected {what}"))
    }
}
