//! How a policy says its verdict. Saying nothing is a pass.

use rhai::{Dynamic, Module};

use super::function::LibraryFunction;
use crate::{
    context::{self, Answer, message},
    engine::function,
    verdict::{Remark, Said},
};

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "fail",
        &["fail(place: any, message: text) -> nothing"],
        "The object is not in order, and the place shows where: a value that was read, or a field that is not there.",
    ),
    LibraryFunction::new(
        "review",
        &["review(place: any, message: text) -> nothing"],
        "A person has to look at the place.",
    ),
    LibraryFunction::new(
        "not_applicable",
        &["not_applicable(reason: text) -> nothing"],
        "The policy does not concern the object.",
    ),
    LibraryFunction::new(
        "indeterminate",
        &["indeterminate(reason: text) -> nothing"],
        "What the policy needs is not in the data.",
    ),
];

/// Adds `fail`, `review`, `not_applicable` and `indeterminate`.
pub(crate) fn add(module: &mut Module, limit: usize) {
    function!(module, "fail", move |value: Dynamic, text: &str| remark(
        &value,
        text,
        limit,
        Said::Fail
    ));
    function!(module, "review", move |value: Dynamic, text: &str| remark(
        &value,
        text,
        limit,
        Said::Review
    ));
    function!(module, "not_applicable", move |reason: &str| say(
        Said::NotApplicable(message(reason)),
        limit
    ));
    function!(module, "indeterminate", move |reason: &str| say(
        Said::Indeterminate(message(reason)),
        limit
    ));
}

fn say(said: Said, limit: usize) -> Answer<()> {
    context::with(|context| context.say(said, limit))
}

fn remark(
    value: &Dynamic,
    text: &str,
    limit: usize,
    said: impl FnOnce(Remark) -> Said,
) -> Answer<()> {
    context::with(|context| {
        let (place, origin) = context.place(value);
        context.say(
            said(Remark {
                place,
                origin,
                message: message(text),
            }),
            limit,
        )
    })
}
