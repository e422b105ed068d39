//! A parsed document: its text, its tape, and where things are.

use std::{borrow::Cow, sync::Arc};

use assize_finding::{Encoding, Pointer, Span};
use rustc_hash::FxHashMap;

use crate::{
    keys::{self, Keys, Name, Symbol},
    parse::{self, Tape},
    tape::{Entry, Tag},
    value::Value,
};

/// A value in a [`Document`]: an index into its tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A JSON document: the text as it was written, and a flat table of its values. Normalisation may change what values are,
/// never where they came from.
#[derive(Debug)]
pub struct Document {
    text: String,
    encoding: Encoding,
    pub(crate) nodes: Vec<Entry>,
    root: u32,
    /// The values up to here are the document as written; normalisation appends.
    written: u32,
    /// What normalisation changed in place, as it was written.
    originals: FxHashMap<u32, Entry>,
    shared: Arc<Keys>,
    /// How many shared names there were when the text was parsed: later ones are among `own`.
    known: u32,
    own: Keys,
    duplicates: Vec<u32>,
    pub(crate) versions: Vec<[u64; 4]>,
    pub(crate) refusals: Vec<String>,
}

impl Document {
    pub(crate) fn new(text: String, encoding: Encoding, tape: Tape, shared: Arc<Keys>) -> Self {
        Self {
            text,
            encoding,
            root: tape.root,
            written: tape.nodes.len() as u32,
            nodes: tape.nodes,
            originals: FxHashMap::default(),
            known: shared.len(),
            shared,
            own: tape.own,
            duplicates: tape.duplicates,
            versions: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// The text, the table and the shared names, to be used again.
    pub(crate) fn into_parts(self) -> (String, Vec<Entry>, Arc<Keys>) {
        (self.text, self.nodes, self.shared)
    }

    /// The text, decoded and without byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the text was stored.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// How many values there are, those included that normalisation made.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no value; never true of what was read.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The whole document as written.
    pub fn root(&self) -> NodeId {
        NodeId(self.root)
    }

    /// The values whose member name was used before in the same object; the last one counts.
    pub fn duplicates(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.duplicates.iter().map(|index| NodeId(*index))
    }

    /// Learns the names that were interned since the document was read.
    pub(crate) fn learn_names(&mut self) {
        keys::renew(&mut self.shared);
    }

    /// Whether a name of the shared table was there when this document was read.
    pub(crate) fn knows(&self, name: u32) -> bool {
        name < self.shared.len()
    }

    #[inline]
    pub(crate) fn entry(&self, node: NodeId) -> Entry {
        self.nodes[node.0 as usize]
    }

    /// The value as it was written.
    #[inline]
    pub(crate) fn written(&self, node: NodeId) -> Entry {
        if self.originals.is_empty() || node.0 >= self.written {
            return self.entry(node);
        }
        self.originals
            .get(&node.0)
            .copied()
            .unwrap_or_else(|| self.entry(node))
    }

    /// Changes a value, and remembers how it was written.
    pub(crate) fn rewrite(&mut self, node: NodeId, entry: Entry) {
        let old = std::mem::replace(&mut self.nodes[node.0 as usize], entry);
        if node.0 < self.written {
            self.originals.entry(node.0).or_insert(old);
        }
    }

    /// Appends values; the index of the first.
    pub(crate) fn append(&mut self, entries: &[Entry]) -> u32 {
        let first = self.nodes.len() as u32;
        self.nodes.extend_from_slice(entries);
        first
    }

    /// What a value is.
    #[inline]
    pub fn value(&self, node: NodeId) -> Value<'_> {
        let entry = self.entry(node);
        match entry.tag() {
            Tag::Null => Value::Null,
            Tag::False => Value::Bool(false),
            Tag::True => Value::Bool(true),
            Tag::Int => Value::Int(entry.as_i64()),
            Tag::Number => Value::Number(&self.text[entry.number_range()]),
            Tag::Text | Tag::EscapedText => Value::Text(self.string(entry)),
            Tag::Array => Value::Array,
            Tag::Object => Value::Object,
            Tag::Time => Value::Time(entry.as_i64()),
            Tag::Duration => Value::Duration(entry.as_i64()),
            Tag::Version => Value::Version(self.versions[entry.a as usize]),
            Tag::Unreadable => Value::Unreadable(&self.refusals[entry.a as usize]),
        }
    }

    /// The text of a string entry.
    #[inline]
    pub(crate) fn string(&self, entry: Entry) -> Cow<'_, str> {
        let start = entry.start as usize + 1;
        let raw = &self.text[start..start + entry.a as usize];
        if entry.tag() == Tag::EscapedText {
            Cow::Owned(parse::unescape(raw))
        } else {
            Cow::Borrowed(raw)
        }
    }

    /// The bytes of a string entry without escapes.
    #[inline]
    pub(crate) fn plain_bytes(&self, entry: Entry) -> &[u8] {
        let start = entry.start as usize + 1;
        &self.text.as_bytes()[start..start + entry.a as usize]
    }

    /// What was written where normalisation made another value: a string's content, or the text of anything else.
    pub(crate) fn raw_text(&self, node: NodeId) -> Cow<'_, str> {
        let raw = &self.text[self.span(node).range()];
        match raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')) {
            Some(inner) if inner.contains('\\') => Cow::Owned(parse::unescape(inner)),
            Some(inner) => Cow::Borrowed(inner),
            None => Cow::Borrowed(raw),
        }
    }

    /// The children of an array or object.
    #[inline]
    pub fn children(
        &self,
        node: NodeId,
    ) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + use<> {
        self.entry(node).children().map(NodeId)
    }

    /// The children of an array or object, with what they are.
    #[inline]
    pub(crate) fn entries(&self, container: Entry) -> impl Iterator<Item = (NodeId, Entry)> + '_ {
        let children = container.children();
        let entries = &self.nodes[children.start as usize..children.end as usize];
        children.map(NodeId).zip(entries.iter().copied())
    }

    /// Where all values begin that a value holds, in no order.
    pub(crate) fn starts_within(&self, node: NodeId) -> Vec<u32> {
        let mut starts = Vec::new();
        let mut open = vec![node];
        while let Some(container) = open.pop() {
            for child in self.children(container) {
                starts.push(self.entry(child).start);
                open.push(child);
            }
        }
        starts
    }

    /// The name under which an object holds this value; empty elsewhere.
    pub fn name(&self, node: NodeId) -> &str {
        self.key_text(self.entry(node).key())
    }

    pub(crate) fn key_text(&self, key: Symbol) -> &str {
        match key.local_index() {
            Some(index) => self.own.name(index),
            None if key == Symbol::NONE => "",
            None => self.shared.name(key.bits()),
        }
    }

    /// The lengths of the names that an object's members have.
    pub(crate) fn name_lengths(&self, node: NodeId) -> u64 {
        let names = self
            .children(node)
            .map(|child| self.key_bytes(self.entry(child).key()));
        names.fold(0, |bits, name| bits | keys::length_bit(name))
    }

    fn key_bytes(&self, key: Symbol) -> &[u8] {
        match key.local_index() {
            Some(index) => self.own.name_bytes(index),
            None if key == Symbol::NONE => b"",
            None => self.shared.name_bytes(key.bits()),
        }
    }

    /// The member of an object with this name; the last one, where the name is repeated.
    #[inline]
    pub fn member(&self, node: NodeId, key: Symbol) -> Option<NodeId> {
        self.member_of(self.entry(node), key)
    }

    #[inline]
    pub(crate) fn member_of(&self, entry: Entry, key: Symbol) -> Option<NodeId> {
        if entry.tag() != Tag::Object {
            return None;
        }
        if let Some(found) = self.last_child(entry, key) {
            return Some(found);
        }
        if key.bits() < self.known || key.local_index().is_some() {
            return None;
        }
        // The name was interned after this document was read: its own table may hold it.
        let own = Symbol::local(self.own.find(&keys::name_of(key))?);
        self.last_child(entry, own)
    }

    #[inline]
    fn last_child(&self, entry: Entry, key: Symbol) -> Option<NodeId> {
        let children = entry.a as usize..(entry.a + entry.b) as usize;
        let found = self.nodes[children]
            .iter()
            .rposition(|child| child.key() == key);
        found.map(|nth| NodeId(entry.a + nth as u32))
    }

    /// The symbol of a name in the text as written, if the text has the name.
    fn written_symbol(&self, name: &str) -> Option<Symbol> {
        let shared = self.shared.find(name).filter(|index| *index < self.known);
        let own = || self.own.find(name).map(Symbol::local);
        shared.map(Symbol::from_bits).or_else(own)
    }

    /// The member of an object with this name, found without interning it: names from scripts must not fill the table.
    pub fn member_named(&self, node: NodeId, name: &str) -> Option<NodeId> {
        let entry = self.entry(node);
        if entry.tag() != Tag::Object {
            return None;
        }
        let written = self.written_symbol(name);
        let found = written.and_then(|symbol| self.last_child(entry, symbol));
        // Normalisation gives members names that may be younger than the document.
        found.or_else(|| self.last_child(entry, Symbol::from_bits(self.shared.find(name)?)))
    }

    /// The member of an object as written, found by its text.
    pub fn written_member(&self, node: NodeId, name: &str, ignore_case: bool) -> Option<NodeId> {
        let entry = self.written(node);
        if entry.tag() != Tag::Object {
            return None;
        }
        if ignore_case {
            let name = name.as_bytes();
            let mut children = entry.children().rev().map(NodeId);
            return children.find(|child| {
                let own = self.key_bytes(self.written(*child).key());
                own.eq_ignore_ascii_case(name)
            });
        }
        self.written_child(entry, self.written_symbol(name)?)
    }

    fn written_child(&self, entry: Entry, key: Symbol) -> Option<NodeId> {
        if self.originals.is_empty() {
            return self.last_child(entry, key);
        }
        let mut children = entry.children().rev().map(NodeId);
        children.find(|child| self.written(*child).key() == key)
    }

    /// The same for a name whose symbol is known.
    pub(crate) fn written_member_of(
        &self,
        node: NodeId,
        name: &Name,
        ignore_case: bool,
    ) -> Option<NodeId> {
        let entry = self.written(node);
        if entry.tag() != Tag::Object {
            return None;
        }
        // A younger name is not known to the text by its symbol.
        if name.symbol.bits() < self.known {
            let found = self.written_child(entry, name.symbol);
            if found.is_some() || !ignore_case {
                return found;
            }
        }
        self.written_member(node, &name.text, ignore_case)
    }

    /// The member name of a value as written, wherever normalisation moved it.
    pub(crate) fn written_name(&self, node: NodeId) -> String {
        let path = self.written_path(node);
        let last = path.last().map(|last| self.written(*last).key());
        self.key_text(last.unwrap_or(Symbol::NONE)).to_owned()
    }

    /// The value as written at a pointer below `from`.
    pub fn resolve(&self, from: NodeId, pointer: &Pointer) -> Option<NodeId> {
        if pointer.as_str().is_empty() {
            return Some(from);
        }
        let mut node = from;
        for token in pointer.tokens() {
            let entry = self.written(node);
            node = match entry.tag() {
                Tag::Object => self.written_member(node, &token, false)?,
                Tag::Array => {
                    let index: u32 = array_index(&token)?;
                    (index < entry.b).then_some(NodeId(entry.a + index))?
                }
                _ => return None,
            };
        }
        Some(node)
    }

    /// The values on the way to a value: from the document's root (inclusive) to the value as it was written.
    ///
    /// A value is known by the byte where it begins, which no two values share; so this holds for what normalisation moved, too.
    pub(crate) fn written_path(&self, node: NodeId) -> Vec<NodeId> {
        let target = self.entry(node).start;
        let mut at = self.root();
        let mut path = vec![at];
        loop {
            let entry = self.written(at);
            if entry.start == target || !entry.is_container() {
                return path;
            }
            let children = entry.children();
            let after = self.first_after(children.clone(), target);
            if after == children.start {
                return path;
            }
            at = NodeId(after - 1);
            path.push(at);
        }
    }

    /// The element of an array at an index as a pointer writes it.
    pub(crate) fn element(&self, array: NodeId, token: &str) -> Option<NodeId> {
        let children = self.entry(array).children();
        let index = children.start.checked_add(array_index(token)?)?;
        (index < children.end).then_some(NodeId(index))
    }

    /// Whether a value's children were gathered by normalisation, so that they may stand in another order than in the text.
    pub(crate) fn is_flattened(&self, node: NodeId) -> bool {
        let entry = self.entry(node);
        entry.tag() == Tag::Object && entry.a >= self.written
    }

    /// The first of some siblings that begins after a byte in the text as written.
    fn first_after(&self, siblings: std::ops::Range<u32>, byte: u32) -> u32 {
        let (mut low, mut high) = (siblings.start, siblings.end);
        while low < high {
            let middle = low + (high - low) / 2;
            // Unwrapping a list moves where it begins, so what counts is how it was written.
            if self.written(NodeId(middle)).start <= byte {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The RFC 6901 pointer to a value as it was written.
    pub fn pointer(&self, node: NodeId) -> Pointer {
        let mut pointer = Pointer::root();
        for pair in self.written_path(node).windows(2) {
            let parent = self.written(pair[0]);
            if parent.tag() == Tag::Object {
                pointer.push_name(self.key_text(self.written(pair[1]).key()));
            } else {
                pointer.push_index((pair[1].0 - parent.a) as usize);
            }
        }
        pointer
    }

    /// The byte at which the text of a value begins.
    pub fn start(&self, node: NodeId) -> u32 {
        self.entry(node).start
    }

    /// The text of a value. Takes time with the value's length.
    pub fn span(&self, node: NodeId) -> Span {
        let start = self.entry(node).start;
        Span::new(start, crate::place::value_end(self.text.as_bytes(), start))
    }

    /// The text of the member name in front of a value, quotes included; `None` for what is no member.
    pub fn name_span(&self, node: NodeId) -> Option<Span> {
        crate::place::name_before(self.text.as_bytes(), self.entry(node).start)
    }
}

/// The index that a pointer's token stands for: digits without a leading zero.
fn array_index(token: &str) -> Option<u32> {
    let plain = token == "0" || !token.starts_with(['0', '+']);
    plain.then(|| token.parse().ok())?
}
