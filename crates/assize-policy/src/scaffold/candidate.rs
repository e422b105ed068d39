use assize_snapshot::{NodeId, Snapshot, Value, intern};

use crate::select::Query;

/// A field that a draft may check: the same in every object of the example.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// The name of the section that the objects are of.
    pub(super) section: String,
    /// The field.
    pub(super) name: String,
    /// What it is in the example.
    pub(super) value: Sound,
    /// Where the first object is in the example's file.
    pub(super) pointer: String,
    /// Where its field is, as people write it.
    pub(super) path: String,
}

/// A value that is in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sound {
    Bool(bool),
    Int(i64),
    Text(String),
}

impl Candidate {
    /// The fields that the objects agree on, the ones that say most first: switches, words, numbers.
    pub(super) fn all(snapshot: &Snapshot, objects: &[NodeId], query: &Query) -> Vec<Self> {
        let document = &snapshot.document;
        let first = objects[0];
        let section = query.section().map(assize_snapshot::name_of);
        let mut candidates: Vec<Self> = Vec::new();
        for field in document.children(first) {
            let name = document.name(field).to_owned();
            let symbol = intern(&name);
            let agrees = |object: &NodeId| {
                let own = document.member(*object, symbol);
                own.is_some_and(|own| document.value(own) == document.value(field))
            };
            if snapshot.knows_field(first, symbol) == Some(false) || !objects.iter().all(agrees) {
                continue;
            }
            if let Some(value) = Sound::of(&document.value(field)) {
                candidates.push(Self {
                    section: section.clone().unwrap_or_default(),
                    name,
                    value,
                    pointer: document.pointer(first).as_str().to_owned(),
                    path: snapshot.path(field),
                });
            }
        }
        candidates.sort_by_key(Self::rank);
        candidates
    }

    /// What switches something on says most, then other switches, then words, then numbers.
    fn rank(&self) -> usize {
        match &self.value {
            Sound::Bool(_) if self.name.to_ascii_lowercase().contains("enable") => 0,
            Sound::Bool(_) => 1,
            Sound::Text(_) => 2,
            Sound::Int(_) => 3,
        }
    }
}

impl Sound {
    fn of(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(Self::Bool(*value)),
            Value::Int(value) => Some(Self::Int(*value)),
            Value::Text(text) if is_word(text) => Some(Self::Text(text.to_string())),
            _ => None,
        }
    }
}

/// A text that may stand for a choice: short, and without anything that would have to be escaped.
fn is_word(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "-_".contains(character))
}
