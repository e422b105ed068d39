//! What the values of a policy are.

use std::sync::Arc;

use assize_policy::syntax::Expr;
use assize_snapshot::Kind;

use super::{
    Scene,
    schema::{Field, Schema},
};

/// What an expression has behind a dot.
pub(crate) struct Members<'k> {
    pub(crate) fields: Vec<Field<'k>>,
}

/// The fields of an expression.
pub(crate) fn members<'k>(_scene: &Scene<'_>, kind: &'k Arc<Kind>, _object: &Expr) -> Members<'k> {
    let fields = Schema::of(kind).everywhere();
    Members {
        fields: fields.into_values().collect(),
    }
}

/// The field of an expression.
pub(crate) fn field<'k>(
    scene: &Scene<'_>,
    kind: &'k Arc<Kind>,
    object: &Expr,
    name: &str,
) -> Option<Field<'k>> {
    let members = members(scene, kind, object);
    members.fields.into_iter().find(|field| field.name == name)
}
