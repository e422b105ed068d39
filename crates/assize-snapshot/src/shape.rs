//! A schema as the reader needs it: which fields there are, how they may be spelled, and what identifies an object.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value as Json};

use crate::keys::{self, Symbol};

/// A shape in its [`Shapes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShapeId(u32);

/// How a scalar may be spelled, by the annotation of its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// `x-assize-time`: a point in time; `utc` where a missing zone means UTC.
    Time { utc: bool },
    /// `x-assize-duration`.
    Duration,
    /// `x-assize-version`.
    Version,
    /// `x-assize-boolean`.
    Boolean,
    /// `x-assize-number`.
    Number,
}

/// What a schema says about one value.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent annotations")]
pub(crate) struct Shape {
    pub(crate) properties: Vec<(Symbol, ShapeId)>,
    pub(crate) items: Option<ShapeId>,
    pub(crate) spelling: Option<Spelling>,
    /// `x-assize-list`: a list that may have collapsed.
    pub(crate) is_list: bool,
    /// `x-assize-key`: the fields that identify an element.
    pub(crate) key: Vec<Symbol>,
    pub(crate) ignore_case: bool,
    pub(crate) flatten: Option<Symbol>,
    /// `x-assize-from`: further names of a section.
    pub(crate) other_names: Vec<String>,
    /// `x-assize-volatile`: it changes without anybody changing it.
    pub(crate) is_volatile: bool,
    /// Normalisation has something to do here or below.
    pub(crate) touches: bool,
}

impl Shape {
    pub(crate) fn property(&self, name: Symbol) -> Option<ShapeId> {
        self.properties
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, shape)| *shape)
    }
}

/// All shapes of one schema; the first is the root's.
#[derive(Debug, Clone)]
pub struct Shapes(Vec<Shape>);

impl Shapes {
    /// Reads a JSON Schema. References outside the document are left to the schema compiler, which refuses them.
    pub(crate) fn of(schema: &Json) -> Self {
        let mut builder = Builder {
            schema,
            shapes: Vec::new(),
            known: FxHashMap::default(),
            work: Vec::new(),
        };
        builder.shape(schema);
        builder.run();
        let mut shapes = Self(builder.shapes);
        shapes.mark_touched();
        shapes
    }

    /// What the schema says of the whole.
    pub fn root(&self) -> ShapeId {
        ShapeId(0)
    }

    /// What the schema says of a field.
    pub fn property(&self, id: ShapeId, name: Symbol) -> Option<ShapeId> {
        self.get(id).property(name)
    }

    /// What the schema says of the elements of a list.
    pub fn items(&self, id: ShapeId) -> Option<ShapeId> {
        self.get(id).items
    }

    pub(crate) fn get(&self, id: ShapeId) -> &Shape {
        &self.0[id.0 as usize]
    }

    /// Every field name that the schema knows, anywhere.
    pub fn field_names(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.0
            .iter()
            .flat_map(|shape| shape.properties.iter().map(|(name, _)| *name))
    }

    /// Spreads `touches` from where something has to be done to everything above it, until nothing changes.
    fn mark_touched(&mut self) {
        let mut changed = true;
        while changed {
            changed = false;
            for index in 0..self.0.len() {
                let shape = &self.0[index];
                let below = shape
                    .properties
                    .iter()
                    .map(|(_, id)| *id)
                    .chain(shape.items);
                let touches = shape.spelling.is_some()
                    || shape.is_list
                    || shape.ignore_case
                    || shape.flatten.is_some()
                    || !shape.other_names.is_empty()
                    || below.into_iter().any(|id| self.0[id.0 as usize].touches);
                if touches && !shape.touches {
                    self.0[index].touches = true;
                    changed = true;
                }
            }
        }
    }
}

struct Builder<'s> {
    schema: &'s Json,
    shapes: Vec<Shape>,
    /// Shapes by the address of their schema, so that recursive schemas end.
    known: FxHashMap<usize, ShapeId>,
    /// Shapes whose schema has not been read yet.
    work: Vec<(ShapeId, &'s Json)>,
}

impl<'s> Builder<'s> {
    fn shape(&mut self, schema: &'s Json) -> ShapeId {
        let address = std::ptr::from_ref(schema).addr();
        if let Some(id) = self.known.get(&address) {
            return *id;
        }
        let id = ShapeId(self.shapes.len() as u32);
        self.shapes.push(Shape::default());
        self.known.insert(address, id);
        self.work.push((id, schema));
        id
    }

    fn run(&mut self) {
        while let Some((id, schema)) = self.work.pop() {
            let mut shape = Shape::default();
            self.fill(schema, &mut shape);
            self.shapes[id.0 as usize] = shape;
        }
    }

    /// Collects what a schema says of a value; `$ref` and the branches of combinations say it of the same value. Each place
    /// counts once, and the first that says something wins: the schema itself before what it refers to.
    fn fill(&mut self, schema: &'s Json, shape: &mut Shape) {
        let mut seen = FxHashSet::default();
        let mut queue = VecDeque::from([schema]);
        while let Some(schema) = queue.pop_front() {
            let Some(object) = schema.as_object() else {
                continue;
            };
            if !seen.insert(std::ptr::from_ref(schema).addr()) {
                continue;
            }
            add_annotations(object, shape);
            self.add_children(object, shape);
            if let Some(pointer) = object
                .get("$ref")
                .and_then(Json::as_str)
                .and_then(|text| text.strip_prefix('#'))
                && let Some(target) = self.schema.pointer(pointer)
            {
                queue.push_back(target);
            }
            for word in ["allOf", "anyOf", "oneOf"] {
                let branches = object.get(word).and_then(Json::as_array);
                queue.extend(branches.into_iter().flatten());
            }
        }
    }

    fn add_children(&mut self, schema: &'s Map<String, Json>, shape: &mut Shape) {
        let properties = schema.get("properties").and_then(Json::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let id = self.shape(property);
            shape.properties.push((keys::intern(name), id));
        }
        if let Some(items) = schema.get("items").filter(|items| items.is_object()) {
            let id = self.shape(items);
            shape.items.get_or_insert(id);
        }
    }
}

fn add_annotations(schema: &Map<String, Json>, shape: &mut Shape) {
    let flag = |name: &str| schema.get(name).and_then(Json::as_bool).unwrap_or(false);
    shape.is_list |= flag("x-assize-list");
    shape.ignore_case |= flag("x-assize-ignore-case");
    shape.is_volatile |= flag("x-assize-volatile");
    if let Some(time) = schema
        .get("x-assize-time")
        .filter(|time| **time != Json::Bool(false))
    {
        let spelling = Spelling::Time { utc: time == "utc" };
        shape.spelling.get_or_insert(spelling);
    }
    for (name, spelling) in [
        ("x-assize-duration", Spelling::Duration),
        ("x-assize-version", Spelling::Version),
        ("x-assize-boolean", Spelling::Boolean),
        ("x-assize-number", Spelling::Number),
    ] {
        if flag(name) {
            shape.spelling.get_or_insert(spelling);
        }
    }
    if let Some(key) = schema.get("x-assize-key").filter(|_| shape.key.is_empty()) {
        shape.key = texts(key).map(keys::intern).collect();
    }
    if let Some(member) = schema.get("x-assize-flatten").and_then(Json::as_str) {
        shape.flatten.get_or_insert_with(|| keys::intern(member));
    }
    if let Some(names) = schema
        .get("x-assize-from")
        .filter(|_| shape.other_names.is_empty())
    {
        shape.other_names = texts(names).map(str::to_owned).collect();
    }
}

/// The strings of a string or of a list of strings.
pub(crate) fn texts(value: &Json) -> impl Iterator<Item = &str> {
    value.as_str().into_iter().chain(
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Json::as_str),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_that_refer_to_themselves_end() {
        let branch = json!({"$ref": "#/$defs/a"});
        let schema = json!({
            "$ref": "#/$defs/a",
            "$defs": {"a": {
                "allOf": [branch, branch, branch, branch, branch, branch, branch, branch],
                "properties": {"x": branch}, "items": branch
            }}
        });
        let shapes = Shapes::of(&schema);
        let x = shapes.get(shapes.root()).property(keys::intern("x"));
        assert!(x.is_some_and(|x| shapes.get(x).property(keys::intern("x")).is_some()));
    }

    #[test]
    fn long_chains_of_references_need_no_stack() {
        let mut defs = Map::new();
        for nth in 0..20_000 {
            let next = json!({"properties": {"x": {"$ref": format!("#/$defs/d{}", nth + 1)}}});
            defs.insert(format!("d{nth}"), next);
        }
        let shapes = Shapes::of(&json!({"$ref": "#/$defs/d0", "$defs": defs}));
        assert_eq!(shapes.0.len(), 20_001);
    }

    #[test]
    fn a_schema_says_more_than_what_it_refers_to() {
        let schema = json!({"properties": {"a": {"$ref": "#/$defs/time", "x-assize-time": "utc"}},
            "$defs": {"time": {"x-assize-time": true}}});
        let shapes = Shapes::of(&schema);
        let a = shapes.get(shapes.root()).property(keys::intern("a"));
        let spelling = a.and_then(|a| shapes.get(a).spelling);
        assert_eq!(spelling, Some(Spelling::Time { utc: true }));
    }
}
