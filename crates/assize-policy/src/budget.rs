//! What is left of a verdict's time, steps and memory. Asked at every step of the script engine, callbacks included.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

use crate::{limits::Limits, memory};

/// How often the clock is read: reading it costs more than a step.
const STEPS_PER_CLOCK: u64 = 16;
/// So many microseconds between two readings mean that the steps are costly: the clock is read at each of them.
const COSTLY_MICROS: u128 = 2_000;

/// The limit that was hit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spent {
    Nothing,
    Operations,
    Memory,
    WallTime,
    TotalTime,
    TextLength,
}

struct Budget {
    steps: u64,
    max_steps: u64,
    /// The thread's count of bytes at which the budget is spent.
    max_held: isize,
    deadline: Option<Instant>,
    /// The deadline is that of all verdicts together.
    is_shared: bool,
    /// When the clock was last read.
    read: Option<Instant>,
    steps_per_clock: u64,
    wall_millis: u128,
    total_millis: u128,
    memory_megabytes: usize,
    string_bytes: usize,
    /// Stays set: functions of the engine that drop the errors of their callbacks do not win time by it.
    spent: Spent,
}

thread_local! {
    static BUDGET: RefCell<Budget> = const {
        RefCell::new(Budget {
            steps: 0,
            max_steps: 0,
            max_held: isize::MAX,
            deadline: None,
            is_shared: false,
            read: None,
            steps_per_clock: STEPS_PER_CLOCK,
            wall_millis: 0,
            total_millis: 0,
            memory_megabytes: 0,
            string_bytes: 0,
            spent: Spent::Nothing,
        })
    };
}

thread_local! {
    /// Time that this thread has spent on what is no work of a script.
    static ASIDE: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

thread_local! {
    /// Steps of the verdicts on this thread that are done.
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// The steps of all verdicts on this thread.
pub(crate) fn all_steps() -> u64 {
    STEPS
        .get()
        .wrapping_add(BUDGET.with_borrow(|budget| budget.steps))
}

/// Does work that is not the script's, such as reading another snapshot: its time and memory are not counted.
pub(crate) fn aside<T>(work: impl FnOnce() -> T) -> T {
    let (started, held) = (Instant::now(), memory::held());
    let result = work();
    let passed = started.elapsed();
    BUDGET.with_borrow_mut(|budget| {
        budget.deadline = budget.deadline.map(|deadline| deadline + passed);
        budget.read = budget.read.map(|read| read + passed);
        budget.max_held = budget
            .max_held
            .saturating_add(memory::held().wrapping_sub(held));
    });
    ASIDE.set(ASIDE.get() + passed);
    result
}

/// How much time this thread has spent on such work so far.
pub(crate) fn time_aside() -> Duration {
    ASIDE.get()
}

/// The time that all verdicts of a policy on one snapshot have together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TotalTime {
    length: Duration,
    latest: Instant,
}

impl TotalTime {
    /// It begins now.
    pub(crate) fn of(length: Duration) -> Self {
        Self {
            length,
            latest: Instant::now() + length,
        }
    }

    /// The same, ending later.
    pub(crate) fn later(self, by: Duration) -> Self {
        Self {
            latest: self.latest + by,
            ..self
        }
    }
}

/// Grants a new verdict its budget, within what is left for all verdicts.
pub(crate) fn start(limits: &Limits, total: TotalTime) {
    let now = Instant::now();
    let own = now + limits.wall_time;
    STEPS.set(all_steps());
    BUDGET.replace(Budget {
        steps: 0,
        max_steps: limits.operations,
        max_held: memory::held().saturating_add_unsigned(limits.memory_bytes),
        deadline: Some(own.min(total.latest)),
        is_shared: total.latest < own,
        read: Some(now),
        steps_per_clock: STEPS_PER_CLOCK,
        wall_millis: limits.wall_time.as_millis(),
        total_millis: total.length.as_millis(),
        memory_megabytes: limits.memory_bytes >> 20,
        string_bytes: limits.string_bytes,
        spent: Spent::Nothing,
    });
}

/// Takes one step; the name of the limit, if one is hit now or was hit before in this verdict.
#[inline]
pub(crate) fn step() -> Option<String> {
    BUDGET.with_borrow_mut(|budget| {
        budget.steps += 1;
        if budget.spent == Spent::Nothing {
            budget.spend();
        }
        budget.reason()
    })
}

/// Whether a text that is being made is longer than texts may be; if so, the next step is the last one.
pub(crate) fn is_too_long(text: &str) -> bool {
    BUDGET.with_borrow_mut(|budget| {
        let is_too_long = text.len() > budget.string_bytes;
        if is_too_long && budget.spent == Spent::Nothing {
            budget.spent = Spent::TextLength;
        }
        is_too_long
    })
}

/// The name of the limit that this verdict hit, if it hit one.
pub(crate) fn reason() -> Option<String> {
    BUDGET.with_borrow(Budget::reason)
}

impl Budget {
    #[inline]
    fn spend(&mut self) {
        if self.steps > self.max_steps {
            self.spent = Spent::Operations;
        } else if memory::held() > self.max_held {
            self.spent = Spent::Memory;
        } else if self.steps.is_multiple_of(self.steps_per_clock) {
            self.read_clock();
        }
    }

    fn read_clock(&mut self) {
        let now = Instant::now();
        if self.deadline.is_some_and(|deadline| now > deadline) {
            self.spent = if self.is_shared {
                Spent::TotalTime
            } else {
                Spent::WallTime
            };
        }
        let passed = self
            .read
            .map_or(0, |read| now.duration_since(read).as_micros());
        self.steps_per_clock = if passed > COSTLY_MICROS {
            1
        } else {
            STEPS_PER_CLOCK
        };
        self.read = Some(now);
    }

    #[inline]
    fn reason(&self) -> Option<String> {
        match self.spent {
            Spent::Nothing => None,
            Spent::Operations => Some(format!("operations: more than {} steps", self.max_steps)),
            Spent::Memory => Some(format!("memory: more than {} MiB", self.memory_megabytes)),
            Spent::TextLength => Some("data size: Length of string".to_owned()),
            Spent::WallTime => Some(format!("wall time: more than {} ms", self.wall_millis)),
            Spent::TotalTime => Some(format!(
                "total time: more than {} ms for all objects of the snapshot",
                self.total_millis
            )),
        }
    }
}
