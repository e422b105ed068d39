//! The verdicts of a run counted by rule, and from that by framework.

use std::collections::BTreeMap;

use assize_finding::{Judged, Outcome, OutcomeCounts, Run};

/// Verdicts by rule. It grows with the rules that judged something, and not with what they found.
#[derive(Default)]
pub(crate) struct Tally {
    by_rule: BTreeMap<u32, OutcomeCounts>,
}

impl Tally {
    pub(crate) fn add(&mut self, judged: &Judged) {
        for verdict in &judged.evaluations {
            let counts = self.by_rule.entry(verdict.rule.0).or_default();
            counts[verdict.outcome as usize] += 1;
        }
    }

    /// The rules that judged something, in the order of the run.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (u32, OutcomeCounts)> {
        self.by_rule.iter().map(|(rule, counts)| (*rule, *counts))
    }

    /// Verdicts by the part of the rule's id that is before the slash: the pack.
    pub(crate) fn packs<'r>(&self, run: &'r Run) -> BTreeMap<&'r str, OutcomeCounts> {
        let mut packs = BTreeMap::new();
        for (rule, counts) in self.rules() {
            let id = run.rules[rule as usize].id.as_str();
            let pack = id.split_once('/').map_or("", |(pack, _)| pack);
            add(packs.entry(pack).or_default(), counts);
        }
        packs
    }

    /// Verdicts by framework. A verdict counts once for each framework that its rule bears on.
    pub(crate) fn frameworks<'r>(&self, run: &'r Run) -> BTreeMap<&'r str, OutcomeCounts> {
        let mut frameworks = BTreeMap::new();
        for (rule, counts) in self.rules() {
            let controls = run.rules[rule as usize].controls.iter();
            let mut names: Vec<&str> = controls.map(|control| control.framework.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                add(frameworks.entry(name).or_default(), counts);
            }
        }
        frameworks
    }
}

/// Adds counts to others.
pub(crate) fn add(sum: &mut OutcomeCounts, counts: OutcomeCounts) {
    for (sum, count) in sum.iter_mut().zip(counts) {
        *sum += count;
    }
}

/// How much of what was judged is in order, in whole per cent, rounded down; nothing where nothing was judged.
///
/// What could not be judged counts as not in order.
pub(crate) fn compliance(counts: OutcomeCounts) -> Option<u64> {
    let of = |outcome: Outcome| counts[outcome as usize];
    let relevant = counts.iter().sum::<u64>() - of(Outcome::NotApplicable);
    (of(Outcome::Pass) * 100).checked_div(relevant)
}

#[cfg(test)]
mod tests {
    use super::compliance;

    #[test]
    fn what_is_not_judged_is_not_in_order() {
        assert_eq!(compliance([1, 0, 5, 1, 0, 0]), Some(50));
        assert_eq!(compliance([999, 1, 0, 0, 0, 0]), Some(99));
        assert_eq!(compliance([0, 0, 5, 0, 0, 0]), None);
    }
}
