//! Order, defined for values of one type only.
//!
//! The engine's own `<` is false for values of two types, and so a threshold would hold for a field that is not there.

use std::cmp::Ordering;

use rhai::{Dynamic, Module};

use crate::{
    context::{self, Answer},
    engine::function,
};

/// Adds `<`, `<=`, `>` and `>=` of numbers, texts and characters; times, durations and versions have their own.
pub(crate) fn add(module: &mut Module) {
    function!(module, "<", |left: Dynamic, right: Dynamic| {
        order("<", &left, &right).map(Ordering::is_lt)
    });
    function!(module, "<=", |left: Dynamic, right: Dynamic| {
        order("<=", &left, &right).map(Ordering::is_le)
    });
    function!(module, ">", |left: Dynamic, right: Dynamic| {
        order(">", &left, &right).map(Ordering::is_gt)
    });
    function!(module, ">=", |left: Dynamic, right: Dynamic| {
        order(">=", &left, &right).map(Ordering::is_ge)
    });
}

fn order(operator: &str, left: &Dynamic, right: &Dynamic) -> Answer<Ordering> {
    let (left, right) = (left.flatten_clone(), right.flatten_clone());
    let found = match (left.as_int(), right.as_int()) {
        (Ok(left), Ok(right)) => Some(left.cmp(&right)),
        _ => match (number(&left), number(&right)) {
            (Some(left), Some(right)) => left.partial_cmp(&right),
            _ => texts(&left, &right),
        },
    };
    match found {
        Some(order) => Ok(order),
        None => context::refuse(unordered(operator, &left, &right)),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "what is compared with a fraction is one"
)]
fn number(value: &Dynamic) -> Option<f64> {
    value
        .as_float()
        .ok()
        .or_else(|| value.as_int().ok().map(|whole| whole as f64))
}

fn texts(left: &Dynamic, right: &Dynamic) -> Option<Ordering> {
    if let (Ok(left), Ok(right)) = (left.as_char(), right.as_char()) {
        return Some(left.cmp(&right));
    }
    let text = |value: &Dynamic| value.clone().into_immutable_string().ok();
    Some(text(left)?.cmp(&text(right)?))
}

fn unordered(operator: &str, left: &Dynamic, right: &Dynamic) -> String {
    if left.is_unit() || right.is_unit() {
        return format!(
            "`{operator}` compares nothing with something: a field is absent or null; say with `??` what that means"
        );
    }
    format!(
        "`{operator}` compares {} with {}",
        left.type_name(),
        right.type_name()
    )
}
