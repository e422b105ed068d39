//! The objects that PowerShell and REST interfaces put around a list.

use crate::{
    document::{Document, NodeId},
    problem::{Place, Problem},
    tape::Tag,
};

/// A list that says where its next page is was not collected whole.
pub(crate) fn more_pages(document: &Document, wrapper: NodeId) -> Vec<Problem> {
    let links = ["nextLink", "@odata.nextLink"].map(|name| {
        let link = document.written_member(wrapper, name, false)?;
        let message = format!("the list has a `{name}`: its other pages were not collected");
        let problem = Problem::incomplete("input/truncated", Place::Node(link), message);
        (document.entry(link).tag() != Tag::Null).then_some(problem)
    });
    links.into_iter().flatten().collect()
}

/// Members that a wrapper can have: the list, its count, its next page, and what REST interfaces write about it.
const MOST_MEMBERS: u32 = 8;

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
    let value = document.written_member(node, "value", false)?;
    (document.written(value).tag() == Tag::Array && document.children(node).all(only_wrapping))
        .then_some(value)
}
