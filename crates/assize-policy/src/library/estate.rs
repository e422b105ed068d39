//! The other snapshots of the estate.

use rhai::{Array, Dynamic, Module};

use crate::{
    context::{self, Answer},
    engine::function,
    node::Node,
};

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    // `estate("kind")`: the one snapshot of a kind; where there is none, or several, the verdict is indeterminate.
    function!(module, "estate", |kind: &str| -> Answer<Node> {
        context::with(|context| context.sibling(kind))
    });
    // `estate_all("kind")`: all snapshots of a kind, the judged one among them where it is of that kind.
    function!(module, "estate_all", |kind: &str| -> Answer<Array> {
        let nodes = context::with(|context| context.siblings(kind))?;
        Ok(nodes.into_iter().map(Dynamic::from).collect())
    });
    // `has_estate("kind")`: whether a snapshot of a kind was given.
    function!(module, "has_estate", |kind: &str| -> Answer<bool> {
        context::with(|context| Ok(context.has_sibling(kind)))
    });
}
