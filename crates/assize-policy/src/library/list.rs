//! Lists of a snapshot, with the names that script arrays have.

use assize_snapshot::{NodeId, Value};
use rhai::{Array, Dynamic, FnPtr, Module, NativeCallContext};

use crate::{
    context::{self, Answer},
    engine::function,
    node::Node,
};

/// Adds the functions and the iterator.
pub(crate) fn add(module: &mut Module) {
    // `list.len()`, `list.is_empty()`.
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
    // `list[0]`, `list[-1]`.
    rhai::FuncRegistration::new_index_getter()
        .set_into_module(module, |list: &mut Node, index: i64| at(*list, index));
    // `list.find(|x| ..)`: the first element that the function holds for, or nothing.
    function!(module, "find", |call: NativeCallContext,
                               list: Node,
                               test: FnPtr| {
        first(&call, list, &test).map(|found| found.unwrap_or(Dynamic::UNIT))
    });
    // `list.some(|x| ..)`, `list.all(|x| ..)`: of an empty list, `some` is false and `all` is true.
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
    // `list.filter(|x| ..)`, `list.map(|x| ..)`: script arrays.
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
    // `list.contains(x)`, `x in list`.
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
    // `unique_ids` of a list of texts.
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
