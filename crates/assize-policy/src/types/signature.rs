//! The types in the signatures of library functions.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::form::{Form, Nothing, Type};
use crate::library::library_functions;

/// A signature, taken apart.
#[derive(Debug, Clone)]
pub(super) struct Signature {
    /// The type before the dot, for a method or a property.
    pub(super) receiver: Option<&'static str>,
    pub(super) params: Vec<&'static str>,
    pub(super) result: &'static str,
    pub(super) is_property: bool,
}

/// All signatures by name.
pub(super) fn signatures() -> HashMap<&'static str, Vec<Signature>> {
    let mut all: HashMap<&str, Vec<Signature>> = HashMap::new();
    for function in library_functions() {
        let ways = function.signatures.iter().filter_map(|way| signature(way));
        all.entry(function.name).or_default().extend(ways);
    }
    all
}

fn signature(way: &'static str) -> Option<Signature> {
    let (head, result) = way
        .rsplit_once(" -> ")
        .filter(|(_, result)| !result.contains('}'))
        .or_else(|| way.split_once(") -> "))?;
    let (name, params) = head.split_once('(').unwrap_or((head, ""));
    let receiver = name.split_once('.').map(|(receiver, _)| receiver);
    let params = params.trim_end_matches(')');
    Some(Signature {
        receiver,
        is_property: !way.contains('('),
        params: params_of(params),
        result,
    })
}

/// The types of parameters, `a: text, f: |x, y| bool`; commas between bars separate nothing.
fn params_of(params: &'static str) -> Vec<&'static str> {
    let (mut types, mut start, mut in_bars) = (Vec::new(), 0, false);
    for (at, character) in params.char_indices().chain([(params.len(), ',')]) {
        match character {
            '|' => in_bars = !in_bars,
            ',' if !in_bars => {
                let part = params[start..at].trim();
                types.extend(part.split_once(": ").map(|(_, of)| of));
                start = at + 1;
            }
            _ => {}
        }
    }
    types
}

/// Whether a parameter of a type takes nothing.
pub(super) fn takes_nothing(name: &str) -> bool {
    name == "any" || name.ends_with('?') || name.starts_with('|')
}

/// Whether a value of a form may be given where a type is asked for.
pub(super) fn fits(form: &Form, name: &str) -> bool {
    match form {
        Form::Unknown => true,
        Form::Bool => name == "bool",
        Form::Number => name == "number",
        Form::Fraction => name == "fraction",
        Form::Text(_) | Form::Char => name == "text",
        Form::Time => name == "time",
        Form::Duration => name == "duration",
        Form::Version => name == "version",
        Form::List(_) => name.starts_with("list"),
        Form::Object(_) => name == "object" || name == "snapshot",
        Form::Map(_) => name.starts_with("map"),
        Form::Set => name == "set",
        Form::Facts => name == "facts",
        Form::Params => false,
    }
}

/// The type of a name in a signature that does not depend on what is given; `None` where it does.
pub(super) fn named(name: &str) -> Option<Type> {
    if let Some(inner) = name.strip_suffix('?') {
        return Some(named(inner)?.or_nothing(Nothing::Other));
    }
    if let Some(element) = name.strip_prefix("list of ") {
        return Some(Type::list(named(element)?));
    }
    if let Some(fields) = name.strip_prefix("map {") {
        let fields = fields.trim_end_matches('}').split(", ");
        let fields = fields.filter_map(|field| {
            let (name, of) = field.split_once(": ")?;
            Some((name.to_owned(), named(of)?))
        });
        let fields: BTreeMap<String, Type> = fields.collect();
        return Some(Type::just(Form::Map(Arc::new(fields))));
    }
    Some(Type::just(match name {
        "text" => Form::Text(None),
        "number" => Form::Number,
        "fraction" => Form::Fraction,
        "bool" => Form::Bool,
        "time" => Form::Time,
        "duration" => Form::Duration,
        "version" => Form::Version,
        "set" => Form::Set,
        "facts" => Form::Facts,
        "nothing" => return Some(Type::nothing()),
        "list" => return Some(Type::list(Type::unknown())),
        "any" => return Some(Type::unknown()),
        _ => return None,
    }))
}
