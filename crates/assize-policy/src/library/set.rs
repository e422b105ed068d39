//! Sets of texts: asking a list whether it has a text takes longer the longer it is.

use std::{collections::BTreeSet, sync::Arc};

use rhai::{ImmutableString, Module};

use crate::engine::function;

/// A set of texts. Copies are one until one of them changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Set(Arc<BTreeSet<ImmutableString>>);

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    // `let names = set(); names.add(text); if names.has(text) { .. }`: texts are the same where every character is; `add(lower(text))` and
    // `has(lower(text))` ignore case. What a verdict may hold bounds the set.
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
