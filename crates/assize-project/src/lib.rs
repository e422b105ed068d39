//! Runs assize: finds policies, kinds and snapshots, and has the one [`Project::check`] that every front end calls.

mod catalogue;
mod check;
mod config;
mod error;
mod estate;
mod excerpt;
pub mod files;
mod fit;
mod item;
mod judged;
mod line_hash;
mod lint;
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
pub use lint::{FileFix, LintedFile, fixed};
pub use load::{BrokenPolicy, Project};
pub use packs::Packs;
pub use status::status;
