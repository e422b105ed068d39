//! Work in parallel, results in order, and never more than a few of them waiting.

use std::{
    collections::BTreeMap,
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

/// How far a worker may run ahead of the result that is due: this bounds what waits in memory.
const AHEAD: usize = 64;
/// Deep documents make for deep recursion in the schema validator.
const STACK_BYTES: usize = 8 << 20;

struct Window<T> {
    due: usize,
    done: BTreeMap<usize, T>,
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
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let window = Mutex::new(Window {
        due: 0,
        done: BTreeMap::new(),
    });
    let (moved, arrived) = (Condvar::new(), Condvar::new());
    let run = || {
        let mut state = state();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count || stop.load(Ordering::Relaxed) {
                return;
            }
            let mut open = window.lock().unwrap_or_else(PoisonError::into_inner);
            while index >= open.due + AHEAD && !stop.load(Ordering::Relaxed) {
                open = moved.wait(open).unwrap_or_else(PoisonError::into_inner);
            }
            drop(open);
            let result = work(&mut state, index);
            let mut open = window.lock().unwrap_or_else(PoisonError::into_inner);
            open.done.insert(index, result);
            if index == open.due {
                arrived.notify_one();
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            let spawned = std::thread::Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, run);
            // Without a single further thread the work would never be done.
            if spawned.is_err() {
                run();
            }
        }
        let mut outcome = Ok(());
        for due in 0..count {
            let mut open = window.lock().unwrap_or_else(PoisonError::into_inner);
            let result = loop {
                if let Some(result) = open.done.remove(&due) {
                    break result;
                }
                open = arrived.wait(open).unwrap_or_else(PoisonError::into_inner);
            };
            open.due = due + 1;
            drop(open);
            moved.notify_all();
            outcome = take(result);
            if outcome.is_err() {
                stop.store(true, Ordering::Relaxed);
                moved.notify_all();
                break;
            }
        }
        outcome
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whoever_is_slow() {
        for threads in [1, 2, 7] {
            let mut taken = Vec::new();
            let work = |_: &mut (), index: usize| {
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
