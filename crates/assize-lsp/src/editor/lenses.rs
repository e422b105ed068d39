//! What can be done at a place, shown above it.

use assize_finding::Span;

use super::{
    Scene,
    outline::{Made, Part},
};

/// The name of the function that judges.
pub(crate) fn of_policy(scene: &Scene<'_>) -> Option<Span> {
    let entry = if scene.header.is_over_time() {
        ("change", 2)
    } else {
        ("check", 1)
    };
    scene
        .tree
        .function(entry.0, entry.1)
        .map(|function| function.name.span)
}

/// The headings of the examples of a page: the one above all of them, then each by its name.
pub(crate) fn of_page(parts: &[Part]) -> Vec<(Span, Option<&str>)> {
    let Some(section) = parts.iter().find(|part| part.name == "Examples") else {
        return Vec::new();
    };
    let examples = section
        .parts
        .iter()
        .filter(|part| part.what == Made::Example);
    let each = examples.map(|part| (part.named, Some(part.name.as_str())));
    std::iter::once((section.named, None)).chain(each).collect()
}
