//! Writes what assize found, in every output format.
//!
//! A [`Reporter`] takes a run as it goes: the [`Run`] first, then one [`Judged`] per artifact, then the [`Summary`].
//! It writes each part at once and keeps nothing of a finding, so 100,000 of them need no memory. The exceptions are formats
//! that put the worst first: they keep a bounded number of the worst and count the rest.
//!
//! A format is one file here, with its reporter and what there is to know `ABOUT` it, and one variant of [`Format`].

mod action_plan;
mod catalogue;
mod catalogue_html;
mod catalogue_markdown;
mod compact;
mod csv;
mod csv_row;
mod escape;
mod fold;
mod format;
mod github;
mod github_summary;
mod gitlab;
mod html;
mod html_chart;
mod html_finding;
mod html_help;
mod html_report;
mod html_sections;
mod itemised;
mod json;
mod json_stream;
mod json_v1;
mod junit;
mod markdown;
mod markdown_cell;
mod needs;
mod ocsf;
mod options;
mod oscal;
mod place;
mod pointers;
mod sarif;
mod state_text;
mod statement;
mod summary_text;
mod tally;
mod text;
mod text_entry;
mod trace_text;
mod uuid;
mod worst;

use std::io;

use assize_finding::{Judged, Run, Status, Summary};

pub use catalogue::{CatalogueFormat, write_catalogue};
pub use escape::escape_control;
pub use format::{Format, reporter};
pub use html::escape_html;
pub use json_stream::safe_json;
pub use needs::Needs;
pub use options::Options;
pub use trace_text::trace_text;

/// Writes one run in one format.
///
/// Call [`begin`](Reporter::begin) once, [`judged`](Reporter::judged) for every artifact in its final order, and
/// [`finish`](Reporter::finish) once. The run must be the same each time.
pub trait Reporter {
    /// Writes what is known before anything is judged.
    fn begin(&mut self, run: &Run) -> io::Result<()>;

    /// Writes all that was said of one artifact.
    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()>;

    /// Writes the end and flushes the output.
    fn finish(&mut self, run: &Run, summary: &Summary, status: &Status) -> io::Result<()>;
}
