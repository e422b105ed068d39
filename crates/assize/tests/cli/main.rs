//! The command line as its users meet it. The cases are data: see `cases/README.md`.
#![cfg(unix)] // The cases are lines for `sh`.

mod bytes;
mod cases;
mod console;
mod hostile;
mod readme;
mod sandbox;
mod sarif;
