//! Lists of a snapshot, with the names that script arrays have.

use assize_snapshot::{NodeId, Value};
use rhai::{Array, Dynamic, FnPtr, Module, NativeCallContext};

use super::function::LibraryFunction;
use crate::{
    context::{self, Answer},
    engine::function,
    node::Node,
};

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "len",
        &[
            "list.len() -> number",
            "text.len() -> number",
            "map.len() -> number",
        ],
        "How many elements a list has, or how many characters a text.",
    ),
    LibraryFunction::new(
        "is_empty",
        &[
            "list.is_empty() -> bool",
            "text.is_empty() -> bool",
            "map.is_empty() -> bool",
        ],
        "Whether a list has no elements, or a text no characters.",
    ),
    LibraryFunction::new(
        "find",
        &["list.find(test: |element| bool) -> element?"],
        "The first element that the function holds for, or nothing.",
    ),
    LibraryFunction::new(
        "some",
        &["list.some(test: |element| bool) -> bool"],
        "Whether the function holds for an element; for an empty list it is false.",
    ),
    LibraryFunction::new(
        "all",
        &["list.all(test: |element| bool) -> bool"],
        "Whether the function holds for every element; for an empty list it is true.",
    ),
    LibraryFunction::new(
        "filter",
        &["list.filter(test: |element| bool) -> list of element"],
        "The elements that the function holds for, as a script's list.",
    ),
    LibraryFunction::new(
        "map",
        &["list.map(function: |element| any) -> list of result"],
        "What the function gives for each element, as a script's list.",
    ),
    LibraryFunction::new(
        "contains",
        &[
            "list.contains(value: any) -> bool",
            "text.contains(part: text) -> bool",
            "map.contains(name: text) -> bool",
        ],
        "Whether a list has a value, as `value in list` says; whether a text has a part.",
    ),
    LibraryFunction::new(
        "to_array",
        &["list.to_array() -> list of element"],
        "The elements of a list of a snapshot as a script's list, which can be changed.",
    ),
    LibraryFunction::new(
        "find_map",
        &["list.find_map(function: |element| any) -> any"],
        "What the function gives for the first element for which it gives something.",
    ),
    LibraryFunction::new(
        "for_each",
        &["list.for_each(function: |element| any) -> nothing"],
        "Calls the function for each element of a script's list.",
    ),
    LibraryFunction::new(
        "index_of",
        &[
            "list.index_of(test: |element| bool) -> number",
            "list.index_of(value: any) -> number",
        ],
        "The number of the first element that the function holds for, or that is the value; -1 where there is none.",
    ),
    LibraryFunction::new(
        "reduce",
        &[
            "list.reduce(function: |sum, element| any, first: any) -> any",
            "list.reduce(function: |sum, element| any) -> any",
        ],
        "What the function makes of all elements, one after the other.",
    ),
    LibraryFunction::new(
        "reduce_rev",
        &[
            "list.reduce_rev(function: |sum, element| any, first: any) -> any",
            "list.reduce_rev(function: |sum, element| any) -> any",
        ],
        "What the function makes of all elements, from the last to the first.",
    ),
    LibraryFunction::new(
        "dedup",
        &[
            "list.dedup(same: |left, right| bool) -> nothing",
            "list.dedup() -> nothing",
        ],
        "Leaves one of equal neighbours in a script's list, in place.",
    ),
    LibraryFunction::new(
        "drain",
        &["list.drain(test: |element| bool) -> list of element"],
        "Takes the elements that the function holds for out of a script's list.",
    ),
    LibraryFunction::new(
        "retain",
        &["list.retain(test: |element| bool) -> list of element"],
        "Leaves only the elements that the function holds for in a script's list, and gives the others.",
    ),
];

/// Adds the functions and the iterator.
pub(crate) fn add(module: &mut Module) {
    function!(
        module,
        "len",
        |list: Node| Ok::<_, Box<rhai::EvalAltResult>>(elements(list)?.len() as i64)
    );
    function!(module, "is_empty", |list: Node| Ok::<
        _,
        Box<rhai::EvalAltResult>,
    >(
        elements(list)?.is_empty()
    ));
    rhai::FuncRegistration::new_index_getter()
        .set_into_module(module, |list: &mut Node, index: i64| at(*list, index));
    function!(module, "find", |call: NativeCallContext,
                               list: Node,
                               test: FnPtr| {
        first(&call, list, &test).map(|found| found.unwrap_or(Dynamic::UNIT))
    });
    function!(module, "some", |call: NativeCallContext,
                               list: Node,
                               test: FnPtr| {
        first(&call, list, &test).map(|found| found.is_some())
    });
    function!(module, "all", |call: NativeCallContext,
                              list: Node,
                              test: FnPtr|
     -> Answer<bool> {
        for element in elements(list)? {
            if !call_on::<bool>(&call, &test, value(list, element)?)? {
                return Ok(false);
            }
        }
        Ok(true)
    });
    function!(module, "filter", |call: NativeCallContext,
                                 list: Node,
                                 test: FnPtr|
     -> Answer<Array> {
        let mut kept = Array::new();
        for element in elements(list)? {
            let value = value(list, element)?;
            if call_on::<bool>(&call, &test, value.clone())? {
                kept.push(value);
            }
        }
        Ok(kept)
    });
    function!(module, "map", |call: NativeCallContext,
                              list: Node,
                              function: FnPtr|
     -> Answer<Array> {
        let mut mapped = Array::new();
        for element in elements(list)? {
            mapped.push(call_on::<Dynamic>(&call, &function, value(list, element)?)?);
        }
        Ok(mapped)
    });
    function!(module, "contains", |list: Node, wanted: &str| {
        has(
            list,
            |value| matches!(value, Value::Text(text) if *text == *wanted),
        )
    });
    function!(module, "contains", |list: Node, wanted: i64| has(
        list,
        |value| *value == Value::Int(wanted)
    ));
    function!(module, "contains", |list: Node, wanted: bool| has(
        list,
        |value| *value == Value::Bool(wanted)
    ));
    function!(module, "to_array", |list: Node| values(list));
    module.set_iter_result(std::any::TypeId::of::<Node>(), |list: Dynamic| {
        let Some(list) = list.try_cast::<Node>() else {
            return Box::new(std::iter::empty());
        };
        match elements(list) {
            Ok(elements) => Box::new(
                elements
                    .into_iter()
                    .map(move |element| value(list, element)),
            ),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    });
}

/// The elements of a list. An object is none: iterating it by mistake would judge nothing.
fn elements(list: Node) -> Answer<Vec<NodeId>> {
    context::with(|context| {
        let document = &context.snapshot(list).document;
        let id = context.id(list);
        match document.value(id) {
            Value::Array => Ok(document.children(id).collect()),
            _ => Err("an object is no list".into()),
        }
    })
}

/// The elements of a list, as values for scripts.
pub(super) fn values(list: Node) -> Answer<Array> {
    elements(list)?
        .into_iter()
        .map(|element| value(list, element))
        .collect()
}

fn value(list: Node, element: NodeId) -> Answer<Dynamic> {
    context::with(|context| context.dynamic(list.slot, element))
}

fn at(list: Node, index: i64) -> Answer<Dynamic> {
    let elements = elements(list)?;
    let position = if index < 0 {
        index + elements.len() as i64
    } else {
        index
    };
    match usize::try_from(position)
        .ok()
        .and_then(|position| elements.get(position))
    {
        Some(element) => value(list, *element),
        None => Err(format!(
            "the list has {} elements; there is none at {index}",
            elements.len()
        )
        .into()),
    }
}

fn call_on<T: Clone + Send + Sync + 'static>(
    call: &NativeCallContext<'_>,
    function: &FnPtr,
    value: Dynamic,
) -> Answer<T> {
    function.call_within_context(call, (value,))
}

fn first(call: &NativeCallContext<'_>, list: Node, test: &FnPtr) -> Answer<Option<Dynamic>> {
    for element in elements(list)? {
        let value = value(list, element)?;
        if call_on::<bool>(call, test, value.clone())? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn has(list: Node, wanted: impl Fn(&Value<'_>) -> bool) -> Answer<bool> {
    context::with(|context| {
        let document = &context.snapshot(list).document;
        let id = context.id(list);
        if document.value(id) != Value::Array {
            return Err("an object is no list; ask it with `has`".into());
        }
        Ok(document
            .children(id)
            .any(|element| wanted(&document.value(element))))
    })
}
