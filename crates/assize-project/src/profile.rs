//! What each policy costs.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use assize_policy::Spent;

/// What each policy has cost so far; shared by all threads of a run.
#[derive(Debug, Default)]
pub struct Profile(Mutex<BTreeMap<String, Cost>>);

/// What a policy costs.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    spent: Spent,
    verdicts: usize,
}

impl Profile {
    /// Adds what a policy spent on some verdicts.
    pub fn add(&self, policy: &str, spent: Spent, verdicts: usize) {
        let mut costs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cost = costs.entry(policy.to_owned()).or_default();
        cost.spent.time += spent.time;
        cost.spent.steps += spent.steps;
        cost.verdicts += verdicts;
    }

    /// A table of the policies, the costliest first. `what` is what they spent it on.
    pub fn table(&self, what: &str) -> String {
        let costs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rows: Vec<(&String, &Cost)> = costs.iter().collect();
        rows.sort_by(|left, right| right.1.spent.time.cmp(&left.1.spent.time));
        let all: Duration = rows.iter().map(|(_, cost)| cost.spent.time).sum();
        let mut text = format!(
            "{:>10}  {:>5}  {:>12}  {what:>9}  policy",
            "ms", "%", "steps"
        );
        for (policy, Cost { spent, verdicts }) in rows {
            let share = 100.0 * spent.time.as_secs_f64() / all.as_secs_f64().max(1e-9);
            let millis = spent.time.as_secs_f64() * 1e3;
            // Writing to a `String` cannot fail.
            let _ = write!(
                text,
                "\n{millis:>10.3}  {share:>5.1}  {:>12}  {verdicts:>9}  {policy}",
                spent.steps
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_costliest_policy_comes_first() {
        let profile = Profile::default();
        for (policy, millis) in [("a/b", 1), ("a/c", 3)] {
            let time = Duration::from_millis(millis);
            profile.add(policy, Spent { time, steps: 5 }, 2);
        }
        let table = profile.table("verdicts");
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[1].ends_with("a/c"), "{table}");
        assert!(lines[2].contains("25.0"), "{table}");
    }
}
