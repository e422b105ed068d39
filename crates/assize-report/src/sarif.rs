//! SARIF 2.1.0, in two profiles: [`full::Sarif`] with every verdict, and [`github::SarifGithub`] with failures only.
//!
//! The small objects are types of `serde-sarif`; a log is never built from them. Its frame is written by hand around results that are
//! made, written and dropped one at a time.

mod absent;
mod artifact;
mod code_flow;
pub(crate) mod full;
pub(crate) mod github;
mod line_hashes;
mod log;
mod message;
mod notifications;
mod properties;
mod region;
mod result;
mod rule;
mod suppression;
mod taxonomies;
mod uri;
