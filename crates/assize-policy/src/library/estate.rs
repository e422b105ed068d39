//! The other snapshots of the estate.

use rhai::{Array, Dynamic, Module};

use super::function::LibraryFunction;
use crate::{
    context::{self, Answer},
    engine::function,
    node::Node,
};

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "estate",
        &["estate(kind: text) -> snapshot"],
        "The one snapshot of a kind in the same estate; where there is none, or several, the verdict is indeterminate.",
    ),
    LibraryFunction::new(
        "estate_all",
        &["estate_all(kind: text) -> list of snapshot"],
        "All snapshots of a kind in the same estate, the judged one among them where it is of that kind.",
    ),
    LibraryFunction::new(
        "has_estate",
        &["has_estate(kind: text) -> bool"],
        "Whether a snapshot of a kind was given.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    function!(module, "estate", |kind: &str| -> Answer<Node> {
        context::with(|context| context.sibling(kind))
    });
    function!(module, "estate_all", |kind: &str| -> Answer<Array> {
        let nodes = context::with(|context| context.siblings(kind))?;
        Ok(nodes.into_iter().map(Dynamic::from).collect())
    });
    function!(module, "has_estate", |kind: &str| -> Answer<bool> {
        context::with(|context| Ok(context.has_sibling(kind)))
    });
}
