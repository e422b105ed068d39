use assize_snapshot::{NodeId, Snapshot, Value, format_time};
use rhai::Dynamic;
use serde_json::{Map, Value as Json, json};

use crate::{
    context::{self, Answer},
    library::{Facts, Set},
    node::{Duration, Node, Params, Time, Version},
};

/// Values of which a shown value is made, at most.
const MOST: usize = 200;
/// Levels within each other, at most.
const DEEPEST: usize = 8;
/// Characters of a text, at most.
const LONGEST: usize = 2_000;
/// What stands in the place of what is left out.
const LEFT_OUT: &str = "…";

/// A value as JSON, within bounds.
pub(super) struct Shown {
    pub(super) value: Json,
    pub(super) is_cut: bool,
}

impl Shown {
    pub(super) fn of(value: &Dynamic) -> Answer<Self> {
        let mut show = Show {
            left: MOST,
            is_cut: false,
        };
        let value = show.dynamic(value, 0)?;
        let is_cut = show.is_cut;
        Ok(Self { value, is_cut })
    }
}

struct Show {
    left: usize,
    is_cut: bool,
}

impl Show {
    /// Whether another value may be shown at a depth.
    fn may(&mut self, depth: usize) -> bool {
        if self.left == 0 || depth > DEEPEST {
            self.is_cut = true;
            return false;
        }
        self.left -= 1;
        true
    }

    fn dynamic(&mut self, value: &Dynamic, depth: usize) -> Answer<Json> {
        if !self.may(depth) {
            return Ok(json!(LEFT_OUT));
        }
        let value = value.flatten_clone();
        if let Some(node) = value.clone().try_cast::<Node>() {
            return context::with(|context| {
                let id = context.id(node);
                Ok(self.node(context.snapshot(node), id, depth))
            });
        }
        if let Some(list) = value.read_lock::<rhai::Array>() {
            return self.list(&list, depth);
        }
        if let Some(map) = value.read_lock::<rhai::Map>() {
            return self.map(&map, depth);
        }
        Ok(self.scalar(&value))
    }

    fn list(&mut self, list: &[Dynamic], depth: usize) -> Answer<Json> {
        let mut shown = Vec::new();
        for element in list {
            if self.left == 0 {
                self.is_cut = true;
                shown.push(json!(LEFT_OUT));
                break;
            }
            shown.push(self.dynamic(element, depth + 1)?);
        }
        Ok(Json::Array(shown))
    }

    fn map(&mut self, map: &rhai::Map, depth: usize) -> Answer<Json> {
        let mut shown = Map::new();
        for (name, value) in map {
            if self.left == 0 {
                self.is_cut = true;
                shown.insert(LEFT_OUT.to_owned(), json!(LEFT_OUT));
                break;
            }
            shown.insert(self.text(name), self.dynamic(value, depth + 1)?);
        }
        Ok(Json::Object(shown))
    }

    fn scalar(&mut self, value: &Dynamic) -> Json {
        if value.is_unit() {
            return Json::Null;
        }
        if let Ok(value) = value.as_bool() {
            return json!(value);
        }
        if let Ok(value) = value.as_int() {
            return json!(value);
        }
        if let Ok(value) = value.as_float() {
            return json!(value);
        }
        if let Ok(text) = value.as_immutable_string_ref() {
            return json!(self.text(&text));
        }
        json!(self.text(&described(value)))
    }

    fn text(&mut self, text: &str) -> String {
        match text.char_indices().nth(LONGEST) {
            Some((at, _)) => {
                self.is_cut = true;
                format!("{}{LEFT_OUT}", &text[..at])
            }
            None => text.to_owned(),
        }
    }

    /// A value of a snapshot, in its normalised form.
    fn node(&mut self, snapshot: &Snapshot, node: NodeId, depth: usize) -> Json {
        let document = &snapshot.document;
        match document.value(node) {
            Value::Array => self.elements(snapshot, node, depth),
            Value::Object => self.members(snapshot, node, depth),
            Value::Null => Json::Null,
            Value::Bool(value) => json!(value),
            Value::Int(value) => json!(value),
            Value::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
            Value::Text(text) => json!(self.text(&text)),
            Value::Time(micros) => json!(format_time(micros)),
            Value::Duration(micros) => json!(described(&Dynamic::from(Duration(micros)))),
            Value::Version(parts) => json!(described(&Dynamic::from(Version(parts)))),
            Value::Unreadable(reason) => json!(self.text(reason)),
        }
    }

    fn elements(&mut self, snapshot: &Snapshot, node: NodeId, depth: usize) -> Json {
        let mut shown = Vec::new();
        for element in snapshot.document.children(node) {
            if !self.may(depth + 1) {
                shown.push(json!(LEFT_OUT));
                break;
            }
            shown.push(self.node(snapshot, element, depth + 1));
        }
        Json::Array(shown)
    }

    fn members(&mut self, snapshot: &Snapshot, node: NodeId, depth: usize) -> Json {
        let mut shown = Map::new();
        for member in snapshot.document.children(node) {
            if !self.may(depth + 1) {
                shown.insert(LEFT_OUT.to_owned(), json!(LEFT_OUT));
                break;
            }
            let name = self.text(snapshot.document.name(member));
            shown.insert(name, self.node(snapshot, member, depth + 1));
        }
        Json::Object(shown)
    }
}

/// A value that JSON has no form for.
fn described(value: &Dynamic) -> String {
    if let Some(Time(micros)) = value.clone().try_cast::<Time>() {
        return format_time(micros);
    }
    if let Some(duration) = value.clone().try_cast::<Duration>() {
        return crate::library::show_duration(duration);
    }
    if let Some(Version([major, minor, build, revision])) = value.clone().try_cast::<Version>() {
        return format!("{major}.{minor}.{build}.{revision}");
    }
    match value.as_char() {
        Ok(character) => character.to_string(),
        Err(_) => format!("a value of the type {}", type_name(value)),
    }
}

/// The type of a value, in the words of the library.
pub(super) fn type_name(value: &Dynamic) -> &'static str {
    if value.is_unit() {
        return "nothing";
    }
    if let Some(node) = value.clone().try_cast::<Node>() {
        let is_list = context::with(|context| {
            let id = context.id(node);
            Ok(context.snapshot(node).document.value(id) == Value::Array)
        });
        return if is_list.unwrap_or(false) {
            "list"
        } else {
            "object"
        };
    }
    let names: [(bool, &str); 15] = [
        (value.is_bool(), "bool"),
        (value.is_int(), "number"),
        (value.is_float(), "fraction"),
        (value.is_string(), "text"),
        (value.is_char(), "character"),
        (value.is_array(), "list"),
        (value.is_map(), "map"),
        (value.is_fnptr(), "function"),
        (value.is::<Time>(), "time"),
        (value.is::<Duration>(), "duration"),
        (value.is::<Version>(), "version"),
        (value.is::<Set>(), "set of texts"),
        (value.is::<Facts>(), "named values"),
        (value.is::<Params>(), "params"),
        (true, "range or other"),
    ];
    let found = names.into_iter().find(|(is_it, _)| *is_it);
    found.map_or("other", |(_, name)| name)
}
