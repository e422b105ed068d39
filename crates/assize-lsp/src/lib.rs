//! Helps in editors: a language server for policies, their pages and snapshots.
//!
//! [`serve`] reads messages from a connection and answers them. What an editor is told is worked out in `editor`, which knows
//! nothing of the protocol; a file of `requests` translates one request, and `server` is the table of them. Documents are
//! never changed, only replaced, so that whoever looks at one sees one text. What takes long is done on a thread of its own
//! (`background`), and what it found is told only while the document is still the one that it looked at.

mod background;
mod capabilities;
mod commands;
mod diagnostics;
mod dispatch;
mod document;
mod editor;
mod fault;
mod files;
mod line_index;
mod notifications;
mod place;
mod policy_file;
mod requests;
mod server;
mod state;
mod uri;
mod workspace;

pub use fault::ServeError;
pub use server::{serve, serve_stdio};
