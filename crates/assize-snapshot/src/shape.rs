//! A schema as the reader needs it: which fields there are, how they may be spelled, and what identifies an object.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use crate::keys::{self, Symbol};

/// A shape in its [`Shapes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ShapeId(u32);

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
            known: HashMap::new(),
        };
        builder.shape(schema, "#".to_owned());
        let mut shapes = Self(builder.shapes);
        shapes.mark_touched();
        shapes
    }

    pub(crate) fn root(&self) -> ShapeId {
        ShapeId(0)
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
    /// Shapes by the place of their schema, so that recursive schemas end.
    known: HashMap<String, ShapeId>,
}

impl Builder<'_> {
    fn shape(&mut self, schema: &Json, place: String) -> ShapeId {
        if let Some(id) = self.known.get(&place) {
            return *id;
        }
        let id = ShapeId(self.shapes.len() as u32);
        self.shapes.push(Shape::default());
        self.known.insert(place.clone(), id);
        let mut shape = Shape::default();
        self.add(schema, &place, &mut shape, 0);
        self.shapes[id.0 as usize] = shape;
        id
    }

    /// Adds what one schema says; `$ref` and the branches of combinations say it of the same value.
    fn add(&mut self, schema: &Json, place: &str, shape: &mut Shape, depth: usize) {
        let Some(schema) = schema.as_object() else {
            return;
        };
        if depth > 16 {
            return;
        }
        add_annotations(schema, shape);
        if let Some(properties) = schema.get("properties").and_then(Json::as_object) {
            for (name, property) in properties {
                let id = self.shape(property, format!("{place}/properties/{name}"));
                shape.properties.push((keys::intern(name), id));
            }
        }
        if let Some(items) = schema.get("items").filter(|items| items.is_object()) {
            shape.items = Some(self.shape(items, format!("{place}/items")));
        }
        if let Some(pointer) = schema
            .get("$ref")
            .and_then(Json::as_str)
            .and_then(|text| text.strip_prefix('#'))
        {
            let root = self.schema;
            if let Some(target) = root.pointer(pointer) {
                self.add(target, &format!("#{pointer}"), shape, depth + 1);
            }
        }
        for word in ["allOf", "anyOf", "oneOf"] {
            let branches = schema
                .get(word)
                .and_then(Json::as_array)
                .into_iter()
                .flatten();
            for (index, branch) in branches.enumerate() {
                self.add(branch, &format!("{place}/{word}/{index}"), shape, depth + 1);
            }
        }
    }
}

fn add_annotations(schema: &Map<String, Json>, shape: &mut Shape) {
    let flag = |name: &str| schema.get(name).and_then(Json::as_bool).unwrap_or(false);
    shape.is_list |= flag("x-assize-list");
    shape.ignore_case |= flag("x-assize-ignore-case");
    if let Some(time) = schema
        .get("x-assize-time")
        .filter(|time| **time != Json::Bool(false))
    {
        shape.spelling = Some(Spelling::Time { utc: time == "utc" });
    }
    for (name, spelling) in [
        ("x-assize-duration", Spelling::Duration),
        ("x-assize-version", Spelling::Version),
        ("x-assize-boolean", Spelling::Boolean),
        ("x-assize-number", Spelling::Number),
    ] {
        if flag(name) {
            shape.spelling = Some(spelling);
        }
    }
    if let Some(key) = schema.get("x-assize-key") {
        shape.key = texts(key).map(keys::intern).collect();
    }
    if let Some(member) = schema.get("x-assize-flatten").and_then(Json::as_str) {
        shape.flatten = Some(keys::intern(member));
    }
    if let Some(names) = schema.get("x-assize-from") {
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
