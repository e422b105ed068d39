//! Runs assize: finds policies, kinds and snapshots, and has the one [`Project::check`] that every front end calls.

mod catalogue;
mod check;
mod config;
mod draft;
mod error;
mod estate;
mod excerpt;
pub mod files;
mod fit;
mod formatting;
mod item;
mod judged;
mod line_hash;
mod load;
mod locate;
mod others;
mod packs;
mod parameters;
mod queue;
mod rules;
mod since;
mod status;

pub use catalogue::Tally;
pub use check::{Input, Wanted};
pub use config::{Options, Threshold};
pub use error::ProjectError;
pub use formatting::{Formatted, format_policies};
pub use load::{BrokenPolicy, Project};
pub use packs::Packs;
pub use queue::in_parallel;
pub use status::status;
