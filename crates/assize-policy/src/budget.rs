//! What is left of a verdict's time, steps and memory. Asked at every step of the script engine, callbacks included.

use std::{cell::Cell, time::Instant};

use crate::{limits::Limits, memory};

/// How often the clock is read: reading it costs more than a step.
const STEPS_PER_CLOCK: u64 = 16;

struct Budget {
    steps: Cell<u64>,
    max_steps: Cell<u64>,
    /// The thread's count of bytes at which the budget is spent.
    max_held: Cell<isize>,
    deadline: Cell<Option<Instant>>,
    limits: Cell<Option<Limits>>,
}

thread_local! {
    static BUDGET: Budget = const {
        Budget {
            steps: Cell::new(0),
            max_steps: Cell::new(0),
            max_held: Cell::new(isize::MAX),
            deadline: Cell::new(None),
            limits: Cell::new(None),
        }
    };
}

/// Grants a new verdict its budget; it may not run longer than until `latest`.
pub(crate) fn start(limits: &Limits, latest: Instant) {
    let deadline = (Instant::now() + limits.wall_time).min(latest);
    BUDGET.with(|budget| {
        budget.steps.set(0);
        budget.max_steps.set(limits.operations);
        budget.max_held.set(memory::held().saturating_add_unsigned(limits.memory_bytes));
        budget.deadline.set(Some(deadline));
        budget.limits.set(Some(*limits));
    });
}

/// Takes one step; the name of the limit, if one is hit.
#[inline]
pub(crate) fn step() -> Option<String> {
    BUDGET.with(|budget| {
        let steps = budget.steps.get() + 1;
        budget.steps.set(steps);
        let is_late = || {
            steps % STEPS_PER_CLOCK == 0 && budget.deadline.get().is_some_and(|deadline| Instant::now() > deadline)
        };
        if steps > budget.max_steps.get() || memory::held() > budget.max_held.get() || is_late() {
            return Some(budget.spent());
        }
        None
    })
}

impl Budget {
    /// Which limit it was.
    #[cold]
    fn spent(&self) -> String {
        let limits = self.limits.get().unwrap_or_default();
        if self.steps.get() > limits.operations {
            format!("operations: more than {} steps", limits.operations)
        } else if memory::held() > self.max_held.get() {
            format!("memory: more than {} MiB", limits.memory_bytes >> 20)
        } else {
            format!("wall time: more than {} ms", limits.wall_time.as_millis())
        }
    }
}
