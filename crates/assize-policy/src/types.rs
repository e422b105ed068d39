//! The types of a policy's expressions: what the schemas of its kinds say, carried through its code.
//!
//! It works on a source as it stands in an editor: what cannot be read, or cannot be known, is unknown. Its work is bounded,
//! whatever the source.

mod form;
mod infer;
mod known;
pub(crate) mod note;
mod query;
mod signature;
pub(crate) mod world;

use std::collections::{BTreeMap, HashMap, HashSet};

use assize_finding::Span;
use assize_snapshot::{Kinds, Schema};

use crate::{
    header::Param,
    syntax::{ExprId, Tree},
};

pub use form::{Form, Nothing, ObjectForm, Type};
pub use query::{Field, Referent};

use infer::Infer;
use world::World;

/// The types of one policy.
#[derive(Debug, Default)]
pub struct Types {
    /// The schemas that it reads: of its kinds, then of the kinds that it asks the estate for.
    pub schemas: Vec<Schema>,
    /// The variables and parameters, in the order of the source.
    pub variables: Vec<Variable>,
    /// The parameters of the policy and of its pack.
    pub params: Vec<(String, Type)>,
    /// What `check` is called with.
    pub object: Type,
    /// The whole snapshot.
    pub snapshot: Type,
    types: Vec<Option<Type>>,
    resolved: HashMap<ExprId, Span>,
    pub(crate) notes: Vec<note::Note>,
    pub(crate) found_fields: HashSet<u32>,
}

/// A variable or a parameter.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub declared: Span,
    /// Where it can be used: from its declaration to the end of its block.
    pub visible: Span,
    /// What declares it.
    pub kind: VariableKind,
    /// What it may be.
    pub of: Type,
    /// Something reads it.
    pub is_used: bool,
}

/// What declares a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableKind {
    /// A function, in the parentheses behind its name or in the bars before it.
    Parameter,
    /// `let` or `for`.
    Local,
}

impl Types {
    /// Goes through a policy. `shared` are the parameters of its pack.
    pub fn of(source: &str, tree: &Tree, kinds: &Kinds, shared: &[Param]) -> Self {
        let shared: Vec<(String, Type)> = shared
            .iter()
            .map(|param| (param.name.clone(), of_default(&param.default.to_json())))
            .collect();
        let world = World::of(tree, kinds, &shared);
        let (object, snapshot) = (world.object(), world.snapshot());
        let mut infer = Infer::new(source, tree, kinds, world);
        infer.run();
        let notes = if infer.fuel == 0 {
            BTreeMap::new()
        } else {
            infer.notes
        };
        Self {
            object,
            snapshot,
            params: infer.world.params.clone(),
            schemas: infer.world.schemas,
            variables: infer.variables.into_values().collect(),
            types: infer.types,
            resolved: infer.resolved,
            notes: notes.into_values().collect(),
            found_fields: infer.found_fields,
        }
    }

    /// What an expression may be; unknown where it is never reached.
    pub fn expression(&self, id: ExprId) -> Type {
        let known = self.types.get(id.0 as usize).cloned().flatten();
        known.unwrap_or_else(Type::unknown)
    }
}

fn of_default(value: &serde_json::Value) -> Type {
    use serde_json::Value as Json;
    Type::just(match value {
        Json::Bool(_) => Form::Bool,
        Json::Number(number) if number.is_f64() => Form::Fraction,
        Json::Number(_) => Form::Number,
        Json::String(_) => Form::Text(None),
        Json::Array(elements) => {
            let element = elements
                .iter()
                .map(of_default)
                .reduce(|left, right| left.or(&right));
            return Type::list(element.unwrap_or_else(Type::unknown));
        }
        _ => return Type::unknown(),
    })
}
