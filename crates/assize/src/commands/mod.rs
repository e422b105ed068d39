//! One file a command.

pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod coverage;
pub(crate) mod diff;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod lint;
pub(crate) mod list;
pub(crate) mod lsp;
pub(crate) mod new;
pub(crate) mod test;
pub(crate) mod waiver;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
};

use assize_project::{Options, Project, Settings};

use crate::{
    arguments::{ProjectArguments, SourceArguments},
    failure::Failure,
};

/// Loads policies and kinds for the commands that judge no snapshots.
fn load(sources: &SourceArguments) -> Result<Project, Failure> {
    Ok(Project::load(configured(sources)?)?)
}

/// What the configuration and the command line say; the command line outranks.
fn configured(sources: &SourceArguments) -> Result<Options, Failure> {
    let settings = settings(&sources.project)?;
    let mut options = options(sources);
    let take = |own: &mut Vec<PathBuf>, given: &Option<Vec<PathBuf>>| {
        if own.is_empty() {
            own.extend(given.iter().flatten().cloned());
        }
    };
    take(&mut options.policies, &settings.policies);
    take(&mut options.kinds, &settings.kinds);
    let take = |own: &mut Vec<String>, given: &Option<Vec<String>>| {
        if own.is_empty() {
            own.extend(given.iter().flatten().cloned());
        }
    };
    take(&mut options.select, &settings.select);
    take(&mut options.ignore, &settings.ignore);
    options.settings = Arc::new(settings);
    Ok(options)
}

/// The configuration that holds here.
fn settings(project: &ProjectArguments) -> Result<Settings, Failure> {
    let variables = variables();
    let variable = |name: &str| {
        variables
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value)
    };
    let is_off = |value: &OsString| !matches!(value.to_str(), Some("" | "0" | "false"));
    let named = project
        .config
        .clone()
        .or_else(|| variable("ASSIZE_CONFIG").map(PathBuf::from));
    let file = if project.no_config
        || project.config.is_none() && variable("ASSIZE_NO_CONFIG").is_some_and(is_off)
    {
        None
    } else {
        named.or_else(|| Settings::find(Path::new("")))
    };
    Ok(Settings::load(file.as_deref(), &variables)?)
}

/// The variables of the environment that are meant for assize.
fn variables() -> Vec<(String, OsString)> {
    let own = |(name, value): (OsString, OsString)| {
        let name = name
            .into_string()
            .ok()
            .filter(|name| name.starts_with("ASSIZE_"));
        name.map(|name| (name, value))
    };
    let mut variables: Vec<_> = std::env::vars_os().filter_map(own).collect();
    variables.sort();
    variables
}

/// What the command line alone says.
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
