use std::borrow::Cow;

/// What a value is, with its content where it is a scalar.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'d> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits an `i64`.
    Int(i64),
    /// Any other number, as written: a fraction, an exponent, or more digits than an `i64` holds.
    Number(&'d str),
    /// A string, unescaped.
    Text(Cow<'d, str>),
    /// An array; see [`crate::Document::children`].
    Array,
    /// An object; see [`crate::Document::children`] and [`crate::Document::member`].
    Object,
    /// A point in time, in microseconds since 1970-01-01T00:00:00Z.
    Time(i64),
    /// A length of time, in microseconds.
    Duration(i64),
    /// A version: major, minor, build, revision.
    Version([u64; 4]),
    /// A value whose meaning cannot be read safely, and why.
    Unreadable(&'d str),
}
