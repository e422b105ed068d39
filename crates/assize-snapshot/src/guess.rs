//! What is learned about the order of member names. Right far more often than not, and one comparison then replaces a hash.

use crate::{keys::Symbol, tape::Entry};

/// The longest `"name":` that is guessed.
const LONGEST: usize = 44;
/// How many names at their places are remembered.
const MOST: usize = 4096;

/// A name at its place, as an index. They lie in the order in which a document has them, which is how the next one is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot(u32);

impl Spot {
    /// What stands for the document itself, and for every name that is not remembered.
    pub(crate) const ROOT: Self = Self(0);
    /// No name: before the first member of an object.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

/// The place of a name in a document: the name under which its object is known, and the member before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) label: Spot,
    /// `NONE` for the first member.
    pub(crate) previous: Spot,
}

/// A name at its place, as it was written: quotes, name and colon. One line of the processor's cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Guess {
    symbol: Symbol,
    /// The document in which the symbol means something, if it is one of a document's own.
    document: u32,
    /// The name that last followed this one, and the one that last began the object that this one names; `ROOT` for none.
    next: Spot,
    first: Spot,
    /// 0 for what is never guessed.
    length: u32,
    written: [u8; LONGEST],
}

impl Guess {
    const NOTHING: Self = Self {
        symbol: Symbol::NONE,
        document: 0,
        next: Spot::ROOT,
        first: Spot::ROOT,
        length: 0,
        written: [0; LONGEST],
    };

    fn new(name: &str, symbol: Symbol, document: u32) -> Self {
        let mut guess = Self {
            symbol,
            document,
            ..Self::NOTHING
        };
        let end = name.len() + 1;
        if let Some(written) = guess.written.get_mut(..end + 2) {
            written[0] = b'"';
            written[1..end].copy_from_slice(name.as_bytes());
            written[end..].copy_from_slice(b"\":");
            guess.length = end as u32 + 2;
        }
        guess
    }

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

/// What is known of one name, wherever it stands.
#[derive(Debug, Clone, Copy)]
struct Habit {
    /// The object that last had it, to find repeated names.
    stamp: u32,
    /// Where it was last seen for the first time.
    spot: Spot,
}

const NO_HABIT: Habit = Habit {
    stamp: 0,
    spot: Spot::ROOT,
};

/// What is learned about names, kept between the documents of one worker.
#[derive(Debug)]
pub(crate) struct Guesses {
    /// The first stands for the document itself.
    memory: Vec<Guess>,
    /// Counts documents: symbols of a document's own names mean others in the next.
    document: u32,
    shared: Vec<Habit>,
    own: Vec<Habit>,
    objects: u32,
}

impl Default for Guesses {
    fn default() -> Self {
        Self {
            memory: vec![Guess::NOTHING],
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
            self.memory = vec![Guess::NOTHING];
            self.shared.clear();
            self.document = 1;
        }
        self.own.clear();
        self.shared.resize(shared as usize, NO_HABIT);
    }

    #[inline]
    fn link(&self, place: Place) -> Spot {
        let guess = |spot: Spot| self.memory.get(spot.0 as usize);
        if place.previous == Spot::NONE {
            guess(place.label).map_or(Spot::ROOT, |label| label.first)
        } else {
            guess(place.previous).map_or(Spot::ROOT, |previous| previous.next)
        }
    }

    fn relink(&mut self, place: Place, spot: Spot) {
        let is_first = place.previous == Spot::NONE;
        let from = if is_first {
            place.label
        } else {
            place.previous
        };
        if let Some(guess) = self.memory.get_mut(from.0 as usize) {
            *(if is_first {
                &mut guess.first
            } else {
                &mut guess.next
            }) = spot;
        }
    }

    /// The name that begins a text, with the length of its quotes, itself and the colon, if it is the one that stood at this place
    /// before.
    #[inline]
    pub(crate) fn guess(&self, place: Place, text: &[u8]) -> Option<(Symbol, Spot, usize)> {
        let spot = self.link(place);
        let guess = self.memory.get(spot.0 as usize)?;
        let begins = guess.begins(text.first_chunk()?);
        let is_known = guess.symbol.local_index().is_none() || guess.document == self.document;
        (begins && is_known).then_some((guess.symbol, spot, guess.length as usize))
    }

    /// Learns the name that stands at a place, as it is written without escapes.
    pub(crate) fn learn(&mut self, place: Place, name: &str, symbol: Symbol) -> Spot {
        let linked = self.link(place);
        let learned = Guess::new(name, symbol, self.document);
        if let Some(guess) = self.memory.get_mut(linked.0 as usize)
            && linked != Spot::ROOT
            && learned.length > 0
            && guess.length == learned.length
            && guess.written == learned.written
        {
            // The same name in another document.
            guess.symbol = symbol;
            guess.document = self.document;
            return linked;
        }
        let seen = self
            .habit_mut(symbol)
            .map_or(Spot::ROOT, |habit| habit.spot);
        // A place that has had another name before takes the name where it was seen, so that what changes does not pile up.
        let spot = if linked != Spot::ROOT && seen != Spot::ROOT {
            seen
        } else if self.memory.len() < MOST {
            self.memory.push(learned);
            Spot(self.memory.len() as u32 - 1)
        } else {
            seen
        };
        if let Some(habit) = self.habit_mut(symbol) {
            habit.spot = spot;
        }
        self.relink(place, spot);
        spot
    }

    #[inline]
    fn habit_mut(&mut self, symbol: Symbol) -> Option<&mut Habit> {
        match symbol.local_index() {
            Some(index) => self.own.get_mut(index as usize),
            None => self.shared.get_mut(symbol.bits() as usize),
        }
    }

    /// Makes room for one of the document's own names.
    pub(crate) fn add_own(&mut self, index: u32) {
        if index as usize == self.own.len() {
            self.own.push(NO_HABIT);
        }
    }

    /// The members of one object whose name an earlier one has already, counted from its first.
    pub(crate) fn repeated(&mut self, members: &[Entry]) -> Vec<u32> {
        self.objects = self.objects.wrapping_add(1);
        if self.objects == 0 {
            // The counter came round: old stamps would look fresh.
            for habit in self.shared.iter_mut().chain(&mut self.own) {
                habit.stamp = 0;
            }
            self.objects = 1;
        }
        let object = self.objects;
        let mut repeated = Vec::new();
        for (nth, entry) in members.iter().enumerate() {
            let habit = self.habit_mut(entry.key());
            if habit.is_some_and(|habit| std::mem::replace(&mut habit.stamp, object) == object) {
                repeated.push(nth as u32);
            }
        }
        repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Place = Place {
        label: Spot::ROOT,
        previous: Spot::NONE,
    };

    #[test]
    fn a_guess_is_the_whole_name_and_nothing_else() {
        for length in 0..LONGEST {
            let mut guesses = Guesses::default();
            guesses.prepare(9);
            let name: String = ('a'..='z').cycle().take(length).collect();
            let symbol = Symbol::from_bits(1);
            guesses.learn(FIRST, &name, symbol);
            let guess = |text: String| {
                let found = guesses.guess(FIRST, format!("{text:<60}").as_bytes());
                found.map(|(symbol, _, length)| (symbol, length))
            };
            let expected = (length + 3 <= LONGEST).then_some((symbol, length + 3));
            assert_eq!(guess(format!("\"{name}\": 1")), expected);
            for other in [
                format!("\"{name}!\":"),
                format!("\"{name}\" :"),
                format!("\"{name}\""),
            ] {
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
        let text = format!("{:<60}", "\"own\": 1");
        for _ in 0..3 {
            guesses.prepare(0);
            guesses.add_own(0);
            assert_eq!(guesses.guess(FIRST, text.as_bytes()), None);
            guesses.learn(FIRST, "own", Symbol::local(0));
            let found = guesses.guess(FIRST, text.as_bytes());
            assert_eq!(found, Some((Symbol::local(0), Spot(1), 6)));
        }
        assert_eq!(guesses.memory.len(), 2);
    }

    #[test]
    fn what_never_repeats_fills_no_memory() {
        let mut guesses = Guesses::default();
        guesses.prepare(0);
        let mut place = FIRST;
        for index in 0..100_000 {
            guesses.add_own(index);
            place.previous = guesses.learn(place, &format!("name{index}"), Symbol::local(index));
        }
        assert!(guesses.memory.len() <= MOST);
    }
}
