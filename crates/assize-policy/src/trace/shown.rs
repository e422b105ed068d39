//! Values in few words.

use assize_snapshot::Value;
use rhai::{Array, Dynamic, Map};

use super::step::{Shown, ValuePlace};
use crate::{
    context,
    library::{Facts, Set, show_duration, show_time, show_version},
    node::{Duration, Node, Params, Time, Version},
};

/// Characters of a text that are shown.
const LONGEST_TEXT: usize = 60;
/// Elements of a list, members of an object that are shown.
const MOST_PARTS: usize = 3;
/// Lists in lists that are shown.
const DEEPEST: usize = 1;
/// Characters of a value that are shown.
const LONGEST: usize = 100;

/// A value as it is shown. `is_read`: a text that looks like one of the snapshot is that one.
pub(super) fn shown(value: &Dynamic, is_read: bool) -> Shown {
    Shown {
        text: shortened(words(value, 0)),
        place: place(value, is_read),
        truth: value.as_bool().ok(),
    }
}

fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

fn place(value: &Dynamic, is_read: bool) -> Option<ValuePlace> {
    let found = context::with(|context| Ok(context.place_of_value(value, is_read)));
    found.ok().flatten()
}

fn words(value: &Dynamic, depth: usize) -> String {
    if let Ok(text) = value.as_immutable_string_ref() {
        return quoted(&text);
    }
    if let Some(list) = value.read_lock::<Array>() {
        return of_list(&list, depth);
    }
    if let Some(map) = value.read_lock::<Map>() {
        return of_map(&map, depth);
    }
    if let Some(node) = value.read_lock::<Node>() {
        return of_node(*node);
    }
    if let Some(time) = value.read_lock::<Time>() {
        return show_time(*time);
    }
    if let Some(duration) = value.read_lock::<Duration>() {
        return show_duration(*duration);
    }
    if let Some(version) = value.read_lock::<Version>() {
        return show_version(*version);
    }
    of_plain(value)
}

fn of_plain(value: &Dynamic) -> String {
    if value.is_unit() {
        return "()".to_owned();
    }
    if value.is::<Facts>() {
        return "named values".to_owned();
    }
    if value.is::<Set>() {
        return "set of texts".to_owned();
    }
    if value.is::<Params>() {
        return "params".to_owned();
    }
    if value.is_bool() || value.is_int() || value.is_float() || value.is_char() {
        return format!("{value:?}");
    }
    value.type_name().to_owned()
}

fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

fn of_list(list: &[Dynamic], depth: usize) -> String {
    let count = list.len();
    if depth >= DEEPEST && count > 0 {
        return format!("[{}]", counted(count, "element"));
    }
    let shown = list.iter().take(MOST_PARTS);
    let mut parts: Vec<String> = shown.map(|part| words(part, depth + 1)).collect();
    if count > MOST_PARTS {
        parts.push(format!("… {} more", count - MOST_PARTS));
    }
    format!("[{}]", parts.join(", "))
}

fn of_map(map: &Map, depth: usize) -> String {
    let count = map.len();
    if depth >= DEEPEST && count > 0 {
        return format!("#{{{}}}", counted(count, "member"));
    }
    let shown = map.iter().take(MOST_PARTS);
    let mut parts: Vec<String> = shown
        .map(|(name, part)| format!("{}: {}", plain_name(name), words(part, depth + 1)))
        .collect();
    if count > MOST_PARTS {
        parts.push(format!("… {} more", count - MOST_PARTS));
    }
    format!("#{{{}}}", parts.join(", "))
}

/// The name of a member, in quotes where it is no word.
fn plain_name(name: &str) -> String {
    let is_word = !name.is_empty()
        && name.len() <= LONGEST_TEXT
        && name
            .chars()
            .all(|character| character.is_alphanumeric() || character == '_');
    if is_word {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// An object or a list of a snapshot: the place says which.
fn of_node(node: Node) -> String {
    let found = context::with(|context| {
        let document = &context.snapshot(node).document;
        let id = context.id(node);
        Ok(match document.value(id) {
            Value::Array => format!("[{}]", counted(document.children(id).len(), "element")),
            _ => "#{..}".to_owned(),
        })
    });
    found.unwrap_or_default()
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
