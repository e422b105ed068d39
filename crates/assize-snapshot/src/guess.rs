//! What is learned about the order of member names. Right far more often than not, and one comparison then replaces a hash.

use crate::{keys::Symbol, tape::Entry};

/// The longest `"name":` that is guessed.
const LONGEST: usize = 48;
/// How many places of names are remembered; a power of two. Two that share a slot cost time, nothing else.
const SLOTS: usize = 2048;

/// The place of a name in a document: the name under which its object is known, and the member before it.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) label: Symbol,
    /// `NONE` for the first member.
    pub(crate) previous: Symbol,
}

impl Place {
    #[inline]
    fn slot(self) -> usize {
        let mixed = (self.previous.bits() ^ self.label.bits().rotate_left(16)).wrapping_mul(0x9E37_79B1);
        (mixed >> 16) as usize % SLOTS
    }
}

/// A name that stood at a place before, as it was written: quotes, name and colon. One line of the processor's cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Guess {
    symbol: Symbol,
    /// The document in which the symbol means something, if it is one of a document's own.
    document: u32,
    length: u32,
    written: [u8; LONGEST],
}

impl Guess {
    const NOTHING: Self = Self {
        symbol: Symbol::NONE,
        document: 0,
        length: 0,
        written: [0; LONGEST],
    };

    /// Whether a text begins with it, eight bytes at a time.
    #[inline]
    fn begins(&self, text: &[u8; LONGEST]) -> bool {
        let length = self.length as usize;
        let difference = |at: usize| word(text, at) ^ word(&self.written, at);
        if length < 8 {
            // What stands behind a short name is not compared.
            return length > 0 && difference(0) << (64 - 8 * length) == 0;
        }
        let mut at = 0;
        while at + 8 < length {
            if difference(at) != 0 {
                return false;
            }
            at += 8;
        }
        difference(length - 8) == 0
    }
}

#[inline]
fn word(bytes: &[u8; LONGEST], at: usize) -> u64 {
    let word = bytes.get(at..).and_then(<[u8]>::first_chunk);
    word.map_or(0, |word| u64::from_le_bytes(*word))
}

/// What is learned about names, kept between the documents of one worker.
#[derive(Debug)]
pub(crate) struct Guesses {
    guesses: Box<[Guess]>,
    /// Counts documents: symbols of a document's own names mean others in the next.
    document: u32,
    /// The object that last had a name, by name, to find repeated ones.
    shared: Vec<u32>,
    own: Vec<u32>,
    objects: u32,
}

impl Default for Guesses {
    fn default() -> Self {
        Self {
            guesses: vec![Guess::NOTHING; SLOTS].into(),
            document: 0,
            shared: Vec::new(),
            own: Vec::new(),
            objects: 0,
        }
    }
}

impl Guesses {
    /// Forgets the names of the last document, and makes room for those of the shared table.
    pub(crate) fn prepare(&mut self, shared: u32) {
        self.document = self.document.wrapping_add(1);
        if self.document == 0 {
            // The counter came round: old guesses would look fresh.
            self.guesses.fill(Guess::NOTHING);
            self.document = 1;
        }
        self.own.clear();
        self.shared.resize(shared as usize, 0);
    }

    /// The name that begins a text, with the length of its quotes, itself and the colon, if it is the one that stood at this place
    /// before.
    #[inline]
    pub(crate) fn guess(&self, place: Place, text: &[u8]) -> Option<(Symbol, usize)> {
        let guess = &self.guesses[place.slot()];
        let begins = guess.begins(text.first_chunk()?);
        let is_known = guess.symbol.local_index().is_none() || guess.document == self.document;
        (begins && is_known).then_some((guess.symbol, guess.length as usize))
    }

    /// Learns the name that stands at a place, as it is written without escapes.
    pub(crate) fn learn(&mut self, place: Place, name: &str, symbol: Symbol) {
        let length = name.len() + 3;
        let Some(written) = Self::written(name.as_bytes()) else {
            return;
        };
        self.guesses[place.slot()] = Guess {
            symbol,
            document: self.document,
            length: length as u32,
            written,
        };
    }

    fn written(name: &[u8]) -> Option<[u8; LONGEST]> {
        let mut written = [0; LONGEST];
        let end = name.len() + 1;
        written.get_mut(1..end)?.copy_from_slice(name);
        written.get_mut(end..end + 2)?.copy_from_slice(b"\":");
        written[0] = b'"';
        Some(written)
    }

    /// Makes room for one of the document's own names.
    pub(crate) fn add_own(&mut self, index: u32) {
        if index as usize == self.own.len() {
            self.own.push(0);
        }
    }

    /// The members of one object whose name an earlier one has already, counted from its first.
    pub(crate) fn repeated(&mut self, members: &[Entry]) -> Vec<u32> {
        self.objects = self.objects.wrapping_add(1);
        if self.objects == 0 {
            // The counter came round: old stamps would look fresh.
            self.shared.fill(0);
            self.own.fill(0);
            self.objects = 1;
        }
        let object = self.objects;
        let mut repeated = Vec::new();
        for (nth, entry) in members.iter().enumerate() {
            let key = entry.key();
            let stamp = match key.local_index() {
                Some(index) => self.own.get_mut(index as usize),
                None => self.shared.get_mut(key.bits() as usize),
            };
            if stamp.is_some_and(|stamp| std::mem::replace(stamp, object) == object) {
                repeated.push(nth as u32);
            }
        }
        repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_the_whole_name_and_nothing_else() {
        let mut guesses = Guesses::default();
        guesses.prepare(9);
        let place = Place {
            label: Symbol::NONE,
            previous: Symbol::NONE,
        };
        for length in 0..LONGEST {
            let name: String = ('a'..='z').cycle().take(length).collect();
            guesses.learn(place, &name, Symbol::from_bits(length as u32));
            let guess = |text: String| guesses.guess(place, format!("{text:<60}").as_bytes());
            let found = guess(format!("\"{name}\": 1"));
            if length + 3 > LONGEST {
                assert_eq!(found, None);
                continue;
            }
            assert_eq!(found, Some((Symbol::from_bits(length as u32), length + 3)));
            for other in [format!("\"{name}!\":"), format!("\"{name}\" :"), format!("\"{name}\"")] {
                assert_eq!(guess(other), None);
            }
            for at in 0..length {
                let mut other = name.clone();
                other.replace_range(at..=at, "_");
                assert_eq!(guess(format!("\"{other}\": 1")), None, "{name} {at}");
            }
        }
    }

    #[test]
    fn a_name_of_one_document_is_no_guess_in_the_next() {
        let mut guesses = Guesses::default();
        guesses.prepare(0);
        let place = Place {
            label: Symbol::NONE,
            previous: Symbol::local(0),
        };
        let text = format!("{:<60}", "\"own\": 1");
        guesses.learn(place, "own", Symbol::local(1));
        assert_eq!(guesses.guess(place, text.as_bytes()), Some((Symbol::local(1), 6)));
        guesses.prepare(0);
        assert_eq!(guesses.guess(place, text.as_bytes()), None);
    }
}
