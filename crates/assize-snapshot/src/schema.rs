//! A schema as people who write policies need it: what each place is called, what it may hold, and what is said of it.
//!
//! The reader works with [`crate::Shapes`], which know less and cost nothing. This is made on demand, for tools.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value as Json};

use crate::{kind::Kind, shape::texts};

/// Subschemas that are looked at to learn the types of one place; a schema that is not made to harm needs a few.
const MOST_STEPS: usize = 1_000;

/// A place of a schema: an index into [`Schema::places`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(pub u32);

/// The places of one kind's schema; the first is the whole snapshot.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The kind.
    pub kind: String,
    /// What the schema calls it.
    pub title: String,
    /// All places.
    pub places: Vec<SchemaPlace>,
}

/// What a schema says of the values in one place, in the one normal form that policies see.
#[derive(Debug, Clone, Default)]
pub struct SchemaPlace {
    /// The way to it, `AcceptedDomain[].DomainName`; empty for the whole snapshot. A place that several ways lead to has the
    /// first of them.
    pub path: String,
    /// What it means.
    pub description: String,
    /// What it may hold.
    pub types: SchemaTypes,
    /// The only texts that it may hold, where the schema fixes them.
    pub values: Option<Vec<String>>,
    /// What its text or number stands for.
    pub meaning: Option<Meaning>,
    /// Its fields, in the order of the schema; none where it is no object, or the schema leaves them open.
    pub fields: Vec<SchemaField>,
    /// The elements, where it is a list.
    pub items: Option<PlaceId>,
    /// `x-assize-key`: the fields that identify an element.
    pub key: Vec<String>,
    /// `x-assize-volatile`: it changes without anybody changing it.
    pub is_volatile: bool,
    /// It ought not to be used any more.
    pub is_deprecated: bool,
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaField {
    /// Its name.
    pub name: String,
    /// The place of its value.
    pub place: PlaceId,
    /// The schema requires it.
    pub is_required: bool,
}

/// What a text or a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A point in time.
    Time,
    /// A length of time.
    Duration,
    /// A version.
    Version,
    /// True or false.
    Boolean,
    /// A number.
    Number,
}

/// The types of JSON that a place may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemaTypes(u8);

impl SchemaTypes {
    /// Anything.
    pub const ANY: Self = Self(0b0111_1111);
    /// Null.
    pub const NULL: Self = Self(1);
    /// True or false.
    pub const BOOLEAN: Self = Self(1 << 1);
    /// A whole number.
    pub const INTEGER: Self = Self(1 << 2);
    /// A number that is not whole.
    pub const FRACTION: Self = Self(1 << 3);
    /// A text.
    pub const TEXT: Self = Self(1 << 4);
    /// A list.
    pub const LIST: Self = Self(1 << 5);
    /// An object.
    pub const OBJECT: Self = Self(1 << 6);

    /// Whether a value of one of the types may be here.
    pub fn allows(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn named(name: &str) -> Self {
        match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self(Self::INTEGER.0 | Self::FRACTION.0),
            "string" => Self::TEXT,
            "array" => Self::LIST,
            "object" => Self::OBJECT,
            _ => Self(0),
        }
    }

    fn of(value: &Json) -> Self {
        match value {
            Json::Null => Self::NULL,
            Json::Bool(_) => Self::BOOLEAN,
            Json::Number(number) if number.is_f64() => Self::FRACTION,
            Json::Number(_) => Self::INTEGER,
            Json::String(_) => Self::TEXT,
            Json::Array(_) => Self::LIST,
            Json::Object(_) => Self::OBJECT,
        }
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Default for SchemaTypes {
    fn default() -> Self {
        Self::ANY
    }
}

impl Kind {
    /// What its schema says, place by place. It is read anew at each call.
    pub fn schema(&self) -> Schema {
        let (schema, _) = self.read();
        let mut builder = Builder {
            root: schema,
            places: Vec::new(),
            known: FxHashMap::default(),
            work: VecDeque::new(),
        };
        builder.place(schema, String::new());
        builder.run();
        Schema {
            kind: self.name().to_owned(),
            title: self.title().to_owned(),
            places: builder.places,
        }
    }
}

impl Schema {
    /// The whole snapshot.
    pub fn root(&self) -> PlaceId {
        PlaceId(0)
    }

    /// A place.
    pub fn place(&self, id: PlaceId) -> &SchemaPlace {
        &self.places[id.0 as usize]
    }

    /// A field of an object.
    pub fn field(&self, object: PlaceId, name: &str) -> Option<&SchemaField> {
        let fields = &self.place(object).fields;
        fields.iter().find(|field| field.name == name)
    }
}

struct Builder<'s> {
    root: &'s Json,
    places: Vec<SchemaPlace>,
    /// Places by the address of their schema, so that recursive schemas end.
    known: FxHashMap<usize, PlaceId>,
    /// Places whose schema has not been read yet.
    work: VecDeque<(PlaceId, &'s Json)>,
}

impl<'s> Builder<'s> {
    fn place(&mut self, schema: &'s Json, path: String) -> PlaceId {
        let address = std::ptr::from_ref(schema).addr();
        if let Some(id) = self.known.get(&address) {
            return *id;
        }
        let id = PlaceId(self.places.len() as u32);
        // A way that long is shown to nobody.
        let path = if path.len() > 500 {
            String::new()
        } else {
            path
        };
        self.places.push(SchemaPlace {
            path,
            ..SchemaPlace::default()
        });
        self.known.insert(address, id);
        self.work.push_back((id, schema));
        id
    }

    fn run(&mut self) {
        while let Some((id, schema)) = self.work.pop_front() {
            let path = self.places[id.0 as usize].path.clone();
            let place = self.read(schema, path);
            self.places[id.0 as usize] = place;
        }
    }

    /// Collects what a schema says of a value; `$ref` and the branches of combinations say it of the same value. What a branch
    /// requires may not be required in another one.
    fn read(&mut self, schema: &'s Json, path: String) -> SchemaPlace {
        let mut place = SchemaPlace {
            path,
            ..SchemaPlace::default()
        };
        let (mut seen, mut required, mut is_list) = (FxHashSet::default(), Vec::new(), false);
        let mut queue = VecDeque::from([(schema, true)]);
        while let Some((schema, is_certain)) = queue.pop_front() {
            let Some(object) = schema.as_object() else {
                continue;
            };
            if !seen.insert(std::ptr::from_ref(schema).addr()) {
                continue;
            }
            annotate(object, &mut place);
            is_list |= flag(object, "x-assize-list");
            self.add_children(object, &mut place);
            if is_certain {
                required.extend(object.get("required").into_iter().flat_map(texts));
            }
            queue.extend(self.target(object).map(|target| (target, is_certain)));
            for (word, is_every) in [("allOf", true), ("anyOf", false), ("oneOf", false)] {
                let branches = object.get(word).and_then(Json::as_array);
                let branches = branches.into_iter().flatten();
                queue.extend(branches.map(|branch| (branch, is_certain && is_every)));
            }
        }
        for field in &mut place.fields {
            field.is_required = required.contains(&field.name.as_str());
        }
        place.types = self.types(schema, &mut { MOST_STEPS });
        if is_list {
            // Nothing and a lone element are written as lists.
            place.types = SchemaTypes::LIST;
        } else if place.types == SchemaTypes::ANY && !place.fields.is_empty() {
            place.types = SchemaTypes::OBJECT;
        }
        place.values = self.values(schema, &mut { MOST_STEPS });
        place
    }

    fn target(&self, schema: &Map<String, Json>) -> Option<&'s Json> {
        let text = schema.get("$ref").and_then(Json::as_str)?;
        self.root.pointer(text.strip_prefix('#')?)
    }

    fn add_children(&mut self, schema: &'s Map<String, Json>, place: &mut SchemaPlace) {
        let properties = schema.get("properties").and_then(Json::as_object);
        for (name, property) in properties.into_iter().flatten() {
            if place.fields.iter().any(|own| own.name == *name) {
                continue;
            }
            let path = if place.path.is_empty() {
                name.clone()
            } else {
                format!("{}.{name}", place.path)
            };
            let field = SchemaField {
                name: name.clone(),
                place: self.place(property, path),
                is_required: false,
            };
            place.fields.push(field);
        }
        if let (None, Some(items)) = (
            place.items,
            schema.get("items").filter(|items| items.is_object()),
        ) {
            place.items = Some(self.place(items, format!("{}[]", place.path)));
        }
    }

    /// The types that a schema leaves open; steps bound the work.
    fn types(&self, schema: &Json, steps: &mut usize) -> SchemaTypes {
        let Some(object) = schema.as_object().filter(|_| *steps > 0) else {
            return SchemaTypes::ANY;
        };
        *steps -= 1;
        let mut types = SchemaTypes::ANY;
        if let Some(named) = object.get("type") {
            let named = texts(named).map(SchemaTypes::named);
            types = named.fold(SchemaTypes(0), SchemaTypes::or);
        }
        if let Some(values) = listed(object) {
            let of_values = values.into_iter().map(SchemaTypes::of);
            types = types.and(of_values.fold(SchemaTypes(0), SchemaTypes::or));
        }
        if let Some(target) = self.target(object) {
            types = types.and(self.types(target, steps));
        }
        for branch in branches(object, "allOf") {
            types = types.and(self.types(branch, steps));
        }
        for word in ["anyOf", "oneOf"] {
            if object.contains_key(word) {
                let branches = branches(object, word);
                let open = branches.fold(SchemaTypes(0), |open, branch| {
                    open.or(self.types(branch, steps))
                });
                types = types.and(open);
            }
        }
        types
    }

    /// The texts that a schema leaves open, if it fixes them.
    fn values(&self, schema: &Json, steps: &mut usize) -> Option<Vec<String>> {
        let object = schema.as_object().filter(|_| *steps > 0)?;
        *steps -= 1;
        if let Some(values) = listed(object) {
            let texts = values.into_iter().filter_map(Json::as_str);
            return Some(texts.map(str::to_owned).collect());
        }
        let followed = self
            .target(object)
            .and_then(|target| self.values(target, steps));
        if followed.is_some() {
            return followed;
        }
        for branch in branches(object, "allOf") {
            if let Some(values) = self.values(branch, steps) {
                return Some(values);
            }
        }
        let word = ["anyOf", "oneOf"]
            .into_iter()
            .find(|word| object.contains_key(*word))?;
        let mut all = Vec::new();
        for branch in branches(object, word) {
            if self.types(branch, steps).allows(SchemaTypes::TEXT) {
                all.extend(self.values(branch, steps)?);
            }
        }
        Some(all)
    }
}

fn branches<'s>(schema: &'s Map<String, Json>, word: &str) -> impl Iterator<Item = &'s Json> {
    schema
        .get(word)
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
}

/// What `enum` or `const` lists.
fn listed(schema: &Map<String, Json>) -> Option<Vec<&Json>> {
    let many = schema.get("enum").and_then(Json::as_array);
    let many = many.map(|values| values.iter().collect());
    many.or_else(|| schema.get("const").map(|value| vec![value]))
}

fn flag(schema: &Map<String, Json>, name: &str) -> bool {
    schema
        .get(name)
        .is_some_and(|value| *value != Json::Bool(false))
}

fn annotate(schema: &Map<String, Json>, place: &mut SchemaPlace) {
    if place.description.is_empty() {
        let text = schema.get("description").and_then(Json::as_str);
        text.unwrap_or_default().clone_into(&mut place.description);
    }
    if let Some(key) = schema.get("x-assize-key").filter(|_| place.key.is_empty()) {
        place.key = texts(key).map(str::to_owned).collect();
    }
    place.is_volatile |= flag(schema, "x-assize-volatile");
    place.is_deprecated |= flag(schema, "deprecated");
    for (name, meaning) in [
        ("x-assize-time", Meaning::Time),
        ("x-assize-duration", Meaning::Duration),
        ("x-assize-version", Meaning::Version),
        ("x-assize-boolean", Meaning::Boolean),
        ("x-assize-number", Meaning::Number),
    ] {
        if flag(schema, name) {
            place.meaning.get_or_insert(meaning);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(text: &str) -> Schema {
        Kind::new("k", text, None).unwrap().schema()
    }

    #[test]
    fn what_a_place_may_hold() {
        let schema = schema(
            r##"{"type": "object", "required": ["a"], "properties": {
                "a": {"$ref": "#/$defs/state", "description": "The state."},
                "b": {"type": ["integer", "null"]},
                "c": {"x-assize-list": true, "type": ["array", "null"], "items": {"properties": {"d": {"x-assize-time": true, "type": "string"}}}},
                "e": {"anyOf": [{"enum": ["x"]}, {"type": "null"}]}
            }, "$defs": {"state": {"type": "string", "enum": ["on", "off"]}}}"##,
        );
        let place = |name: &str| schema.place(schema.field(schema.root(), name).unwrap().place);
        assert!(schema.field(schema.root(), "a").unwrap().is_required);
        assert!(!schema.field(schema.root(), "b").unwrap().is_required);
        assert_eq!(
            place("a").values.as_deref(),
            Some(&["on".to_owned(), "off".to_owned()][..])
        );
        assert_eq!(
            (place("a").types, place("a").description.as_str()),
            (SchemaTypes::TEXT, "The state.")
        );
        assert!(
            place("b").types.allows(SchemaTypes::NULL)
                && !place("b").types.allows(SchemaTypes::TEXT)
        );
        assert_eq!(place("c").types, SchemaTypes::LIST);
        let items = schema.place(place("c").items.unwrap());
        assert_eq!(
            (items.types, items.path.as_str()),
            (SchemaTypes::OBJECT, "c[]")
        );
        assert_eq!(
            schema.place(items.fields[0].place).meaning,
            Some(Meaning::Time)
        );
        assert_eq!(place("e").values.as_deref(), Some(&["x".to_owned()][..]));
    }

    #[test]
    fn hostile_schemas_end() {
        let branch = r##"{"$ref": "#/$defs/a"}"##;
        let eight = [branch; 8].join(",");
        let text = format!(
            r##"{{"$ref": "#/$defs/a", "$defs": {{"a": {{"allOf": [{eight}], "anyOf": [{eight}], "properties": {{"x": {branch}}}, "items": {branch}}}}}}}"##
        );
        assert!(schema(&text).places.len() < 10);
    }
}
