//! Proves that a document follows its schema, without the schema validator.
//!
//! Nearly every document is valid, and `jsonschema` compares names as text to find that out. The common keywords are also
//! compiled to checks that compare symbols on the tape. They answer "valid" or "do not know": a keyword that is not among them,
//! a value that is in doubt, anything that is not in order leaves the judgement to `jsonschema`, which alone says what is wrong.
//! A document that is proved valid never makes `jsonschema` compile its schema.

use std::borrow::Cow;

use regex::Regex;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use crate::{
    document::{Document, NodeId},
    keys::{self, Symbol},
    tape::Tag,
    value::Value,
};

const NULL: u8 = 1;
const BOOLEAN: u8 = 2;
const INTEGER: u8 = 4;
const NUMBER: u8 = 8;
const STRING: u8 = 16;
const ARRAY: u8 = 32;
const OBJECT: u8 = 64;
const ANY: u8 = 127;

/// Keywords that say nothing of validity.
const ANNOTATIONS: [&str; 11] = [
    "$schema",
    "$id",
    "$comment",
    "$defs",
    "definitions",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "format",
];

/// The schema that every value follows.
static ANYTHING: Json = Json::Bool(true);

/// A schema as checks; the first is the root's.
#[derive(Debug)]
pub(crate) struct Checks {
    checks: Vec<Check>,
    /// The youngest name that the checks use: a document read before it was interned knows it by another number.
    youngest: u32,
}

type CheckId = u32;

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
    words: Option<Vec<Json>>,
    lengths: (u64, u64),
    counts: (u64, u64),
    range: (i64, i64),
    pattern: Option<Regex>,
}

impl Check {
    fn new() -> Self {
        Self {
            is_unsure: false,
            types: ANY,
            properties: Vec::new(),
            required: 0,
            additional: None,
            items: None,
            also: Vec::new(),
            all: Vec::new(),
            words: None,
            lengths: (0, u64::MAX),
            counts: (0, u64::MAX),
            range: (i64::MIN, i64::MAX),
            pattern: None,
        }
    }
}

impl Checks {
    pub(crate) fn of(schema: &Json) -> Self {
        let mut builder = Builder {
            schema,
            checks: Vec::new(),
            known: FxHashMap::default(),
            work: Vec::new(),
            youngest: 0,
        };
        builder.check(schema);
        while let Some((id, schema)) = builder.work.pop() {
            let check = builder.compile(schema);
            builder.checks[id as usize] = check;
        }
        let mut checks = Self {
            checks: builder.checks,
            youngest: builder.youngest,
        };
        checks.close();
        checks
    }

    /// Lets each check know all that it asks of the same value, however many references away; a schema that refers to itself
    /// asks nothing new.
    fn close(&mut self) {
        for index in 0..self.checks.len() {
            let mut all = vec![index as CheckId];
            let mut next = 0;
            while let Some(id) = all.get(next) {
                let also = self.checks[*id as usize].also.clone();
                all.extend(
                    also.into_iter()
                        .filter(|id| !all.contains(id))
                        .collect::<Vec<_>>(),
                );
                next += 1;
            }
            self.checks[index].all = all;
        }
    }

    /// Whether every keyword of the schema was understood.
    pub(crate) fn are_sure(&self) -> bool {
        self.checks.iter().all(|check| !check.is_unsure)
    }

    /// Whether a value is valid for sure.
    pub(crate) fn prove(&self, document: &Document, root: NodeId) -> bool {
        if !document.knows(self.youngest) {
            return false;
        }
        let mut work = vec![(root, 0)];
        while let Some((node, check)) = work.pop() {
            for id in &self.checks[check as usize].all {
                if !holds(document, node, &self.checks[*id as usize], &mut work) {
                    return false;
                }
            }
        }
        true
    }
}

/// Checks one value and puts its parts on the list of work.
fn holds(
    document: &Document,
    node: NodeId,
    check: &Check,
    work: &mut Vec<(NodeId, CheckId)>,
) -> bool {
    if check.is_unsure {
        return false;
    }
    let entry = document.entry(node);
    match entry.tag() {
        Tag::Null => check.types & NULL != 0 && check.words.is_none(),
        Tag::True | Tag::False => check.types & BOOLEAN != 0 && check.words.is_none(),
        Tag::Int => {
            let value = entry.as_i64();
            check.types & (INTEGER | NUMBER) != 0
                && (check.range.0..=check.range.1).contains(&value)
                && is_one_of(check, |word| word.as_i64() == Some(value))
        }
        Tag::Number => {
            check.types & NUMBER != 0
                && number_holds(document, node, check.range)
                && check.words.is_none()
        }
        Tag::Text | Tag::EscapedText => {
            check.types & STRING != 0 && text_holds(check, || document.string(entry))
        }
        Tag::Time | Tag::Duration | Tag::Version => {
            check.types & STRING != 0
                && check.words.is_none()
                && check.pattern.is_none()
                && check.lengths == (0, u64::MAX)
        }
        Tag::Unreadable => false,
        Tag::Array => {
            if let Some(items) = check.items {
                work.extend(document.children(node).map(|child| (child, items)));
            }
            check.types & ARRAY != 0
                && check.words.is_none()
                && within(u64::from(entry.b), check.counts)
        }
        Tag::Object => {
            check.types & OBJECT != 0
                && check.words.is_none()
                && members_hold(document, node, check, work)
        }
    }
}

fn within(value: u64, (least, most): (u64, u64)) -> bool {
    (least..=most).contains(&value)
}

/// A fraction within bounds that floats hold exactly; anything else is in doubt.
fn number_holds(document: &Document, node: NodeId, (least, most): (i64, i64)) -> bool {
    const EXACT: i64 = 1 << 53;
    let Value::Number(text) = document.value(node) else {
        return false;
    };
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

fn is_one_of(check: &Check, same: impl FnMut(&Json) -> bool) -> bool {
    check
        .words
        .as_ref()
        .is_none_or(|words| words.iter().any(same))
}

fn text_holds<'d>(check: &Check, text: impl FnOnce() -> Cow<'d, str>) -> bool {
    if check.words.is_none() && check.pattern.is_none() && check.lengths == (0, u64::MAX) {
        return true;
    }
    let text = text();
    is_one_of(check, |word| word.as_str() == Some(&text))
        && (check.lengths == (0, u64::MAX) || length_holds(&text, check.lengths))
        && check
            .pattern
            .as_ref()
            .is_none_or(|pattern| pattern.is_match(&text))
}

/// Lengths are in characters; that there is no more of them than bytes settles most texts.
fn length_holds(text: &str, (least, most): (u64, u64)) -> bool {
    let bytes = text.len() as u64;
    let surely_long_enough = least == 0 || bytes >= least.saturating_mul(4);
    if surely_long_enough && bytes <= most {
        return true;
    }
    within(text.chars().count() as u64, (least, most))
}

fn members_hold(
    document: &Document,
    node: NodeId,
    check: &Check,
    work: &mut Vec<(NodeId, CheckId)>,
) -> bool {
    let properties = &check.properties;
    let mut missing = check.required;
    // Members mostly come in the schema's order: the search goes on where the last one ended.
    let mut next = 0;
    for child in document.children(node) {
        let key = document.entry(child).key();
        let (ahead, behind) = properties.split_at(next);
        let found = behind
            .iter()
            .position(|(name, _)| *name == key)
            .map(|at| at + next);
        match found.or_else(|| ahead.iter().position(|(name, _)| *name == key)) {
            Some(at) => {
                next = if at + 1 == properties.len() {
                    0
                } else {
                    at + 1
                };
                if at < 64 {
                    missing &= !(1 << at);
                }
                work.push((child, properties[at].1));
            }
            None => {
                if let Some(additional) = check.additional {
                    work.push((child, additional));
                }
            }
        }
    }
    missing == 0
}

struct Builder<'s> {
    schema: &'s Json,
    checks: Vec<Check>,
    /// Checks by the address of their schema, so that recursive schemas end.
    known: FxHashMap<usize, CheckId>,
    work: Vec<(CheckId, &'s Json)>,
    youngest: u32,
}

impl<'s> Builder<'s> {
    fn check(&mut self, schema: &'s Json) -> CheckId {
        let id = self.checks.len() as CheckId;
        let known = *self
            .known
            .entry(std::ptr::from_ref(schema).addr())
            .or_insert(id);
        if known == id {
            self.checks.push(Check::new());
            self.work.push((id, schema));
        }
        known
    }

    fn compile(&mut self, schema: &'s Json) -> Check {
        let mut check = Check::new();
        match schema {
            Json::Bool(true) => {}
            Json::Object(members) => {
                self.add_properties(members, &mut check);
                for (word, value) in members {
                    if self.add(schema, word, value, &mut check).is_none() {
                        check.is_unsure = true;
                    }
                }
            }
            _ => check.is_unsure = true,
        }
        check
    }

    /// Adds a keyword; `None` for one that only `jsonschema` understands.
    fn add(&mut self, schema: &Json, word: &str, value: &'s Json, check: &mut Check) -> Option<()> {
        match word {
            // Taken together, before the others.
            "properties" => return value.is_object().then_some(()),
            "required" => return value.as_array()?.iter().all(Json::is_string).then_some(()),
            "type" => check.types = types(value)?,
            "items" => check.items = Some(self.check(value)),
            "additionalProperties" => check.additional = Some(self.check(value)),
            "allOf" => {
                for branch in value.as_array()? {
                    let id = self.check(branch);
                    check.also.push(id);
                }
            }
            "$ref" => {
                let target = self.schema.pointer(value.as_str()?.strip_prefix('#')?)?;
                let id = self.check(target);
                check.also.push(id);
            }
            "enum" | "const" if check.words.is_some() => return None,
            "enum" => check.words = Some(scalars(value.as_array()?)?),
            "const" => check.words = Some(scalars(std::slice::from_ref(value))?),
            "minLength" => check.lengths.0 = value.as_u64()?,
            "maxLength" => check.lengths.1 = value.as_u64()?,
            "minItems" => check.counts.0 = value.as_u64()?,
            "maxItems" => check.counts.1 = value.as_u64()?,
            "minimum" => check.range.0 = value.as_i64()?,
            "maximum" => check.range.1 = value.as_i64()?,
            "pattern" => check.pattern = Some(pattern(value.as_str()?)?),
            // What `format` and `$ref` mean depends on the draft and on the base that `$id` sets.
            "$schema" if value != "https://json-schema.org/draft/2020-12/schema" => return None,
            "$id" if !std::ptr::eq(schema, self.schema) => return None,
            word if ANNOTATIONS.contains(&word) || word.starts_with("x-") => {}
            _ => return None,
        }
        Some(())
    }

    fn add_properties(&mut self, schema: &'s Map<String, Json>, check: &mut Check) {
        let properties = schema.get("properties").and_then(Json::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let symbol = self.name(name);
            let id = self.check(property);
            check.properties.push((symbol, id));
        }
        let required = schema.get("required").and_then(Json::as_array);
        for name in required.into_iter().flatten().filter_map(Json::as_str) {
            let symbol = self.name(name);
            let known = check.properties.iter().position(|(own, _)| *own == symbol);
            // What is required here may be described elsewhere; here any value will do.
            let at = known.unwrap_or_else(|| {
                check.is_unsure |= schema.contains_key("additionalProperties");
                let anything = self.check(&ANYTHING);
                check.properties.push((symbol, anything));
                check.properties.len() - 1
            });
            if at < 64 {
                check.required |= 1 << at;
            } else {
                check.is_unsure = true;
            }
        }
    }

    fn name(&mut self, name: &str) -> Symbol {
        let symbol = keys::intern(name);
        self.youngest = self.youngest.max(symbol.bits());
        symbol
    }
}

fn types(value: &Json) -> Option<u8> {
    let one = |name: &Json| {
        Some(match name.as_str()? {
            "null" => NULL,
            "boolean" => BOOLEAN,
            "integer" => INTEGER,
            "number" => NUMBER,
            "string" => STRING,
            "array" => ARRAY,
            "object" => OBJECT,
            _ => return None,
        })
    };
    match value {
        Json::Array(names) => names
            .iter()
            .try_fold(0, |types, name| Some(types | one(name)?)),
        name => one(name),
    }
}

/// Strings and whole numbers; other constants are for `jsonschema`.
fn scalars(values: &[Json]) -> Option<Vec<Json>> {
    values
        .iter()
        .all(|value| value.is_string() || value.is_i64())
        .then(|| values.to_vec())
}

/// A pattern that means the same in ECMA-262 and here: literals, groups, plain classes, counts and `\d`.
fn pattern(text: &str) -> Option<Regex> {
    let mut source = String::with_capacity(text.len());
    let mut in_class = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            // What a dot leaves out differs, and so does what a class may hold beside characters and ranges.
            '.' if !in_class => return None,
            '[' | '^' | '&' | '~' | '\\' if in_class => return None,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if characters.as_str().starts_with('?') => return None,
            '\\' => match characters.next()? {
                'd' => {
                    source.push_str("[0-9]");
                    continue;
                }
                escaped if escaped.is_ascii_punctuation() => {
                    source.extend(['\\', escaped]);
                    continue;
                }
                _ => return None,
            },
            _ => {}
        }
        source.push(character);
    }
    regex::RegexBuilder::new(&source)
        .size_limit(1 << 20)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::{Kind, Kinds, Reader, Snapshot, tape_json::TapeNode};

    #[test]
    fn patterns_that_mean_the_same() {
        for (text, yes, no) in [
            (
                "^[0-9a-f]{8}-[0-9a-f]{4}$",
                "0123abcd-ffff",
                "0123ABCD-ffff",
            ),
            ("^\\d{1,3}(\\.\\d{1,3}){3}$", "10.0.0.1", "10x0x0x1"),
            ("a\\/b", "a/b", "a\\/b"),
        ] {
            let pattern = pattern(text).unwrap();
            assert!(pattern.is_match(yes) && !pattern.is_match(no), "{text}");
        }
        for text in ["a.b", "(?=a)b", "[^a]", "\\w+", "[\\d]", "\\bx"] {
            assert!(pattern(text).is_none(), "{text}");
        }
    }

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
    fn every_shipped_example_is_proved() {
        let kinds = Kinds::shipped().unwrap();
        for kind in kinds.iter() {
            let document = Reader::default()
                .read(kind.example().unwrap().as_bytes().to_vec())
                .unwrap();
            let snapshot = Snapshot::new(document, &kinds, None).unwrap();
            let checks = kind.checks();
            let unsure = checks.checks.iter().filter(|check| check.is_unsure).count();
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
