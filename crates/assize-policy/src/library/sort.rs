//! `array.sort(|a, b| ..)`. The engine's own drops the errors of the comparison, limits included.

use std::cmp::Ordering;

use rhai::{Array, Dynamic, EvalAltResult, FnPtr, Module, NativeCallContext, Position};

use super::function::LibraryFunction;
use crate::{budget, context::Answer, engine::function};

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "sort",
        &[
            "list.sort(compare: |left, right| any) -> nothing",
            "list.sort() -> nothing",
        ],
        "Sorts a script's list in place. The function gives a negative number, 0 or a positive one, or whether the first comes first; without one, numbers and texts have their own order.",
    ),
    LibraryFunction::new(
        "sort_by",
        &["list.sort_by(compare: |left, right| any) -> nothing"],
        "Sorts a script's list in place by a function, as `sort` does.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    for name in ["sort", "sort_by"] {
        function!(module, name, |call: NativeCallContext,
                                 list: &mut Array,
                                 compare: FnPtr|
         -> Answer<()> {
            let compare = |left: &Dynamic, right: &Dynamic| -> Answer<Ordering> {
                let answer: Dynamic =
                    compare.call_within_context(&call, (left.clone(), right.clone()))?;
                order(&answer)
            };
            *list = sorted(std::mem::take(list), &compare)?;
            Ok(())
        });
    }
    function!(module, "sort", |list: &mut Array| -> Answer<()> {
        *list = sorted(std::mem::take(list), &natural)?;
        Ok(())
    });
}

/// What a comparison answers: a negative or positive number or 0, or whether the first comes first.
fn order(answer: &Dynamic) -> Answer<Ordering> {
    match (answer.as_int(), answer.as_bool()) {
        (Ok(number), _) => Ok(number.cmp(&0)),
        (_, Ok(true)) => Ok(Ordering::Less),
        (_, Ok(false)) => Ok(Ordering::Greater),
        _ => Err("the comparison of `sort` gives a number or true or false".into()),
    }
}

/// The order of numbers and texts. Comparing long texts takes time, so each comparison is a step.
fn natural(left: &Dynamic, right: &Dynamic) -> Answer<Ordering> {
    if let Some(limit) = budget::step() {
        return Err(EvalAltResult::ErrorTerminated(limit.into(), Position::NONE).into());
    }
    if let (Ok(left), Ok(right)) = (left.as_int(), right.as_int()) {
        return Ok(left.cmp(&right));
    }
    let number = |value: &Dynamic| match value.as_int() {
        #[expect(
            clippy::cast_precision_loss,
            reason = "whole numbers and fractions compare as fractions"
        )]
        Ok(whole) => Ok(whole as f64),
        Err(_) => value.as_float(),
    };
    if let (Ok(left), Ok(right)) = (number(left), number(right)) {
        return Ok(left.total_cmp(&right));
    }
    let texts = (
        left.as_immutable_string_ref(),
        right.as_immutable_string_ref(),
    );
    if let (Ok(left), Ok(right)) = texts {
        return Ok(left.as_str().cmp(right.as_str()));
    }
    Err("`sort` without a comparison takes numbers or texts".into())
}

/// Merge sort: it takes any comparison, also one that contradicts itself.
fn sorted(list: Array, compare: &impl Fn(&Dynamic, &Dynamic) -> Answer<Ordering>) -> Answer<Array> {
    let mut from = list;
    let mut width = 1;
    while width < from.len() {
        let mut into = Array::with_capacity(from.len());
        for run in from.chunks_mut(width * 2) {
            let (left, right) = run.split_at_mut(width.min(run.len()));
            merge(left, right, &mut into, compare)?;
        }
        from = into;
        width *= 2;
    }
    Ok(from)
}

fn merge(
    left: &mut [Dynamic],
    right: &mut [Dynamic],
    into: &mut Array,
    compare: &impl Fn(&Dynamic, &Dynamic) -> Answer<Ordering>,
) -> Answer<()> {
    let (mut first, mut second) = (left.iter_mut().peekable(), right.iter_mut().peekable());
    while let (Some(ours), Some(theirs)) = (first.peek(), second.peek()) {
        let next = if compare(ours, theirs)? == Ordering::Greater {
            second.next()
        } else {
            first.next()
        };
        into.extend(next.map(std::mem::take));
    }
    into.extend(first.chain(second).map(std::mem::take));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_any_length_and_keeps_the_order_of_equals() {
        for length in 0..40_i64 {
            let list: Array = (0..length)
                .map(|number| Dynamic::from(number * 7 % 13))
                .collect();
            let mut expected: Vec<i64> = list.iter().map(|value| value.as_int().unwrap()).collect();
            expected.sort_unstable();
            let compare = |left: &Dynamic, right: &Dynamic| {
                Ok(left.as_int().unwrap().cmp(&right.as_int().unwrap()))
            };
            let found = sorted(list, &compare).unwrap();
            let found: Vec<i64> = found.iter().map(|value| value.as_int().unwrap()).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_comparison_that_contradicts_itself_ends() {
        let list: Array = (0..100_i64).map(Dynamic::from).collect();
        assert_eq!(
            sorted(list, &|_, _| Ok(Ordering::Greater)).unwrap().len(),
            100
        );
    }
}
