//! What is said of a field, in Markdown.

use std::fmt::Write as _;

use super::schema::Field;

/// The type of a field and whether it is always there, in one line.
pub(crate) fn summary(field: &Field<'_>) -> String {
    let presence = if field.is_required {
        "required"
    } else {
        "may be left out"
    };
    format!("{}, {presence}", field.schema.type_words())
}

/// Everything that the schema says of a field.
pub(crate) fn page(path: &str, field: &Field<'_>) -> String {
    let mut text = format!("```assize\n{path}: {}\n```", summary(field));
    if let Some(description) = field.schema.description() {
        let _ = write!(text, "\n\n{description}");
    }
    let values = field.schema.values();
    if !values.is_empty() {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        let _ = write!(text, "\n\nOne of {}.", values.join(", "));
    }
    text
}
