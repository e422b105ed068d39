//! Elements of a list by the text of a field. The first question goes through the list, the next ones do not.

use rhai::{Array, Dynamic, Module};

use super::function::LibraryFunction;
use crate::{
    context::{self, Answer, Likeness},
    engine::function,
    node::{Id, Node},
};

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "find_by",
        &["list.find_by(field: text, value: text) -> element?"],
        "The first element whose field is the text, ignoring case, or nothing: what `list.find(|x| same_text(x.Name, text))` says, and much quicker in a long list. An element without the field is none.",
    ),
    LibraryFunction::new(
        "filter_by",
        &["list.filter_by(field: text, value: text) -> list of element"],
        "All elements whose field is the text, ignoring case.",
    ),
    LibraryFunction::new(
        "find_by_host",
        &["list.find_by_host(field: text, host: text) -> element?"],
        "The first element whose field is the host name, as `same_host` compares them, or nothing.",
    ),
    LibraryFunction::new(
        "filter_by_host",
        &["list.filter_by_host(field: text, host: text) -> list of element"],
        "All elements whose field is the host name, as `same_host` compares them.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    function!(module, "find_by", |list: Node, field: &str, text: &str| {
        first(list, field, text, Likeness::Text)
    });
    function!(
        module,
        "filter_by",
        |list: Node, field: &str, text: &str| { all(list, field, text, Likeness::Text) }
    );
    function!(
        module,
        "find_by_host",
        |list: Node, field: &str, host: &str| { first(list, field, host, Likeness::Host) }
    );
    function!(
        module,
        "filter_by_host",
        |list: Node, field: &str, host: &str| { all(list, field, host, Likeness::Host) }
    );
}

fn first(list: Node, field: &str, text: &str, likeness: Likeness) -> Answer<Dynamic> {
    let found =
        context::with(|context| context.elements_like(list, (field, text), likeness, false))?;
    let element = found.first().map(|id| Node {
        slot: list.slot,
        id: Id::Value(*id),
    });
    Ok(element.map_or(Dynamic::UNIT, Dynamic::from))
}

fn all(list: Node, field: &str, text: &str, likeness: Likeness) -> Answer<Array> {
    let found =
        context::with(|context| context.elements_like(list, (field, text), likeness, true))?;
    let elements = found.into_iter().map(|id| {
        Dynamic::from(Node {
            slot: list.slot,
            id: Id::Value(id),
        })
    });
    Ok(elements.collect())
}
