//! The policies of a run as files, and the files of cases beside them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use assize_policy::CaseFile;
use assize_snapshot::nearest;

use crate::{
    error::ProjectError,
    files::{self, display_path},
};

/// The folder beside policies that holds their cases.
const FOLDER: &str = "tests";

/// The cases of one policy.
#[derive(Debug)]
pub struct PolicyCases {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What it says.
    pub file: CaseFile,
}

impl PolicyCases {
    /// The text of a snapshot that a case begins with, by its path from the file of cases.
    pub fn read_base(&self, name: &str) -> Result<String, String> {
        let path = self.path.parent().unwrap_or(Path::new("")).join(name);
        if Path::new(name).is_absolute() {
            return Err(format!("the base `{name}` is no relative path"));
        }
        if !path.is_file() {
            return Err(format!("the base {} is no file", path.display()));
        }
        files::read_text(&path)
            .map_err(|error| format!("cannot read the base {}: {error}", path.display()))
    }
}

/// The scripts in places of policies, by the ids of the policies.
pub fn policy_files(places: &[PathBuf]) -> Result<BTreeMap<String, PathBuf>, ProjectError> {
    let mut found = BTreeMap::new();
    for place in places {
        let scripts = files::policies(place).map_err(|error| ProjectError::Read {
            path: place.clone(),
            error,
        })?;
        found.extend(scripts);
    }
    Ok(found)
}

/// The cases of policies, by their ids. A file that is no policy's is an error: its cases would never run.
pub fn policy_cases(
    policies: &BTreeMap<String, PathBuf>,
    root: &Path,
) -> Result<BTreeMap<String, PolicyCases>, ProjectError> {
    let mut folders: BTreeMap<&Path, BTreeMap<String, &str>> = BTreeMap::new();
    for (id, path) in policies {
        if let (Some(folder), Some(stem)) = (path.parent(), path.file_stem()) {
            let stem = stem.to_string_lossy().into_owned();
            folders.entry(folder).or_default().insert(stem, id);
        }
    }
    let mut cases = BTreeMap::new();
    for (folder, ids) in folders {
        for path in files::cases(&folder.join(FOLDER)).map_err(|error| unreadable(folder, error))? {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let Some(id) = ids.get(stem.as_ref()) else {
                // A single file may stand for its folder: the cases of the others are not asked for.
                if folder.join(format!("{stem}.rhai")).is_file() {
                    continue;
                }
                return Err(orphan(&path, &stem, ids.keys()));
            };
            cases.insert((*id).to_owned(), read(&path, root)?);
        }
    }
    Ok(cases)
}

fn read(path: &Path, root: &Path) -> Result<PolicyCases, ProjectError> {
    let text = files::read_text(path).map_err(|error| unreadable(path, error))?;
    let file = CaseFile::read(&display_path(path, root), &text)?;
    Ok(PolicyCases {
        path: path.to_owned(),
        text,
        file,
    })
}

fn unreadable(path: &Path, error: std::io::Error) -> ProjectError {
    ProjectError::Read {
        path: path.to_owned(),
        error,
    }
}

fn orphan<'n>(path: &Path, stem: &str, names: impl Iterator<Item = &'n String>) -> ProjectError {
    let hint = nearest(stem, names.map(String::as_str)).map_or(String::new(), |nearest| {
        format!("; did you mean `{nearest}.toml`?")
    });
    ProjectError::Unknown(format!(
        "{}: there is no policy `{stem}.rhai` beside the folder{hint}",
        path.display()
    ))
}
