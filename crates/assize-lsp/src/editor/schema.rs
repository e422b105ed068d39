//! What a kind's schema says of its fields.

use std::collections::BTreeMap;

use assize_snapshot::Kind;
use serde_json::{Map, Value as Json};

/// Schemas that are said of one value, references followed.
const MOST_BRANCHES: usize = 64;
/// Schemas that are looked at in search of a field.
const MOST_SCHEMAS: usize = 20_000;

/// What the schema of a kind says of one value.
#[derive(Clone, Copy)]
pub(crate) struct Schema<'k> {
    root: &'k Json,
    own: &'k Json,
}

/// A field, and what is known of it.
#[derive(Clone)]
pub(crate) struct Field<'k> {
    pub(crate) name: &'k str,
    pub(crate) schema: Schema<'k>,
    pub(crate) is_required: bool,
}

impl<'k> Schema<'k> {
    pub(crate) fn of(kind: &'k Kind) -> Self {
        let root = kind.schema_json();
        Self { root, own: root }
    }

    /// The schemas that are said of the value: its own, what it refers to, and the branches of combinations.
    fn branches(self) -> Vec<&'k Map<String, Json>> {
        let mut found: Vec<&Map<String, Json>> = Vec::new();
        let mut waiting = vec![self.own];
        while let Some(object) = waiting.pop().and_then(Json::as_object) {
            if found.len() >= MOST_BRANCHES || found.iter().any(|own| std::ptr::eq(*own, object)) {
                continue;
            }
            found.push(object);
            let combined =
                ["oneOf", "anyOf", "allOf"].map(|word| object.get(word).and_then(Json::as_array));
            waiting.extend(combined.into_iter().flatten().flatten());
            let target = object
                .get("$ref")
                .and_then(Json::as_str)
                .and_then(|text| text.strip_prefix('#'));
            waiting.extend(target.and_then(|pointer| self.root.pointer(pointer)));
        }
        found
    }

    fn find<T>(self, get: impl Fn(&'k Map<String, Json>) -> Option<T>) -> Option<T> {
        self.branches().into_iter().find_map(get)
    }

    fn at(self, own: &'k Json) -> Self {
        Self { own, ..self }
    }

    /// The fields of the value, in the order of the schema.
    pub(crate) fn fields(self) -> Vec<Field<'k>> {
        let branches = self.branches();
        let is_required = |name: &str| branches.iter().any(|branch| requires(branch, name));
        let properties = branches
            .iter()
            .filter_map(|branch| branch.get("properties")?.as_object());
        let field = |(name, own): (&'k String, &'k Json)| Field {
            name,
            schema: self.at(own),
            is_required: is_required(name),
        };
        properties.flatten().map(field).collect()
    }

    pub(crate) fn field(self, name: &str) -> Option<Field<'k>> {
        self.fields().into_iter().find(|field| field.name == name)
    }

    /// What is said of the elements of a list.
    pub(crate) fn items(self) -> Option<Self> {
        self.find(|branch| branch.get("items").filter(|items| items.is_object()))
            .map(|items| self.at(items))
    }

    pub(crate) fn description(self) -> Option<&'k str> {
        self.find(|branch| branch.get("description")?.as_str())
    }

    /// The texts that the value may have, where they are listed.
    pub(crate) fn values(self) -> Vec<&'k str> {
        let listed = self.find(|branch| branch.get("enum")?.as_array());
        listed
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect()
    }

    /// The type in a few words.
    pub(crate) fn type_words(self) -> String {
        let named = |word: &str| {
            self.find(|branch| {
                branch
                    .get(word)
                    .filter(|value| **value != Json::Bool(false))
            })
        };
        for (word, name) in [
            ("x-assize-time", "time"),
            ("x-assize-duration", "duration"),
            ("x-assize-version", "version"),
            ("x-assize-boolean", "true or false"),
            ("x-assize-number", "number"),
        ] {
            if named(word).is_some() {
                return name.to_owned();
            }
        }
        if let Some(items) = self.items() {
            return format!("list of {}", items.plain_type());
        }
        self.plain_type()
    }

    fn plain_type(self) -> String {
        let word = |value: &Json| {
            Some(
                match value.as_str()? {
                    "string" => "text",
                    "boolean" => "true or false",
                    "integer" => "whole number",
                    "array" => "list",
                    "null" => "null",
                    other => other,
                }
                .to_owned(),
            )
        };
        let found = self.find(|branch| match branch.get("type")? {
            Json::Array(types) => Some(
                types
                    .iter()
                    .filter_map(word)
                    .collect::<Vec<_>>()
                    .join(" or "),
            ),
            one => word(one),
        });
        found.unwrap_or_else(|| "any value".to_owned())
    }

    /// All fields of a name, wherever they are; for places whose type nobody knows.
    pub(crate) fn everywhere(self) -> BTreeMap<&'k str, Field<'k>> {
        let mut found = BTreeMap::new();
        let mut seen = std::collections::BTreeSet::new();
        let mut waiting = vec![self];
        while let Some(schema) = waiting.pop().filter(|_| seen.len() < MOST_SCHEMAS) {
            if !seen.insert(std::ptr::from_ref(schema.own).addr()) {
                continue;
            }
            waiting.extend(schema.items());
            for field in schema.fields() {
                waiting.push(field.schema);
                found.entry(field.name).or_insert(field);
            }
        }
        found
    }

    /// Where in the text of the schema it stands, as a JSON Pointer.
    pub(crate) fn pointer(self) -> Option<String> {
        let mut waiting = vec![(self.root, String::new())];
        while let Some((value, pointer)) = waiting.pop() {
            if std::ptr::eq(value, self.own) {
                return Some(pointer);
            }
            match value {
                Json::Object(members) => waiting.extend(members.iter().map(|(name, value)| {
                    let token = name.replace('~', "~0").replace('/', "~1");
                    (value, format!("{pointer}/{token}"))
                })),
                Json::Array(parts) => {
                    let parts = parts.iter().enumerate();
                    waiting.extend(parts.map(|(nth, value)| (value, format!("{pointer}/{nth}"))));
                }
                _ => {}
            }
        }
        None
    }
}

fn requires(schema: &Map<String, Json>, name: &str) -> bool {
    let required = schema.get("required").and_then(Json::as_array);
    required.into_iter().flatten().any(|own| own == name)
}
