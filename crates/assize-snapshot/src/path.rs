//! The human path to a value, with list elements named by their identity: it is the same however the file spells the data.

use crate::{
    document::NodeId,
    envelope::scalar_text,
    keys::{self, Symbol},
    shape::{Shape, ShapeId, Shapes},
    snapshot::Snapshot,
    tape::Tag,
};

/// Identities longer than this are cut: a path is for reading.
const LONGEST_KEY: usize = 200;

impl Snapshot {
    /// The keyed path of a value: `AcceptedDomain[contoso.com].Enabled`. Empty for the whole snapshot.
    pub fn path(&self, node: NodeId) -> String {
        self.walk_to(node).path
    }

    /// The path of a field that an object lacks.
    pub fn path_of_absent(&self, object: NodeId, field: Symbol) -> String {
        let path = self.path(object);
        let dot = if path.is_empty() { "" } else { "." };
        format!("{path}{dot}{}", keys::name_of(field))
    }

    /// Whether the schema has a field of this name in an object; `None` where the schema says nothing of the object.
    pub fn knows_field(&self, object: NodeId, field: Symbol) -> Option<bool> {
        let shape = self.shape_of(object)?;
        (!shape.properties.is_empty()).then(|| shape.property(field).is_some())
    }

    /// The value that names an element of a list: the first of the fields that identify it.
    pub fn identity(&self, element: NodeId) -> Option<NodeId> {
        let parents = self.document.written_path(element);
        let list = *parents.iter().rev().nth(1)?;
        let list_shape = self.shape_of(list)?;
        let key = *list_shape.key.first()?;
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

    fn shape_of(&self, node: NodeId) -> Option<&Shape> {
        if node == self.root() {
            let shapes = &self.kind.as_ref()?.shapes;
            return Some(shapes.get(shapes.root()));
        }
        self.walk_to(node).shape.map(|(shapes, id)| shapes.get(id))
    }

    /// Walks from the data's root to a value, by the file's steps and the schema's names.
    fn walk_to(&self, node: NodeId) -> Walk<'_> {
        let document = &self.document;
        let (base, section) = self.base();
        let written = document.written_path(node);
        let below = written
            .iter()
            .position(|step| *step == base)
            .map_or(0, |at| at + 1);
        let shape = self
            .kind
            .as_ref()
            .map(|kind| (&kind.shapes, kind.shapes.root()));
        let mut walk = Walk {
            snapshot: self,
            shape,
            path: String::new(),
            list: None,
        };
        if let Some(section) = section {
            walk.enter_member(section, base);
        }
        for step in below..written.len() {
            let parent = document.written(written[step - 1]);
            let child = written[step];
            if parent.tag() == Tag::Array {
                walk.enter_element(child, child.0 - parent.a);
            } else {
                let name = document.key_text(document.written(child).key()).to_owned();
                walk.enter_named(&name, child, written[step - 1]);
            }
        }
        // A collapsed list and its only element begin at the same byte; the node tells which of the two is meant.
        if walk.list.is_some() && document.entry(node).tag() != Tag::Array && node != self.root() {
            walk.name_collapsed_element();
        }
        walk
    }

    /// The nearest object that encloses a value, lists left out; `None` for the whole snapshot.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        let path = self.document.written_path(node);
        let start = self.document.entry(node).start;
        let (base, _) = self.base();
        let parents = path
            .iter()
            .rev()
            .skip_while(|step| self.document.entry(**step).start == start);
        for step in parents {
            let entry = self.document.entry(*step);
            if entry.tag() == Tag::Object && self.is_own_object(&path, *step) {
                return Some(*step);
            }
            if let Some(element) = self.collapsed_element(*step) {
                return Some(element);
            }
            if *step == base {
                break;
            }
        }
        (node != self.root()).then(|| self.root())
    }

    /// Not an object that normalisation dissolved: `properties`, or the wrapper of a list.
    fn is_own_object(&self, path: &[NodeId], step: NodeId) -> bool {
        let at = path.iter().position(|other| *other == step).unwrap_or(0);
        let Some(above) = at.checked_sub(1).map(|at| path[at]) else {
            return true;
        };
        let entry = self.document.entry(above);
        // A dissolved object is no longer among the children of what held it.
        entry.tag() != Tag::Object
            || entry.children().any(|child| {
                self.document.nodes[child as usize].start == self.document.entry(step).start
            })
    }

    /// Where a list collapsed to one object, that object.
    fn collapsed_element(&self, step: NodeId) -> Option<NodeId> {
        let entry = self.document.entry(step);
        if entry.tag() != Tag::Array || self.document.written(step).tag() != Tag::Object {
            return None;
        }
        self.document
            .children(step)
            .next()
            .filter(|child| self.document.entry(*child).start == entry.start)
    }
}

struct Walk<'s> {
    snapshot: &'s Snapshot,
    shape: Option<(&'s Shapes, ShapeId)>,
    path: String,
    /// The walk stands at a value that the schema says is a list, and that is written as something else.
    list: Option<NodeId>,
}

impl<'s> Walk<'s> {
    fn shape(&self) -> Option<&'s Shape> {
        self.shape.map(|(shapes, id)| shapes.get(id))
    }

    fn enter_member(&mut self, name: Symbol, value: NodeId) {
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(&keys::name_of(name));
        let property = self.shape().and_then(|shape| shape.property(name));
        self.shape = self.shape.and_then(|(shapes, _)| Some((shapes, property?)));
        self.note_list(value);
    }

    fn note_list(&mut self, value: NodeId) {
        let collapsed = self.shape().is_some_and(|shape| shape.is_list)
            && self.snapshot.document.written(value).tag() != Tag::Array;
        self.list = collapsed.then_some(value);
    }

    fn enter_named(&mut self, name: &str, child: NodeId, parent: NodeId) {
        let document = &self.snapshot.document;
        if let Some(list) = self.list {
            if name == "value"
                && document.entry(list).tag() == Tag::Array
                && document.entry(list).start == document.written(child).start
            {
                // The wrapper {"value": [...]}: the list itself begins here.
                self.list = None;
                return;
            }
            self.name_collapsed_element();
        }
        let Some(shape) = self.shape() else {
            self.push_name(name);
            return;
        };
        let ignore_case = shape.ignore_case;
        let same = |own: &str| own == name || ignore_case && own.eq_ignore_ascii_case(name);
        if shape
            .flatten
            .is_some_and(|member| same(&keys::name_of(member)))
            && document.written(child).tag() == Tag::Object
            && document
                .entry(parent)
                .children()
                .all(|other| other != child.0)
        {
            return;
        }
        let shapes = self.shape.map(|(shapes, _)| shapes);
        let property = shape.properties.iter().find(|(own, property)| {
            same(&keys::name_of(*own))
                || shapes.is_some_and(|shapes| {
                    shapes
                        .get(*property)
                        .other_names
                        .iter()
                        .any(|other| other == name)
                })
        });
        match property {
            Some((own, _)) => self.enter_member(*own, child),
            None => {
                self.push_name(name);
                self.shape = None;
            }
        }
    }

    fn push_name(&mut self, name: &str) {
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(name);
        self.list = None;
    }

    fn enter_element(&mut self, element: NodeId, index: u32) {
        self.list = None;
        let identity = self.identity(element);
        self.push_identity(identity.unwrap_or_else(|| index.to_string()));
    }

    fn name_collapsed_element(&mut self) {
        let Some(element) = self.list.take() else {
            return;
        };
        let identity = self.identity(element);
        self.push_identity(identity.unwrap_or_else(|| "0".to_owned()));
    }

    fn push_identity(&mut self, identity: String) {
        self.path.push('[');
        self.path.extend(identity.chars().take(LONGEST_KEY));
        self.path.push(']');
        self.shape = self
            .shape
            .and_then(|(shapes, id)| Some((shapes, shapes.get(id).items?)));
    }

    /// The identity of an element by the fields that the schema names; `None` where one of them is missing.
    fn identity(&self, element: NodeId) -> Option<String> {
        let shape = self.shape()?;
        if shape.key.is_empty() {
            return None;
        }
        let ignore_case = self.shape.is_some_and(|(shapes, _)| {
            shape
                .items
                .is_some_and(|items| shapes.get(items).ignore_case)
        });
        let document = &self.snapshot.document;
        let parts = shape.key.iter().map(|key| {
            let member = document.written_member(element, &keys::name_of(*key), ignore_case)?;
            let text = scalar_text(document, member);
            (!text.is_empty()).then_some(text)
        });
        parts
            .collect::<Option<Vec<_>>>()
            .map(|parts| parts.join("/"))
    }
}
