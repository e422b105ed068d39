use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::scalar::Scalars;
use crate::{
    document::{Document, NodeId},
    value::Value,
    wrapper::wrapped_list,
};

/// Names of fields that identify an object, the best first; a name may also end with one of them.
const KEY_NAMES: [&str; 9] = [
    "thumbprint",
    "identity",
    "guid",
    "id",
    "domainname",
    "name",
    "key",
    "upn",
    "address",
];

/// The schema of a section, which is given once.
pub(super) fn section(document: &Document, node: NodeId) -> Json {
    schema(document, &[node])
}

/// The members that all objects of a list have, in the order of the first.
pub(super) fn common_names(document: &Document, list: NodeId) -> Vec<String> {
    let objects: Vec<NodeId> = document
        .children(list)
        .filter(|element| document.value(*element) == Value::Object)
        .collect();
    required(document, &objects)
}

/// What values of one field are, by what they are made of.
#[derive(Default)]
struct Seen {
    nulls: usize,
    objects: Vec<NodeId>,
    elements: Vec<NodeId>,
    /// The elements of each list by itself: a key is unique in its list.
    lists: Vec<Vec<NodeId>>,
    scalars: Vec<NodeId>,
}

fn schema(document: &Document, values: &[NodeId]) -> Json {
    let mut seen = Seen::default();
    for value in values {
        seen.add(document, *value);
    }
    if !seen.lists.is_empty() {
        return seen.list(document);
    }
    let scalars = Scalars::of(document, &seen.scalars);
    if seen
        .objects
        .iter()
        .all(|object| scalars.stands_for(document, *object))
    {
        return scalars.schema(seen.nulls > 0);
    }
    seen.object(document, &scalars)
}

impl Seen {
    fn add(&mut self, document: &Document, value: NodeId) {
        let value = wrapped_list(document, value).unwrap_or(value);
        match document.value(value) {
            Value::Null => self.nulls += 1,
            Value::Object => self.objects.push(value),
            Value::Array => {
                let elements: Vec<NodeId> = document.children(value).collect();
                self.elements.extend(&elements);
                self.lists.push(elements);
            }
            _ => self.scalars.push(value),
        }
    }

    /// A list; what else stands in its place is a list that collapsed to its only element.
    fn list(self, document: &Document) -> Json {
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("array"));
        schema.insert("x-assize-list".to_owned(), json!(true));
        let mut lists = self.lists;
        let lone = self.objects.iter().chain(&self.scalars);
        lists.extend(lone.map(|element| vec![*element]));
        let is_empty_text =
            |node: &NodeId| matches!(document.value(*node), Value::Text(text) if text.is_empty());
        let is_nothing = |list: &Vec<NodeId>| {
            list.len() == 1 && (document.value(list[0]) == Value::Null || is_empty_text(&list[0]))
        };
        lists.retain(|list| !is_nothing(list));
        let elements: Vec<NodeId> = lists.iter().flatten().copied().collect();
        if elements.is_empty() {
            schema.insert(
                "x-assize-unsure".to_owned(),
                json!("The list was empty everywhere: what it holds is unknown."),
            );
            return Json::Object(schema);
        }
        if let Some(key) = key(document, &lists) {
            schema.insert("x-assize-key".to_owned(), json!(key.name));
            if !key.is_proven {
                schema.insert(
                    "x-assize-unsure".to_owned(),
                    json!("The key was chosen by its name: no list had two elements."),
                );
            }
        }
        schema.insert("items".to_owned(), self::schema(document, &elements));
        Json::Object(schema)
    }

    fn object(self, document: &Document, scalars: &Scalars) -> Json {
        let mut types = vec!["object"];
        types.extend(scalars.types());
        if self.nulls > 0 {
            types.push("null");
        }
        let mut schema = Map::new();
        schema.insert("type".to_owned(), one_or_many(&types));
        let required = required(document, &self.objects);
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        let properties: Map<String, Json> = members(document, &self.objects)
            .into_iter()
            .map(|(name, values)| (name, self::schema(document, &values)))
            .collect();
        schema.insert("properties".to_owned(), Json::Object(properties));
        Json::Object(schema)
    }
}

/// A type, or a list of several.
pub(super) fn one_or_many(types: &[&str]) -> Json {
    match types {
        [one] => json!(one),
        many => json!(many),
    }
}

/// The members of objects by name, in the order in which they turn up.
fn members(document: &Document, objects: &[NodeId]) -> Vec<(String, Vec<NodeId>)> {
    let mut members: Vec<(String, Vec<NodeId>)> = Vec::new();
    let mut index = rustc_hash::FxHashMap::default();
    for member in objects.iter().flat_map(|object| document.children(*object)) {
        let name = document.name(member);
        let at = *index.entry(name.to_owned()).or_insert_with(|| {
            members.push((name.to_owned(), Vec::new()));
            members.len() - 1
        });
        members[at].1.push(member);
    }
    members
}

/// The members that every object has.
fn required(document: &Document, objects: &[NodeId]) -> Vec<String> {
    members(document, objects)
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| {
            let mut all = objects.iter();
            all.all(|object| document.member_named(*object, name).is_some())
        })
        .collect()
}

/// A field that may identify the elements of lists.
struct Key {
    name: String,
    /// There was a list with two elements.
    is_proven: bool,
}

/// A field with another value in each element of each list, by its name the likeliest.
fn key(document: &Document, lists: &[Vec<NodeId>]) -> Option<Key> {
    let objects: Vec<NodeId> = lists.iter().flatten().copied().collect();
    let is_object = |node: &NodeId| document.value(*node) == Value::Object;
    if !objects.iter().all(is_object) {
        return None;
    }
    let is_proven = lists.iter().any(|list| list.len() > 1);
    let rank = |name: &str| {
        let name = name.to_ascii_lowercase();
        let exact = KEY_NAMES.iter().position(|own| *own == name);
        let ending = KEY_NAMES.iter().position(|own| name.ends_with(own));
        exact.or(ending.map(|at| at + KEY_NAMES.len()))
    };
    let mut candidates: Vec<(usize, String)> = required(document, &objects)
        .into_iter()
        .filter_map(|name| Some((rank(&name)?, name)))
        .filter(|(_, name)| lists.iter().all(|list| is_unique(document, list, name)))
        .collect();
    candidates.sort_by_key(|(rank, _)| *rank);
    let (_, name) = candidates.into_iter().next()?;
    Some(Key { name, is_proven })
}

/// Whether a field is a scalar with another value in each element.
fn is_unique(document: &Document, list: &[NodeId], name: &str) -> bool {
    let mut values = BTreeSet::new();
    list.iter().all(|element| {
        let value = document
            .member_named(*element, name)
            .map(|value| document.value(value));
        let text = match value {
            Some(Value::Text(text)) if !text.is_empty() => text.to_lowercase(),
            Some(Value::Int(number)) => number.to_string(),
            _ => return false,
        };
        values.insert(text)
    })
}
