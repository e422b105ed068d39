//! Named values whose names nobody fixed, such as the tags of a DNS record: a name that is not there reads as nothing.

use std::{collections::BTreeMap, sync::Arc};

use rhai::{Array, Dynamic, ImmutableString, Module};

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

/// Adds the functions; `facts.name` is a property of the field module.
pub(crate) fn add(module: &mut Module) {
    // `facts["name"]`, for names that cannot follow a dot.
    rhai::FuncRegistration::new_index_getter()
        .set_into_module(module, |facts: &mut Facts, name: ImmutableString| {
            facts.get(&name)
        });
    // `facts.has("name")`, `facts.keys()`, `facts.is_empty()`.
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
