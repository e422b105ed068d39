//! Named values whose names nobody fixed, such as the tags of a DNS record: a name that is not there reads as nothing.

use std::{collections::BTreeMap, sync::Arc};

use rhai::{Array, Dynamic, ImmutableString, Module};

use super::function::LibraryFunction;
use crate::engine::function;

/// Named values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts(Arc<BTreeMap<String, Dynamic>>);

impl Facts {
    pub(crate) fn new(facts: impl IntoIterator<Item = (String, Dynamic)>) -> Self {
        Self(Arc::new(facts.into_iter().collect()))
    }

    /// The value of a name, or nothing.
    pub(crate) fn get(&self, name: &str) -> Dynamic {
        self.0.get(name).cloned().unwrap_or(Dynamic::UNIT)
    }
}

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "has",
        &["facts.has(name: text) -> bool"],
        "Whether there is a value of that name.",
    ),
    LibraryFunction::new(
        "keys",
        &["facts.keys() -> list of text"],
        "The names of the values.",
    ),
    LibraryFunction::new(
        "is_empty",
        &["facts.is_empty() -> bool"],
        "Whether there are none.",
    ),
];

/// Adds the functions; `facts.name` is a property of the field module.
pub(crate) fn add(module: &mut Module) {
    rhai::FuncRegistration::new_index_getter()
        .set_into_module(module, |facts: &mut Facts, name: ImmutableString| {
            facts.get(&name)
        });
    function!(module, "has", |facts: Facts, name: &str| facts
        .0
        .contains_key(name));
    function!(module, "keys", |facts: Facts| -> Array {
        facts.0.keys().map(|name| name.clone().into()).collect()
    });
    function!(module, "is_empty", |facts: Facts| facts.0.is_empty());
    for name in ["to_string", "to_debug"] {
        function!(module, name, |facts: Facts| {
            let pairs = facts
                .0
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            pairs.collect::<Vec<_>>().join("; ")
        });
    }
}
