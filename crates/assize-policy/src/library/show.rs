//! Lists and objects as text, within the limit of a text: the engine's own functions check the text when it is whole,
//! and a list of many long texts that share their memory would be gigabytes by then.

use std::fmt::Write;

use assize_snapshot::Value;
use rhai::{Array, Dynamic, FuncRegistration, Map, Module};

use super::function::LibraryFunction;
use crate::{
    budget,
    context::{self, Answer},
    node::{Duration, Node, Time, Version},
};

/// Lists in lists that are written out.
const DEEPEST: usize = 64;

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "join",
        &[
            "join(list: list, between: text) -> text",
            "list.join(between: text) -> text",
        ],
        "The elements of a list with a text between them. Texts are as they are, without quotes.",
    ),
    LibraryFunction::new(
        "to_string",
        &["value.to_string() -> text"],
        "The value as text, as `${value}` in backticks writes it.",
    ),
    LibraryFunction::new(
        "to_debug",
        &["value.to_debug() -> text"],
        "The value as text, with quotes around texts.",
    ),
    LibraryFunction::new(
        "to_json",
        &["map.to_json() -> text"],
        "A script's map as text.",
    ),
    LibraryFunction::new(
        "print",
        &["print(value: any) -> nothing"],
        "Does nothing here: policies have no output but their verdicts.",
    ),
    LibraryFunction::new(
        "debug",
        &["debug(value: any) -> nothing"],
        "Does nothing here: policies have no output but their verdicts.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    for name in ["to_string", "to_debug", "print", "debug"] {
        of_list(module, name);
        of_map(module, name);
    }
    of_map(module, "to_json");
    joining(module);
    // A list of a snapshot is its values, as a script array is, if they have no parts; anything else is its path.
    for name in ["to_string", "to_debug", "print", "debug"] {
        let show = |node: Node| text(|out| show_node(node, out));
        FuncRegistration::new(name).set_into_module(module, show);
    }
}

fn of_list(module: &mut Module, name: &str) {
    let show = |list: &mut Array| -> Answer<String> {
        let text = text(|out| show_list(list, out, 0))?;
        if text.is_empty() {
            list.clear();
        }
        Ok(text)
    };
    FuncRegistration::new(name)
        .with_purity(true)
        .set_into_module(module, show);
}

fn of_map(module: &mut Module, name: &str) {
    let show = |map: &mut Map| -> Answer<String> {
        let text = text(|out| show_map(map, out, 0))?;
        if text.is_empty() {
            map.clear();
        }
        Ok(text)
    };
    FuncRegistration::new(name)
        .with_purity(true)
        .set_into_module(module, show);
}

/// `join(list, ", ")`: the elements of a list with a text between them. Texts are as they are, without quotes.
fn joining(module: &mut Module) {
    let of_array = |list: &mut Array, between: &str| text(|out| join(list.iter(), between, out));
    FuncRegistration::new("join")
        .with_purity(true)
        .set_into_module(module, of_array);
    let of_list = |list: Node, between: &str| -> Answer<String> {
        let values = super::list::values(list)?;
        text(|out| join(values.iter(), between, out))
    };
    FuncRegistration::new("join").set_into_module(module, of_list);
}

fn join<'v>(
    values: impl Iterator<Item = &'v Dynamic>,
    between: &str,
    out: &mut String,
) -> Answer<()> {
    for (nth, value) in values.enumerate() {
        if budget::is_too_long(out) {
            break;
        }
        if nth > 0 {
            out.push_str(between);
        }
        match value.as_immutable_string_ref() {
            Ok(text) => out.push_str(&text),
            Err(_) => show(value, out, 0)?,
        }
    }
    Ok(())
}

/// Makes a text; it is empty if it would be too long. Then the verdict ends at the next step, and what was to be shown is
/// emptied: the engine measures it once more, and writes it out itself, whole, if it finds it too large.
fn text(show: impl FnOnce(&mut String) -> Answer<()>) -> Answer<String> {
    let mut out = String::new();
    show(&mut out)?;
    if budget::is_too_long(&out) {
        out.clear();
    }
    Ok(out)
}

fn show_list(list: &[Dynamic], out: &mut String, depth: usize) -> Answer<()> {
    out.push('[');
    for (nth, element) in list.iter().enumerate() {
        if budget::is_too_long(out) {
            break;
        }
        if nth > 0 {
            out.push_str(", ");
        }
        show(element, out, depth + 1)?;
    }
    out.push(']');
    Ok(())
}

fn show_map(map: &Map, out: &mut String, depth: usize) -> Answer<()> {
    out.push_str("#{");
    for (nth, (name, value)) in map.iter().enumerate() {
        if budget::is_too_long(out) {
            break;
        }
        let comma = if nth > 0 { ", " } else { "" };
        let _ = write!(out, "{comma}{:?}: ", name.as_str());
        show(value, out, depth + 1)?;
    }
    out.push('}');
    Ok(())
}

fn show(value: &Dynamic, out: &mut String, depth: usize) -> Answer<()> {
    if let Some(list) = value.read_lock::<Array>() {
        if depth > DEEPEST {
            out.push_str("[..]");
            return Ok(());
        }
        return show_list(&list, out, depth);
    }
    if let Some(map) = value.read_lock::<Map>() {
        if depth > DEEPEST {
            out.push_str("#{..}");
            return Ok(());
        }
        return show_map(&map, out, depth);
    }
    if let Some(node) = value.read_lock::<Node>() {
        show_node(*node, out)?;
    } else if let Some(time) = value.read_lock::<Time>() {
        out.push_str(&super::time::show_time(*time));
    } else if let Some(duration) = value.read_lock::<Duration>() {
        out.push_str(&super::time::show_duration(*duration));
    } else if let Some(version) = value.read_lock::<Version>() {
        out.push_str(&super::version::show_version(*version));
    } else if let Ok(text) = value.as_immutable_string_ref() {
        let _ = write!(out, "{:?}", text.as_str());
    } else {
        let _ = write!(out, "{value:?}");
    }
    Ok(())
}

fn show_node(node: Node, out: &mut String) -> Answer<()> {
    context::with(|context| {
        let snapshot = context.snapshot(node);
        let (id, document) = (context.id(node), &snapshot.document);
        let has_parts = |child| matches!(document.value(child), Value::Array | Value::Object);
        if document.value(id) != Value::Array || document.children(id).any(has_parts) {
            out.push_str(&snapshot.path(id));
            return Ok(());
        }
        out.push('[');
        for (nth, child) in document.children(id).enumerate() {
            if budget::is_too_long(out) {
                break;
            }
            if nth > 0 {
                out.push_str(", ");
            }
            let _ = match document.value(child) {
                Value::Null => write!(out, "()"),
                Value::Bool(value) => write!(out, "{value}"),
                Value::Int(value) => write!(out, "{value}"),
                Value::Number(text) => write!(out, "{text}"),
                Value::Text(text) => write!(out, "{text:?}"),
                Value::Time(micros) => write!(out, "{}", super::time::show_time(Time(micros))),
                Value::Duration(micros) => {
                    write!(out, "{}", super::time::show_duration(Duration(micros)))
                }
                Value::Version(parts) => {
                    write!(out, "{}", super::version::show_version(Version(parts)))
                }
                Value::Array | Value::Object | Value::Unreadable(_) => {
                    write!(out, "{}", snapshot.path(child))
                }
            };
        }
        out.push(']');
        Ok(())
    })
}
