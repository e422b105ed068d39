//! What an editor is told of a snapshot.

use std::fmt::Write as _;

use assize_finding::{Severity, Span};
use assize_project::Project;
use assize_snapshot::{Kind, Kinds, NodeId, Place, ReadError, Reader, Snapshot, Value, intern};

use super::{fields, hover::Hover};

/// Problems that are told of one snapshot.
const MOST_PROBLEMS: usize = 500;
/// Policies that are named for one value.
const MOST_POLICIES: usize = 20;

/// Something wrong with a snapshot.
pub(crate) struct Problem {
    pub(crate) span: Span,
    pub(crate) rule: String,
    pub(crate) message: String,
    pub(crate) severity: Severity,
    pub(crate) is_incomplete: bool,
}

/// Reads a text as a snapshot; the error is what is wrong with its JSON.
pub(crate) fn read(text: &str, kinds: &Kinds) -> Result<Snapshot, Problem> {
    let document = Reader::default().read(text.as_bytes().to_vec());
    let unreadable = |span: Span, message: String| Problem {
        span,
        rule: "input/invalid-json".to_owned(),
        message,
        severity: Severity::High,
        is_incomplete: true,
    };
    let document = document.map_err(|error| match error {
        ReadError::Syntax { error, .. } => unreadable(
            Span::new(error.offset, error.offset.saturating_add(1)),
            error.message.clone(),
        ),
        other => unreadable(Span::default(), other.to_string()),
    })?;
    Snapshot::new(document, kinds, None)
        .map_err(|error| unreadable(Span::default(), error.to_string()))
}

/// Whether a JSON text means to be a snapshot: its kind is known, or it has our envelope.
pub(crate) fn is_one(snapshot: &Snapshot) -> bool {
    let document = &snapshot.document;
    snapshot.kind.is_some()
        || document
            .member(document.root(), intern("assizeSnapshot"))
            .is_some()
}

/// What is wrong with the JSON of a text that means to be a snapshot. What is wrong with other JSON, other tools say.
pub(crate) fn mistake(text: &str, kinds: &Kinds) -> Option<Problem> {
    let is_meant = text.contains("\"assizeSnapshot\"");
    is_meant.then(|| read(text, kinds).err()).flatten()
}

/// What is wrong with a snapshot. A text that is no snapshot has nothing wrong with it.
pub(crate) fn problems(snapshot: &Snapshot) -> Vec<Problem> {
    if !is_one(snapshot) {
        return Vec::new();
    }
    let problems = snapshot.problems.iter().take(MOST_PROBLEMS);
    let told = problems.map(|problem| Problem {
        span: span(snapshot, problem.place),
        rule: problem.rule.to_string(),
        message: problem.message.clone(),
        severity: problem.severity,
        is_incomplete: problem.incomplete,
    });
    told.collect()
}

fn span(snapshot: &Snapshot, place: Place) -> Span {
    match place {
        Place::File => Span::new(0, 1),
        Place::Text(span) => span,
        Place::Node(node) => shown(snapshot, node),
    }
}

/// The part of a value that is marked: its name where it is an object or a list, which may have thousands of lines.
fn shown(snapshot: &Snapshot, node: NodeId) -> Span {
    let document = &snapshot.document;
    let span = document.span(node);
    match document.value(node) {
        Value::Object | Value::Array => document
            .name_span(node)
            .unwrap_or(Span::new(span.start, span.start + 1)),
        _ => span,
    }
}

/// The value at a byte.
pub(crate) fn value_at(snapshot: &Snapshot, offset: u32) -> Option<NodeId> {
    let document = &snapshot.document;
    let mut at = snapshot.root();
    loop {
        let covers = |child: &NodeId| {
            let start = document
                .name_span(*child)
                .map_or_else(|| document.start(*child), |name| name.start);
            start <= offset && offset < document.span(*child).end
        };
        // What begins behind the place need not have its end searched for.
        let mut children = document.children(at);
        match children.find(covers) {
            Some(child) => at = child,
            None => break,
        }
    }
    (at != snapshot.root()).then_some(at)
}

/// What is said of the value at a byte: its path, what the schema says, and who judges it.
pub(crate) fn hover(snapshot: &Snapshot, project: &Project, offset: u32) -> Option<Hover> {
    let node = value_at(snapshot, offset)?;
    let kind = snapshot.kind.as_ref()?;
    let path = snapshot.path(node);
    let names = names_to(snapshot, node);
    let mut text = words(kind, &path, &names);
    let judges = judges(project, kind, &names);
    if !judges.is_empty() {
        text.push_str("\n\nRead by");
        for (id, title) in judges {
            let _ = write!(text, "\n- `{id}`: {title}");
        }
    }
    Some(Hover {
        span: shown(snapshot, node),
        text,
    })
}

/// The names of the fields from the root to a value, elements left out.
fn names_to(snapshot: &Snapshot, node: NodeId) -> Vec<String> {
    let path = snapshot.path(node);
    // Elements stand in brackets behind the name of their list.
    let mut names = vec![String::new()];
    let mut depth = 0_usize;
    for character in path.chars() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => names.push(String::new()),
            other if depth == 0 => names
                .last_mut()
                .into_iter()
                .for_each(|name| name.push(other)),
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// What the schema says of the value that names lead to.
fn words(kind: &Kind, path: &str, names: &[String]) -> String {
    let schema = kind.schema();
    let (mut place, mut is_required) = (schema.root(), true);
    for name in names {
        let list = schema.place(place).items;
        let Some(field) = schema.field(list.unwrap_or(place), name) else {
            return format!("```assize\n{path}\n```");
        };
        (place, is_required) = (field.place, field.is_required);
    }
    // Elements have brackets behind the name of their list.
    let element = schema.place(place).items.filter(|_| path.ends_with(']'));
    match element {
        Some(element) => fields::page_of_place(path, schema.place(element), true),
        None => fields::page_of_place(path, schema.place(place), is_required),
    }
}

/// The policies that select the section and read the last name.
fn judges(project: &Project, kind: &Kind, names: &[String]) -> Vec<(String, String)> {
    let (Some(section), Some(last)) = (names.first(), names.last()) else {
        return Vec::new();
    };
    let policies = project.set.of_kind(kind.name()).policies.iter();
    let reads = policies.filter(|policy| {
        let selected = policy.selected_names();
        let selects = selected.contains(section) || policy.reads(section);
        selects && (section == last || policy.reads(last) || selected.contains(last))
    });
    reads
        .take(MOST_POLICIES)
        .map(|policy| (policy.id.clone(), policy.header.title.clone()))
        .collect()
}
