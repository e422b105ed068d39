//! The tape as `jsonschema` sees it, so that a document is validated where it lies.

use std::{borrow::Cow, cell::Cell};

use jsonschema::{
    JsonType,
    json::{Array, Json, JsonNumber, Node, NodeIdentity, Object, unique},
};
use serde_json::{Number, Value as JsonValue};

use crate::{
    document::{Document, NodeId},
    keys::{self, Symbol},
    tape::{Entry, Tag},
};

/// The representation.
pub(crate) struct TapeJson;

/// A value of a document, or a lone string: member names are validated, too.
#[derive(Clone, Copy)]
pub(crate) enum TapeNode<'d> {
    Value(&'d Document, NodeId),
    Name(&'d str),
}

impl Json for TapeJson {
    type Node<'a> = TapeNode<'a>;
    type PreparedKey = Symbol;
    type StringBuffer = String;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> Symbol {
        keys::intern(key)
    }

    fn with_string_node<T>(
        buffer: &mut String,
        string: &str,
        f: impl FnOnce(TapeNode<'_>) -> T,
    ) -> T {
        string.clone_into(buffer);
        f(TapeNode::Name(buffer))
    }
}

thread_local! {
    /// How many more violations the validation on this thread may find; as good as no bound where nobody set one. Each asks its value for a copy to show, and one that
    /// is asked too often ends the search: from then on, nothing seems to have parts. Without a bound, a million values of
    /// two bytes would be a million errors of some hundred bytes.
    static VIOLATIONS_LEFT: Cell<u32> = const { Cell::new(u32::MAX) };
}

/// Does some validation, which may find so many violations; whether there were more, so that what was found last may be wrong.
pub(crate) fn with_violations<T>(most: u32, work: impl FnOnce() -> T) -> (T, bool) {
    VIOLATIONS_LEFT.set(most);
    let found = work();
    (found, VIOLATIONS_LEFT.replace(u32::MAX) == 0)
}

fn too_many_violations() -> bool {
    VIOLATIONS_LEFT.get() == 0
}

impl<'d> TapeNode<'d> {
    fn entry(self) -> Option<(&'d Document, Entry)> {
        match self {
            Self::Value(document, node) => Some((document, document.entry(node))),
            Self::Name(_) => None,
        }
    }

    fn tag(self) -> Tag {
        self.entry().map_or(Tag::Text, |(_, entry)| entry.tag())
    }
}

/// Times, durations, versions and what cannot be read all came from text or from objects that stand for text. Their shape
/// is settled by their annotation; to the schema they are strings.
fn is_text(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Text | Tag::EscapedText | Tag::Time | Tag::Duration | Tag::Version | Tag::Unreadable
    )
}

impl<'d> Node<'d, TapeJson> for TapeNode<'d> {
    type Object = Members<'d>;
    type Array = Elements<'d>;
    type Number = TapeNumber<'d>;

    fn as_object(&self) -> Option<Members<'d>> {
        let (document, entry) = self.entry()?;
        (entry.tag() == Tag::Object).then_some(Members { document, entry })
    }

    fn as_array(&self) -> Option<Elements<'d>> {
        let (document, entry) = self.entry()?;
        (entry.tag() == Tag::Array).then_some(Elements { document, entry })
    }

    fn as_string(&self) -> Option<Cow<'d, str>> {
        match self {
            Self::Name(name) => Some(Cow::Borrowed(name)),
            Self::Value(document, node) => {
                let entry = document.entry(*node);
                match entry.tag() {
                    Tag::Text | Tag::EscapedText => Some(document.string(entry)),
                    tag if is_text(tag) => Some(document.raw_text(*node)),
                    _ => None,
                }
            }
        }
    }

    fn as_number(&self) -> Option<TapeNumber<'d>> {
        let (document, entry) = self.entry()?;
        match entry.tag() {
            Tag::Int => Some(TapeNumber::Whole(entry.as_i64())),
            Tag::Number => Some(TapeNumber::Text(&document.text()[entry.number_range()])),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.tag() {
            Tag::True => Some(true),
            Tag::False => Some(false),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        self.tag() == Tag::Null
    }

    fn is_number(&self) -> bool {
        matches!(self.tag(), Tag::Int | Tag::Number)
    }

    fn is_string(&self) -> bool {
        is_text(self.tag())
    }

    fn json_type(&self) -> JsonType {
        match self.tag() {
            Tag::Null => JsonType::Null,
            Tag::False | Tag::True => JsonType::Boolean,
            Tag::Int | Tag::Number => JsonType::Number,
            Tag::Array => JsonType::Array,
            Tag::Object => JsonType::Object,
            _ => JsonType::String,
        }
    }

    fn equals_value(&self, expected: &JsonValue) -> bool {
        match expected {
            JsonValue::Null => self.is_null(),
            JsonValue::Bool(expected) => self.as_boolean() == Some(*expected),
            JsonValue::String(expected) => self.as_string().is_some_and(|text| text == *expected),
            _ => match self {
                Self::Name(_) => false,
                Self::Value(document, node) => {
                    jsonschema_equal(&to_json(document, *node), expected)
                }
            },
        }
    }

    /// What the message about a violation shows of the value: enough of it to know it. Nothing else asks for it.
    fn to_value(&self) -> Cow<'d, JsonValue> {
        VIOLATIONS_LEFT.set(VIOLATIONS_LEFT.get().saturating_sub(1));
        Cow::Owned(match self {
            Self::Name(name) => JsonValue::String(excerpt(name)),
            Self::Value(document, node) => {
                let mut left = MOST_SHOWN;
                shown(document, *node, &mut left)
            }
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        match self {
            Self::Name(_) => None,
            Self::Value(document, node) => Some(NodeIdentity::tagged(
                std::ptr::from_ref::<Document>(document).addr(),
                node.0,
            )),
        }
    }
}

/// Numbers compare by value, so `1.0` equals `1`.
fn jsonschema_equal(left: &JsonValue, right: &JsonValue) -> bool {
    match (left, right) {
        (JsonValue::Number(left), JsonValue::Number(right)) => {
            // Whole numbers compare exactly: as floats, large neighbours would be the same.
            left == right || (left.is_f64() || right.is_f64()) && left.as_f64() == right.as_f64()
        }
        (JsonValue::Array(left), JsonValue::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| jsonschema_equal(left, right))
        }
        (JsonValue::Object(left), JsonValue::Object(right)) => {
            let same = |(name, value): (&String, &JsonValue)| {
                right
                    .get(name)
                    .is_some_and(|other| jsonschema_equal(value, other))
            };
            left.len() == right.len() && left.iter().all(same)
        }
        _ => left == right,
    }
}

/// Values that a message shows of one value.
const MOST_SHOWN: usize = 64;
/// Characters that a message shows of one text, and of one name.
const LONGEST_SHOWN: usize = 300;

/// A copy of the beginning of a value; what is left out is `…`. The depth is bounded by the number of values.
fn shown(document: &Document, node: NodeId, left: &mut usize) -> JsonValue {
    *left = left.saturating_sub(1);
    match document.entry(node).tag() {
        Tag::Array => {
            let mut elements = Vec::new();
            for child in document.children(node) {
                if *left == 0 {
                    elements.push(JsonValue::from("…"));
                    break;
                }
                elements.push(shown(document, child, left));
            }
            JsonValue::Array(elements)
        }
        Tag::Object => {
            let mut members = serde_json::Map::new();
            for child in document.children(node) {
                if *left == 0 {
                    members.insert("…".to_owned(), JsonValue::from("…"));
                    break;
                }
                let name = excerpt(document.name(child));
                members.insert(name, shown(document, child, left));
            }
            JsonValue::Object(members)
        }
        tag if is_text(tag) => {
            let text = TapeNode::Value(document, node).as_string();
            JsonValue::String(excerpt(&text.unwrap_or_default()))
        }
        _ => to_json(document, node),
    }
}

/// The beginning and the end of a text.
fn excerpt(text: &str) -> String {
    if text.len() <= 2 * LONGEST_SHOWN {
        return text.to_owned();
    }
    let end = text
        .char_indices()
        .rev()
        .nth(LONGEST_SHOWN)
        .map_or(0, |(at, _)| at);
    let start: String = text.chars().take(LONGEST_SHOWN).collect();
    format!("{start}…{}", &text[end..])
}

/// A copy of a value. The depth is bounded by the parser's limit.
pub(crate) fn to_json(document: &Document, node: NodeId) -> JsonValue {
    let this = TapeNode::Value(document, node);
    match this.json_type() {
        JsonType::Null => JsonValue::Null,
        JsonType::Boolean => JsonValue::Bool(this.as_boolean() == Some(true)),
        JsonType::Number | JsonType::Integer => {
            this.as_number().map_or(JsonValue::Null, |number| {
                JsonValue::Number(number.to_number().into_owned())
            })
        }
        JsonType::String => JsonValue::String(this.as_string().unwrap_or_default().into_owned()),
        JsonType::Array => document
            .children(node)
            .map(|child| to_json(document, child))
            .collect(),
        JsonType::Object => {
            let members = document.children(node);
            JsonValue::Object(
                members
                    .map(|child| (document.name(child).to_owned(), to_json(document, child)))
                    .collect(),
            )
        }
    }
}

/// A number, whole or as written.
pub(crate) enum TapeNumber<'d> {
    Whole(i64),
    Text(&'d str),
}

impl JsonNumber for TapeNumber<'_> {
    fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Whole(value) => u64::try_from(*value).ok(),
            Self::Text(text) => text.parse().ok(),
        }
    }

    fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Whole(value) => Some(*value),
            Self::Text(text) => text.parse().ok(),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "the caller asks for a float")]
    fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Whole(value) => Some(*value as f64),
            Self::Text(text) => text.parse().ok(),
        }
    }

    fn as_str(&self) -> Cow<'_, str> {
        match self {
            Self::Whole(value) => Cow::Owned(value.to_string()),
            Self::Text(text) => Cow::Borrowed(text),
        }
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(match self {
            Self::Whole(value) => Number::from(*value),
            Self::Text(text) => serde_json::from_str(text).unwrap_or_else(|_| Number::from(0)),
        })
    }

    fn is_integer(&self) -> bool {
        match self {
            Self::Whole(_) => true,
            Self::Text(text) => match text.parse::<f64>() {
                // Digits alone are whole however many there are.
                _ if text
                    .trim_start_matches('-')
                    .bytes()
                    .all(|byte| byte.is_ascii_digit()) =>
                {
                    true
                }
                Ok(value) => value.fract() == 0.0,
                Err(_) => false,
            },
        }
    }
}

/// The members of an object.
pub(crate) struct Members<'d> {
    document: &'d Document,
    entry: Entry,
}

impl<'d> Object<'d, TapeJson> for Members<'d> {
    type Node = TapeNode<'d>;
    type MemberName = &'d str;
    type MembersIter = MembersIter<'d>;

    fn len(&self) -> usize {
        self.entry.b as usize
    }

    fn get(&self, key: &Symbol) -> Option<TapeNode<'d>> {
        self.document
            .member_of(self.entry, *key)
            .map(|node| TapeNode::Value(self.document, node))
    }

    fn members(&self) -> MembersIter<'d> {
        MembersIter {
            document: self.document,
            indexes: self.entry.children(),
        }
    }
}

/// Iterates over members.
pub(crate) struct MembersIter<'d> {
    document: &'d Document,
    indexes: std::ops::Range<u32>,
}

impl<'d> Iterator for MembersIter<'d> {
    type Item = (&'d str, TapeNode<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        if too_many_violations() {
            return None;
        }
        let node = NodeId(self.indexes.next()?);
        Some((
            self.document.name(node),
            TapeNode::Value(self.document, node),
        ))
    }
}

/// The elements of an array.
pub(crate) struct Elements<'d> {
    document: &'d Document,
    entry: Entry,
}

impl<'d> Array<'d, TapeJson> for Elements<'d> {
    type Node = TapeNode<'d>;
    type ElementsIter = ElementsIter<'d>;

    fn len(&self) -> usize {
        self.entry.b as usize
    }

    fn is_unique(&self) -> bool {
        let elements = self.entry.children();
        let values: Vec<JsonValue> = elements
            .map(|element| to_json(self.document, NodeId(element)))
            .collect();
        unique::is_unique(&values)
    }

    fn elements(&self) -> ElementsIter<'d> {
        ElementsIter {
            document: self.document,
            indexes: self.entry.children(),
        }
    }
}

/// Iterates over elements.
pub(crate) struct ElementsIter<'d> {
    document: &'d Document,
    indexes: std::ops::Range<u32>,
}

impl<'d> Iterator for ElementsIter<'d> {
    type Item = TapeNode<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        if too_many_violations() {
            return None;
        }
        self.indexes
            .next()
            .map(|index| TapeNode::Value(self.document, NodeId(index)))
    }
}
