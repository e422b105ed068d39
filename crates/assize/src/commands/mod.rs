//! One file a command.

pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod lint;
pub(crate) mod list;
pub(crate) mod test;

use std::path::PathBuf;

use assize_project::{Options, Project, ProjectError};

use crate::arguments::SourceArguments;

/// Loads policies and kinds for the commands that judge no snapshots.
fn load(sources: &SourceArguments) -> Result<Project, ProjectError> {
    Project::load(options(sources))
}

fn options(sources: &SourceArguments) -> Options {
    Options {
        policies: sources.policies.clone(),
        kinds: sources.kinds.clone(),
        select: sources.select.clone(),
        ignore: sources.ignore.clone(),
        root: PathBuf::from("."),
        ..Options::default()
    }
}
