use std::time::{Duration, Instant};

use crate::budget;

/// What some work of a judge on this thread takes.
#[derive(Debug)]
pub struct Meter {
    started: Instant,
    steps: u64,
}

/// What some work took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Time.
    pub time: Duration,
    /// Steps of the script engine; what is judged by proof takes none.
    pub steps: u64,
}

impl Meter {
    /// Begins to measure.
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
            steps: budget::all_steps(),
        }
    }

    /// What has been spent since then.
    pub fn spent(&self) -> Spent {
        Spent {
            time: self.started.elapsed(),
            steps: budget::all_steps().wrapping_sub(self.steps),
        }
    }
}
