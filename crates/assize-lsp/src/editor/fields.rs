//! The fields of snapshots: which an expression has, and what is said of one.

use std::{collections::BTreeMap, fmt::Write as _};

use assize_policy::{
    syntax::{Expr, ExprKind},
    types::{Field, Type},
};
use assize_snapshot::{Meaning, Schema, SchemaField, SchemaPlace, SchemaTypes};

use super::Scene;

/// The fields that an expression has. Where nobody knows what it is, any field may be meant.
pub(crate) fn of(scene: &Scene<'_>, object: &Expr) -> Vec<Field> {
    let types = scene.types();
    let of = types.expression(object.id);
    let fields = types.fields(&of);
    if fields.is_empty() && of.is_unknown() && !is_params(object) {
        return everywhere(&types.schemas);
    }
    fields
}

/// The field of an expression.
pub(crate) fn named(scene: &Scene<'_>, object: &Expr, name: &str) -> Option<Field> {
    of(scene, object)
        .into_iter()
        .find(|field| field.name == name)
}

/// Whether an expression is `params`.
pub(crate) fn is_params(object: &Expr) -> bool {
    matches!(&object.kind, ExprKind::Variable(name) if name == "params")
}

fn everywhere(schemas: &[Schema]) -> Vec<Field> {
    let mut found: BTreeMap<&str, Field> = BTreeMap::new();
    for schema in schemas {
        let fields = schema.places.iter().flat_map(|place| &place.fields);
        for field in fields {
            found
                .entry(&field.name)
                .or_insert_with(|| of_schema(schema, field));
        }
    }
    found.into_values().collect()
}

/// A field as its schema describes it.
pub(crate) fn of_schema(schema: &Schema, field: &SchemaField) -> Field {
    let place = schema.place(field.place);
    Field {
        name: field.name.clone(),
        of: Type::unknown(),
        description: place.description.clone(),
        path: place.path.clone(),
        kind: schema.kind.clone(),
        is_required: field.is_required,
        values: place.values.clone().unwrap_or_default(),
    }
}

/// The type of a field in a few words, and whether it is always there.
pub(crate) fn summary(field: &Field) -> String {
    let presence = if field.is_required {
        ""
    } else {
        ", may be left out"
    };
    if field.of.is_unknown() {
        return presence.trim_start_matches(", ").to_owned();
    }
    let text = field.of.to_string();
    // Fixed texts are listed below, and that it may be nothing is said in the schema's words.
    let text = if field.values.is_empty() {
        text.as_str()
    } else {
        "text"
    };
    format!("{}{presence}", text.trim_end_matches(", may be nothing"))
}

/// Everything that is known of a field.
pub(crate) fn page(path: &str, field: &Field) -> String {
    let summary = summary(field);
    let colon = if summary.is_empty() { "" } else { ": " };
    let mut text = format!("```assize\n{path}{colon}{summary}\n```");
    if !field.description.is_empty() {
        let _ = write!(text, "\n\n{}", field.description);
    }
    text.push_str(&values(&field.values));
    text
}

/// Everything that a schema says of a place.
pub(crate) fn page_of_place(path: &str, place: &SchemaPlace, is_required: bool) -> String {
    let presence = if is_required { "" } else { ", may be left out" };
    let mut text = format!("```assize\n{path}: {}{presence}\n```", words(place));
    if !place.description.is_empty() {
        let _ = write!(text, "\n\n{}", place.description);
    }
    text.push_str(&values(place.values.as_deref().unwrap_or_default()));
    text
}

fn values(values: &[String]) -> String {
    if values.is_empty() {
        return String::new();
    }
    let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    format!("\n\nOne of {}.", values.join(", "))
}

/// What a place may hold, in a few words.
fn words(place: &SchemaPlace) -> String {
    match place.meaning {
        Some(Meaning::Time) => return "time".to_owned(),
        Some(Meaning::Duration) => return "duration".to_owned(),
        Some(Meaning::Version) => return "version".to_owned(),
        Some(Meaning::Boolean) => return "bool".to_owned(),
        Some(Meaning::Number) => return "number".to_owned(),
        None if place.types == SchemaTypes::ANY => return "anything".to_owned(),
        None => {}
    }
    let names = [
        (SchemaTypes::BOOLEAN, "bool"),
        (SchemaTypes::INTEGER, "whole number"),
        (SchemaTypes::FRACTION, "fraction"),
        (SchemaTypes::TEXT, "text"),
        (SchemaTypes::LIST, "list"),
        (SchemaTypes::OBJECT, "object"),
        (SchemaTypes::NULL, "null"),
    ];
    let named = names
        .into_iter()
        .filter(|(own, _)| place.types.allows(*own));
    named.map(|(_, name)| name).collect::<Vec<_>>().join(" or ")
}
