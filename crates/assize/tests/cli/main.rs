//! The command line as its users meet it. The cases are data: see `cases/README.md`.
#![cfg(unix)] // The cases are lines for `sh`.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads and writes what it likes, and a panic is its answer"
)]

mod bytes;
mod cases;
mod console;
mod hostile;
mod readme;
mod sandbox;
mod sarif;
mod spellings;
