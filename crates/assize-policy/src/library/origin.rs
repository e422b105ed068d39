//! Where a value came from is known by a mark that the script engine carries along. Scripts must not set it.

use rhai::{Dynamic, FuncRegistration, Module};

use crate::context::Answer;

/// Withholds the engine's ways to set the mark.
pub(crate) fn add(module: &mut Module) {
    let refuse = |_: &mut Dynamic, _: i64| -> Answer<()> {
        Err("policies cannot say where a value came from".into())
    };
    FuncRegistration::new_setter("tag").set_into_module(module, refuse);
    FuncRegistration::new("set_tag").set_into_module(module, refuse);
}
