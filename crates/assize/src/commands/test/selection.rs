//! What is tested: files and folders, and of their policies and examples those with a name like this.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use assize_project::{BrokenPolicy, Options, Project, ProjectError, policy_files};
use assize_report::escape_control;

use crate::{arguments::SourceArguments, failure::Failure};

/// What was asked for.
pub(super) struct Selection {
    /// Where policies come from besides those that ship.
    pub(super) places: Vec<PathBuf>,
    /// The policies that are files, by their ids.
    pub(super) files: BTreeMap<String, PathBuf>,
    /// The policies that paths name; `None` where no path was given.
    ids: Option<BTreeSet<String>>,
    /// Texts, one of which an id or a title has to contain; all are wanted where none is given.
    texts: Vec<String>,
    /// The policies to which changes narrow it.
    narrowed: Option<BTreeSet<String>>,
}

impl Selection {
    pub(super) fn of(wanted: &[String], sources: &SourceArguments) -> Result<Self, Failure> {
        let (mut paths, mut texts) = (Vec::new(), Vec::new());
        for text in wanted {
            match script_of(text)? {
                Some(path) => paths.push(path),
                None => texts.push(text.clone()),
            }
        }
        let mut places = sources.policies.clone();
        for path in &paths {
            if !places.iter().any(|place| holds(place, path)) {
                places.push(path.clone());
            }
        }
        let files = policy_files(&places)?;
        let ids = (!paths.is_empty()).then(|| {
            let named = |file: &PathBuf| paths.iter().any(|path| holds(path, file));
            let named = files.iter().filter(|(_, file)| named(file));
            named.map(|(id, _)| id.clone()).collect()
        });
        Ok(Self {
            places,
            files,
            ids,
            texts,
            narrowed: None,
        })
    }

    pub(super) fn options(&self, sources: &SourceArguments) -> Options {
        Options {
            policies: self.places.clone(),
            ..super::super::options(sources)
        }
    }

    /// Narrows it to the policies of changed files; what belongs to no policy alone may concern them all.
    pub(super) fn narrow(&mut self, changed: &BTreeSet<PathBuf>) {
        let mut ids = BTreeSet::new();
        for path in changed {
            match self.policy_of(path) {
                Some(id) => ids.insert(id),
                None => return,
            };
        }
        self.narrowed = Some(ids);
    }

    fn policy_of(&self, path: &Path) -> Option<String> {
        let stem = path.file_stem()?;
        let folder = match path.extension()?.to_str()? {
            "rhai" | "md" => path.parent()?,
            "toml" if path.parent()?.ends_with("tests") => path.parent()?.parent()?,
            _ => return None,
        };
        let own = folder
            .join(stem)
            .with_extension("rhai")
            .canonicalize()
            .ok()?;
        let mut files = self.files.iter();
        let found = files.find(|(_, file)| file.canonicalize().is_ok_and(|file| file == own));
        found.map(|(id, _)| id.clone())
    }

    /// Whether anything of a policy may be wanted.
    pub(super) fn may_want(&self, id: &str) -> bool {
        let is_in =
            |ids: &Option<BTreeSet<String>>| ids.as_ref().is_none_or(|own| own.contains(id));
        is_in(&self.ids) && is_in(&self.narrowed)
    }

    /// Whether a policy is wanted as a whole.
    pub(super) fn wants(&self, id: &str) -> bool {
        self.may_want(id) && (self.texts.is_empty() || self.has_text(id))
    }

    /// The policies that do not compile, of those that may be wanted, one in each line.
    pub(super) fn broken(&self, project: &Project) -> Vec<String> {
        let broken = project.broken.iter().filter(|own| self.may_want(&own.id));
        let line = |own: &BrokenPolicy| {
            let error = own.error.to_string();
            format!(
                "FAIL  {}: {}\n",
                escape_control(&own.id),
                escape_control(&error)
            )
        };
        broken.map(line).collect()
    }

    /// Whether an example is wanted.
    pub(super) fn wants_title(&self, id: &str, title: &str) -> bool {
        self.wants(id) || self.may_want(id) && self.has_text(title)
    }

    fn has_text(&self, name: &str) -> bool {
        self.texts.iter().any(|text| name.contains(text))
    }
}

/// Whether a path is a place or lies in it.
fn holds(place: &Path, path: &Path) -> bool {
    match (place.canonicalize(), path.canonicalize()) {
        (Ok(place), Ok(path)) => path.starts_with(place),
        _ => false,
    }
}

/// The script or the folder of policies that an argument names, if it is a path.
fn script_of(text: &str) -> Result<Option<PathBuf>, Failure> {
    let path = PathBuf::from(text);
    let script = match path.extension().and_then(|own| own.to_str()) {
        Some("rhai") => path.clone(),
        Some("md") => path.with_extension("rhai"),
        Some("toml") => {
            let around = path.parent().and_then(Path::parent);
            let name = path.with_extension("rhai");
            let name = name.file_name().unwrap_or_default();
            around.unwrap_or(Path::new("")).join(name)
        }
        // A folder without policies may be there by chance.
        _ if path.is_dir() => {
            let found = policy_files(&[path.clone()]).map_err(Failure::from)?;
            return Ok((!found.is_empty()).then_some(path));
        }
        _ => return Ok(None),
    };
    if script.is_file() {
        return Ok(Some(script));
    }
    if !path.exists() {
        return Err(Failure::Usage(format!(
            "there is no file {}",
            path.display()
        )));
    }
    Err(Failure::from(ProjectError::Unknown(format!(
        "{} belongs to no policy: there is no {}",
        path.display(),
        script.display()
    ))))
}
