//! The language server as editors meet it: `assize lsp` over standard input and output. The sessions are data: see
//! `sessions/README.md`.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads and writes what it likes, and a panic is its answer"
)]

mod client;
mod hostile;
mod node;
mod render;
mod session;
mod sessions;
mod speed;
