//! `assize.toml`: what a project says of its runs.

mod environment;
pub(crate) mod fields;
mod show;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use assize_finding::Severity;

pub use show::{Shown, WrittenFile};

use crate::{
    error::ProjectError,
    files,
    form::{Form, Mistake},
    glob::Glob,
    place::Base,
    toml_tree::{At, Node, Placed, TomlFile},
};

/// The name of the file.
pub const CONFIG_FILE: &str = "assize.toml";

/// What a project says of its runs, in its file and in the environment.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Folders of policies.
    pub policies: Option<Vec<PathBuf>>,
    /// Folders of kinds.
    pub kinds: Option<Vec<PathBuf>>,
    /// The policies or packs to run.
    pub select: Option<Vec<String>>,
    /// Policies or packs to leave out.
    pub ignore: Option<Vec<String>>,
    /// The severity that counts; `Some(None)`: none does.
    pub fail_on: Option<Option<Severity>>,
    /// What could not be judged does not count.
    pub allow_incomplete: Option<bool>,
    /// Files of waivers.
    pub waivers: Vec<PathBuf>,
    /// How much of what is allowed.
    pub gate: Gate,
    pub(crate) rules: RuleSettings,
    pub(crate) snapshots: Vec<SnapshotKind>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) on: On,
    pub(crate) lifetime: [Option<i64>; 5],
    /// What patterns of files are relative to.
    pub(crate) base: Base,
    file: Option<TomlFile>,
}

/// What is said of policies and packs.
#[derive(Debug, Clone, Default)]
pub(crate) struct RuleSettings {
    pub(crate) params: Vec<ParamSetting>,
    pub(crate) severity: Vec<(String, Severity, String)>,
    /// Rule, reason, place.
    pub(crate) disabled: Vec<(String, String, String)>,
}

/// A parameter that is set.
#[derive(Debug, Clone)]
pub(crate) struct ParamSetting {
    pub(crate) owner: String,
    pub(crate) name: String,
    /// As JSON.
    pub(crate) value: String,
    /// `file:line:column`.
    pub(crate) place: String,
    pub(crate) region: assize_finding::Region,
}

/// The kind of some files.
#[derive(Debug, Clone)]
pub(crate) struct SnapshotKind {
    pub(crate) files: Glob,
    pub(crate) kind: String,
    pub(crate) place: String,
}

/// What holds for some files only.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) files: Glob,
    pub(crate) rules: RuleSettings,
}

/// How much of what is allowed.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// The most failures of a severity, in the order of [`Severity::ALL`].
    pub max: [Option<Line<u64>>; 5],
    /// The least share of passes in per cent, by framework or pack.
    pub compliance: Vec<(String, Line<f64>)>,
    /// The most indeterminate verdicts that leave the run complete.
    pub max_indeterminate: Option<Line<u64>>,
}

/// A limit, and the line of the file that sets it.
#[derive(Debug, Clone)]
pub struct Line<T> {
    /// The limit.
    pub limit: T,
    /// `file:line:column: key`.
    pub place: String,
}

/// What to make of what is no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Nothing is said.
    Ignore,
    /// It is said.
    Note,
    /// It is said louder.
    Warn,
    /// It keeps the run from being complete.
    Error,
}

/// The levels of the table `on`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct On {
    pub(crate) no_matching_policy: Level,
    pub(crate) unknown_file: Level,
    pub(crate) empty_selection: Level,
    pub(crate) expired_waiver: Level,
    pub(crate) normalised_input: Level,
    pub(crate) unused_parameter: Level,
}

impl Default for On {
    fn default() -> Self {
        Self {
            no_matching_policy: Level::Note,
            unknown_file: Level::Error,
            empty_selection: Level::Ignore,
            expired_waiver: Level::Warn,
            normalised_input: Level::Ignore,
            unused_parameter: Level::Warn,
        }
    }
}

impl Settings {
    /// Finds the file that holds in a folder: the nearest one above, as far as the root of the repository. Outside of
    /// repositories only the folder itself counts: nobody's files in a shared folder above shall have a say.
    pub fn find(folder: &Path) -> Option<PathBuf> {
        files::find_above(folder, CONFIG_FILE)
    }

    /// Reads a file and the variables that begin with `ASSIZE_`; nothing is read where there are neither.
    pub fn load(
        file: Option<&Path>,
        variables: &[(String, OsString)],
    ) -> Result<Self, ProjectError> {
        let (shown, text) = match file {
            None if variables.is_empty() => return Ok(Self::default()),
            None => (String::new(), String::new()),
            Some(path) => {
                let text = files::read_text(path).map_err(|error| ProjectError::Read {
                    path: path.to_owned(),
                    error,
                })?;
                (files::slashed(path), text)
            }
        };
        let wrong = ProjectError::Configuration;
        let mut read = TomlFile::read(&shown, &text).map_err(wrong)?;
        if let Node::Table(members) = &mut read.root.node {
            environment::overlay(members, variables).map_err(ProjectError::Configuration)?;
        }
        let mut mistakes = Vec::new();
        Form::Table(fields::FIELDS).mistakes("", &read.root, &mut mistakes);
        all_right(&read, &mistakes)?;
        let folder = file.and_then(Path::parent).unwrap_or(Path::new(""));
        let mut settings = Self {
            base: Base::of(folder),
            ..Self::default()
        };
        settings.take(&read, folder)?;
        settings.file = Some(read);
        Ok(settings)
    }

    fn take(&mut self, file: &TomlFile, folder: &Path) -> Result<(), ProjectError> {
        let root = &file.root;
        let paths = |name: &str| root.get(name).map(|value| paths_of(value, folder));
        let texts = |name: &str| root.get(name).map(Placed::texts);
        self.policies = paths("policies");
        self.kinds = paths("kinds");
        self.select = texts("select");
        self.ignore = texts("ignore");
        self.fail_on = root
            .get("fail_on")
            .and_then(Placed::text)
            .map(|text| text.parse().ok());
        self.allow_incomplete = root
            .get("allow_incomplete")
            .map(|value| value.node == Node::Flag(true));
        self.waivers = match paths("waivers") {
            Some(paths) => paths,
            None => Some(folder.join("waivers.toml"))
                .filter(|path| path.is_file())
                .into_iter()
                .collect(),
        };
        self.rules = rules_of(file, root)?;
        for one in elements(root, "snapshot") {
            self.snapshots.push(SnapshotKind {
                files: Glob::of_files(text_of(one, "files")),
                kind: text_of(one, "kind").to_owned(),
                place: file.place(&one.get("kind").unwrap_or(one).at),
            });
        }
        for one in elements(root, "scope") {
            self.scopes.push(Scope {
                files: Glob::of_files(text_of(one, "files")),
                rules: rules_of(file, one)?,
            });
        }
        self.gate = gate_of(file, root);
        self.on = on_of(root);
        self.lifetime = root.get("lifetime").map_or([None; 5], |table| {
            Severity::ALL.map(|severity| table.get(severity.as_str()).and_then(whole))
        });
        Ok(())
    }

    /// The file, as messages show it.
    pub fn path(&self) -> Option<&str> {
        let path = self.file.as_ref().map(|file| file.path.as_str());
        path.filter(|path| !path.is_empty())
    }

    pub(crate) fn text(&self) -> &str {
        self.file.as_ref().map_or("", TomlFile::text)
    }
}

/// One error for all that is wrong with a file.
pub(crate) fn all_right(file: &TomlFile, mistakes: &[Mistake]) -> Result<(), ProjectError> {
    const MOST: usize = 20;
    if mistakes.is_empty() {
        return Ok(());
    }
    let shown = mistakes.iter().take(MOST);
    let mut lines: Vec<String> = shown
        .map(|Mistake { at, message }| format!("{}: {message}", file.place(at)))
        .collect();
    if mistakes.len() > MOST {
        lines.push(format!("and {} more", mistakes.len() - MOST));
    }
    Err(ProjectError::Configuration(lines.join("\n")))
}

/// Paths of the file are relative to its folder, those of the environment to the present one.
fn paths_of(list: &Placed, folder: &Path) -> Vec<PathBuf> {
    let path = |one: &Placed| {
        let text = one.text()?;
        Some(match one.at {
            At::File(_) => folder.join(text),
            At::Environment(_) => PathBuf::from(text),
        })
    };
    list.elements().iter().filter_map(path).collect()
}

fn elements<'p>(table: &'p Placed, name: &str) -> &'p [Placed] {
    table.get(name).map_or(&[], Placed::elements)
}

fn text_of<'p>(table: &'p Placed, name: &str) -> &'p str {
    table.get(name).and_then(Placed::text).unwrap_or_default()
}

fn whole(value: &Placed) -> Option<i64> {
    match value.node {
        Node::Whole(number) => Some(number),
        _ => None,
    }
}

fn rules_of(file: &TomlFile, table: &Placed) -> Result<RuleSettings, ProjectError> {
    let members = |name: &str| table.get(name).map_or(&[][..], Placed::members);
    let mut rules = RuleSettings::default();
    for (owner, _, params) in members("params") {
        for (name, at, value) in params.members() {
            rules.params.push(ParamSetting {
                owner: owner.clone(),
                name: name.clone(),
                value: value.to_json().to_string(),
                place: file.place(at),
                region: file.region(at),
            });
        }
    }
    for (rule, at, value) in members("severity") {
        if let Some(Ok(severity)) = value.text().map(str::parse) {
            rules
                .severity
                .push((rule.clone(), severity, file.place(at)));
        }
    }
    for (rule, at, value) in members("disabled") {
        let reason = value.text().unwrap_or_default().trim();
        if reason.is_empty() {
            let message = format!(
                "{}: `disabled.{rule}` gives no reason; say why it is turned off",
                file.place(at)
            );
            return Err(ProjectError::Configuration(message));
        }
        rules
            .disabled
            .push((rule.clone(), reason.to_owned(), file.place(at)));
    }
    Ok(rules)
}

fn gate_of(file: &TomlFile, root: &Placed) -> Gate {
    let Some(gate) = root.get("gate") else {
        return Gate::default();
    };
    let line = |table: &Placed, key: &str, name: &str| {
        let value = table.get(name)?;
        let place = format!("{}: {key}.{name}", file.place(&value.at));
        let limit = whole(value)?.unsigned_abs();
        Some(Line { limit, place })
    };
    let max = gate.get("max");
    let compliance = gate
        .get("compliance")
        .map_or(&[][..], Placed::members)
        .iter();
    let compliance = compliance.filter_map(|(name, _, value)| {
        let limit = value.to_json().as_f64()?;
        let place = format!("{}: gate.compliance.{name}", file.place(&value.at));
        Some((name.clone(), Line { limit, place }))
    });
    Gate {
        max: Severity::ALL
            .map(|severity| max.and_then(|max| line(max, "gate.max", severity.as_str()))),
        compliance: compliance.collect(),
        max_indeterminate: line(gate, "gate", "max_indeterminate"),
    }
}

fn on_of(root: &Placed) -> On {
    let default = On::default();
    let level = |name: &str, otherwise: Level| {
        let text = root
            .get("on")
            .and_then(|on| on.get(name))
            .and_then(Placed::text);
        match text {
            Some("ignore") => Level::Ignore,
            Some("note") => Level::Note,
            Some("warn") => Level::Warn,
            Some("error") => Level::Error,
            _ => otherwise,
        }
    };
    On {
        no_matching_policy: level("no-matching-policy", default.no_matching_policy),
        unknown_file: level("unknown-file", default.unknown_file),
        empty_selection: level("empty-selection", default.empty_selection),
        expired_waiver: level("expired-waiver", default.expired_waiver),
        normalised_input: level("normalised-input", default.normalised_input),
        unused_parameter: level("unused-parameter", default.unused_parameter),
    }
}
