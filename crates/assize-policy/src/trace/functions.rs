//! The functions that a watched policy calls.

use rhai::{Dynamic, Module};

use super::{
    probe::ProbeId,
    recorder::{Event, note},
};
use crate::engine::function;

/// Makes the functions.
pub(super) fn module() -> Module {
    let mut module = Module::new();
    function!(&mut module, "__begin", |probe: i64| {
        note(id(probe), &Event::Begin);
        probe
    });
    function!(&mut module, "__value", |probe: i64, value: Dynamic| {
        note(id(probe), &Event::End(&value));
        value
    });
    function!(&mut module, "__leaf", |probe: i64, value: Dynamic| {
        note(id(probe), &Event::Leaf(&value));
        value
    });
    function!(&mut module, "__reach", |probe: i64| note(
        id(probe),
        &Event::Reach
    ));
    function!(&mut module, "__enter", |probe: i64| note(
        id(probe),
        &Event::Enter
    ));
    function!(&mut module, "__round", |probe: i64, element: Dynamic| note(
        id(probe),
        &Event::Round(&element)
    ));
    module
}

fn id(probe: i64) -> ProbeId {
    ProbeId::try_from(probe).unwrap_or(ProbeId::MAX)
}
