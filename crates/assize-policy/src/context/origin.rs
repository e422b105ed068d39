//! Where the values in the hands of a script came from.

use assize_snapshot::{NodeId, Value};
use rhai::{Dynamic, ImmutableString};

use crate::{
    context::{Context, Role},
    node::Node,
    trace::ValuePlace,
    verdict::{Origin, Other, Place},
};

/// What a verdict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The object; of one that is gone, the nearest value that enclosed it.
    pub(crate) object: NodeId,
    /// The object in the earlier snapshot, where it is gone from the judged one.
    pub(crate) gone: Option<NodeId>,
}

impl Subject {
    fn place(self) -> Place {
        match self.gone {
            Some(node) => Place::Gone {
                near: self.object,
                node,
            },
            None => Place::Node(self.object),
        }
    }
}

/// Bytes of a string up to which it is known by itself, and not only by its text.
const LONGEST_KNOWN: usize = 1_000;

/// A string that a script read.
pub(crate) struct ReadString {
    slot: u16,
    node: NodeId,
    /// What the script got; held, so that no other string takes its place in memory.
    text: Option<ImmutableString>,
}

impl ReadString {
    pub(crate) fn new(slot: u16, node: NodeId, text: &ImmutableString) -> Self {
        let is_known = text.len() <= LONGEST_KNOWN;
        Self {
            slot,
            node,
            text: is_known.then(|| text.clone()),
        }
    }

    fn is(&self, text: &ImmutableString) -> bool {
        self.text.as_ref().is_some_and(|own| own.ptr_eq(text))
    }
}

impl Context {
    /// The number that stands for a value, as the tag that the engine carries along with scalars: 0 is nowhere, a positive tag is
    /// one more than the value's index in the judged snapshot, a negative one counts through the other snapshots.
    #[inline]
    pub(crate) fn tag_of(&self, slot: u16, node: NodeId) -> i32 {
        if slot == 0 {
            let tag = i32::try_from(node.0).ok();
            return tag.and_then(|index| index.checked_add(1)).unwrap_or(0);
        }
        let index = self.snapshots[usize::from(slot)].first + node.0 as usize;
        i32::try_from(index).map_or(0, |index| -1 - index)
    }

    /// The value behind a tag.
    fn node_of(&self, tag: i32) -> Option<(u16, NodeId)> {
        if tag >= 0 {
            let index = u32::try_from(tag).ok()?.checked_sub(1)?;
            return Some((0, NodeId(index)));
        }
        let index = usize::try_from(-1 - i64::from(tag)).ok()?;
        let slot = self
            .snapshots
            .iter()
            .skip(1)
            .rposition(|own| own.first <= index)?
            + 1;
        let node = u32::try_from(index - self.snapshots[slot].first).ok()?;
        Some((u16::try_from(slot).ok()?, NodeId(node)))
    }

    /// Where in the judged snapshot a value stands, or would stand; `None` for one that a script made.
    pub(crate) fn origin(&mut self, value: &Dynamic) -> Option<Place> {
        let (slot, node) = self.source_of(value)?;
        let role = self.snapshots[usize::from(slot)].role;
        (role == Role::Judged).then(|| self.own_place(value, node))
    }

    /// Where a value came from: a place in the judged snapshot, and the value itself where it is one of another snapshot.
    pub(crate) fn place(&mut self, value: &Dynamic) -> (Place, Option<Origin>) {
        let Some((slot, node)) = self.source_of(value) else {
            return (self.subject.place(), None);
        };
        let of = match self.snapshots[usize::from(slot)].role {
            Role::Judged => return (self.own_place(value, node), None),
            Role::Reference => return (self.subject.place(), None),
            Role::Other(of) => of,
        };
        let origin = Some(Origin { of, node });
        if of != Other::Earlier {
            return (self.subject.place(), origin);
        }
        let (judged, earlier) = (&self.snapshots[0].snapshot, &self.snapshots[1].snapshot);
        let place = match self.counterparts.find(earlier, node, judged) {
            (near, true) => Place::Node(near),
            (near, false) => Place::Gone { near, node },
        };
        (place, origin)
    }

    /// The place of a value of the judged snapshot, or of a field that is not there.
    fn own_place(&self, value: &Dynamic, node: NodeId) -> Place {
        let mut absent = self.absent.iter().rev();
        let field = absent
            .find(|(slot, object, _)| (*slot, *object) == (0, node))
            .filter(|_| value.is_unit());
        field.map_or(Place::Node(node), |(_, object, field)| {
            Place::Absent(*object, *field)
        })
    }

    /// Where a value of a snapshot came from; unlike a place of a finding, nothing for what the script made itself. With
    /// `is_read`, a text that is that of a value is that value.
    pub(crate) fn place_of_value(&mut self, value: &Dynamic, is_read: bool) -> Option<ValuePlace> {
        if value.is_string() && !is_read && !self.is_known(value) {
            return None;
        }
        let (slot, node) = self.source_of(value)?;
        match self.snapshots[usize::from(slot)].role {
            Role::Judged => Some(ValuePlace::Judged(self.own_place(value, node))),
            Role::Reference => None,
            Role::Other(of) => Some(ValuePlace::Other(Origin { of, node })),
        }
    }

    /// Whether a text is the very one that was read, and not only like it.
    fn is_known(&self, value: &Dynamic) -> bool {
        let text = value.as_immutable_string_ref().ok();
        value.tag() != 0
            || text.is_some_and(|text| {
                let mut all = self.strings.iter().chain(&self.other_strings);
                all.any(|read| read.is(&text))
            })
    }

    /// The value of a snapshot that a value of the script is, or was.
    fn source_of(&self, value: &Dynamic) -> Option<(u16, NodeId)> {
        let value = value.flatten_clone();
        if let Some(node) = value.clone().try_cast::<Node>() {
            return Some((node.slot, self.id(node)));
        }
        if let Some(source) = self.node_of(value.tag()) {
            return Some(source);
        }
        let text = value.into_immutable_string().ok()?;
        if text.is_empty() {
            return None;
        }
        let mut all = self.strings.iter().chain(&self.other_strings);
        let found = all
            .find(|read| read.is(&text))
            .or_else(|| self.string_like(&text))?;
        Some((found.slot, found.node))
    }

    /// The first string with some text that was read within the judged object, else the first that was read at all: scripts
    /// make texts of their own that are those of the object.
    fn string_like(&self, text: &str) -> Option<&ReadString> {
        let has_text = |read: &&ReadString| {
            let document = &self.snapshots[usize::from(read.slot)].snapshot.document;
            matches!(document.value(read.node), Value::Text(own) if *own == *text)
        };
        let document = &self.snapshots[0].snapshot.document;
        let mut found = self.strings.iter().filter(has_text).peekable();
        let first = found.peek().copied();
        let object = first.map(|_| document.span(self.subject.object).range());
        let within = found.find(|read| {
            let start = document.start(read.node) as usize;
            object
                .as_ref()
                .is_some_and(|object| object.contains(&start))
        });
        within
            .or(first)
            .or_else(|| self.other_strings.iter().find(has_text))
    }
}
