//! Proves that a document follows its schema, without the schema validator.
//!
//! Nearly every document is valid, and `jsonschema` compares names as text to find that out. The common keywords are also
//! compiled to checks that compare symbols on the tape. They answer "valid" or "do not know": a keyword that is not among them,
//! a value that is in doubt, anything that is not in order leaves the judgement to `jsonschema`, which alone says what is wrong.
//! A document that is proved valid never makes `jsonschema` compile its schema.

mod compile;
mod doubt;
mod pattern;

use self::pattern::Pattern;
use crate::{
    document::{Document, NodeId},
    keys::Symbol,
    tape::{Entry, Tag},
};

const NULL: u8 = 1;
const BOOLEAN: u8 = 2;
const INTEGER: u8 = 4;
const NUMBER: u8 = 8;
const STRING: u8 = 16;
const ARRAY: u8 = 32;
const OBJECT: u8 = 64;
const ANY: u8 = 127;

/// A schema as checks; the first is the root's.
#[derive(Debug)]
pub(crate) struct Checks {
    all: Vec<Check>,
    /// What most values need of each check, and no more, close together in memory.
    quick: Vec<Quick>,
    scalars: Vec<Scalar>,
    /// The youngest name that the checks use: a document read before it was interned knows it by another number.
    youngest: u32,
}

type CheckId = u32;

/// What becomes of a value by its tag alone; each set has the bits of tags. What is in none of them needs a closer look.
#[derive(Debug, Clone, Copy)]
struct Quick {
    /// These are valid.
    valid: u16,
    /// These are valid if the scalar holds.
    asked: u16,
    /// These are valid if their parts are.
    opened: u16,
    scalar: u16,
    /// Texts without escapes are valid that have so many bytes.
    lengths: (u32, u32),
}

/// What one schema asks of a value.
#[derive(Debug)]
struct Check {
    /// Something here is for `jsonschema` alone.
    is_unsure: bool,
    types: u8,
    properties: Vec<(Symbol, CheckId)>,
    /// The required members among the properties, by bit, and all of them.
    required: u64,
    additional: Option<CheckId>,
    items: Option<CheckId>,
    /// Checks of the same value: `$ref` and `allOf`.
    also: Vec<CheckId>,
    /// This check and all that it refers to.
    all: Vec<CheckId>,
    counts: (u64, u64),
    scalar: Scalar,
}

/// What a schema asks of a scalar beside its type.
#[derive(Debug, Clone)]
struct Scalar {
    words: Option<Vec<Word>>,
    lengths: (u64, u64),
    range: (i64, i64),
    pattern: Option<Box<Pattern>>,
}

impl Scalar {
    fn asks_nothing(&self) -> bool {
        self.words.is_none()
            && self.pattern.is_none()
            && self.lengths == ANY_LENGTH
            && self.range == ANY_NUMBER
    }

    /// Whether it asks anything of values with a tag.
    fn asks_of(&self, tag: Tag) -> bool {
        self.words.is_some()
            || match tag {
                Tag::Int | Tag::Number => self.range != ANY_NUMBER,
                _ if type_of(tag) == STRING => self.pattern.is_some() || self.lengths != ANY_LENGTH,
                _ => false,
            }
    }
}

const ANY_LENGTH: (u64, u64) = (0, u64::MAX);
const ANY_NUMBER: (i64, i64) = (i64::MIN, i64::MAX);

/// A constant of a schema.
#[derive(Debug, Clone, PartialEq)]
enum Word {
    Text(String),
    Int(i64),
}

/// Containers whose parts are still to be checked.
type Work = Vec<(NodeId, CheckId)>;

impl Checks {
    /// Whether every keyword of the schema was understood.
    pub(crate) fn are_sure(&self) -> bool {
        self.all.iter().all(|check| !check.is_unsure)
    }

    /// Whether a value is valid for sure.
    pub(crate) fn prove(&self, document: &Document, root: NodeId) -> bool {
        if !document.knows(self.youngest) {
            return false;
        }
        let mut work = Vec::with_capacity(64);
        if !self.value_holds(document, (root, document.entry(root)), 0, &mut work) {
            return false;
        }
        while let Some((node, check)) = work.pop() {
            let check = &self.all[check as usize];
            let entry = document.entry(node);
            let holds = match entry.tag() {
                Tag::Array => self.items_hold(document, entry, check, &mut work),
                _ => self.members_hold(document, entry, check, &mut work),
            };
            if !holds {
                return false;
            }
        }
        true
    }

    /// Checks one value; the parts of a container are left as work.
    #[expect(
        clippy::inline_always,
        reason = "half of what it takes would be the call"
    )]
    #[inline(always)]
    fn value_holds(
        &self,
        document: &Document,
        (node, entry): (NodeId, Entry),
        id: CheckId,
        work: &mut Work,
    ) -> bool {
        let quick = self.quick[id as usize];
        let tag = entry.tag_bit();
        let is_long_enough = (quick.lengths.0..=quick.lengths.1).contains(&entry.a);
        if quick.valid & tag != 0 || tag == Tag::Text.bit() && is_long_enough {
            return true;
        }
        if quick.asked & tag != 0 {
            return scalar_holds(document, entry, &self.scalars[usize::from(quick.scalar)]);
        }
        if quick.opened & tag != 0 {
            work.push((node, id));
            return true;
        }
        self.doubtful_value_holds(document, (node, entry), id, work)
    }

    #[inline(never)]
    fn doubtful_value_holds(
        &self,
        document: &Document,
        (node, entry): (NodeId, Entry),
        id: CheckId,
        work: &mut Work,
    ) -> bool {
        let own_type = type_of(entry.tag());
        self.all[id as usize].all.iter().all(|id| {
            let check = &self.all[*id as usize];
            if check.is_unsure || check.types & own_type == 0 {
                return false;
            }
            if !entry.is_container() {
                return scalar_holds(document, entry, &check.scalar);
            }
            work.push((node, *id));
            check.scalar.words.is_none()
        })
    }

    #[inline(never)]
    fn items_hold(
        &self,
        document: &Document,
        entry: Entry,
        check: &Check,
        work: &mut Work,
    ) -> bool {
        within(u64::from(entry.b), check.counts)
            && check.items.is_none_or(|items| {
                let mut elements = document.entries(entry);
                elements.all(|element| self.value_holds(document, element, items, work))
            })
    }

    #[inline(never)]
    fn members_hold(
        &self,
        document: &Document,
        entry: Entry,
        check: &Check,
        work: &mut Work,
    ) -> bool {
        let properties = check.properties.as_slice();
        let mut missing = check.required;
        // Members mostly come in the schema's order: the search goes on where the last one ended.
        let mut next = 0;
        for member in document.entries(entry) {
            let found = position(properties, member.1.key(), next);
            if let Some(at) = found {
                next = at + 1;
                if at < 64 {
                    missing &= !(1 << at);
                }
            }
            let target = found.map_or(check.additional, |at| Some(properties[at].1));
            if target.is_some_and(|target| !self.value_holds(document, member, target, work)) {
                return false;
            }
        }
        missing == 0
    }
}

#[inline]
fn position(properties: &[(Symbol, CheckId)], key: Symbol, next: usize) -> Option<usize> {
    if properties.get(next).is_some_and(|(name, _)| *name == key) {
        return Some(next);
    }
    let (ahead, behind) = properties.split_at_checked(next)?;
    let find = |part: &[(Symbol, CheckId)]| part.iter().position(|(name, _)| *name == key);
    find(behind).map(|at| at + next).or_else(|| find(ahead))
}

/// The types that a value has for a schema. What normalisation made stands for the string that the schema describes.
#[inline]
fn type_of(tag: Tag) -> u8 {
    match tag {
        Tag::Null => NULL,
        Tag::True | Tag::False => BOOLEAN,
        Tag::Int => INTEGER | NUMBER,
        Tag::Number => NUMBER,
        Tag::Text | Tag::EscapedText | Tag::Time | Tag::Duration | Tag::Version => STRING,
        Tag::Array => ARRAY,
        Tag::Object => OBJECT,
        Tag::Unreadable => 0,
    }
}

/// Checks what is asked of a scalar beside its type.
#[inline(never)]
fn scalar_holds(document: &Document, entry: Entry, scalar: &Scalar) -> bool {
    match entry.tag() {
        Tag::Int => {
            let value = entry.as_i64();
            (scalar.range.0..=scalar.range.1).contains(&value)
                && is_one_of(scalar, |word| *word == Word::Int(value))
        }
        Tag::Number => {
            number_holds(&document.text()[entry.number_range()], scalar.range)
                && scalar.words.is_none()
        }
        Tag::Text => plain_text_holds(document, entry, scalar),
        Tag::EscapedText => text_holds(scalar, &document.string(entry)),
        Tag::Time | Tag::Duration | Tag::Version => !scalar.asks_of(entry.tag()),
        _ => scalar.words.is_none(),
    }
}

fn within(value: u64, (least, most): (u64, u64)) -> bool {
    (least..=most).contains(&value)
}

/// A fraction within bounds that floats hold exactly; anything else is in doubt.
fn number_holds(text: &str, (least, most): (i64, i64)) -> bool {
    const EXACT: i64 = 1 << 53;
    let bound = |value: i64, open: i64| match value {
        _ if value == open => Some(None),
        #[expect(clippy::cast_precision_loss, reason = "the range is checked first")]
        _ if value.abs() < EXACT => Some(Some(value as f64)),
        _ => None,
    };
    let (Some(least), Some(most), Ok(value)) = (
        bound(least, i64::MIN),
        bound(most, i64::MAX),
        text.parse::<f64>(),
    ) else {
        return false;
    };
    least.is_none_or(|least| value >= least) && most.is_none_or(|most| value <= most)
}

fn is_one_of(scalar: &Scalar, same: impl FnMut(&Word) -> bool) -> bool {
    scalar
        .words
        .as_ref()
        .is_none_or(|words| words.iter().any(same))
}

/// The same of a text without escapes: its length in bytes is known before it is looked at, and is often enough.
fn plain_text_holds(document: &Document, entry: Entry, scalar: &Scalar) -> bool {
    let text = document.plain_bytes(entry);
    if let Some(words) = &scalar.words {
        let is = |word: &Word| matches!(word, Word::Text(word) if word.as_bytes() == text);
        if !words.iter().any(is) {
            return false;
        }
    }
    length_holds(text, scalar.lengths)
        && scalar
            .pattern
            .as_ref()
            .is_none_or(|pattern| pattern.is_match(&document.string(entry)))
}

fn text_holds(scalar: &Scalar, text: &str) -> bool {
    is_one_of(
        scalar,
        |word| matches!(word, Word::Text(word) if *word == text),
    ) && length_holds(text.as_bytes(), scalar.lengths)
        && scalar
            .pattern
            .as_ref()
            .is_none_or(|pattern| pattern.is_match(text))
}

/// Whether a text of so many bytes has a number of characters within bounds: there are no more characters than bytes, at least one
/// for each four, and one where there is a byte.
fn surely_within(bytes: u64, (least, most): (u64, u64)) -> bool {
    let is_long_enough = bytes >= least && (least <= 1 || bytes / 4 >= least);
    is_long_enough && bytes <= most
}

/// Lengths are in characters: each has one byte that no other continues.
fn length_holds(text: &[u8], lengths: (u64, u64)) -> bool {
    if surely_within(text.len() as u64, lengths) {
        return true;
    }
    let begins = |byte: &&u8| **byte & 0xC0 != 0x80;
    let characters = if text.is_ascii() {
        text.len()
    } else {
        text.iter().filter(begins).count()
    };
    within(characters as u64, lengths)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use crate::{Kind, Kinds, Reader, Snapshot, tape_json::TapeNode};

    /// Judges a value by a schema: proved, and by `jsonschema`.
    fn both(schema: &Json, value: &Json) -> (bool, bool) {
        let kind = Kind::new("test", &schema.to_string(), None).unwrap();
        let document = Reader::default()
            .read(value.to_string().into_bytes())
            .unwrap();
        let valid = kind
            .validator()
            .unwrap()
            .is_valid(TapeNode::Value(&document, document.root()));
        (kind.checks().prove(&document, document.root()), valid)
    }

    #[test]
    fn the_common_keywords_are_proved_and_what_is_wrong_never_is() {
        let schema = json!({
            "type": "object", "required": ["a", "b"], "additionalProperties": {"type": "string"},
            "properties": {
                "a": {"type": ["integer", "null"], "minimum": 0, "maximum": 10},
                "b": {"$ref": "#/$defs/list"},
                "c": {"enum": ["x", "y", 3]},
                "d": {"const": "z", "description": "a constant"},
                "e": {"allOf": [{"minLength": 2}, {"maxLength": 3}], "type": "string"}
            },
            "$defs": {"list": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "boolean"}}}
        });
        let good = json!({"a": 3, "b": [true], "c": 3, "d": "z", "e": "ää", "more": "text"});
        assert_eq!(both(&schema, &good), (true, true));
        for (member, value) in [
            ("a", json!(11)),
            ("a", json!("3")),
            ("b", json!([])),
            ("b", json!([1])),
            ("c", json!("z")),
            ("d", json!("y")),
            ("e", json!("ä")),
            ("e", json!("four")),
            ("more", json!(1)),
        ] {
            let mut bad = good.clone();
            bad[member] = value;
            assert_eq!(both(&schema, &bad), (false, false), "{bad}");
        }
        assert_eq!(both(&schema, &json!({"a": 3})), (false, false));
        // Two keywords that ask for words, another draft, another base: not for this.
        for doubtful in [
            json!({"const": "a", "enum": ["a", "b"]}),
            json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "string"}),
            json!({"properties": {"a": {"$id": "https://example.com/a"}}}),
        ] {
            let value = if doubtful.get("properties").is_some() {
                json!({"a": 1})
            } else {
                json!("b")
            };
            assert!(!both(&doubtful, &value).0, "{doubtful}");
        }
        // What is in doubt is left to the other.
        assert_eq!(
            both(&json!({"type": "integer"}), &json!(1.0)),
            (false, true)
        );
        assert_eq!(
            both(&json!({"not": {"type": "string"}}), &json!(1)),
            (false, true)
        );
    }

    #[test]
    fn lengths_are_in_characters_and_ranges_hold_for_numbers_alone() {
        for (schema, valid, invalid) in [
            (json!({"minLength": 1}), json!("ä"), json!("")),
            (json!({"minLength": 2}), json!("ää"), json!("ä")),
            (json!({"minLength": 2}), json!("\n\n"), json!("\n")),
            (json!({"maxLength": 2}), json!("😀😀"), json!("😀😀😀")),
            (
                json!({"minLength": 3, "maxLength": 3}),
                json!("aä😀"),
                json!("aä"),
            ),
            (json!({"minimum": 3}), json!("a"), json!(2)),
            (json!({"minimum": 3}), json!(3.5), json!(2.5)),
            (json!({"minLength": 3}), json!(1), json!("ab")),
            (json!({"pattern": "^a$"}), json!(1), json!("b")),
            (
                json!({"type": ["string", "array"], "minLength": 1}),
                json!([]),
                json!(""),
            ),
            (json!({"enum": ["a\n", "b"]}), json!("a\n"), json!("a")),
            (
                json!({"items": {"type": "string"}}),
                json!({"a": 1}),
                json!([1]),
            ),
        ] {
            assert_eq!(both(&schema, &valid), (true, true), "{schema} {valid}");
            assert_eq!(
                both(&schema, &invalid),
                (false, false),
                "{schema} {invalid}"
            );
        }
    }

    #[test]
    fn every_shipped_example_is_proved() {
        let kinds = Kinds::shipped().unwrap();
        for kind in kinds.iter() {
            let document = Reader::default()
                .read(kind.example().unwrap().as_bytes().to_vec())
                .unwrap();
            let snapshot = Snapshot::new(document, &kinds, None).unwrap();
            let checks = kind.checks();
            let unsure = checks.all.iter().filter(|check| check.is_unsure).count();
            assert!(
                checks.prove(&snapshot.document, snapshot.root()),
                "{}: {unsure} unsure",
                kind.name()
            );
        }
    }

    fn scalar() -> impl Strategy<Value = Json> {
        prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(Json::from),
            (-3_i64..12).prop_map(Json::from),
            Just(json!(1.5)),
            "[a-dx-z0-9]{0,4}".prop_map(Json::from),
        ]
    }

    fn value() -> impl Strategy<Value = Json> {
        scalar().prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                prop::collection::hash_map("[a-e]", inner, 0..5)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    fn schema() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(json!({})),
            Just(json!(true)),
            Just(json!({"type": "string", "minLength": 1, "maxLength": 3})),
            Just(json!({"type": ["integer", "null"], "minimum": 0, "maximum": 9})),
            Just(json!({"type": "number"})),
            Just(json!({"enum": ["a", "b", 1]})),
            Just(json!({"const": "x"})),
            Just(json!({"type": "string", "pattern": "^[a-c]+$"})),
            Just(json!({"$ref": "#"})),
            Just(json!({"exclusiveMinimum": 2})),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            let required = prop::collection::hash_set("[a-e]", 0..3);
            prop_oneof![
                (inner.clone(), 0_u64..2).prop_map(|(items, least)| json!({"type": "array", "items": items, "minItems": least})),
                (prop::collection::hash_map("[a-e]", inner.clone(), 0..4), required, inner.clone(), any::<bool>()).prop_map(
                    |(properties, required, more, closed)| {
                        let required: Vec<String> = required.into_iter().collect();
                        let more = if closed { more } else { json!(true) };
                        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": more})
                    }
                ),
                (inner.clone(), inner).prop_map(|(left, right)| json!({"allOf": [left, right]})),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

        /// What is proved valid is valid.
        #[test]
        fn nothing_invalid_is_proved(schema in schema(), value in value()) {
            let (proved, valid) = both(&schema, &value);
            prop_assert!(!proved || valid, "{schema} {value}");
        }
    }
}
