//! Reference data: dated facts, such as tables of versions, that a pack holds beside its scripts.
//!
//! A file is read like a snapshot, by the same reader and a schema of its own, at its first use and once for the whole run.
//! Scripts see handles onto it.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock, OnceLock},
};

use assize_finding::Region;
use assize_snapshot::{
    Kind, Kinds, NodeId, PositionCursor, ReadError, Reader, Snapshot, intern, nearest,
};

use crate::{pack, source::SourceError};

/// Bytes of one file.
const LARGEST: usize = 4 << 20;

/// The kind of all reference data. No folder can have its name, so that no snapshot is of it.
static KIND: LazyLock<Arc<Kind>> = LazyLock::new(|| {
    let schema = include_str!("reference.schema.json");
    let kind = Kind::new("/reference", schema, None);
    Arc::new(kind.expect("the schema is part of the program"))
});

/// A file of reference data.
#[derive(Debug)]
pub struct Reference {
    /// The pack that holds it.
    pub pack: String,
    /// The name of the file without its extension.
    pub name: String,
    /// The file, for messages.
    path: String,
    text: Cow<'static, str>,
    read: OnceLock<Result<Arc<Snapshot>, SourceError>>,
}

impl Reference {
    /// A file that has not been read yet; `path` is for messages.
    pub fn new(pack: &str, name: &str, path: &str, text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            pack: pack.to_owned(),
            name: name.to_owned(),
            path: path.to_owned(),
            text: text.into(),
            read: OnceLock::new(),
        }
    }

    /// The file, as it is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads the file, to learn whether it is as it should be.
    pub fn check(&self) -> Result<(), SourceError> {
        self.content().map(|_| ())
    }

    /// The content, as a snapshot of a kind of its own.
    pub(crate) fn content(&self) -> Result<&Arc<Snapshot>, SourceError> {
        let read = self.read.get_or_init(|| self.read().map(Arc::new));
        read.as_ref().map_err(Clone::clone)
    }

    /// A member of the content.
    pub(crate) fn member(&self, name: &str) -> Result<(&Snapshot, NodeId), SourceError> {
        let content = self.content()?;
        let found = content.document.member(content.root(), intern(name));
        found
            .map(|node| (&**content, node))
            .ok_or_else(|| self.error(0..0, &format!("there is no `{name}`")))
    }

    fn read(&self) -> Result<Snapshot, SourceError> {
        if self.text.len() > LARGEST {
            let message = format!(
                "{} bytes are too large for reference data; the limit is 4 MiB",
                self.text.len()
            );
            return Err(self.error(0..0, &message));
        }
        let document = Reader::default()
            .read(self.text.as_bytes().to_vec())
            .map_err(|error| match error {
                ReadError::Syntax { error, .. } => {
                    let at = error.offset as usize;
                    self.error(at..at, &error.message)
                }
                other => self.error(0..0, &other.to_string()),
            })?;
        let content = Snapshot::new(document, &Kinds::default(), Some(&KIND))
            .map_err(|error| self.error(0..0, &error.to_string()))?;
        let Some(problem) = content.problems.iter().find(|problem| problem.incomplete) else {
            return Ok(content);
        };
        let span = match problem.place {
            assize_snapshot::Place::File => 0..0,
            assize_snapshot::Place::Text(span) => span.range(),
            assize_snapshot::Place::Node(node) => {
                let start = content.document.start(node) as usize;
                start..start
            }
        };
        Err(self.error(span, &problem.message))
    }

    fn error(&self, place: std::ops::Range<usize>, message: &str) -> SourceError {
        let mut cursor = PositionCursor::new(&self.text);
        let start = cursor.position(place.start as u32);
        let end = cursor.position(place.end as u32);
        SourceError {
            path: self.path.clone(),
            region: Region { start, end },
            message: message.to_owned(),
        }
    }
}

/// Whether a snapshot is reference data.
pub(crate) fn is_reference(snapshot: &Snapshot) -> bool {
    let kind = snapshot.kind.as_ref();
    kind.is_some_and(|kind| Arc::ptr_eq(kind, &KIND))
}

/// The reference data of a run.
#[derive(Debug, Default)]
pub struct References {
    /// By pack and name.
    all: BTreeMap<(String, String), Arc<Reference>>,
    /// What an example brings.
    given: BTreeSet<(String, String)>,
    /// The packs that have policies for a kind, by the kind.
    packs: OnceLock<BTreeMap<String, BTreeSet<String>>>,
}

impl References {
    /// What ships with assize.
    pub fn shipped() -> Self {
        let mut references = Self::default();
        for (pack, name, text) in pack::shipped_references() {
            let path = format!("policies/{pack}/reference/{name}.json");
            references.add(Reference::new(pack, name, &path, text));
        }
        references
    }

    /// Adds a file; one of the same pack and name gives way to it.
    pub fn add(&mut self, reference: Reference) {
        let key = (reference.pack.clone(), reference.name.clone());
        self.all.insert(key, Arc::new(reference));
    }

    /// All files, by pack and name.
    pub fn iter(&self) -> impl Iterator<Item = &Reference> {
        self.all.values().map(|reference| &**reference)
    }

    /// The same with more data, which alone counts as what is behind verdicts.
    pub(crate) fn with(&self, given: Vec<Reference>) -> Self {
        let mut references = Self {
            all: self.all.clone(),
            given: given
                .iter()
                .map(|reference| (reference.pack.clone(), reference.name.clone()))
                .collect(),
            packs: OnceLock::new(),
        };
        for reference in given {
            references.add(reference);
        }
        references
    }

    /// Tells which kinds the packs judge, by the kind and the id of each policy. Only the first call counts.
    pub fn settle<'p>(&self, policies: impl Iterator<Item = (&'p str, &'p str)>) {
        let mut packs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (kind, id) in policies {
            let judged = packs.entry(kind.to_owned()).or_default();
            judged.extend(id.rsplit_once('/').map(|(pack, _)| pack.to_owned()));
        }
        let _ = self.packs.set(packs);
    }

    /// The files of the packs that have policies for a kind, or for every kind.
    pub(crate) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Reference> {
        let judges = |pack: &str, kind: &str| {
            let packs = self.packs.get().and_then(|packs| packs.get(kind));
            packs.is_some_and(|packs| packs.contains(pack))
        };
        self.iter().filter(move |reference| {
            let key = || (reference.pack.clone(), reference.name.clone());
            if !self.given.is_empty() {
                return self.given.contains(&key());
            }
            judges(&reference.pack, kind) || judges(&reference.pack, crate::header::EVERY_KIND)
        })
    }

    /// The file that a policy of a pack means by a name: one of the pack, or `pack/name`.
    pub(crate) fn find(&self, pack: Option<&str>, name: &str) -> Result<&Reference, String> {
        let (pack, own) = match name.rsplit_once('/') {
            Some((pack, own)) => (pack, own),
            None => (pack.unwrap_or_default(), name),
        };
        if let Some(found) = self.all.get(&(pack.to_owned(), own.to_owned())) {
            return Ok(found);
        }
        let mut names: Vec<String> = Vec::new();
        for reference in self.iter() {
            if reference.pack == pack {
                names.push(reference.name.clone());
            }
            names.push(format!("{}/{}", reference.pack, reference.name));
        }
        let hint = nearest(name, names.iter().map(String::as_str));
        let hint = hint.map_or(String::new(), |nearest| {
            format!("; did you mean `{nearest}`?")
        });
        Err(format!("there is no reference data `{name}`{hint}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &'static str) -> String {
        let reference = Reference::new("acme", "versions", "acme/reference/versions.json", text);
        reference.check().unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, expected) in [
            (
                "{\n  \"title\": \"T\",\n  oops\n}",
                "acme/reference/versions.json:3:3: ",
            ),
            (
                "{ \"title\": \"T\", \"asOf\": \"2026-11-22\", \"source\": \"https://example.org\" }",
                "acme/reference/versions.json:1:1: \"rows\" is a required property",
            ),
            (
                "{ \"title\": \"T\",\n \"asOf\": \"22/11/2026\", \"source\": \"s\", \"rows\": [] }",
                "acme/reference/versions.json:2:10: ",
            ),
            (
                "{ \"title\": \"T\", \"asOf\": \"2026-11-22\", \"source\": \"s\", \"rows\": 3 }",
                "acme/reference/versions.json:1:62: 3 is not of types",
            ),
            (
                "{ \"title\": \"T\", \"asOf\": \"2026-11-22\", \"source\": \"s\", \"row\": [], \"rows\": [] }",
                "acme/reference/versions.json:1:1: Additional properties",
            ),
            (
                "{ \"title\": \"T\", \"asOf\": \"2026-11-22\", \"source\": \"s\", \"rows\": [{ \"a\": 1, \"a\": 2 }] }",
                "acme/reference/versions.json:1:78: the member `a` is given twice",
            ),
        ] {
            let found = message(text);
            assert!(found.starts_with(expected), "{text}\n{found}");
        }
    }

    #[test]
    fn a_file_is_bounded() {
        let text = format!("{{ \"title\": \"{}\" }}", "x".repeat(LARGEST));
        let reference = Reference::new("acme", "large", "large.json", text);
        let message = reference.check().unwrap_err().message;
        assert!(message.contains("the limit is 4 MiB"), "{message}");
    }

    #[test]
    fn shipped_reference_data_is_as_it_should_be() {
        for reference in References::shipped().iter() {
            assert_eq!(reference.check(), Ok(()));
        }
    }

    #[test]
    fn names_are_of_the_own_pack_or_say_which() {
        let mut references = References::default();
        references.add(Reference::new("acme", "versions", "v.json", "{}"));
        assert!(references.find(Some("acme"), "versions").is_ok());
        assert!(references.find(Some("other"), "acme/versions").is_ok());
        let message = references.find(Some("other"), "versions").unwrap_err();
        assert!(
            message.ends_with("did you mean `acme/versions`?"),
            "{message}"
        );
        let message = references.find(Some("acme"), "version").unwrap_err();
        assert!(message.ends_with("did you mean `versions`?"), "{message}");
    }
}
