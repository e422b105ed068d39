//! Sets of texts: asking a list whether it has a text takes longer the longer it is.

use std::{collections::BTreeSet, sync::Arc};

use rhai::{ImmutableString, Module};

use super::function::LibraryFunction;
use crate::engine::function;

/// A set of texts. Copies are one until one of them changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Set(Arc<BTreeSet<ImmutableString>>);

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "set",
        &["set() -> set"],
        "A new set of texts, for questions that would go through a long list again and again. What a verdict may hold bounds it.",
    ),
    LibraryFunction::new(
        "add",
        &["set.add(text: text) -> bool"],
        "Adds a text; whether it was not there before. Texts are the same where every character is: `add(lower(text))` ignores case.",
    ),
    LibraryFunction::new(
        "has",
        &["set.has(text: text) -> bool"],
        "Whether the text is in the set.",
    ),
    LibraryFunction::new(
        "contains",
        &["set.contains(text: text) -> bool"],
        "Whether the text is in the set.",
    ),
    LibraryFunction::new(
        "len",
        &["set.len() -> number"],
        "How many texts the set has.",
    ),
    LibraryFunction::new(
        "is_empty",
        &["set.is_empty() -> bool"],
        "Whether the set has no texts.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    function!(module, "set", Set::default);
    // Whether the text was not there before.
    function!(module, "add", |set: &mut Set,
                              text: ImmutableString|
     -> bool {
        !set.0.contains(&text) && Arc::make_mut(&mut set.0).insert(text)
    });
    function!(module, "has", |set: &mut Set, text: &str| set
        .0
        .contains(text));
    function!(module, "contains", |set: &mut Set, text: &str| set
        .0
        .contains(text));
    function!(module, "len", |set: &mut Set| set.0.len() as i64);
    function!(module, "is_empty", |set: &mut Set| set.0.is_empty());
    for name in ["to_string", "to_debug"] {
        function!(module, name, |set: &mut Set| format!(
            "a set of {} texts",
            set.0.len()
        ));
    }
}
