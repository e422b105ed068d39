//! How a policy says its verdict. Saying nothing is a pass.

use rhai::{Dynamic, Module};

use crate::{
    context::{self, Answer, message},
    engine::function,
    verdict::{Remark, Said},
};

/// Adds `fail`, `review`, `not_applicable` and `indeterminate`.
pub(crate) fn add(module: &mut Module, limit: usize) {
    // `fail(x, message)`: the object is not in order, and `x` shows where.
    function!(module, "fail", move |value: Dynamic, text: &str| remark(
        &value,
        text,
        limit,
        Said::Fail
    ));
    // `review(x, message)`: a person has to look at `x`.
    function!(module, "review", move |value: Dynamic, text: &str| remark(
        &value,
        text,
        limit,
        Said::Review
    ));
    // `not_applicable(reason)`: the policy does not concern the object.
    function!(module, "not_applicable", move |reason: &str| say(
        Said::NotApplicable(message(reason)),
        limit
    ));
    // `indeterminate(reason)`: what the policy needs is not in the data.
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
