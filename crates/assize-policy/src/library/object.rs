//! Objects of a snapshot.

use assize_snapshot::{NodeId, Value, intern};
use rhai::{Array, Dynamic, Module};

use super::function::LibraryFunction;
use crate::{
    context::{self, Answer},
    engine::function,
    node::{Id, Node},
};

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "has",
        &["object.has(field: text) -> bool"],
        "Whether a field is there and not null; `snapshot.has(\"Section\")` says whether a section was collected.",
    ),
    LibraryFunction::new(
        "is_null",
        &["object.is_null(field: text) -> bool"],
        "Whether a field is there and holds null, which some sources use to say \"none\".",
    ),
    LibraryFunction::new(
        "keys",
        &[
            "object.keys() -> list of text",
            "map.keys() -> list of text",
        ],
        "The names of the fields that are there.",
    ),
    LibraryFunction::new(
        "values",
        &[
            "object.values() -> list of any",
            "map.values() -> list of any",
        ],
        "What the fields hold that are there.",
    ),
    LibraryFunction::new(
        "parent",
        &["parent(value: any) -> object?"],
        "The nearest object that encloses an object or list; nothing for a whole snapshot.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    function!(module, "has", has);
    function!(module, "is_null", is_null);
    rhai::FuncRegistration::new_index_getter().set_into_module(module, member);
    function!(module, "keys", |node: Node| members(node).map(|members| {
        members
            .into_iter()
            .map(|(name, _)| name.into())
            .collect::<Array>()
    }));
    function!(module, "values", |node: Node| -> Answer<Array> {
        let value = |(name, id): (String, NodeId)| {
            context::with(|context| {
                // A section is read as one, so that the verdict knows of it.
                let snapshot = context.snapshot(node);
                if node.id == Id::Root && snapshot.fields(snapshot.root()).contains(&name) {
                    return context.field(node, intern(&name));
                }
                context.dynamic(node.slot, id)
            })
        };
        members(node)?.into_iter().map(value).collect()
    });
    function!(module, "parent", parent);
    function!(module, "==", |left: Node, right: Node| left == right);
    function!(module, "!=", |left: Node, right: Node| left != right);
}

/// The members of an object. A list has none: going through it by mistake would judge nothing.
fn members(node: Node) -> Answer<Vec<(String, NodeId)>> {
    context::with(|context| {
        let document = &context.snapshot(node).document;
        let id = context.id(node);
        if document.value(id) != Value::Object {
            return Err("a list has no named fields".into());
        }
        let named = document
            .children(id)
            .map(|child| (document.name(child).to_owned(), child));
        Ok(named.collect())
    })
}

fn has(node: Node, name: &str) -> Answer<bool> {
    context::with(|context| {
        let snapshot = context.snapshot(node);
        let is_root = node.id == Id::Root;
        // Only names that the schema has are interned already; asking for another is a mistake, not a "no".
        let member = snapshot.document.member_named(context.id(node), name);
        if member.is_none() {
            let known = snapshot.fields(context.id(node));
            if !known.is_empty() && !known.iter().any(|own| own == name) {
                let (slot, id) = (node.slot, context.id(node));
                return context.no_field(slot, id, name, None).map(|_| false);
            }
        }
        let is_given = member.is_some_and(|member| snapshot.document.value(member) != Value::Null);
        // Names that a script makes up are never interned: the table of names only grows.
        let is_collected = || !is_root || snapshot.why_missing(intern(name)).is_none();
        Ok(is_given && is_collected())
    })
}

fn is_null(node: Node, name: &str) -> Answer<bool> {
    context::with(|context| {
        let (slot, id) = (node.slot, context.id(node));
        let snapshot = context.snapshot(node);
        if let Some(member) = snapshot.document.member_named(id, name) {
            return Ok(snapshot.document.value(member) == Value::Null);
        }
        let known = snapshot.fields(id).iter().any(|own| own == name);
        if known {
            Ok(false)
        } else {
            context.no_field(slot, id, name, None).map(|_| false)
        }
    })
}

fn member(node: &mut Node, name: &str) -> Answer<Dynamic> {
    let node = *node;
    context::with(|context| {
        let snapshot = context.snapshot(node);
        let id = context.id(node);
        let fields = snapshot.fields(id);
        if fields.iter().any(|own| own == name) {
            return context.field(node, intern(name));
        }
        // What the schema describes, it describes whole: an unknown name is as wrong here as after a dot.
        if !fields.is_empty() {
            return context.no_field(node.slot, id, name, None);
        }
        match snapshot.document.member_named(id, name) {
            Some(member) => context.dynamic(node.slot, member),
            None => context.no_field(node.slot, id, name, None),
        }
    })
}

fn parent(node: Node) -> Answer<Dynamic> {
    context::with(|context| {
        let snapshot = context.snapshot(node);
        match snapshot.parent(context.id(node)) {
            None => Ok(Dynamic::UNIT),
            Some(parent) => context.enclosing(node.slot, parent),
        }
    })
}
