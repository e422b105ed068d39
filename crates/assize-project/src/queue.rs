//! Work in parallel, results in order, and never more than a few of them waiting.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

/// Results that are handed over together: a lock for each small file would cost more than the file.
const BATCH: usize = 16;
/// How many batches a worker may run ahead of the one that is due: this bounds what waits in memory.
const AHEAD: usize = 8;
/// Deep documents make for deep recursion in the schema validator.
const STACK_BYTES: usize = 8 << 20;

struct Window<T> {
    due: usize,
    done: BTreeMap<usize, Vec<T>>,
    /// Workers that wait for the window to move.
    waiting: usize,
}

/// What the threads of one run share.
struct Shared<T> {
    next: AtomicUsize,
    stop: AtomicBool,
    window: Mutex<Window<T>>,
    moved: Condvar,
    arrived: Condvar,
}

impl<T> Shared<T> {
    fn window(&self) -> MutexGuard<'_, Window<T>> {
        // A thread that panicked cannot have left the window half changed.
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a batch is near enough to the one that is due; `false` where the run has stopped.
    fn may_begin(&self, batch: usize) -> bool {
        let mut window = self.window();
        while batch >= window.due + AHEAD && !self.stop.load(Ordering::Relaxed) {
            window.waiting += 1;
            window = self
                .moved
                .wait(window)
                .unwrap_or_else(PoisonError::into_inner);
            window.waiting -= 1;
        }
        !self.stop.load(Ordering::Relaxed)
    }

    fn put(&self, batch: usize, results: Vec<T>) {
        let mut window = self.window();
        window.done.insert(batch, results);
        if batch == window.due {
            self.arrived.notify_one();
        }
    }

    /// The results of the batch that is due.
    fn take(&self) -> Vec<T> {
        let mut window = self.window();
        loop {
            let due = window.due;
            if let Some(results) = window.done.remove(&due) {
                window.due += 1;
                if window.waiting > 0 {
                    self.moved.notify_all();
                }
                return results;
            }
            window = self
                .arrived
                .wait(window)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        // Under the lock, so that no worker goes to wait between its look and this call.
        let window = self.window();
        self.moved.notify_all();
        drop(window);
    }
}

/// Runs work that may fail; a mistake in assize is a failure, too, so that nobody waits for a result that never comes.
pub(crate) fn caught<S: Default, T>(
    state: &mut S,
    work: impl FnOnce(&mut S) -> Option<T>,
) -> Option<T> {
    catch_unwind(AssertUnwindSafe(|| work(state))).unwrap_or_else(|_| {
        *state = S::default();
        None
    })
}

/// Runs `work` on the numbers below `count`, on some threads, and hands the results to `take` in order. Each thread makes
/// its own state first. Stops at the first error of `take`.
pub(crate) fn in_order<S, T: Send, E>(
    count: usize,
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    if threads <= 1 || count <= 1 {
        let mut state = state();
        return (0..count).try_for_each(|index| take(work(&mut state, index)));
    }
    // Few files may be large ones: they go one by one.
    let size = (count / (threads * 4)).clamp(1, BATCH);
    let batches = count.div_ceil(size);
    let shared = Shared {
        next: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        window: Mutex::new(Window {
            due: 0,
            done: BTreeMap::new(),
            waiting: 0,
        }),
        moved: Condvar::new(),
        arrived: Condvar::new(),
    };
    let run = || {
        let mut state = state();
        loop {
            let batch = shared.next.fetch_add(1, Ordering::Relaxed);
            if batch >= batches || !shared.may_begin(batch) {
                return;
            }
            let items = batch * size..((batch + 1) * size).min(count);
            shared.put(batch, items.map(|index| work(&mut state, index)).collect());
        }
    };
    std::thread::scope(|scope| {
        let spawn = || {
            std::thread::Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, run)
        };
        let spawned = (0..threads.min(batches))
            .filter(|_| spawn().is_ok())
            .count();
        if spawned == 0 {
            let mut state = state();
            return (0..count).try_for_each(|index| take(work(&mut state, index)));
        }
        for _ in 0..batches {
            if let Err(error) = shared.take().into_iter().try_for_each(&mut take) {
                shared.stop();
                return Err(error);
            }
        }
        Ok(())
    })
}

/// Runs `work` on the numbers below `count`, on one thread per core, and hands the results to `take` in order. Stops at the
/// first error of `take`.
pub fn in_parallel<T: Send, E>(
    count: usize,
    work: impl Fn(usize) -> T + Sync,
    take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    in_order(count, threads, || (), |(), index| work(index), take)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whoever_is_slow() {
        for threads in [1, 2, 7] {
            let mut taken = Vec::new();
            let work = |(): &mut (), index: usize| {
                if index.is_multiple_of(5) {
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
                index
            };
            let result: Result<(), ()> = in_order(
                300,
                threads,
                || (),
                work,
                |index| {
                    taken.push(index);
                    Ok(())
                },
            );
            assert_eq!(result, Ok(()));
            assert_eq!(taken, (0..300).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_error_stops_the_workers() {
        let result = in_order(
            10_000,
            3,
            || (),
            |(), index| index,
            |index| if index == 3 { Err("full") } else { Ok(()) },
        );
        assert_eq!(result, Err("full"));
    }
}
