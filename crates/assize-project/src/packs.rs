//! Packs: what is said of a folder of policies, what its policies share, and their former names.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use assize_finding::Control;
use assize_policy::{ControlNote, Pack, Reference, References, Shared, shipped_packs};

use crate::{config::Options, error::ProjectError, files};

/// The packs of a run, by name.
#[derive(Debug, Default)]
pub struct Packs {
    packs: BTreeMap<String, Pack>,
    references: Arc<References>,
}

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
        let mut references = References::shipped();
        for folder in &options.policies {
            let read = |error| ProjectError::Read {
                path: folder.clone(),
                error,
            };
            for (name, pack) in files::packs(folder).map_err(read)? {
                packs.read(&name, &pack, &mut references, &options.root)?;
            }
        }
        packs.references = Arc::new(references);
        Ok(packs)
    }

    /// Reads the `pack.toml` and the reference data of a folder, where it has them.
    fn read(
        &mut self,
        name: &str,
        folder: &Path,
        references: &mut References,
        root: &Path,
    ) -> Result<(), ProjectError> {
        let text_of = |path: &Path| {
            files::read_text(path).map_err(|error| ProjectError::Read {
                path: path.to_owned(),
                error,
            })
        };
        let path = folder.join("pack.toml");
        if path.is_file() {
            let text = text_of(&path)?;
            self.add(name.to_owned(), path, &text)?;
        }
        let files = files::references(folder).map_err(|error| ProjectError::Read {
            path: folder.join(files::REFERENCE),
            error,
        })?;
        for path in files {
            let own = path.file_stem().unwrap_or_default().to_string_lossy();
            let shown = files::display_path(&path, root);
            let reference = Reference::new(name, &own, &shown, text_of(&path)?);
            reference.check()?;
            references.add(reference);
        }
        Ok(())
    }

    fn add(&mut self, name: String, path: PathBuf, text: &str) -> Result<(), ProjectError> {
        let mut pack = Pack::read(text).map_err(|message| ProjectError::Pack { path, message })?;
        if let Some(former) = self.packs.remove(&name) {
            // Policies of the former pack that were not replaced still read its parameters.
            for (param, value) in former.params {
                pack.params.entry(param).or_insert(value);
            }
        }
        self.packs.insert(name, pack);
        Ok(())
    }

    /// All packs, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Pack)> {
        self.packs.iter().map(|(name, pack)| (name.as_str(), pack))
    }

    /// What the policies of each pack share; under the empty name what policies without a pack do.
    pub(crate) fn shared(&self) -> BTreeMap<&str, Arc<Shared>> {
        let shared = |params| {
            Arc::new(Shared {
                params,
                references: Arc::clone(&self.references),
            })
        };
        let packs = self.iter();
        let packs = packs.map(|(name, pack)| (name, shared(pack.shared_params())));
        packs.chain([("", shared(Vec::new()))]).collect()
    }

    /// The reference data of all packs.
    pub fn references(&self) -> &References {
        &self.references
    }

    /// The present id of a policy that was renamed; any other id as it is.
    pub fn resolve<'n>(&'n self, id: &'n str) -> &'n str {
        self.packs
            .values()
            .find_map(|pack| pack.aliases.get(id))
            .map_or(id, String::as_str)
    }

    /// What some pack knows of a control.
    pub fn control(&self, control: &Control) -> Option<&ControlNote> {
        let name = control.to_string();
        self.packs
            .values()
            .find_map(|pack| pack.controls.get(&name))
    }

    /// The name and version of a framework.
    pub fn framework(&self, name: &str) -> Option<String> {
        let framework = self
            .packs
            .values()
            .find_map(|pack| pack.frameworks.get(name))?;
        Some(
            format!("{} {}", framework.name, framework.version)
                .trim_end()
                .to_owned(),
        )
    }
}
