//! A snapshot: a document whose kind is known, normalised and validated.

mod violations;

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    document::{Document, NodeId},
    envelope::{self, Sections},
    keys::{self, Symbol},
    kind::{Kind, KindError, Kinds},
    normalise,
    problem::{Place, Problem, shorten},
    tape::Tag,
    wrapper::wrapped_list,
};

/// Sections whose soundness is settled beforehand; no schema has nearly as many.
const MOST_SECTIONS: usize = 1_000;
/// Repeated member names of one snapshot that are reported one by one.
const MAX_DUPLICATES: usize = 100;

/// A document as a snapshot. Without a kind nothing can judge it, and its problems say why.
#[derive(Debug)]
pub struct Snapshot {
    /// The document, normalised.
    pub document: Document,
    /// The kind, where it is known.
    pub kind: Option<Arc<Kind>>,
    /// What must be reported about the input.
    pub problems: Vec<Problem>,
    /// What the snapshot was taken of, such as `tenant=contoso.onmicrosoft.com`; empty where the file does not say.
    pub source: String,
    /// How many values were written in another form than the schema's.
    pub normalised: u64,
    sections: Sections,
    /// Sections that were not collected, and why.
    missing: BTreeMap<Symbol, String>,
    /// Where values begin that violate the schema or cannot be read, sorted.
    unsound: Vec<u32>,
    /// Any value may break the schema.
    is_doubtful: bool,
    /// Where the root and the sections begin, and whether they are sound; empty where everything is.
    large: Vec<(u32, bool)>,
}

/// The sections that come from a command, by the longest of their names that it begins with, and whether more words follow.
fn sections_of_command(kind: &Kind, command: &str) -> (Vec<Symbol>, bool) {
    let command: Vec<&str> = command.split_whitespace().collect();
    let begins_with = |name: &str| {
        let words: Vec<&str> = name.split_whitespace().collect();
        let (count, mut pairs) = (words.len(), words.iter().zip(&command));
        let is_begin = count <= command.len() && pairs.all(|(a, b)| a.eq_ignore_ascii_case(b));
        if is_begin { count } else { 0 }
    };
    let root = kind.shapes().get(kind.shapes().root());
    let matches = root.properties.iter().map(|(own, shape)| {
        let others = &kind.shapes().get(*shape).other_names;
        let lengths = others.iter().map(|name| begins_with(name));
        let longest = lengths.max().unwrap_or(0);
        (*own, longest.max(begins_with(&keys::name_of(*own))))
    });
    let matches: Vec<(Symbol, usize)> = matches.collect();
    let longest = matches.iter().map(|(_, length)| *length).max();
    let longest = longest.filter(|length| *length > 0);
    let found = matches
        .iter()
        .filter(|(_, length)| Some(*length) == longest);
    let sections = found.map(|(section, _)| *section).collect();
    (
        sections,
        longest.is_some_and(|length| length < command.len()),
    )
}

impl std::fmt::Debug for Sections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sections")
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}

impl Snapshot {
    /// Makes a snapshot of a document. `kind` overrides what the document says of itself.
    pub fn new(
        document: Document,
        kinds: &Kinds,
        kind: Option<&Arc<Kind>>,
    ) -> Result<Self, KindError> {
        let mut snapshot = Self::with_kind(document, kinds, kind);
        if let Some(kind) = snapshot.kind.take() {
            snapshot.normalise(&kind);
            snapshot.validate(&kind)?;
            snapshot.kind = Some(kind);
        }
        snapshot.unsound.sort_unstable();
        snapshot.judge_soundness();
        snapshot.unsound.dedup();
        Ok(snapshot)
    }

    /// A snapshot as far as its kind: neither normalised nor validated.
    pub(crate) fn with_kind(document: Document, kinds: &Kinds, kind: Option<&Arc<Kind>>) -> Self {
        let mut document = document;
        document.learn_names();
        let root = document.root();
        let mut snapshot = Self {
            kind: None,
            problems: Vec::new(),
            source: String::new(),
            normalised: 0,
            sections: Sections::whole(root),
            missing: BTreeMap::new(),
            unsound: Vec::new(),
            is_doubtful: false,
            large: Vec::new(),
            document,
        };
        snapshot.report_duplicates();
        snapshot.settle_kind(kinds, kind);
        snapshot
    }

    /// The root of the normalised data: an object whose members are the sections.
    pub fn root(&self) -> NodeId {
        self.sections.root
    }

    /// Why a section was not collected; `None` if it was, or nobody says anything of it.
    pub fn why_missing(&self, section: Symbol) -> Option<&str> {
        self.missing.get(&section).map(String::as_str)
    }

    /// Whether a value and all it holds follow the schema and can be read.
    pub fn is_sound(&self, node: NodeId) -> bool {
        if self.is_doubtful {
            return false;
        }
        if self.unsound.is_empty() {
            return true;
        }
        let start = self.document.entry(node).start;
        if let Some((_, is_sound)) = self.large.iter().find(|(own, _)| *own == start) {
            return *is_sound;
        }
        self.holds_nothing_unsound(node)
    }

    /// Why nobody can know what the snapshot should hold beside what it holds; what is wrong with a value of its own is not meant.
    pub fn why_partial(&self) -> Option<&str> {
        self.why_not(&[
            "input/collector-error",
            "input/invalid-envelope",
            "input/unknown-data",
        ])
    }

    /// Why nobody can know what the snapshot holds at all.
    pub fn why_hollow(&self) -> Option<&str> {
        self.why_not(&["input/invalid-envelope", "input/unknown-data"])
    }

    fn why_not(&self, rules: &[&str]) -> Option<&str> {
        let is_meant =
            |problem: &&Problem| problem.incomplete && rules.contains(&problem.rule.as_ref());
        let problem = self.problems.iter().find(is_meant)?;
        Some(&problem.message)
    }

    fn holds_nothing_unsound(&self, node: NodeId) -> bool {
        let span = self.document.span(node);
        let first = self.unsound.partition_point(|start| *start < span.start);
        self.unsound
            .get(first)
            .is_none_or(|start| *start >= span.end)
    }

    /// Settles the root and the sections once: every verdict may ask for them, and finding their ends takes long.
    fn judge_soundness(&mut self) {
        if self.unsound.is_empty() {
            return;
        }
        let root = self.sections.root;
        let large = std::iter::once(root)
            .chain(self.document.children(root))
            .take(MOST_SECTIONS);
        self.large = large
            .map(|node| {
                (
                    self.document.entry(node).start,
                    self.holds_nothing_unsound(node),
                )
            })
            .collect();
    }

    fn report_duplicates(&mut self) {
        let document = &self.document;
        for (nth, node) in document.duplicates().enumerate() {
            self.unsound.push(document.entry(node).start);
            if nth >= MAX_DUPLICATES {
                continue;
            }
            let message = format!(
                "the member `{}` is given twice in one object; only the last one would count",
                document.name(node)
            );
            self.problems.push(Problem::incomplete(
                "input/duplicate-key",
                Place::Node(node),
                message,
            ));
        }
    }

    /// Finds the kind: from the caller, the envelope, or the kinds' own marks.
    fn settle_kind(&mut self, kinds: &Kinds, given: Option<&Arc<Kind>>) {
        let envelope = envelope::open(&self.document);
        let data = envelope.as_ref().map_or(self.document.root(), |envelope| {
            envelope.data.unwrap_or(self.document.root())
        });
        let named = envelope.as_ref().and_then(|envelope| envelope.kind.clone());
        let (errors, is_envelope) = match envelope {
            Some(envelope) => {
                self.source = envelope.source;
                self.problems.extend(envelope.problems);
                (envelope.errors, true)
            }
            None => (Vec::new(), false),
        };
        let kind = match (given, named) {
            (Some(kind), _) => Some(Arc::clone(kind)),
            (None, Some((name, place))) => {
                let found = kinds.find(&name).cloned();
                if found.is_none() {
                    self.unknown_kind(kinds, &name, place);
                }
                found
            }
            (None, None) if is_envelope => None,
            (None, None) => self.detect(kinds, data),
        };
        let Some(kind) = kind else { return };
        self.settle_sections(&kind, data, is_envelope);
        self.collect_source(&kind);
        self.collect_errors(&kind, errors);
        self.kind = Some(kind);
    }

    fn unknown_kind(&mut self, kinds: &Kinds, name: &str, place: NodeId) {
        let hint = kinds.nearest(name).map_or(String::new(), |nearest| {
            format!("; did you mean `{nearest}`?")
        });
        let message = format!("no kind answers to `{name}`{hint}");
        self.problems.push(Problem::incomplete(
            "input/unknown-kind",
            Place::Node(place),
            message,
        ));
    }

    fn detect(&mut self, kinds: &Kinds, data: NodeId) -> Option<Arc<Kind>> {
        // Most files are most detections' business at no second glance.
        let is_object = self.document.entry(data).tag() == Tag::Object
            && wrapped_list(&self.document, data).is_none();
        let lengths = if is_object {
            self.document.name_lengths(data)
        } else {
            u64::MAX
        };
        let matches = |kind: &&Arc<Kind>| {
            kind.detect.iter().any(|detection| {
                detection.lengths & !lengths == 0
                    && envelope::detected(&self.document, detection, data).is_some()
            })
        };
        let mut found = kinds.iter().filter(matches);
        let message = match (found.next(), found.next()) {
            (Some(kind), None) => return Some(Arc::clone(kind)),
            (None, _) => "the file is of no known kind; name it with `--kind`, or write our envelope around the data".to_owned(),
            (Some(first), Some(second)) => {
                let several = [first, second].into_iter().chain(found);
                let names: Vec<_> = several.map(|kind| kind.name()).collect();
                format!("the file could be of the kinds {}; choose with `--kind`", names.join(", "))
            }
        };
        self.problems.push(Problem::incomplete(
            "input/unknown-kind",
            Place::File,
            message,
        ));
        None
    }

    fn settle_sections(&mut self, kind: &Kind, data: NodeId, is_envelope: bool) {
        if is_envelope
            && self.document.entry(data).tag() == Tag::Object
            && self.names_a_section(kind, data)
        {
            self.sections = Sections::whole(data);
            return;
        }
        if let Some(sections) = envelope::sections(&mut self.document, kind, data) {
            self.sections = sections;
            for problem in std::mem::take(&mut self.sections.problems) {
                self.unsound
                    .push(self.document.entry(self.sections.base).start);
                self.problems.push(problem);
            }
            return;
        }
        self.sections = Sections::whole(data);
        if self.document.entry(data).tag() != Tag::Object {
            let message = format!(
                "the data is no object of sections and no list that kind `{}` knows",
                kind.name()
            );
            self.problems.push(Problem::incomplete(
                "input/unknown-data",
                Place::Node(data),
                message,
            ));
            self.unsound.push(self.document.entry(data).start);
        }
    }

    fn names_a_section(&self, kind: &Kind, data: NodeId) -> bool {
        let root = kind.shapes().get(kind.shapes().root());
        self.document.children(data).any(|child| {
            let name = self.document.name(child);
            root.properties.iter().any(|(own, shape)| {
                keys::name_of(*own) == name
                    || kind
                        .shapes()
                        .get(*shape)
                        .other_names
                        .iter()
                        .any(|other| other == name)
            })
        })
    }

    fn collect_source(&mut self, kind: &Kind) {
        if !self.source.is_empty() {
            return;
        }
        for pointer in &kind.source {
            let Some(node) = self.document.resolve(self.document.root(), pointer) else {
                continue;
            };
            let text = envelope::scalar_text(&self.document, node);
            if self.source.is_empty() {
                self.source = text;
            } else if !text.is_empty() {
                self.source.push(';');
                self.source.push_str(&text);
            }
        }
    }

    /// Notes which sections the collector could not get.
    fn collect_errors(&mut self, kind: &Kind, mut errors: Vec<(String, String)>) {
        for command in self.failed_commands(kind) {
            let command = envelope::scalar_text(&self.document, command);
            errors.push((command, String::new()));
        }
        for (command, message) in errors {
            self.collect_error(kind, &command, &message);
        }
    }

    /// The commands that a raw export lists as failed.
    pub(crate) fn failed_commands(&self, kind: &Kind) -> Vec<NodeId> {
        let lists = self.lists_of_failed_commands(kind);
        let failed = lists.filter_map(|list| envelope::elements(&self.document, list));
        failed.flatten().collect()
    }

    pub(crate) fn lists_of_failed_commands(&self, kind: &Kind) -> impl Iterator<Item = NodeId> {
        // A result that wraps an export keeps the lists where the sections are.
        let (root, base) = (self.document.root(), self.sections.base);
        let places = [Some(root), Some(base).filter(|base| *base != root)];
        places.into_iter().flatten().flat_map(move |place| {
            let names = kind.failed_commands.iter();
            names.filter_map(move |name| self.document.written_member(place, name, false))
        })
    }

    /// What one failed command means: its sections are missing, or something is that nobody can name.
    fn collect_error(&mut self, kind: &Kind, command: &str, message: &str) {
        let (sections, has_arguments) = sections_of_command(kind, command);
        let first = command.split_whitespace().next().unwrap_or_default();
        let command = &shorten(command);
        let said = if message.is_empty() {
            String::new()
        } else {
            format!(": {}", shorten(message))
        };
        let place = Place::Node(self.document.root());
        for section in &sections {
            // A command with arguments failed for one object; what else it gave still stands, but it is not all.
            if has_arguments && self.has_written_section(kind, *section) {
                let text = format!("`{command}` failed{said}; the section was collected in part");
                self.problems
                    .push(Problem::incomplete("input/collector-error", place, text));
            } else {
                self.missing
                    .insert(*section, format!("`{command}` failed{said}"));
            }
        }
        if !sections.is_empty() {
            return;
        }
        // A command that reads something which no section holds: no policy here can miss it.
        if first
            .get(..4)
            .is_some_and(|verb| verb.eq_ignore_ascii_case("Get-"))
        {
            let text = format!(
                "`{command}` failed{said}; no section of kind `{}` comes from it",
                kind.name()
            );
            self.problems
                .push(Problem::note("input/collector-error", place, text));
            return;
        }
        let what = if command.is_empty() {
            "something".to_owned()
        } else {
            format!("`{command}`")
        };
        let text = format!("{what} failed{said}; nobody can know which sections that concerns");
        self.problems
            .push(Problem::incomplete("input/collector-error", place, text));
    }

    fn has_written_section(&self, kind: &Kind, section: Symbol) -> bool {
        let names = std::iter::once(keys::name_of(section));
        let root = kind.shapes().get(kind.shapes().root());
        let others = root
            .property(section)
            .map(|shape| kind.shapes().get(shape).other_names.clone());
        names.chain(others.unwrap_or_default()).any(|name| {
            let written = self
                .document
                .written_member(self.sections.root, &name, false);
            // A list with nothing in it is what a command leaves that failed before its first result.
            written.is_some_and(|section| {
                let entry = self.document.entry(section);
                entry.tag() != Tag::Null && (entry.tag() != Tag::Array || entry.b > 0)
            })
        })
    }

    fn normalise(&mut self, kind: &Kind) {
        let done = normalise::normalise(&mut self.document, kind.shapes(), self.sections.root);
        self.normalised = done.changes;
        self.unsound.extend(done.unsound);
        self.problems.extend(done.problems);
        self.miss_null_sections(kind);
    }

    /// A section that is null: a command leaves that where it found nothing, and where it failed.
    fn miss_null_sections(&mut self, kind: &Kind) {
        let root = kind.shapes().get(kind.shapes().root());
        for child in self.document.children(self.sections.root) {
            let written = self.document.written(child);
            let is_nothing =
                written.tag() == Tag::Null || written.tag() == Tag::Text && written.a == 0;
            let section = self.document.entry(child).key();
            if is_nothing && root.property(section).is_some() {
                let reason = "it is null, which a command leaves that failed, too; write `[]` for a list that is empty";
                self.missing
                    .entry(section)
                    .or_insert_with(|| reason.to_owned());
            }
        }
    }
}
