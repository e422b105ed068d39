//! Counts the bytes that the current thread holds, so that a policy can be stopped before it takes the machine's memory.
//!
//! The script engine bounds single strings and arrays, but not their sum, and a policy reaches hundreds of megabytes with
//! a million harmless steps. Only the allocator sees it all.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

thread_local! {
    /// Bytes allocated less bytes freed by this thread. Memory may be freed by another thread than the one that took it, so
    /// only differences within one piece of work mean something.
    static HELD: Cell<isize> = const { Cell::new(0) };
}

/// The bytes that this thread has allocated less those it has freed.
pub(crate) fn held() -> isize {
    HELD.with(Cell::get)
}

fn add(bytes: isize) {
    // During the end of a thread there is nothing left to count in, and nobody to read it.
    let _ = HELD.try_with(|held| held.set(held.get().wrapping_add(bytes)));
}

/// The system's allocator, with a count.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every method hands its arguments to `System` unchanged and returns what `System` returned, so `System`'s
// guarantees hold. Counting touches a constant-initialised thread-local `Cell` without a destructor: it neither allocates
// nor panics, so it cannot re-enter the allocator. `Layout` sizes never exceed `isize::MAX`, so the casts lose nothing.
#[expect(
    unsafe_code,
    reason = "an allocator can only be written with unsafe code; the proof is above"
)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size().cast_signed());
        // SAFETY: the caller's obligations are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size().cast_signed());
        // SAFETY: the caller's obligations are passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        add(-layout.size().cast_signed());
        // SAFETY: the caller's obligations are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        add(size.cast_signed() - layout.size().cast_signed());
        // SAFETY: the caller's obligations are passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[cfg(test)]
mod tests {
    use super::held;

    #[test]
    fn what_is_held_is_counted_and_what_is_dropped_is_not() {
        let before = held();
        let block = vec![0_u8; 1 << 20];
        assert!(held() - before >= 1 << 20);
        drop(block);
        assert!((held() - before).abs() < 1 << 16);
    }
}
