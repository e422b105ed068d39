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
/// How many batches may wait in memory for the one that is due.
const AHEAD: usize = 8;
/// Deep documents make for deep recursion in the schema validator.
const STACK_BYTES: usize = 8 << 20;

/// The calling thread works, too: one that only waits for results has to be woken for each batch. On Windows its stack is
/// smaller than that of the others.
const CALLER_WORKS: bool = !cfg!(windows);

struct Window<T> {
    due: usize,
    done: BTreeMap<usize, Vec<T>>,
    /// Workers that wait for the window to move.
    waiting: usize,
    /// Somebody waits for the batch that is due.
    is_awaited: bool,
}

/// What the threads of one run share.
struct Shared<T> {
    next: AtomicUsize,
    batches: usize,
    /// How many batches a worker may be ahead of the one that is due.
    ahead: usize,
    stop: AtomicBool,
    window: Mutex<Window<T>>,
    moved: Condvar,
    arrived: Condvar,
}

impl<T> Shared<T> {
    fn new(batches: usize, threads: usize) -> Self {
        Self {
            next: AtomicUsize::new(0),
            batches,
            // Each thread has one at hand, and the one that hands over may be busy with its own.
            ahead: AHEAD + threads,
            stop: AtomicBool::new(false),
            window: Mutex::new(Window {
                due: 0,
                done: BTreeMap::new(),
                waiting: 0,
                is_awaited: false,
            }),
            moved: Condvar::new(),
            arrived: Condvar::new(),
        }
    }

    fn window(&self) -> MutexGuard<'_, Window<T>> {
        // A thread that panicked cannot have left the window half changed.
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next batch that nobody has begun.
    fn claim(&self) -> Option<usize> {
        let batch = self.next.fetch_add(1, Ordering::Relaxed);
        (batch < self.batches).then_some(batch)
    }

    /// Waits until a batch is near enough to the one that is due; `false` where the run has stopped.
    fn may_begin(&self, batch: usize) -> bool {
        let mut window = self.window();
        while batch >= window.due + self.ahead && !self.stop.load(Ordering::Relaxed) {
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
        if batch == window.due && window.is_awaited {
            self.arrived.notify_one();
        }
    }

    /// The results of the batch that is due, if they are there.
    fn take(&self) -> Option<Vec<T>> {
        self.taken(&mut self.window())
    }

    fn taken(&self, window: &mut Window<T>) -> Option<Vec<T>> {
        let due = window.due;
        let results = window.done.remove(&due)?;
        window.due += 1;
        if window.waiting > 0 {
            self.moved.notify_all();
        }
        Some(results)
    }

    /// The results of the batch that is due, once they are there.
    fn wait(&self) -> Vec<T> {
        let mut window = self.window();
        loop {
            if let Some(results) = self.taken(&mut window) {
                return results;
            }
            window.is_awaited = true;
            window = self
                .arrived
                .wait(window)
                .unwrap_or_else(PoisonError::into_inner);
            window.is_awaited = false;
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

/// Stops the workers however the run ends: they would wait for a window that nobody moves.
struct Stop<'s, T>(&'s Shared<T>);

impl<T> Drop for Stop<'_, T> {
    fn drop(&mut self) {
        self.0.stop();
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
    let shared = Shared::new(count.div_ceil(size), threads);
    let batch_of = |state: &mut S, batch: usize| -> Vec<T> {
        let items = batch * size..((batch + 1) * size).min(count);
        items.map(|index| work(state, index)).collect()
    };
    let run = || {
        let mut state = state();
        while let Some(batch) = shared.claim()
            && shared.may_begin(batch)
        {
            shared.put(batch, batch_of(&mut state, batch));
        }
    };
    std::thread::scope(|scope| {
        let _stop = Stop(&shared);
        let spawn = || {
            std::thread::Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, run)
        };
        let others = threads.min(shared.batches) - usize::from(CALLER_WORKS);
        let spawned = (0..others).filter(|_| spawn().is_ok()).count();
        let mut hand_over = |results: Vec<T>| results.into_iter().try_for_each(&mut take);
        let mut handed_over = 0;
        if CALLER_WORKS || spawned == 0 {
            let mut state = state();
            while let Some(batch) = shared.claim() {
                while batch >= handed_over + shared.ahead {
                    hand_over(shared.wait())?;
                    handed_over += 1;
                }
                shared.put(batch, batch_of(&mut state, batch));
                while let Some(results) = shared.take() {
                    hand_over(results)?;
                    handed_over += 1;
                }
            }
        }
        for _ in handed_over..shared.batches {
            hand_over(shared.wait())?;
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
    fn a_mistake_of_who_takes_leaves_nobody_waiting() {
        let run = || {
            in_order(
                10_000,
                3,
                || (),
                |(), index| index,
                |index| -> Result<(), ()> {
                    assert!(index < 100);
                    Ok(())
                },
            )
        };
        assert!(catch_unwind(run).is_err());
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
