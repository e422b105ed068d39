//! Policies as a whole: what the language takes, what it says, and what the sandbox stops.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and the hostile policies are files"
)]

mod change;
mod estate;
mod evidence;
mod format;
mod hostile;
mod kinds;
mod library;
mod monsters;
mod reference;
mod sample;
mod select;
mod shipped;
mod values;
mod verdicts;
