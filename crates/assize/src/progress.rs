use std::{
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Runs shorter than this show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows on a terminal that a long run is alive.
#[derive(Debug)]
pub(crate) struct Progress {
    started: Instant,
    is_shown: bool,
    bar: Option<ProgressBar>,
    count: u64,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        Self {
            started: Instant::now(),
            is_shown: !quiet && io::stderr().is_terminal(),
            bar: None,
            count: 0,
        }
    }

    /// Counts one snapshot.
    pub(crate) fn step(&mut self) {
        self.count += 1;
        if !self.is_shown || self.started.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{spinner} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner());
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style)
        });
        bar.set_message(format!("{} snapshots judged", self.count));
        bar.tick();
    }

    /// Clears the line.
    pub(crate) fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
