//! `assize config`: what the configuration says, and where.

use std::{fmt::Write as _, io::Write};

use assize_finding::ExitStatus;
use assize_project::WrittenFile;
use assize_report::escape_control;
use clap::{Args, Subcommand, ValueEnum};

use crate::{arguments::ProjectArguments, failure::Failure, terminal::Stdout};

/// The arguments of `assize config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Show every key with its value.
    Show {
        #[command(flatten)]
        project: ProjectArguments,
        /// Also show where each value comes from.
        #[arg(long)]
        origin: bool,
    },
    /// Write the JSON Schema of a file that people write.
    Schema {
        /// The file.
        #[arg(value_enum, default_value = "assize")]
        file: SchemaOf,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaOf {
    /// `assize.toml`.
    Assize,
    /// `waivers.toml`.
    Waivers,
    /// `pack.toml`.
    Pack,
}

pub(crate) fn run(arguments: &ConfigArguments) -> Result<ExitStatus, Failure> {
    let text = match &arguments.what {
        What::Show { project, origin } => show(project, *origin)?,
        What::Schema { file } => {
            let file = match file {
                SchemaOf::Assize => WrittenFile::Assize,
                SchemaOf::Waivers => WrittenFile::Waivers,
                SchemaOf::Pack => WrittenFile::Pack,
            };
            format!("{:#}\n", file.schema())
        }
    };
    let written = Stdout::default().write_all(text.as_bytes());
    written.map_err(|error| Failure::Write {
        target: "standard output".to_owned(),
        error,
    })?;
    Ok(ExitStatus::Clean)
}

fn show(project: &ProjectArguments, origin: bool) -> Result<String, Failure> {
    let settings = super::settings(project)?;
    let mut text = String::new();
    for shown in settings.shown() {
        let (key, value) = (escape_control(&shown.key), escape_control(&shown.value));
        // Writing to a `String` cannot fail.
        let _ = match (&shown.origin, origin) {
            (Some(place), true) => writeln!(text, "{key} = {value}  # {}", escape_control(place)),
            (None, true) => writeln!(text, "{key}: {value}  # default"),
            (Some(_), false) => writeln!(text, "{key} = {value}"),
            (None, false) => writeln!(text, "{key}: {value}"),
        };
    }
    Ok(text)
}
