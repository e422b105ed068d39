//! The policies and kinds that a file lives among.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use assize_project::{Options, Project, ProjectError, Settings};

/// Sites that are kept at a time; files outside the folders of the editor bring their own.
const MOST_KEPT: usize = 16;

/// Where the policies and kinds of a file are to be found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Site {
    /// The folder that paths are relative to; empty where there is none.
    pub(crate) root: PathBuf,
    /// The folder of policies.
    pub(crate) policies: PathBuf,
    /// The folder of kinds.
    pub(crate) kinds: PathBuf,
}

impl Site {
    fn of_root(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            policies: root.join("policies"),
            kinds: root.join("snapshots"),
        }
    }

    /// A pack that lies in no folder of policies.
    fn of_pack(pack: &Path) -> Self {
        Self {
            policies: pack.to_owned(),
            ..Self::of_root(pack.parent().unwrap_or(pack))
        }
    }

    /// The id of a policy, by its file.
    pub(crate) fn policy_id(&self, path: &Path) -> String {
        let stem = path.with_extension("");
        let is_pack = self.policies.join("pack.toml").is_file();
        let base = match self.policies.parent() {
            Some(parent) if is_pack => parent,
            _ => &self.policies,
        };
        let relative = stem.strip_prefix(base).ok();
        let parts: Vec<_> = relative
            .into_iter()
            .flat_map(Path::components)
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        if (1..=2).contains(&parts.len()) {
            return parts.join("/");
        }
        stem.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }
}

/// A site, loaded.
pub(crate) struct Workspace {
    pub(crate) site: Site,
    pub(crate) project: Project,
    /// Why not everything could be loaded.
    pub(crate) trouble: Option<String>,
}

/// What of a site is loaded.
#[derive(Clone, Copy)]
struct Parts {
    /// What `assize.toml` says.
    settings: bool,
    policies: bool,
    kinds: bool,
}

impl Parts {
    const ALL: Self = Self {
        settings: true,
        policies: true,
        kinds: true,
    };

    /// Everything, then always less.
    const TRIED: [Self; 5] = [
        Self::ALL,
        Self {
            settings: false,
            ..Self::ALL
        },
        Self {
            settings: false,
            policies: false,
            ..Self::ALL
        },
        Self {
            settings: false,
            kinds: false,
            ..Self::ALL
        },
        Self {
            settings: false,
            policies: false,
            kinds: false,
        },
    ];
}

impl Workspace {
    /// Loads a site. What cannot be loaded is left out: whoever is writing a schema still wants help with a policy.
    ///
    /// # Panics
    ///
    /// Never: what ships with assize can be loaded, and tests do.
    pub(crate) fn load(site: Site) -> Self {
        let mut trouble = None;
        for parts in Parts::TRIED {
            match options(&site, parts).and_then(load) {
                Ok(project) => {
                    return Self {
                        site,
                        project,
                        trouble,
                    };
                }
                Err(error) => trouble = trouble.or(Some(error.to_string())),
            }
        }
        panic!("what ships with assize cannot be loaded: {trouble:?}")
    }

    /// The same, read anew for one run: it has the time of the run.
    pub(crate) fn for_run(site: &Site, now: i64) -> Result<Project, ProjectError> {
        let options = options(site, Parts::ALL)?;
        load(Options { now, ..options })
    }
}

/// As the command line has them: the folders that `assize.toml` names, else those of the site.
fn options(site: &Site, parts: Parts) -> Result<Options, ProjectError> {
    let file =
        Settings::find(&site.root).filter(|_| parts.settings && !site.root.as_os_str().is_empty());
    let settings = Settings::load(file.as_deref(), &[])?;
    let folders = |wanted: bool, named: &Option<Vec<PathBuf>>, own: &PathBuf| {
        let own = || own.is_dir().then(|| own.clone()).into_iter().collect();
        if wanted {
            named.clone().unwrap_or_else(own)
        } else {
            Vec::new()
        }
    };
    Ok(Options {
        policies: folders(parts.policies, &settings.policies, &site.policies),
        kinds: folders(parts.kinds, &settings.kinds, &site.kinds),
        root: site.root.clone(),
        settings: Arc::new(settings),
        ..Options::default()
    })
}

/// Loads a project. A folder without policies or kinds is no mistake here: a new one holds nothing, and `snapshots` may hold
/// snapshots.
fn load(mut options: Options) -> Result<Project, ProjectError> {
    loop {
        match Project::load(options.clone()) {
            Err(ProjectError::Empty { path, .. }) => {
                options.policies.retain(|own| *own != path);
                options.kinds.retain(|own| *own != path);
            }
            loaded => return loaded,
        }
    }
}

/// The workspaces of the editor's folders, and those of files outside of them.
#[derive(Default)]
pub(crate) struct Workspaces {
    folders: Vec<PathBuf>,
    loaded: Vec<Arc<Workspace>>,
    /// Counts how often everything was forgotten.
    pub(crate) generation: u64,
}

impl Workspaces {
    pub(crate) fn new(folders: Vec<PathBuf>) -> Self {
        Self {
            folders,
            ..Self::default()
        }
    }

    /// Where the policies and kinds of a file are: beside the nearest folder of that name around it, else in the folder of the
    /// editor that holds it, else in its pack.
    pub(crate) fn site(&self, path: Option<&Path>) -> Site {
        let Some(path) = path else {
            return self
                .folders
                .first()
                .map(|root| Site::of_root(root))
                .unwrap_or_default();
        };
        let is_named =
            |folder: &&Path| folder.ends_with("policies") || folder.ends_with("snapshots");
        if let Some(root) = path
            .ancestors()
            .skip(1)
            .find(is_named)
            .and_then(Path::parent)
        {
            return Site::of_root(root);
        }
        let around = path.parent().unwrap_or(path);
        if around.join("pack.toml").is_file() {
            return Site::of_pack(around);
        }
        let holding = self
            .folders
            .iter()
            .filter(|folder| path.starts_with(folder));
        match holding.max_by_key(|folder| folder.as_os_str().len()) {
            Some(folder) => Site::of_root(folder),
            None => Site::of_root(around),
        }
    }

    pub(crate) fn known(&self, site: &Site) -> Option<Arc<Workspace>> {
        self.loaded
            .iter()
            .find(|workspace| workspace.site == *site)
            .map(Arc::clone)
    }

    /// Keeps a workspace, unless something changed since it was begun to be loaded.
    pub(crate) fn keep(&mut self, generation: u64, workspace: Arc<Workspace>) {
        if generation != self.generation {
            return;
        }
        self.loaded.truncate(MOST_KEPT - 1);
        self.loaded.insert(0, workspace);
    }

    pub(crate) fn forget(&mut self) {
        self.loaded.clear();
        self.generation += 1;
    }

    pub(crate) fn change(&mut self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(added);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_find_their_site() {
        let workspaces = Workspaces::new(vec!["/w".into(), "/w/in".into()]);
        let root = |path: &str| workspaces.site(Some(Path::new(path))).root;
        assert_eq!(root("/w/x/policies/a/b.rhai"), Path::new("/w/x"));
        assert_eq!(root("/w/tenants/a.json"), Path::new("/w"));
        assert_eq!(root("/w/in/a.json"), Path::new("/w/in"));
        assert_eq!(root("/elsewhere/a.rhai"), Path::new("/elsewhere"));
        assert_eq!(workspaces.site(None).root, Path::new("/w"));
        let site = workspaces.site(Some(Path::new("/w/policies/a/b.rhai")));
        assert_eq!(site.policy_id(Path::new("/w/policies/a/b.rhai")), "a/b");
        assert_eq!(site.policy_id(Path::new("/tmp/b.rhai")), "b");
    }
}
