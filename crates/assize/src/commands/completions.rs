//! `assize completions`: a completion script for a shell, made from the arguments themselves.

use std::io::Write;

use assize_finding::ExitStatus;
use clap::CommandFactory;

use crate::{
    arguments::{Arguments, CompletionsArguments},
    failure::Failure,
    terminal::Stdout,
};

pub(crate) fn run(arguments: &CompletionsArguments) -> Result<ExitStatus, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "assize",
        &mut script,
    );
    let failed = |error| Failure::Write {
        target: "standard output".to_owned(),
        error,
    };
    Stdout::default().write_all(&script).map_err(failed)?;
    Ok(ExitStatus::Clean)
}
