//! Any bytes: the reader accepts and refuses what `serde_json` does, with the same values; spans and pointers lead back.

#![no_main]

#[path = "../../assize-snapshot/tests/support/mod.rs"]
mod support;

use assize_snapshot::Reader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The same reader twice: what it learned from one document must not show in the next.
    let mut reader = Reader::default();
    support::assert_agrees(&mut reader, bytes);
    support::assert_agrees(&mut reader, bytes);
});
