//! Looking elements of a list up by the text of a field, without a call of a function for each of them.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use assize_snapshot::{NodeId, Snapshot, Value};
use rhai::{EvalAltResult, Position};

use crate::{
    budget,
    context::{Answer, Context},
    library::{same_host, same_text},
    node::Node,
};

/// Elements between two looks at what is left of the verdict's time and memory.
const PER_LOOK: usize = 1_024;

/// Elements of a list that is not worth keeping an index of.
const SMALL: usize = 256;
/// Indexes that are kept, and the texts in all of them, each of which takes 16 bytes.
const MOST_INDEXES: usize = 16;
const MOST_ENTRIES: usize = 4 << 20;

/// Elements that are found at most: one more than a script's list may have, so that the script ends at its limit.
const MOST_FOUND: usize = 100_001;

/// How texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// Equal but for case.
    Text,
    /// Host names: equal but for case, blanks around and a dot at the end.
    Host,
}

impl Likeness {
    fn holds(self, left: &str, right: &str) -> bool {
        match self {
            Self::Text => same_text(left, right),
            Self::Host => same_host(left, right),
        }
    }

    /// A number that like texts have in common.
    fn hash(self, text: &str) -> u64 {
        let bare = match self {
            Self::Text => text,
            Self::Host => {
                let text = text.trim();
                text.strip_suffix('.').unwrap_or(text)
            }
        };
        let mut hasher = DefaultHasher::new();
        bare.to_lowercase().hash(&mut hasher);
        hasher.finish()
    }
}

/// The elements of one list by the text of one field. It lasts for the verdicts of a policy on a snapshot.
pub(crate) struct Index {
    list: Node,
    field: String,
    likeness: Likeness,
    /// The hash of each text, and which element has it, sorted.
    hashes: Vec<(u64, u32)>,
    /// The first element whose field cannot be read, and the field.
    unreadable: Option<(u32, NodeId)>,
}

impl Context {
    /// The elements of a list whose field is like a text, in their order; all of them or the first.
    pub(crate) fn elements_like(
        &mut self,
        list: Node,
        (field, text): (&str, &str),
        likeness: Likeness,
        all: bool,
    ) -> Answer<Vec<NodeId>> {
        let is_own = |index: &&Arc<Index>| {
            (index.list, index.likeness) == (list, likeness) && index.field == field
        };
        let known = self.indexes.iter().find(is_own).map(Arc::clone);
        let index = if let Some(index) = known {
            index
        } else {
            let index = Arc::new(self.index(list, field, likeness)?);
            self.keep(&index);
            index
        };
        let snapshot = Arc::clone(self.snapshot(list));
        let document = &snapshot.document;
        let first = document.children(self.id(list)).next();
        let first = first.map_or(0, |first| first.0);
        let hash = likeness.hash(text);
        let begin = index.hashes.partition_point(|(own, _)| *own < hash);
        let like = index.hashes[begin..]
            .iter()
            .take_while(|(own, _)| *own == hash);
        let like = like.map(|(_, nth)| *nth).filter(|nth| {
            let member = document.member_named(NodeId(first + nth), field);
            member.is_some_and(|member| {
                matches!(document.value(member), Value::Text(own) if likeness.holds(&own, text))
            })
        });
        let found: Vec<u32> = like.take(if all { MOST_FOUND } else { 1 }).collect();
        // What cannot be read may be like the text, too.
        if let Some((nth, member)) = index.unreadable
            && (all || found.first().is_none_or(|found| *found > nth))
        {
            let _ = self.dynamic(list.slot, member)?;
        }
        Ok(found.into_iter().map(|nth| NodeId(first + nth)).collect())
    }

    /// Keeps an index for the next question. What is kept is bounded; small lists are quick to go through.
    fn keep(&mut self, index: &Arc<Index>) {
        let snapshot = self.snapshot(index.list);
        let length = snapshot.document.children(self.id(index.list)).len();
        if length < SMALL {
            return;
        }
        let kept: usize = self.indexes.iter().map(|index| index.hashes.len()).sum();
        if self.indexes.len() == MOST_INDEXES || kept + index.hashes.len() > MOST_ENTRIES {
            self.indexes.clear();
        }
        self.indexes.push(Arc::clone(index));
    }

    fn index(&mut self, list: Node, field: &str, likeness: Likeness) -> Answer<Index> {
        let snapshot = Arc::clone(self.snapshot(list));
        let document = &snapshot.document;
        let id = self.id(list);
        if document.value(id) != Value::Array {
            return Err("an object is no list".into());
        }
        self.check_field(list.slot, &snapshot, id, field)?;
        let mut hashes = Vec::with_capacity(document.children(id).len().min(PER_LOOK));
        let mut unreadable = None;
        for (nth, element) in document.children(id).enumerate() {
            if nth % PER_LOOK == 0
                && let Some(limit) = budget::step()
            {
                return Err(EvalAltResult::ErrorTerminated(limit.into(), Position::NONE).into());
            }
            let nth = nth as u32;
            let Some(member) = document.member_named(element, field) else {
                continue;
            };
            match document.value(member) {
                Value::Text(text) => hashes.push((likeness.hash(&text), nth)),
                Value::Null => {}
                Value::Unreadable(_) => unreadable = unreadable.or(Some((nth, member))),
                _ => {
                    let path = snapshot.path(member);
                    return self
                        .refuse(format!("`{path}` is no text, and only texts are looked up"));
                }
            }
        }
        hashes.sort_unstable();
        Ok(Index {
            list,
            field: field.to_owned(),
            likeness,
            hashes,
            unreadable,
        })
    }

    /// A field that the schema does not know would be looked up in vain for ever.
    fn check_field(
        &mut self,
        slot: u16,
        snapshot: &Snapshot,
        list: NodeId,
        field: &str,
    ) -> Answer<()> {
        let Some(element) = snapshot.document.children(list).next() else {
            return Ok(());
        };
        if snapshot.document.value(element) != Value::Object {
            let path = snapshot.path(list);
            return self.refuse(format!("`{path}` is no list of objects"));
        }
        let fields = snapshot.fields(element);
        if fields.iter().any(|own| own == field) {
            return Ok(());
        }
        // Names that a script makes up are never interned.
        let symbol = fields
            .is_empty()
            .then(|| snapshot.document.member_named(element, field));
        match symbol.flatten() {
            Some(_) => Ok(()),
            None => self.no_field(slot, element, field, None).map(|_| ()),
        }
    }
}
