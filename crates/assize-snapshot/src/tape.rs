//! The document as one flat table: sixteen bytes a value, the children of a container side by side.

use crate::keys::Symbol;

/// What a value is. The last four are made by normalisation; the text they came from stays where it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Tag {
    Null,
    False,
    True,
    /// A whole number that fits an `i64`.
    Int,
    /// Any other number, kept as text.
    Number,
    /// A string without escapes.
    Text,
    /// A string with escapes.
    EscapedText,
    Array,
    Object,
    /// A point in time: microseconds since 1970 in UTC.
    Time,
    /// A length of time: microseconds.
    Duration,
    /// A version: an index into the document's versions.
    Version,
    /// A value whose meaning cannot be read safely: an index into the document's refusals.
    Unreadable,
}

impl Tag {
    pub(crate) const ALL: [Self; 13] = [
        Self::Null,
        Self::False,
        Self::True,
        Self::Int,
        Self::Number,
        Self::Text,
        Self::EscapedText,
        Self::Array,
        Self::Object,
        Self::Time,
        Self::Duration,
        Self::Version,
        Self::Unreadable,
    ];

    /// A bit of its own, for sets of tags.
    pub(crate) fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// One value. `a` and `b` by tag: containers hold the index of the first child and their number, whole numbers, times and
/// durations the two halves of an `i64`, other scalars the length of their text in `a`; a number's `b` is 1 where its text
/// stands between quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The tag in the highest four bits, the member name in the others.
    meta: u32,
    /// The byte where the value's text begins.
    pub(crate) start: u32,
    pub(crate) a: u32,
    pub(crate) b: u32,
}

impl Entry {
    pub(crate) fn new(tag: Tag, key: Symbol, start: u32, a: u32, b: u32) -> Self {
        Self {
            meta: (tag as u32) << 28 | key.bits(),
            start,
            a,
            b,
        }
    }

    pub(crate) fn with_i64(tag: Tag, key: Symbol, start: u32, value: i64) -> Self {
        let bits = value.cast_unsigned();
        Self::new(tag, key, start, (bits >> 32) as u32, bits as u32)
    }

    #[inline]
    pub(crate) fn tag(self) -> Tag {
        Tag::ALL[(self.meta >> 28) as usize]
    }

    /// The bit of its tag.
    #[inline]
    pub(crate) fn tag_bit(self) -> u16 {
        1 << (self.meta >> 28)
    }

    #[inline]
    pub(crate) fn key(self) -> Symbol {
        Symbol::from_bits(self.meta)
    }

    pub(crate) fn with_key(self, key: Symbol) -> Self {
        Self {
            meta: self.meta & 0xF000_0000 | key.bits(),
            ..self
        }
    }

    pub(crate) fn with_children(self, first: u32, count: u32) -> Self {
        Self {
            a: first,
            b: count,
            ..self
        }
    }

    pub(crate) fn as_i64(self) -> i64 {
        (u64::from(self.a) << 32 | u64::from(self.b)).cast_signed()
    }

    pub(crate) fn is_container(self) -> bool {
        matches!(self.tag(), Tag::Array | Tag::Object)
    }

    /// Where the text of a [`Tag::Number`] stands.
    pub(crate) fn number_range(self) -> std::ops::Range<usize> {
        let start = (self.start + self.b) as usize;
        start..start + self.a as usize
    }

    /// The indexes of a container's children.
    pub(crate) fn children(self) -> std::ops::Range<u32> {
        if self.is_container() {
            self.a..self.a + self.b
        } else {
            0..0
        }
    }
}
