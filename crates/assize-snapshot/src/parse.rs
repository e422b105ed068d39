//! The JSON parser: RFC 8259 text to a tape, in one pass and without recursion.
//!
//! It accepts what `serde_json` accepts, gives the same values, and refuses the rest with the byte where it went wrong;
//! the tests hold it to that. It differs in two points on purpose: nesting may go to [`MAX_DEPTH`], and a repeated member
//! name is kept and reported.

use crate::{
    keys::{Keys, Symbol},
    tape::{Entry, Tag},
};

/// How deeply arrays and objects may nest.
pub const MAX_DEPTH: usize = 512;
/// The longest text that offsets of 32 bits can address, with room for what normalisation appends.
pub(crate) const MAX_LENGTH: usize = u32::MAX as usize - 1024;
/// Repeated member names that are reported one by one.
const MAX_DUPLICATES: usize = 100;

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

struct Frame {
    /// The open container, an index into `pending`.
    container: usize,
    is_object: bool,
    /// Nothing was read inside yet: neither a comma nor a missing one is due.
    is_fresh: bool,
    /// The last member name, by which the next one is guessed.
    previous: u32,
}

struct Parser<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    shared: &'s Keys,
    own: Keys,
    nodes: Vec<Entry>,
    /// Values whose container is still open; a container's children move to `nodes` together when it closes.
    pending: Vec<Entry>,
    frames: Vec<Frame>,
    guess: &'s mut Guesses,
    duplicates: Vec<u32>,
}

/// What is learned about the order of member names, kept between documents of one worker: after each name of the shared
/// table, the name that followed it last. Right far more often than not, and one comparison replaces a hash.
#[derive(Debug, Default)]
pub(crate) struct Guesses {
    next: Vec<u32>,
    /// The object that last had this member name, to find repeated names.
    stamps: Vec<u32>,
    own_stamps: Vec<u32>,
    objects: u32,
}

/// Parses a whole text.
pub(crate) fn parse(text: &str, shared: &Keys, guess: &mut Guesses) -> Result<Tape, SyntaxError> {
    guess.next.resize(shared.len() as usize, 0);
    guess.stamps.resize(shared.len() as usize, 0);
    guess.own_stamps.clear();
    let parser = Parser {
        text,
        bytes: text.as_bytes(),
        at: 0,
        shared,
        own: Keys::default(),
        nodes: Vec::with_capacity(text.len() / 24),
        pending: Vec::with_capacity(64),
        frames: Vec::with_capacity(16),
        guess,
        duplicates: Vec::new(),
    };
    parser.run()
}

impl Parser<'_> {
    fn run(mut self) -> Result<Tape, SyntaxError> {
        self.skip_blank();
        if self.at == self.bytes.len() {
            return Err(self.error("the file holds no value"));
        }
        self.value(Symbol::NONE)?;
        while !self.frames.is_empty() {
            self.member_or_close()?;
        }
        self.skip_blank();
        if self.at < self.bytes.len() {
            return Err(self.error("the document is complete, but more text follows; expected one JSON document per file"));
        }
        let root = self.nodes.len() as u32;
        self.nodes.append(&mut self.pending);
        Ok(Tape {
            nodes: self.nodes,
            root,
            own: self.own,
            duplicates: self.duplicates,
        })
    }

    /// Reads one scalar whole, or opens a container.
    #[inline]
    fn value(&mut self, key: Symbol) -> Result<(), SyntaxError> {
        let start = self.at as u32;
        match self.bytes.get(self.at) {
            Some(b'"') => {
                let (length, escaped) = self.string()?;
                let tag = if escaped { Tag::EscapedText } else { Tag::Text };
                self.pending.push(Entry::new(tag, key, start, length, 0));
                Ok(())
            }
            Some(b'{') => self.open(Tag::Object, key),
            Some(b'[') => self.open(Tag::Array, key),
            Some(b'-' | b'0'..=b'9') => self.number(key),
            Some(b't') => self.word("true", Tag::True, key),
            Some(b'f') => self.word("false", Tag::False, key),
            Some(b'n') => self.word("null", Tag::Null, key),
            _ => Err(self.expected("a value")),
        }
    }

    fn word(&mut self, word: &str, tag: Tag, key: Symbol) -> Result<(), SyntaxError> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.expected("a value"));
        }
        self.pending
            .push(Entry::new(tag, key, self.at as u32, word.len() as u32, 0));
        self.at += word.len();
        Ok(())
    }

    fn open(&mut self, tag: Tag, key: Symbol) -> Result<(), SyntaxError> {
        if self.frames.len() == MAX_DEPTH {
            return Err(self.error(&format!("nested deeper than {MAX_DEPTH} levels")));
        }
        self.frames.push(Frame {
            container: self.pending.len(),
            is_object: tag == Tag::Object,
            is_fresh: true,
            previous: 0,
        });
        self.pending
            .push(Entry::new(tag, key, self.at as u32, 0, 0));
        self.at += 1;
        Ok(())
    }

    /// Inside a container: the next child, or the closing bracket.
    #[inline]
    fn member_or_close(&mut self) -> Result<(), SyntaxError> {
        self.skip_blank();
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        let is_object = frame.is_object;
        let is_fresh = std::mem::take(&mut frame.is_fresh);
        match self.bytes.get(self.at) {
            Some(b'}') if is_object => {
                self.at += 1;
                self.close();
                return Ok(());
            }
            Some(b']') if !is_object => {
                self.at += 1;
                self.close();
                return Ok(());
            }
            Some(b',') if !is_fresh => {
                self.at += 1;
                self.skip_blank();
            }
            _ if is_fresh => {}
            _ if is_object => return Err(self.expected("`,` or `}`")),
            _ => return Err(self.expected("`,` or `]`")),
        }
        if is_object {
            self.member()
        } else {
            self.value(Symbol::NONE)
        }
    }

    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let first = self.nodes.len() as u32;
        let children = frame.container + 1..self.pending.len();
        let count = children.len() as u32;
        if frame.is_object && count > 1 {
            self.find_duplicates(children.clone(), first);
        }
        self.nodes.extend_from_slice(&self.pending[children]);
        self.pending.truncate(frame.container + 1);
        if let Some(container) = self.pending.last_mut() {
            container.a = first;
            container.b = count;
        }
    }

    fn find_duplicates(&mut self, children: std::ops::Range<usize>, first: u32) {
        self.guess.objects = self.guess.objects.wrapping_add(1);
        if self.guess.objects == 0 {
            // The counter came round: old stamps would look fresh.
            self.guess.stamps.fill(0);
            self.guess.own_stamps.fill(0);
            self.guess.objects = 1;
        }
        let object = self.guess.objects;
        for (nth, entry) in self.pending[children].iter().enumerate() {
            let key = entry.key();
            let stamp = match key.local_index() {
                None => &mut self.guess.stamps[key.bits() as usize],
                Some(index) => &mut self.guess.own_stamps[index as usize],
            };
            if *stamp == object && self.duplicates.len() < MAX_DUPLICATES {
                self.duplicates.push(first + nth as u32);
            }
            *stamp = object;
        }
    }

    /// Reads `"name" :` and the value after it.
    #[inline]
    fn member(&mut self) -> Result<(), SyntaxError> {
        if self.bytes.get(self.at) != Some(&b'"') {
            return Err(self.expected("a member name in double quotes"));
        }
        let key = self.name()?;
        self.skip_blank();
        if self.bytes.get(self.at) != Some(&b':') {
            return Err(self.expected("`:` after the member name"));
        }
        self.at += 1;
        self.skip_blank();
        self.value(key)
    }

    fn name(&mut self) -> Result<Symbol, SyntaxError> {
        let previous = self.frames.last().map_or(0, |frame| frame.previous) as usize;
        if let Some(&guessed) = self.guess.next.get(previous) {
            let name = self.shared.name(guessed).as_bytes();
            let after = self.at + 1 + name.len();
            // A name with a quote or a backslash is spelled otherwise in the text, so such a name never matches here.
            if self.bytes.get(after) == Some(&b'"')
                && self.bytes[self.at + 1..after] == *name
                && memchr::memchr2(b'"', b'\\', name).is_none()
            {
                self.at = after + 1;
                self.remember(guessed);
                return Ok(Symbol::from_bits(guessed));
            }
        }
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
        if let Some(index) = self.shared.find(name) {
            if let Some(next) = self.guess.next.get_mut(previous) {
                *next = index;
            }
            self.remember(index);
            return Ok(Symbol::from_bits(index));
        }
        let index = self.own.intern(name);
        if index as usize == self.guess.own_stamps.len() {
            self.guess.own_stamps.push(0);
        }
        Ok(Symbol::local(index))
    }

    fn remember(&mut self, name: u32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.previous = name;
        }
    }

    /// Reads a string from its opening quote; the length of its text between the quotes, and whether it holds escapes.
    #[inline]
    fn string(&mut self) -> Result<(u32, bool), SyntaxError> {
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            at = self.find_special(at);
            match self.bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(((at - start) as u32, escaped));
                }
                Some(b'\\') => {
                    escaped = true;
                    at = self.escape(at)?;
                }
                Some(byte) => {
                    let message = format!(
                        "control character U+{byte:04X} inside a string; expected an escape"
                    );
                    return Err(SyntaxError {
                        offset: at as u32,
                        message,
                    });
                }
                None => {
                    return Err(SyntaxError {
                        offset: self.bytes.len() as u32,
                        message: "the text ends inside a string".to_owned(),
                    });
                }
            }
        }
    }

    /// The next quote, backslash or control character from `at` on, eight bytes at a time.
    #[inline]
    fn find_special(&self, mut at: usize) -> usize {
        const ONES: u64 = 0x0101_0101_0101_0101;
        const HIGHS: u64 = 0x8080_8080_8080_8080;
        while let Some(chunk) = self
            .bytes
            .get(at..at + 8)
            .and_then(|chunk| chunk.first_chunk::<8>())
        {
            let word = u64::from_le_bytes(*chunk);
            let quote = word ^ (ONES * b'"' as u64);
            let backslash = word ^ (ONES * b'\\' as u64);
            // A byte is zero, or below 0x20, exactly where its high bit gets set here; borrows only reach bytes after the
            // first hit, and only the first counts.
            let hits = (quote.wrapping_sub(ONES) & !quote
                | backslash.wrapping_sub(ONES) & !backslash
                | word.wrapping_sub(ONES * 0x20) & !word)
                & HIGHS;
            if hits != 0 {
                return at + (hits.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        while self
            .bytes
            .get(at)
            .is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20))
        {
            at += 1;
        }
        at
    }

    /// Checks the escape at `at` and returns where it ends.
    fn escape(&self, at: usize) -> Result<usize, SyntaxError> {
        let error = |message: &str| SyntaxError {
            offset: at as u32,
            message: message.to_owned(),
        };
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u') => match self.hex(at + 2) {
                Some(0xDC00..0xE000) => Err(error("a low surrogate without its high surrogate")),
                Some(0xD800..0xDC00) => {
                    let pair = self.bytes.get(at + 6..at + 8) == Some(b"\\u");
                    match self.hex(at + 8) {
                        Some(0xDC00..0xE000) if pair => Ok(at + 12),
                        _ => Err(error("a high surrogate without its low surrogate")),
                    }
                }
                Some(_) => Ok(at + 6),
                None => Err(error("expected four hexadecimal digits after `\\u`")),
            },
            _ => Err(error(
                "unknown escape; expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX",
            )),
        }
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |value, digit| {
            Some(value * 16 + char::from(*digit).to_digit(16)?)
        })
    }

    fn number(&mut self, key: Symbol) -> Result<(), SyntaxError> {
        let start = self.at;
        let negative = self.bytes[start] == b'-';
        let mut at = start + usize::from(negative);
        let digits = at;
        let mut value: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(at) {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            at += 1;
        }
        let count = at - digits;
        self.at = at;
        if count == 0 {
            return Err(self.expected("a digit"));
        }
        if count > 1 && self.bytes[digits] == b'0' {
            self.at = digits;
            return Err(self.error("a number with a leading zero"));
        }
        let whole = !matches!(self.bytes.get(at), Some(b'.' | b'e' | b'E'));
        // Eighteen digits always fit an i64; -0 is not the integer 0.
        if whole && count <= 18 && !(negative && value == 0) {
            let value = value.cast_signed();
            let value = if negative { -value } else { value };
            self.pending
                .push(Entry::with_i64(Tag::Int, key, start as u32, value));
            return Ok(());
        }
        self.fraction_and_exponent()?;
        let text = &self.text[start..self.at];
        if let (true, Ok(value)) = (whole && text != "-0", text.parse::<i64>()) {
            self.pending
                .push(Entry::with_i64(Tag::Int, key, start as u32, value));
            return Ok(());
        }
        if !text.parse::<f64>().is_ok_and(f64::is_finite) {
            return Err(SyntaxError {
                offset: start as u32,
                message: "the number is out of range".to_owned(),
            });
        }
        self.pending.push(Entry::new(
            Tag::Number,
            key,
            start as u32,
            text.len() as u32,
            0,
        ));
        Ok(())
    }

    fn fraction_and_exponent(&mut self) -> Result<(), SyntaxError> {
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at == start {
            Err(self.expected("a digit"))
        } else {
            Ok(())
        }
    }

    #[inline]
    fn skip_blank(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
            // Indented documents are a third blanks: take runs of spaces eight at a time.
            while self.bytes.get(self.at..self.at + 8) == Some(b"        ") {
                self.at += 8;
            }
        }
    }

    fn error(&self, message: &str) -> SyntaxError {
        SyntaxError {
            offset: self.at as u32,
            message: message.to_owned(),
        }
    }

    fn expected(&self, what: &str) -> SyntaxError {
        let found = match self.text[self.at..].chars().next() {
            None => "the end of the text".to_owned(),
            Some(character @ ' '..='~') => format!("`{character}`"),
            Some(character) => format!("U+{:04X}", u32::from(character)),
        };
        self.error(&format!("found {found}, expected {what}"))
    }
}

/// The text of a JSON string whose escapes have been checked.
pub(crate) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let mut taken = 2;
        text.push(match rest.as_bytes().get(at + 1) {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let unit = |from: usize| {
                    rest.get(from..from + 4)
                        .and_then(|digits| u16::from_str_radix(digits, 16).ok())
                        .unwrap_or(0xFFFD)
                };
                let high = unit(at + 2);
                taken = 6;
                let units = if (0xD800..0xDC00).contains(&high) {
                    taken = 12;
                    vec![high, unit(at + 8)]
                } else {
                    vec![high]
                };
                char::decode_utf16(units)
                    .next()
                    .and_then(Result::ok)
                    .unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            Some(other) => char::from(*other),
            None => char::REPLACEMENT_CHARACTER,
        });
        rest = rest.get(at + taken..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}
