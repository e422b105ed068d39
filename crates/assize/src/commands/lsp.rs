//! `assize lsp`: help in editors.

use assize_finding::ExitStatus;
use clap::Args;

use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct LspArguments {
    /// Talk over standard input and output; there is no other way, and editors say it all the same.
    #[arg(long, hide = true)]
    stdio: bool,
}

pub(crate) fn run(_: &LspArguments) -> Result<ExitStatus, Failure> {
    assize_lsp::serve_stdio().map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(ExitStatus::Clean)
}
