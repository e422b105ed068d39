use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};

use assize_finding::Severity;

/// Keeps the worst of what comes, up to a number, and counts the rest. Of equal ones the first are kept.
pub(crate) struct Worst<T> {
    /// The least of the kept ones is on top.
    kept: BinaryHeap<Reverse<Ranked<T>>>,
    most: usize,
    seen: u64,
    left_out: u64,
}

struct Ranked<T> {
    severity: Severity,
    sequence: u64,
    value: T,
}

impl<T> Worst<T> {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            kept: BinaryHeap::new(),
            most,
            seen: 0,
            left_out: 0,
        }
    }

    /// Takes one more; what is not among the worst is never made.
    pub(crate) fn offer(&mut self, severity: Severity, make: impl FnOnce() -> T) {
        self.seen += 1;
        if !self.has_room_for(severity) {
            self.left_out += 1;
            return;
        }
        let value = make();
        if self.kept.len() == self.most {
            self.left_out += 1;
            self.kept.pop();
        }
        let sequence = self.seen;
        self.kept.push(Reverse(Ranked {
            severity,
            sequence,
            value,
        }));
    }

    fn has_room_for(&self, severity: Severity) -> bool {
        let is_worse = |least: &Reverse<Ranked<T>>| severity > least.0.severity;
        self.kept.len() < self.most || self.kept.peek().is_some_and(is_worse)
    }

    /// How many were not kept.
    pub(crate) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Those that were kept, worst first and otherwise as they came. Nothing is left.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = T> + use<T> {
        let sorted = std::mem::take(&mut self.kept).into_sorted_vec();
        sorted.into_iter().map(|Reverse(ranked)| ranked.value)
    }
}

impl<T> Ord for Ranked<T> {
    /// From the least to the worst; of equal ones the first is the worst.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_severity = self.severity.cmp(&other.severity);
        by_severity.then_with(|| other.sequence.cmp(&self.sequence))
    }
}

impl<T> PartialOrd for Ranked<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Ranked<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T> Eq for Ranked<T> {}

#[cfg(test)]
mod tests {
    use assize_finding::Severity::{Critical, Info, Low};

    use super::Worst;

    #[test]
    fn the_worst_stay_in_their_order() {
        let mut worst = Worst::new(3);
        for (number, severity) in [Low, Info, Critical, Low, Critical].into_iter().enumerate() {
            worst.offer(severity, || number);
        }
        assert_eq!(worst.take().collect::<Vec<_>>(), [2, 4, 0]);
        assert_eq!(worst.left_out(), 2);
    }
}
