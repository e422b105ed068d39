//! The human path to a value, with list elements named by their identity: it is the same however the file spells the data.

use std::collections::HashMap;

use crate::{
    document::NodeId,
    envelope::scalar_text,
    keys::{self, Symbol},
    shape::Shape,
    snapshot::Snapshot,
    spelling,
    tape::Tag,
    value::Value,
};

/// Identities longer than this are cut: a path is for reading.
const LONGEST_KEY: usize = 200;

impl Snapshot {
    /// The keyed path of a value: `AcceptedDomain[contoso.com].Enabled`. Empty for the whole snapshot.
    pub fn path(&self, node: NodeId) -> String {
        let route = self.route(node);
        let mut shape = self.root_shape();
        let mut path = String::new();
        for pair in route.windows(2) {
            self.push_step(&mut path, shape, pair[0], pair[1]);
            shape = self.shape_below(shape, pair[0], pair[1]);
        }
        path
    }

    /// The path of a field that an object lacks.
    pub fn path_of_absent(&self, object: NodeId, field: Symbol) -> String {
        let mut path = self.path(object);
        push_member(&mut path, &keys::name_of(field));
        path
    }

    /// Whether the schema has a field of this name in an object; `None` where the schema says nothing of the object.
    pub fn knows_field(&self, object: NodeId, field: Symbol) -> Option<bool> {
        let shape = self.shape_of(object)?;
        (!shape.properties.is_empty()).then(|| shape.property(field).is_some())
    }

    /// The value that names an element of a list: the first of the fields that identify it.
    pub fn identity(&self, element: NodeId) -> Option<NodeId> {
        let route = self.route(element);
        let list = *route.iter().rev().nth(1)?;
        if self.document.entry(list).tag() != Tag::Array {
            return None;
        }
        let key = *self.shape_of(list)?.key.first()?;
        self.document.member(element, key)
    }

    /// The names of the fields that the schema has in an object.
    pub fn fields(&self, object: NodeId) -> Vec<String> {
        let shape = self.shape_of(object);
        shape
            .map(|shape| {
                shape
                    .properties
                    .iter()
                    .map(|(name, _)| keys::name_of(*name))
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The nearest object that encloses a value, lists left out; `None` for the whole snapshot.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        let route = self.route(node);
        let above = &route[..route.len().saturating_sub(1)];
        let is_object = |step: &&NodeId| self.document.entry(**step).tag() == Tag::Object;
        let nearest = above.iter().rev().find(is_object).copied();
        nearest.or_else(|| (node != self.root() && route.len() > 1).then(|| self.root()))
    }

    /// The values on the way from the normalised data's root (inclusive) to a value, or to the nearest normalised value around
    /// it: what normalisation dissolved, and what lies outside the data, has no place of its own.
    ///
    /// A written value is known by the byte where it begins. The one normalised form moves values, but never that byte; so the
    /// way down is the children that begin where a value on the written way begins.
    fn route(&self, node: NodeId) -> Vec<NodeId> {
        let document = &self.document;
        let target = document.entry(node);
        let written: Vec<u32> = document
            .written_path(node)
            .iter()
            .map(|step| document.written(*step).start)
            .collect();
        let mut route = vec![self.root()];
        let mut at = self.root();
        while at != node {
            let Some(child) = self.child_around(at, target.start) else {
                break;
            };
            if written.binary_search(&document.entry(child).start).is_err() {
                break;
            }
            at = child;
            route.push(at);
        }
        // A list that had collapsed and its only element begin at the same byte. A handle from before tells them apart by
        // what it is.
        while route.len() > 1
            && at != node
            && document.entry(at).start == target.start
            && document.entry(at).tag() != target.tag()
            && document.entry(route[route.len() - 2]).start == target.start
        {
            route.pop();
            at = route[route.len() - 1];
        }
        route
    }

    /// The child that begins last of those that begin at or before a byte.
    fn child_around(&self, container: NodeId, byte: u32) -> Option<NodeId> {
        let document = &self.document;
        let children = document.entry(container).children();
        let start = |index: u32| document.entry(NodeId(index)).start;
        if document.is_flattened(container) {
            let before = children.filter(|index| start(*index) <= byte);
            return before.max_by_key(|index| start(*index)).map(NodeId);
        }
        let (mut low, mut high) = (children.start, children.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if start(middle) <= byte {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low > children.start).then(|| NodeId(low - 1))
    }

    pub(crate) fn root_shape(&self) -> Option<&Shape> {
        let shapes = self.kind.as_ref()?.shapes();
        Some(shapes.get(shapes.root()))
    }

    /// What the schema says of a child, by what it says of its container.
    pub(crate) fn shape_below(
        &self,
        shape: Option<&Shape>,
        container: NodeId,
        child: NodeId,
    ) -> Option<&Shape> {
        let shape = shape?;
        let below = if self.document.entry(container).tag() == Tag::Array {
            shape.items?
        } else {
            shape.property(self.document.entry(child).key())?
        };
        Some(self.kind.as_ref()?.shapes().get(below))
    }

    pub(crate) fn shape_of(&self, node: NodeId) -> Option<&Shape> {
        let route = self.route(node);
        if route
            .last()
            .is_none_or(|last| self.document.entry(*last).start != self.document.entry(node).start)
        {
            return None;
        }
        let root = self.root_shape();
        route.windows(2).fold(root, |shape, pair| {
            self.shape_below(shape, pair[0], pair[1])
        })
    }

    pub(crate) fn push_step(
        &self,
        path: &mut String,
        shape: Option<&Shape>,
        container: NodeId,
        child: NodeId,
    ) {
        let entry = self.document.entry(container);
        if entry.tag() != Tag::Array {
            push_member(path, self.document.name(child));
            return;
        }
        let identity = shape.and_then(|shape| self.identity_text(shape, child));
        path.push('[');
        match identity {
            Some(identity) => path.extend(identity.chars().take(LONGEST_KEY)),
            None => path.push_str(&(child.0 - entry.a).to_string()),
        }
        path.push(']');
    }

    /// The identity of an element by the fields that its list's schema names; `None` where one of them is missing.
    fn identity_text(&self, list: &Shape, element: NodeId) -> Option<String> {
        Some(self.identity_parts(list, element)?.join("/"))
    }

    fn identity_parts(&self, list: &Shape, element: NodeId) -> Option<Vec<String>> {
        let parts = list.key.iter().map(|key| {
            let text = self.key_text(self.document.member(element, *key)?);
            (!text.is_empty()).then_some(text)
        });
        let parts: Vec<String> = parts.collect::<Option<_>>()?;
        (!parts.is_empty()).then_some(parts)
    }

    /// A scalar as text, the same however it was written.
    pub(crate) fn key_text(&self, scalar: NodeId) -> String {
        match self.document.value(scalar) {
            Value::Time(micros) => spelling::format_time(micros),
            Value::Version(parts) => parts.map(|part| part.to_string()).join("."),
            Value::Duration(micros) => micros.to_string(),
            _ => scalar_text(&self.document, scalar),
        }
    }

    /// What identifies each value on the way from the data's root to a value, wherever the lists have been reordered.
    pub(crate) fn keyed_way(&self, node: NodeId) -> Vec<KeyStep> {
        let route = self.route(node);
        let mut shape = self.root_shape();
        let mut way = Vec::with_capacity(route.len());
        for pair in route.windows(2) {
            way.push(self.key_step(shape, pair[0], pair[1]));
            shape = self.shape_below(shape, pair[0], pair[1]);
        }
        way
    }

    /// What identifies a child within its container, by what the schema says of the container.
    fn key_step(&self, shape: Option<&Shape>, container: NodeId, child: NodeId) -> KeyStep {
        if self.document.entry(container).tag() != Tag::Array {
            return KeyStep::Member(self.document.name(child).to_owned());
        }
        if !matches!(self.document.value(child), Value::Array | Value::Object) {
            // A value without parts is identified by itself.
            return KeyStep::Element(vec![self.key_text(child).to_lowercase()]);
        }
        match shape.and_then(|shape| self.identity_parts(shape, child)) {
            Some(parts) => KeyStep::Element(parts.iter().map(|part| part.to_lowercase()).collect()),
            None => KeyStep::Nameless,
        }
    }

    /// The elements of a list by what identifies them; `None` for what several have.
    pub(crate) fn keyed_elements(&self, list: NodeId) -> HashMap<KeyStep, Option<NodeId>> {
        let shape = self.shape_of(list);
        let mut elements: HashMap<KeyStep, Option<NodeId>> = HashMap::new();
        for child in self.document.children(list) {
            elements
                .entry(self.key_step(shape, list, child))
                .and_modify(|found| *found = None)
                .or_insert(Some(child));
        }
        elements
    }
}

/// Adds a member to a path. A name that could be read as several steps, or as none, stands in quotes: `A["b.c"].d`.
fn push_member(path: &mut String, name: &str) {
    if name.is_empty() || name.contains(['.', '[', ']', '"']) {
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        path.extend(["[\"", &name, "\"]"]);
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}

/// What identifies a value within its container. Identities are in lower case: tools change the case of names between versions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum KeyStep {
    Member(String),
    Element(Vec<String>),
    /// An element that nothing tells from the others.
    Nameless,
}
