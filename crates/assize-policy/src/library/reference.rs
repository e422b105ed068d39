//! Reference data of packs: dated facts that no script holds itself.

use rhai::{Array, Dynamic, Map, Module};

use super::function::LibraryFunction;
use crate::{
    context::{self, Answer},
    engine::function,
    node::Time,
};

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "reference",
        &["reference(name: text) -> reference"],
        "What stands in `reference/<name>.json` of the pack, or of another one for `pack/name`: `.title`, `.asOf` (a time), `.source` and `.rows`. Fields that a row lacks are nothing.",
    ),
    LibraryFunction::new(
        "references",
        &[
            "references() -> list of map {pack: text, name: text, title: any, asOf: any, source: any}",
        ],
        "The reference data behind the verdicts on this snapshot: each file of the packs that have policies for its kind.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    function!(module, "reference", |name: &str| context::with(|context| {
        context.reference(name)
    }));
    function!(module, "references", references);
}

fn references() -> Answer<Array> {
    context::with(|context| {
        let policy = std::sync::Arc::clone(&context.policy);
        let kind = context.kind_name(0);
        let mut list = Array::new();
        for reference in policy.shared.references.of_kind(&kind) {
            let mut row = Map::new();
            for name in ["title", "source", "asOf"] {
                let (content, node) = reference.member(name).map_err(|error| error.to_string())?;
                let value = match content.document.value(node) {
                    assize_snapshot::Value::Time(micros) => Dynamic::from(Time(micros)),
                    assize_snapshot::Value::Text(text) => Dynamic::from(text.into_owned()),
                    _ => Dynamic::UNIT,
                };
                row.insert(name.into(), value);
            }
            row.insert("pack".into(), Dynamic::from(reference.pack.clone()));
            row.insert("name".into(), Dynamic::from(reference.name.clone()));
            list.push(row.into());
        }
        Ok(list)
    })
}
