//! Compiles a schema to checks.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use super::{
    ANY, ANY_LENGTH, ANY_NUMBER, ARRAY, BOOLEAN, Check, CheckId, Checks, INTEGER, NULL, NUMBER,
    OBJECT, Quick, STRING, Scalar, Word, pattern::Pattern, type_of,
};
use crate::{
    keys::{self, Symbol},
    tape::Tag,
};

/// No length at all.
const NO_LENGTH: (u32, u32) = (1, 0);
/// References in a row that are followed beforehand.
const MOST_REFERENCES: usize = 16;

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
            counts: (0, u64::MAX),
            scalar: Scalar {
                words: None,
                lengths: ANY_LENGTH,
                range: ANY_NUMBER,
                pattern: None,
            },
        }
    }
}

impl Check {
    /// The one check that this one refers to, if it asks nothing itself.
    fn only_reference(&self) -> Option<CheckId> {
        let [target] = self.also.as_slice() else {
            return None;
        };
        let asks_nothing = !self.is_unsure
            && self.types == ANY
            && self.properties.is_empty()
            && self.additional.is_none()
            && self.items.is_none()
            && self.counts == (0, u64::MAX)
            && self.scalar.asks_nothing();
        asks_nothing.then_some(*target)
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
            all: builder.checks,
            quick: Vec::new(),
            scalars: Vec::new(),
            youngest: builder.youngest,
        };
        checks.skip_references();
        checks.close();
        checks.quicken();
        checks
    }

    /// Lets each check know all that it asks of the same value, however many references away; a schema that refers to itself
    /// asks nothing new.
    fn close(&mut self) {
        for index in 0..self.all.len() {
            let mut all = vec![index as CheckId];
            let mut next = 0;
            while let Some(id) = all.get(next) {
                let also = self.all[*id as usize].also.clone();
                all.extend(
                    also.into_iter()
                        .filter(|id| !all.contains(id))
                        .collect::<Vec<_>>(),
                );
                next += 1;
            }
            self.all[index].all = all;
        }
    }

    /// Lets whoever uses a check that is a reference and nothing else use its target at once.
    fn skip_references(&mut self) {
        let target = |checks: &[Check], id: CheckId| {
            let mut id = id;
            // A schema that refers to itself and nothing else has no end.
            for _ in 0..MOST_REFERENCES {
                match checks[id as usize].only_reference() {
                    Some(next) => id = next,
                    None => return id,
                }
            }
            id
        };
        let targets: Vec<CheckId> = (0..self.all.len())
            .map(|id| target(&self.all, id as CheckId))
            .collect();
        for check in &mut self.all {
            let used = check.properties.iter_mut().map(|(_, id)| id);
            for id in used.chain(&mut check.additional).chain(&mut check.items) {
                *id = targets[*id as usize];
            }
        }
    }

    /// Puts what most values need of each check into the two small tables.
    fn quicken(&mut self) {
        for check in &self.all {
            let mut quick = Quick {
                valid: 0,
                asked: 0,
                opened: 0,
                scalar: 0,
                lengths: NO_LENGTH,
            };
            let is_alone = !check.is_unsure && check.also.is_empty();
            if let (true, Ok(scalar)) = (is_alone, u16::try_from(self.scalars.len())) {
                quick.scalar = scalar;
                for tag in Tag::ALL {
                    quick.add(check, tag);
                }
            }
            if quick.asked != 0 {
                self.scalars.push(check.scalar.clone());
            }
            self.quick.push(quick);
        }
    }
}

impl Quick {
    /// Says what becomes of values with a tag.
    fn add(&mut self, check: &Check, tag: Tag) {
        let set = match tag {
            _ if check.types & type_of(tag) == 0 => return,
            Tag::Array | Tag::Object if check.scalar.words.is_some() => return,
            Tag::Array | Tag::Object => &mut self.opened,
            _ if check.scalar.asks_of(tag) => {
                if tag == Tag::Text {
                    self.lengths = sure_lengths(&check.scalar);
                }
                &mut self.asked
            }
            _ => &mut self.valid,
        };
        *set |= tag.bit();
    }
}

/// The lengths in bytes with which a text is valid whatever it says.
fn sure_lengths(scalar: &Scalar) -> (u32, u32) {
    let (least, most) = scalar.lengths;
    let least = if least <= 1 {
        Some(least)
    } else {
        least.checked_mul(4)
    };
    match least.map(u32::try_from) {
        Some(Ok(least)) if scalar.words.is_none() && scalar.pattern.is_none() => {
            (least, u32::try_from(most).unwrap_or(u32::MAX))
        }
        _ => NO_LENGTH,
    }
}

/// Compiles a schema.
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
            "enum" | "const" if check.scalar.words.is_some() => return None,
            "enum" => check.scalar.words = Some(scalars(value.as_array()?)?),
            "const" => check.scalar.words = Some(scalars(std::slice::from_ref(value))?),
            "minLength" => check.scalar.lengths.0 = value.as_u64()?,
            "maxLength" => check.scalar.lengths.1 = value.as_u64()?,
            "minItems" => check.counts.0 = value.as_u64()?,
            "maxItems" => check.counts.1 = value.as_u64()?,
            "minimum" => check.scalar.range.0 = value.as_i64()?,
            "maximum" => check.scalar.range.1 = value.as_i64()?,
            "pattern" => check.scalar.pattern = Some(Pattern::new(value.as_str()?)?.into()),
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
fn scalars(values: &[Json]) -> Option<Vec<Word>> {
    let word = |value: &Json| match value {
        Json::String(text) => Some(Word::Text(text.clone())),
        _ => value.as_i64().map(Word::Int),
    };
    values.iter().map(word).collect()
}
