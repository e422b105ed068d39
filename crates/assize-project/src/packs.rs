//! Packs: what is said of a folder of policies, what its policies share, and their former names.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use assize_finding::{Control, Framework as DescribedFramework, Later};
use assize_policy::{
    ControlNote, Framework, Pack, Reference, References, Shared, is_web, shipped_packs,
};

use crate::{config::Options, error::ProjectError, files};

/// The packs of a run, by name.
#[derive(Debug, Default)]
pub struct Packs {
    named: BTreeMap<String, Arc<Later<Pack>>>,
    /// Those that folders of the run bring along or add to.
    own: BTreeSet<String>,
    references: Arc<References>,
    /// The `pack.toml` files of folders of the run, and their texts.
    files: Vec<(PathBuf, String)>,
}

impl Packs {
    /// Reads the shipped packs and those of the given folders of policies.
    pub(crate) fn load(options: &Options) -> Result<Self, ProjectError> {
        let mut packs = Self::default();
        for (name, text) in shipped_packs() {
            // A test reads them all.
            let read = || Pack::read(text).unwrap_or_else(|message| Pack::unreadable(&message));
            packs
                .named
                .insert(name.to_owned(), Arc::new(Later::new(read)));
        }
        let mut references = References::shipped();
        for folder in &options.policies {
            let read = |error| ProjectError::Read {
                path: folder.clone(),
                error,
            };
            for (name, pack) in files::packs(folder).map_err(read)? {
                packs.own.insert(name.clone());
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
            self.add(name.to_owned(), path.clone(), &text)?;
            self.files.push((path, text));
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
        if let Some(former) = self.named.remove(&name) {
            // Policies of the former pack that were not replaced still read its parameters.
            for (param, value) in &former.params {
                let own = pack.params.entry(param.clone());
                own.or_insert_with(|| value.clone());
            }
        }
        self.named.insert(name, Arc::new(Later::from(pack)));
        Ok(())
    }

    /// The `pack.toml` files of folders of the run, and their texts.
    pub(crate) fn files(&self) -> &[(PathBuf, String)] {
        &self.files
    }

    /// All packs, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Pack)> {
        self.named
            .iter()
            .map(|(name, pack)| (name.as_str(), &***pack))
    }

    /// What the policies of a pack share; of those without a pack, where there is none of the name.
    pub(crate) fn shared(&self, pack: &str) -> Arc<Shared> {
        shared(self.get(pack), &self.references)
    }

    /// The same, worked out when it is needed.
    pub(crate) fn later(&self, pack: &str) -> impl FnOnce() -> Arc<Shared> + Send + 'static {
        let cell = self.named.get(pack).map(Arc::clone);
        let references = Arc::clone(&self.references);
        move || shared(cell.as_ref().map(|pack| &***pack), &references)
    }

    /// Whether a pack is as it ships.
    pub(crate) fn is_shipped(&self, name: &str) -> bool {
        !self.own.contains(name)
    }

    /// The reference data of all packs.
    pub fn references(&self) -> &Arc<References> {
        &self.references
    }

    /// The present id of a policy that was renamed; any other id as it is.
    pub fn resolve<'n>(&'n self, id: &'n str) -> &'n str {
        self.named
            .values()
            .find_map(|pack| pack.aliases.get(id))
            .map_or(id, String::as_str)
    }

    /// A pack, if there is one of the name.
    pub(crate) fn get(&self, name: &str) -> Option<&Pack> {
        self.named.get(name).map(|cell| &***cell)
    }

    /// What is known of a control for the policies of a pack. The words may be those of another pack; that a mapping is
    /// verified, only the pack itself can say.
    pub fn control(&self, pack: &str, control: &Control) -> Option<ControlNote> {
        let name = control.to_string();
        let own = self.get(pack).and_then(|pack| pack.controls.get(&name));
        let others = || self.iter().find_map(|(_, pack)| pack.controls.get(&name));
        own.cloned().or_else(|| {
            others().map(|note| ControlNote {
                title: note.title.clone(),
                verified: false,
            })
        })
    }

    /// A framework, as the first pack that has it says.
    pub(crate) fn framework_of(&self, name: &str) -> Option<&Framework> {
        self.iter().find_map(|(_, pack)| pack.frameworks.get(name))
    }

    /// All frameworks as reports write them, worked out when one asks.
    pub(crate) fn frameworks(&self) -> Later<Vec<DescribedFramework>> {
        let packs: Vec<_> = self.named.values().map(Arc::clone).collect();
        Later::new(move || described(&packs))
    }

    /// The name and version of a framework.
    pub fn framework(&self, name: &str) -> Option<String> {
        let framework = self.framework_of(name)?;
        Some(
            format!("{} {}", framework.name, framework.version)
                .trim_end()
                .to_owned(),
        )
    }
}

/// The frameworks of all packs by id, each as the first pack that has it says, with what any pack says of its controls.
fn described(packs: &[Arc<Later<Pack>>]) -> Vec<DescribedFramework> {
    let mut found: BTreeMap<&str, DescribedFramework> = BTreeMap::new();
    let packs = || packs.iter().map(|pack| &***pack);
    for (id, known) in packs().flat_map(|pack| &pack.frameworks) {
        found.entry(id).or_insert_with(|| DescribedFramework {
            id: id.clone(),
            name: known.name.clone(),
            version: known.version.clone(),
            url: Some(known.url.clone())
                .filter(|url| is_web(url))
                .unwrap_or_default(),
            titles: Vec::new(),
        });
    }
    let mut told = BTreeSet::new();
    for (name, note) in packs().flat_map(|pack| &pack.controls) {
        let Some((framework, control)) = name.split_once(':') else {
            continue;
        };
        if let Some(framework) = found.get_mut(framework)
            && told.insert(name)
        {
            framework
                .titles
                .push((control.to_owned(), note.title.clone()));
        }
    }
    found.into_values().collect()
}

fn shared(pack: Option<&Pack>, references: &Arc<References>) -> Arc<Shared> {
    Arc::new(Shared {
        params: pack.map(Pack::shared_params).unwrap_or_default(),
        references: Arc::clone(references),
    })
}
