//! Policies as a whole: what the language takes, what it says, and what the sandbox stops.

mod hostile;
mod sample;
mod scratch;
