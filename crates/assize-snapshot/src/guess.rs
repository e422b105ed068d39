//! What is learned about the order of member names. Right far more often than not, and one comparison then replaces a hash.

use crate::{keys::Symbol, tape::Entry};

/// The place of a name: what was read before it.
#[derive(Clone, Copy)]
pub(crate) enum Follower {
    /// The first name in an object that is known by this one.
    FirstIn(Symbol),
    /// The name that follows another.
    After(Symbol),
}

/// What is known of one name.
#[derive(Debug, Clone, Copy)]
struct Habit {
    /// The name that followed it last.
    next: Symbol,
    /// The name that last began an object that it names.
    first: Symbol,
    /// The object that last had this name, to find repeated names.
    stamp: u32,
}

impl Default for Habit {
    fn default() -> Self {
        Self {
            next: Symbol::NONE,
            first: Symbol::NONE,
            stamp: 0,
        }
    }
}

/// What is learned about names. What concerns the shared table is kept between the documents of one worker.
#[derive(Debug, Default)]
pub(crate) struct Guesses {
    shared: Vec<Habit>,
    own: Vec<Habit>,
    /// Of values that no name leads to.
    unnamed: Habit,
    objects: u32,
}

impl Guesses {
    /// Forgets the names of the last document, and makes room for those of the shared table.
    pub(crate) fn prepare(&mut self, shared: u32) {
        // The symbols of the last document's own names mean others in the next one.
        if !self.own.is_empty() {
            self.own.clear();
            for habit in self.shared.iter_mut().chain([&mut self.unnamed]) {
                for guess in [&mut habit.next, &mut habit.first] {
                    if guess.local_index().is_some() {
                        *guess = Symbol::NONE;
                    }
                }
            }
        }
        self.shared.resize_with(shared as usize, Habit::default);
    }

    #[inline]
    fn habit(&self, symbol: Symbol) -> &Habit {
        let habit = match symbol.local_index() {
            Some(index) => self.own.get(index as usize),
            None => self.shared.get(symbol.bits() as usize),
        };
        habit.unwrap_or(&self.unnamed)
    }

    #[inline]
    fn habit_mut(&mut self, symbol: Symbol) -> &mut Habit {
        let habit = match symbol.local_index() {
            Some(index) => self.own.get_mut(index as usize),
            None => self.shared.get_mut(symbol.bits() as usize),
        };
        habit.unwrap_or(&mut self.unnamed)
    }

    /// The name that is likely to come next; `NONE` where nothing is known.
    #[inline]
    pub(crate) fn get(&self, follower: Follower) -> Symbol {
        match follower {
            Follower::FirstIn(symbol) => self.habit(symbol).first,
            Follower::After(symbol) => self.habit(symbol).next,
        }
    }

    /// Learns the name that did come.
    pub(crate) fn learn(&mut self, follower: Follower, name: Symbol) {
        match follower {
            Follower::FirstIn(symbol) => self.habit_mut(symbol).first = name,
            Follower::After(symbol) => self.habit_mut(symbol).next = name,
        }
    }

    /// Makes room for one of the document's own names.
    pub(crate) fn add_own(&mut self, index: u32) {
        if index as usize == self.own.len() {
            self.own.push(Habit::default());
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
            if std::mem::replace(&mut habit.stamp, object) == object {
                repeated.push(nth as u32);
            }
        }
        repeated
    }
}
