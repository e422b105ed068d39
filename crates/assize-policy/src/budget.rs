//! What is left of a verdict's time, steps and memory. Asked at every step of the script engine, callbacks included.

use std::{cell::Cell, time::Instant};

use crate::{limits::Limits, memory};

/// How often the clock is read: reading it costs more than a step.
const STEPS_PER_CLOCK: u64 = 16;

#[derive(Clone, Copy)]
struct Budget {
    steps: u64,
    max_steps: u64,
    /// The thread's count of bytes at which the budget is spent.
    max_held: isize,
    deadline: Option<Instant>,
    wall_millis: u128,
    memory_megabytes: usize,
}

thread_local! {
    static BUDGET: Cell<Budget> = const {
        Cell::new(Budget { steps: 0, max_steps: 0, max_held: isize::MAX, deadline: None, wall_millis: 0, memory_megabytes: 0 })
    };
}

/// Grants a new verdict its budget; it may not run longer than until `latest`.
pub(crate) fn start(limits: &Limits, latest: Instant) {
    let now = Instant::now();
    BUDGET.set(Budget {
        steps: 0,
        max_steps: limits.operations,
        max_held: memory::held().saturating_add_unsigned(limits.memory_bytes),
        deadline: Some((now + limits.wall_time).min(latest)),
        wall_millis: limits.wall_time.as_millis(),
        memory_megabytes: limits.memory_bytes >> 20,
    });
}

/// Takes one step; the name of the limit, if one is hit.
#[inline]
pub(crate) fn step() -> Option<String> {
    let mut budget = BUDGET.get();
    budget.steps += 1;
    BUDGET.set(budget);
    if budget.steps > budget.max_steps {
        return Some(format!("operations: more than {} steps", budget.max_steps));
    }
    if memory::held() > budget.max_held {
        return Some(format!("memory: more than {} MiB", budget.memory_megabytes));
    }
    let is_late = |deadline| budget.steps % STEPS_PER_CLOCK == 0 && Instant::now() > deadline;
    budget
        .deadline
        .is_some_and(is_late)
        .then(|| format!("wall time: more than {} ms", budget.wall_millis))
}
