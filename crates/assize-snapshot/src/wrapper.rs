//! The objects that PowerShell and REST interfaces put around a list.

use std::sync::LazyLock;

use crate::{
    document::{Document, NodeId},
    keys::Name,
    problem::{Place, Problem},
    tape::Tag,
    value::Value,
};

/// How interfaces call the place of the next page, whatever the case.
const NEXT_PAGE: [&str; 6] = [
    "nextLink",
    "@odata.nextLink",
    "@nextLink",
    "skip_token",
    "skipToken",
    "$skipToken",
];
/// How they call the number of elements.
const COUNT: [&str; 4] = ["Count", "@odata.count", "total_records", "totalRecords"];
/// How they say that they cut the list.
const CUT: &str = "resultTruncated";

/// What a wrapper says of elements that are not there: a list with a next page, or with a larger count, was not collected whole.
pub(crate) fn more_pages(document: &Document, wrapper: NodeId) -> Vec<Problem> {
    match wrapped_list(document, wrapper) {
        Some(list) => pages_around(document, wrapper, list),
        None => Vec::new(),
    }
}

/// The same of any object around a list.
pub(crate) fn pages_around(document: &Document, wrapper: NodeId, list: NodeId) -> Vec<Problem> {
    let mut problems = Vec::new();
    let entry = document.written(list);
    let length = (entry.tag() == Tag::Array).then(|| entry.children().len() as i64);
    for member in document.children(wrapper) {
        let name = document.name(member);
        let is = |names: &[&str]| names.iter().any(|own| own.eq_ignore_ascii_case(name));
        let message = match (document.value(member), length) {
            (Value::Int(count), Some(length)) if is(&COUNT) && count != length => {
                format!("`{name}` is {count}, but the list has {length} elements")
            }
            (Value::Bool(true), _) if is(&[CUT]) => format!("`{name}` is true: the list was cut"),
            (Value::Text(text), _) if is(&[CUT]) && text.eq_ignore_ascii_case("true") => {
                format!("`{name}` is true: the list was cut")
            }
            (value, _) if is(&NEXT_PAGE) && value != Value::Null => {
                format!("the list has a `{name}`: its other pages were not collected")
            }
            _ => continue,
        };
        problems.push(Problem::incomplete(
            "input/truncated",
            Place::Node(member),
            message,
        ));
    }
    problems
}

/// Members that a wrapper can have: the list, its count, its next page, and what REST interfaces write about it.
const MOST_MEMBERS: u32 = 8;

/// The member that holds the list.
static VALUE: LazyLock<Name> = LazyLock::new(|| Name::new("value"));

/// The list in `{"value": [...], "Count": n}` and `{"value": [...], "nextLink": ...}`.
pub(crate) fn wrapped_list(document: &Document, node: NodeId) -> Option<NodeId> {
    let entry = document.entry(node);
    // A wrapper has a handful of members; most objects are ruled out by that.
    if entry.tag() != Tag::Object || entry.b > MOST_MEMBERS {
        return None;
    }
    let only_wrapping = |child: NodeId| {
        matches!(
            document.name(child),
            "value" | "Count" | "count" | "nextLink"
        ) || document.name(child).starts_with('@')
    };
    let value = document.written_member_of(node, &VALUE, false)?;
    (document.written(value).tag() == Tag::Array && document.children(node).all(only_wrapping))
        .then_some(value)
}
