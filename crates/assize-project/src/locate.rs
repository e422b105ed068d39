//! Turns places in a document into locations that reports can print: all places of a document in one walk over its text.

use std::collections::BTreeMap;

use assize_finding::{Location, Pointer, Position, Region, Span, ValueKind};
use assize_snapshot::{NodeId, PositionCursor, Snapshot, Symbol, Value};

use crate::{check::Wanted, excerpt::excerpt, line_hash::line_hashes};

/// A place that has to be located.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A value.
    Node(NodeId),
    /// A field that an object lacks.
    Absent(NodeId, Symbol),
    /// A value of the earlier snapshot that is gone, by the nearest value that enclosed it.
    Gone { near: NodeId, node: NodeId },
    /// A range of the text.
    Text(Span),
    /// The whole file.
    File,
}

/// Locates marks in a text; `snapshot` where the text is one.
pub(crate) struct Locator<'d> {
    text: &'d str,
    snapshot: Option<&'d Snapshot>,
    /// The earlier snapshot, which has what is gone.
    earlier: Option<&'d Snapshot>,
    wanted: Wanted,
}

impl<'d> Locator<'d> {
    pub(crate) fn new(text: &'d str, snapshot: Option<&'d Snapshot>, wanted: Wanted) -> Self {
        Self {
            text,
            snapshot,
            earlier: None,
            wanted,
        }
    }

    /// A locator that knows what was there before.
    pub(crate) fn with_earlier(self, earlier: Option<&'d Snapshot>) -> Self {
        Self { earlier, ..self }
    }

    /// The locations of marks, in their order.
    pub(crate) fn locate(&self, marks: &[Mark]) -> Vec<Location> {
        let spans: Vec<Option<Span>> = marks.iter().map(|mark| self.span(*mark)).collect();
        let positions = self.positions(&spans);
        let mut locations: Vec<Location> = marks
            .iter()
            .zip(&spans)
            .map(|(mark, span)| self.location(*mark, *span, &positions))
            .collect();
        if self.wanted.line_hashes && self.is_utf8() {
            let mut lines: Vec<u32> = locations
                .iter()
                .map(|location| location.start().line)
                .collect();
            lines.sort_unstable();
            lines.dedup();
            let hashes = line_hashes(self.text, &lines);
            for location in &mut locations {
                location.line_hash = hashes.get(&location.start().line).cloned();
            }
        }
        locations
    }

    fn is_utf8(&self) -> bool {
        self.snapshot
            .is_none_or(|snapshot| snapshot.document.encoding() == assize_finding::Encoding::Utf8)
    }

    fn positions(&self, spans: &[Option<Span>]) -> BTreeMap<u32, Position> {
        let mut offsets: Vec<u32> = spans
            .iter()
            .flatten()
            .flat_map(|span| [span.start, span.end])
            .collect();
        offsets.sort_unstable();
        offsets.dedup();
        let mut cursor = PositionCursor::new(self.text);
        offsets
            .into_iter()
            .map(|offset| (offset, cursor.position(offset)))
            .collect()
    }

    /// The text to underline. A container is shown by what names it: the field that identifies an element, else the member
    /// name in front of it, else its opening bracket; the whole of it would bury the reader, and a pull request shows an
    /// alert only if all of its lines changed.
    fn span(&self, mark: Mark) -> Option<Span> {
        let (node, snapshot) = match mark {
            Mark::File => return None,
            Mark::Text(span) => return Some(span),
            Mark::Node(node) | Mark::Absent(node, _) | Mark::Gone { near: node, .. } => {
                (node, self.snapshot?)
            }
        };
        let document = &snapshot.document;
        match document.value(node) {
            Value::Array | Value::Object => {
                let named = snapshot
                    .identity(node)
                    .map(|identity| document.span(identity));
                named.or_else(|| document.name_span(node)).or_else(|| {
                    let start = document.start(node);
                    Some(Span::new(start, start + 1))
                })
            }
            _ => Some(document.span(node)),
        }
    }

    fn location(
        &self,
        mark: Mark,
        span: Option<Span>,
        positions: &BTreeMap<u32, Position>,
    ) -> Location {
        let region = span.and_then(|span| {
            Some(Region {
                start: *positions.get(&span.start)?,
                end: *positions.get(&span.end)?,
            })
        });
        let shown = span.zip(region).filter(|_| self.wanted.excerpts);
        let (pointer, path, value_kind) = match (mark, self.snapshot) {
            (Mark::Node(node), Some(snapshot)) => (
                Some(snapshot.document.pointer(node)),
                snapshot.path(node),
                value_kind(snapshot, node),
            ),
            (Mark::Absent(node, field), Some(snapshot)) => (
                Some(snapshot.document.pointer(node)),
                snapshot.path_of_absent(node, field),
                ValueKind::Property,
            ),
            (Mark::Gone { near, node }, Some(snapshot)) => (
                Some(snapshot.document.pointer(near)),
                self.earlier
                    .map_or_else(|| snapshot.path(near), |earlier| earlier.path(node)),
                ValueKind::Property,
            ),
            (Mark::File, Some(_)) => (Some(Pointer::root()), String::new(), ValueKind::Value),
            _ => (None, String::new(), ValueKind::Value),
        };
        Location {
            pointer,
            path,
            region,
            value_kind,
            absent: matches!(mark, Mark::Absent(..) | Mark::Gone { .. }),
            excerpt: shown.map(|(span, region)| excerpt(self.text, span, region.start.line)),
            line_hash: None,
            content: None,
        }
    }
}

/// The location of a verdict that nobody asked to see.
pub(crate) fn nowhere() -> Location {
    Location {
        pointer: Some(Pointer::root()),
        path: String::new(),
        region: None,
        value_kind: ValueKind::Object,
        absent: false,
        excerpt: None,
        line_hash: None,
        content: None,
    }
}

fn value_kind(snapshot: &Snapshot, node: NodeId) -> ValueKind {
    match snapshot.document.value(node) {
        Value::Object => ValueKind::Object,
        Value::Array => ValueKind::Array,
        _ if snapshot.document.name(node).is_empty() => ValueKind::Value,
        _ => ValueKind::Property,
    }
}
