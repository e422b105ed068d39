//! The command line: arguments in, exit status out. What it does is in the other crates.

mod arguments;
mod clock;
mod commands;
mod failure;
mod output;
mod progress;
mod ratchet;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    arguments::{Arguments, Command},
    failure::Failure,
};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return terminal::show_usage(&error),
    };
    let result = match arguments.command {
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Test(arguments) => commands::test::run(&arguments),
        Command::Lint(arguments) => commands::lint::run(&arguments),
        Command::Config(arguments) => commands::config::run(&arguments),
        Command::Waiver(arguments) => commands::waiver::run(&arguments),
        Command::Diff(arguments) => commands::diff::run(&arguments),
        Command::List(arguments) => commands::list::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Fmt(arguments) => commands::fmt::run(&arguments),
        Command::New(arguments) => commands::new::run(&arguments),
        Command::Eval(arguments) => commands::eval::run(&arguments),
        Command::Coverage(arguments) => commands::coverage::run(&arguments),
        Command::Catalog(arguments) => commands::catalog::run(&arguments),
        Command::Lsp(arguments) => commands::lsp::run(&arguments),
        Command::Completions(arguments) => commands::completions::run(&arguments),
    };
    match result {
        Ok(status) => ExitCode::from(status as u8),
        Err(failure) => {
            terminal::error_line(&failure.to_string());
            ExitCode::from(Failure::EXIT as u8)
        }
    }
}
