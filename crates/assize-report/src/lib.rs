//! Writes what assize found, in every output format.
//!
//! A [`Reporter`] takes a run as it goes: the [`Run`] first, then one [`Judged`] per artifact, then the [`Summary`].
//! It writes each part at once and keeps nothing of a finding, so 100,000 of them need no memory. The one exception is
//! [`Format::SarifGithub`], which has to sort and keeps the 5,000 worst.
//!
//! A format is one file here and one variant of [`Format`].

mod catalogue;
mod catalogue_html;
mod catalogue_markdown;
mod compact;
mod escape;
mod format;
mod html;
mod json;
mod json_stream;
mod json_v1;
mod needs;
mod options;
mod place;
mod pointers;
mod sarif;
mod state_text;
mod summary_text;
mod text;
mod text_entry;
mod trace_text;

use std::io::{self, Write};

use assize_finding::{Judged, Run, Status, Summary};

pub use catalogue::{CatalogueFormat, write_catalogue};
pub use escape::escape_control;
pub use format::Format;
pub use html::escape_html;
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

/// Makes the reporter of a format. It writes in small pieces: give it a buffered `out`.
pub fn reporter<'w, W: Write + 'w>(
    format: Format,
    options: &Options,
    out: W,
) -> Box<dyn Reporter + 'w> {
    match format {
        Format::Text => Box::new(text::Text::new(options, out)),
        Format::Compact => Box::new(compact::Compact::new(out)),
        Format::Json => Box::new(json::Json::new(out)),
        Format::Sarif => Box::new(sarif::Full::new(options, out)),
        Format::SarifGithub => Box::new(sarif::Github::new(options, out)),
        Format::Pointers => Box::new(pointers::Pointers::new(out)),
    }
}
