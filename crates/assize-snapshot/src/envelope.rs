//! Our envelope around collected data, and the ways to recognise data that has none.

use assize_finding::Pointer;

use crate::{
    document::{Document, NodeId},
    keys::{self, Symbol},
    kind::{Detection, Kind},
    problem::{Place, Problem},
    tape::{Entry, Tag},
    tape_json::to_json,
    value::Value,
    wrapper::{more_pages, pages_around, wrapped_list},
};

/// The member that marks an envelope, and its one version so far.
const MARK: &str = "assizeSnapshot";

/// What an envelope says.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    pub(crate) kind: Option<(String, NodeId)>,
    pub(crate) source: String,
    pub(crate) data: Option<NodeId>,
    /// Commands that failed, with what they said.
    pub(crate) errors: Vec<(String, String)>,
    pub(crate) problems: Vec<Problem>,
}

/// Whether a document is an envelope.
pub(crate) fn is_envelope(document: &Document) -> bool {
    document
        .written_member(document.root(), MARK, false)
        .is_some()
}

/// Reads the envelope, if the document is one.
pub(crate) fn open(document: &Document) -> Option<Envelope> {
    let root = document.root();
    let member = |name: &str| document.written_member(root, name, false);
    let mark = member(MARK)?;
    let mut envelope = Envelope {
        data: member("data"),
        ..Envelope::default()
    };
    let mut wrong = |node: NodeId, message: String| {
        envelope.problems.push(Problem::incomplete(
            "input/invalid-envelope",
            Place::Node(node),
            message,
        ));
    };
    if document.value(mark) != Value::Int(1) {
        wrong(
            mark,
            format!("`{MARK}` is not 1, the only version of the envelope that this release reads"),
        );
    }
    for name in ["kind", "data"] {
        if member(name).is_none() {
            wrong(root, format!("the envelope has no `{name}`"));
        }
    }
    if let Some(kind) = member("kind") {
        match document.value(kind) {
            Value::Text(text) => envelope.kind = Some((text.into_owned(), kind)),
            _ => wrong(kind, "`kind` is not a string".to_owned()),
        }
    }
    if let Some(errors) = member("errors") {
        match elements(document, errors) {
            Some(list) => {
                let list = list.into_iter();
                envelope.errors = list.map(|error| collector_error(document, error)).collect();
            }
            None => wrong(errors, "`errors` is not an array".to_owned()),
        }
    }
    envelope.source = member("source")
        .map(|source| source_text(document, source))
        .unwrap_or_default();
    Some(envelope)
}

/// The elements of a list that PowerShell may have collapsed or wrapped; `None` for what cannot be a list of errors.
pub(crate) fn elements(document: &Document, list: NodeId) -> Option<Vec<NodeId>> {
    let list = wrapped_list(document, list).unwrap_or(list);
    match document.entry(list).tag() {
        Tag::Array => Some(document.children(list).collect()),
        Tag::Object | Tag::Text | Tag::EscapedText => Some(vec![list]),
        Tag::Null => Some(Vec::new()),
        _ => None,
    }
}

fn collector_error(document: &Document, error: NodeId) -> (String, String) {
    let text = |name: &str| {
        document
            .written_member(error, name, true)
            .map(|member| scalar_text(document, member))
            .unwrap_or_default()
    };
    match document.value(error) {
        Value::Text(command) => (command.into_owned(), String::new()),
        _ => (text("command"), text("message")),
    }
}

/// One text for a source. `host` names the machine that collected, which is no part of what was collected.
fn source_text(document: &Document, source: NodeId) -> String {
    if document.entry(source).tag() != Tag::Object {
        return identity_text(document, source);
    }
    let members = document.children(source);
    let mut parts: Vec<(String, String)> = members
        .map(|member| {
            (
                document.name(member).to_owned(),
                identity_text(document, member),
            )
        })
        .collect();
    if parts.len() > 1 {
        parts.retain(|(name, _)| name != "host");
    }
    parts.sort();
    let parts: Vec<String> = parts
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    parts.join(";")
}

/// A value in full: two sources that differ anywhere are two.
pub(crate) fn identity_text(document: &Document, node: NodeId) -> String {
    match document.entry(node).tag() {
        Tag::Array | Tag::Object => to_json(document, node).to_string(),
        _ => scalar_text(document, node),
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace('=', "\\=")
}

/// A scalar as text; empty for anything else.
pub(crate) fn scalar_text(document: &Document, node: NodeId) -> String {
    match document.value(node) {
        Value::Text(text) => text.into_owned(),
        Value::Int(value) => value.to_string(),
        Value::Number(text) => text.to_owned(),
        Value::Bool(value) => value.to_string(),
        _ => String::new(),
    }
}

/// The root of the normalised data: an object of sections.
pub(crate) struct Sections {
    pub(crate) root: NodeId,
    /// Where the file's own structure stops and the data begins.
    pub(crate) base: NodeId,
    /// What has to be said of the list that is a section.
    pub(crate) problems: Vec<Problem>,
}

impl Sections {
    /// An object whose members are the sections.
    pub(crate) fn whole(root: NodeId) -> Self {
        Self {
            root,
            base: root,
            problems: Vec::new(),
        }
    }
}

/// Finds the sections of a kind in data that is its object of sections, or one section alone.
pub(crate) fn sections(document: &mut Document, kind: &Kind, data: NodeId) -> Option<Sections> {
    for detection in &kind.detect {
        let Some(found) = detected(document, detection, data) else {
            continue;
        };
        let Some(section) = &detection.section else {
            return Some(Sections::whole(found));
        };
        let mut problems = Vec::new();
        if !detection.only.is_empty() {
            // What is left of the list is no longer in its wrapper, so this is the time to look at it.
            problems.extend(more_pages(document, found));
        }
        if let Some((around, _)) = detection.at.as_str().rsplit_once('/')
            && let Some(around) = document.resolve(data, &Pointer::from(around.to_owned()))
        {
            problems.extend(pages_around(document, around, found));
        }
        return Some(Sections {
            root: lone_section(document, detection, keys::intern(section), found),
            base: found,
            problems,
        });
    }
    empty_section(document, kind, data)
}

/// A list with nothing in it shows no members to know it by; where the kind has one kind of list only, it can be no other.
fn empty_section(document: &mut Document, kind: &Kind, data: NodeId) -> Option<Sections> {
    let list = wrapped_list(document, data).unwrap_or(data);
    let is_empty = document.entry(list).tag() == Tag::Array && document.entry(list).b == 0;
    let mut lists = kind
        .detect
        .iter()
        .filter(|detection| detection.section.is_some());
    let detection = lists.next().filter(|_| is_empty)?;
    let section = detection.section.as_deref()?;
    if lists.any(|other| other.section.as_deref() != Some(section)) {
        return None;
    }
    Some(Sections {
        root: lone_section(document, detection, keys::intern(section), data),
        base: data,
        problems: Vec::new(),
    })
}

/// Where a detection matches, if it does.
pub(crate) fn detected(document: &Document, detection: &Detection, data: NodeId) -> Option<NodeId> {
    if let Some(first) = &detection.first
        && document.entry(data).tag() == Tag::Object
        && document.written_member_of(data, first, false).is_none()
    {
        return None;
    }
    let start = document.resolve(data, &detection.at)?;
    let ignore_case = detection.section.is_some();
    let has = |object: NodeId| {
        document.entry(object).tag() == Tag::Object
            && detection.members.iter().all(|name| {
                document
                    .written_member_of(object, name, ignore_case)
                    .is_some()
            })
    };
    if detection.section.is_none() {
        return has(start).then_some(start);
    }
    let list = wrapped_list(document, start).unwrap_or(start);
    let matches = match document.entry(list).tag() {
        Tag::Array if detection.only.is_empty() => document.children(list).next().is_some_and(has),
        Tag::Array => document
            .children(list)
            .any(|element| has(element) && is_wanted(document, detection, element)),
        _ => has(list) && is_wanted(document, detection, list),
    };
    matches.then_some(start)
}

fn is_wanted(document: &Document, detection: &Detection, element: NodeId) -> bool {
    detection.only.iter().all(|(name, wanted)| {
        let member = document.written_member(element, name, true);
        member.is_some_and(|member| scalar_text(document, member).eq_ignore_ascii_case(wanted))
    })
}

/// Whether an element says that it is something else. One that does not say what it is stays, and the schema judges it.
fn is_another(document: &Document, detection: &Detection, element: NodeId) -> bool {
    detection.only.iter().any(|(name, wanted)| {
        let member = document.written_member(element, name, true);
        let text = member
            .map(|member| scalar_text(document, member))
            .unwrap_or_default();
        let text = text.trim();
        !text.is_empty() && !text.eq_ignore_ascii_case(wanted)
    })
}

/// Makes the object `{section: list}` around a list that stands alone.
fn lone_section(
    document: &mut Document,
    detection: &Detection,
    section: Symbol,
    list: NodeId,
) -> NodeId {
    let entry = document.entry(list);
    let inner = wrapped_list(document, list).unwrap_or(list);
    let list_entry = if detection.only.is_empty() || document.entry(inner).tag() != Tag::Array {
        entry
    } else {
        let wanted = document
            .children(inner)
            .filter(|element| !is_another(document, detection, *element));
        let wanted: Vec<Entry> = wanted.map(|element| document.entry(element)).collect();
        let first = document.append(&wanted);
        Entry::new(
            Tag::Array,
            section,
            document.entry(inner).start,
            first,
            wanted.len() as u32,
        )
    };
    let child = document.append(&[list_entry.with_key(section)]);
    NodeId(document.append(&[Entry::new(Tag::Object, Symbol::NONE, entry.start, child, 1)]))
}
