//! Packs: what is said of a folder of policies, and the former names of its policies.

use std::{collections::BTreeMap, path::PathBuf};

use assize_finding::Control;
use assize_policy::{ControlNote, Pack, shipped_packs};

use crate::{config::Options, error::ProjectError, files};

/// The packs of a run, by name.
#[derive(Debug, Default)]
pub struct Packs(BTreeMap<String, Pack>);

impl Packs {
    /// Reads the shipped packs and those of the given folders of policies.
    pub(crate) fn load(options: &Options) -> Result<Self, ProjectError> {
        let mut packs = Self::default();
        for (name, text) in shipped_packs() {
            packs.add(
                name.to_owned(),
                PathBuf::from(format!("policies/{name}/pack.toml")),
                text,
            )?;
        }
        for folder in &options.policies {
            let read = |error| ProjectError::Read {
                path: folder.clone(),
                error,
            };
            for pack in files::folders_with(folder, "pack.toml").map_err(read)? {
                let path = pack.join("pack.toml");
                let text = files::read_text(&path).map_err(|error| ProjectError::Read {
                    path: path.clone(),
                    error,
                })?;
                let name = pack.canonicalize().unwrap_or(pack);
                packs.add(
                    name.file_name()
                        .unwrap_or_default()
                        .to_string_lossy()
                        .into_owned(),
                    path,
                    &text,
                )?;
            }
        }
        Ok(packs)
    }

    fn add(&mut self, name: String, path: PathBuf, text: &str) -> Result<(), ProjectError> {
        let pack = Pack::read(text).map_err(|message| ProjectError::Pack { path, message })?;
        self.0.insert(name, pack);
        Ok(())
    }

    /// The present id of a policy that was renamed; any other id as it is.
    pub fn resolve<'n>(&'n self, id: &'n str) -> &'n str {
        self.0
            .values()
            .find_map(|pack| pack.aliases.get(id))
            .map_or(id, String::as_str)
    }

    /// What some pack knows of a control.
    pub fn control(&self, control: &Control) -> Option<&ControlNote> {
        let name = control.to_string();
        self.0.values().find_map(|pack| pack.controls.get(&name))
    }

    /// The name and version of a framework.
    pub fn framework(&self, name: &str) -> Option<String> {
        let framework = self.0.values().find_map(|pack| pack.frameworks.get(name))?;
        Some(
            format!("{} {}", framework.name, framework.version)
                .trim_end()
                .to_owned(),
        )
    }
}
