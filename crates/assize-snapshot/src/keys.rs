//! Member names as small numbers.
//!
//! The names that schemas and policies use are interned once for the whole process; a document that meets other names
//! keeps those to itself. Comparing a name is then comparing two numbers, and that is most of what judging does.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::{
        Arc, LazyLock, RwLock, RwLockReadGuard,
        atomic::{AtomicU32, Ordering},
    },
};

use rustc_hash::FxHasher;

/// A member name. Symbols of the shared table are the same in every document; the others mean something only in theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

impl Symbol {
    /// The symbol of a value that is no member of an object.
    pub(crate) const NONE: Symbol = Symbol(Self::MASK);
    /// Set on the symbols that only one document knows.
    const LOCAL: u32 = 1 << 27;
    const MASK: u32 = (1 << 28) - 1;

    /// How many names a document can have of its own.
    pub(crate) const MOST_LOCAL: u32 = Self::LOCAL - 1;

    pub(crate) fn from_bits(bits: u32) -> Self {
        Self(bits & Self::MASK)
    }

    pub(crate) fn bits(self) -> u32 {
        self.0
    }

    pub(crate) fn local(index: u32) -> Self {
        Self(Self::LOCAL | index)
    }

    /// The index among the document's own names, if it is one of them.
    pub(crate) fn local_index(self) -> Option<u32> {
        (self.0 & Self::LOCAL != 0 && self != Self::NONE).then_some(self.0 & !Self::LOCAL)
    }
}

/// A name to look for, with its symbol, so that most documents need not be searched by text.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) symbol: Symbol,
}

impl Name {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            symbol: intern(text),
        }
    }
}

/// A set of lengths of names, as bits: an object that lacks a length lacks every name of that length, whatever its case.
pub(crate) fn length_bit(name: &[u8]) -> u64 {
    1 << name.len().min(63)
}

/// Slots that a search may pass before the names look chosen to collide.
const LONGEST_SEARCH: usize = 256;

/// A set of names, each with a number: an open-addressing hash table over one string.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    text: String,
    /// Where each name begins and ends in `text`.
    places: Vec<(u32, u32)>,
    /// One more than the index of a name, or 0. The length is a power of two, at most half full.
    slots: Vec<u32>,
    /// The fast hash can be made to collide. Where that happens this one takes over, whose secret nobody knows; no number
    /// depends on it.
    strong: Option<RandomState>,
}

impl Keys {
    pub(crate) fn len(&self) -> u32 {
        self.places.len() as u32
    }

    pub(crate) fn name(&self, index: u32) -> &str {
        let (start, end) = self.places[index as usize];
        &self.text[start as usize..end as usize]
    }

    /// The same as bytes, which is faster: nothing has to be known of where characters begin.
    #[inline]
    pub(crate) fn name_bytes(&self, index: u32) -> &[u8] {
        let (start, end) = self.places[index as usize];
        &self.text.as_bytes()[start as usize..end as usize]
    }

    #[inline]
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut slot = self.hash(name) & mask;
        loop {
            let index = self.slots[slot].checked_sub(1)?;
            if self.name_bytes(index) == name.as_bytes() {
                return Some(index);
            }
            slot = (slot + 1) & mask;
        }
    }

    pub(crate) fn intern(&mut self, name: &str) -> u32 {
        if let Some(index) = self.find(name) {
            return index;
        }
        if (self.places.len() + 1) * 2 > self.slots.len() {
            self.rebuild((self.slots.len() * 2).max(64));
        }
        let index = self.places.len() as u32;
        let start = self.text.len() as u32;
        self.text.push_str(name);
        self.places.push((start, self.text.len() as u32));
        if !self.place(index) {
            self.strong = Some(RandomState::new());
            self.rebuild(self.slots.len());
        }
        index
    }

    fn rebuild(&mut self, size: usize) {
        self.slots.clear();
        self.slots.resize(size, 0);
        for index in 0..self.len() {
            if !self.place(index) {
                self.strong = Some(RandomState::new());
                return self.rebuild(size);
            }
        }
    }

    /// Puts a name into the table; false where the search for a slot took too long for a hash that can be replaced.
    fn place(&mut self, index: u32) -> bool {
        let mask = self.slots.len() - 1;
        let mut slot = self.hash(self.name(index)) & mask;
        let mut passed = 0;
        while self.slots[slot] != 0 {
            slot = (slot + 1) & mask;
            passed += 1;
        }
        self.slots[slot] = index + 1;
        passed <= LONGEST_SEARCH || self.strong.is_some()
    }

    #[inline]
    fn hash(&self, name: &str) -> usize {
        if let Some(strong) = &self.strong {
            return strong.hash_one(name) as usize;
        }
        let mut hasher = FxHasher::default();
        hasher.write(name.as_bytes());
        // Fx leaves its entropy in the high bits.
        (hasher.finish() >> 32) as usize
    }
}

static SHARED: LazyLock<RwLock<Arc<Keys>>> = LazyLock::new(RwLock::default);
/// How many shared names there are.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// Interns a name for the whole process. Documents read before find it by its text, later ones by its number.
pub fn intern(name: &str) -> Symbol {
    if let Some(index) = locked().find(name) {
        return Symbol(index);
    }
    let mut shared = SHARED
        .write()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    // Copies the table only while a document holds it.
    let symbol = Symbol(Arc::make_mut(&mut shared).intern(name));
    COUNT.store(shared.len(), Ordering::Release);
    symbol
}

/// Interns many names, with one look at the table.
pub(crate) fn intern_all(names: &[&str]) {
    let mut shared = SHARED
        .write()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let keys = Arc::make_mut(&mut shared);
    for name in names {
        keys.intern(name);
    }
    COUNT.store(keys.len(), Ordering::Release);
}

/// The name behind a symbol that [`intern`] returned.
pub fn name_of(symbol: Symbol) -> String {
    locked().name(symbol.0).to_owned()
}

/// The shared names as they are now.
fn shared() -> Arc<Keys> {
    Arc::clone(&locked())
}

fn locked() -> RwLockReadGuard<'static, Arc<Keys>> {
    SHARED
        .read()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Exchanges the shared names for those of now. Mostly they are the same, and threads that all locked them, or counted who
/// has them, for every file would wait for each other.
pub(crate) fn renew(known: &mut Arc<Keys>) {
    if known.len() != COUNT.load(Ordering::Acquire) {
        *known = shared();
    }
}

#[cfg(test)]
mod tests {
    use super::{Keys, LONGEST_SEARCH};

    #[test]
    fn names_keep_their_numbers_while_the_table_grows() {
        let mut keys = Keys::default();
        let names: Vec<String> = (0..1000).map(|number| format!("name{number}")).collect();
        for (index, name) in names.iter().enumerate() {
            assert_eq!(keys.intern(name) as usize, index);
        }
        for (index, name) in names.iter().enumerate() {
            assert_eq!(keys.intern(name) as usize, index);
            assert_eq!(keys.name(index as u32), name);
        }
        assert_eq!(keys.find("absent"), None);
    }

    #[test]
    fn names_that_crowd_one_place_make_the_hash_change() {
        let mut keys = Keys::default();
        keys.intern("first");
        keys.rebuild(4096);
        // Everything behind one slot is taken, as by names that were chosen to collide.
        let slot = keys.hash("second") & 4095;
        for nth in 0..=LONGEST_SEARCH {
            keys.slots[(slot + nth) & 4095] = 1;
        }
        assert_eq!(keys.intern("second"), 1);
        assert!(keys.strong.is_some());
        assert_eq!(keys.find("first"), Some(0));
        assert_eq!(keys.find("second"), Some(1));
        assert_eq!(keys.intern("third"), 2);
    }
}
