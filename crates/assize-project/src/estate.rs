//! Estates: the snapshots of one tenant, or of one folder. They are found when the first policy asks for a sibling.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use assize_policy::Siblings;
use assize_snapshot::{Kinds, Origin, Reader, Snapshot, Tenant, TenantForm};

use crate::{files, given::GivenKinds, item::Item, queue};

/// Siblings that stay in memory beside those of the files that are being judged.
const KEPT: usize = 8;
/// Members that are told apart; a policy reads fewer.
const MOST_LISTED: usize = 300;

/// The items of a run, and whose they are.
#[derive(Debug)]
pub(crate) struct Estates {
    items: Arc<Vec<Item>>,
    kinds: Arc<Kinds>,
    /// What overrides the kind that the snapshots say they are of.
    given: GivenKinds,
    threads: usize,
    index: OnceLock<Index>,
    kept: Mutex<VecDeque<(usize, Arc<Snapshot>)>>,
}

/// Where the snapshots of each estate are.
#[derive(Debug, Default)]
struct Index {
    /// The tenant that each item names.
    tenants: Vec<Option<Tenant>>,
    /// Items by kind and tenant.
    by_tenant: HashMap<(String, String), Vec<usize>>,
    /// Items by kind, folder and the form in which they name their tenant, if they do.
    by_folder: HashMap<(String, PathBuf, Option<TenantForm>), Vec<usize>>,
    /// A file in each folder that has one which could be anything.
    unknown: BTreeMap<PathBuf, PathBuf>,
}

impl Estates {
    /// Nothing is read yet. `given` overrides what the snapshots say of themselves.
    pub(crate) fn new(
        items: &Arc<Vec<Item>>,
        kinds: &Arc<Kinds>,
        given: &GivenKinds,
        threads: usize,
    ) -> Self {
        Self {
            items: Arc::clone(items),
            kinds: Arc::clone(kinds),
            given: given.clone(),
            threads,
            index: OnceLock::new(),
            kept: Mutex::default(),
        }
    }

    /// Where the snapshots are: every one is read once to learn whose it is and of which kind.
    fn index(&self) -> &Index {
        self.index.get_or_init(|| self.find())
    }

    fn find(&self) -> Index {
        let items = &self.items;
        let mut index = Index::default();
        let origin = |reader: &mut Reader, index: usize| {
            queue::caught(reader, |reader| {
                let bytes = items[index].bytes(reader.buffer()).ok()?;
                let document = reader.read(bytes).ok()?;
                let given = self.given.of(&document, items[index].path()).cloned();
                Some(Origin::of(document, &self.kinds, given.as_ref()))
            })
        };
        let take = |origin| -> Result<(), std::convert::Infallible> {
            let path = items[index.tenants.len()].path();
            index.add(path, origin);
            Ok(())
        };
        let Ok(()) = queue::in_order(items.len(), self.threads, Reader::default, origin, take);
        index
    }

    /// The other members of a kind in the estate of an item.
    fn others(&self, index: usize, kind: &str) -> Vec<usize> {
        let Some(kind) = self.kinds.find(kind) else {
            return Vec::new();
        };
        let name = kind.name().to_owned();
        let known = self.index();
        let tenant = known.tenants[index].as_ref();
        let mut found: Vec<usize> = Vec::new();
        if let Some(tenant) = tenant {
            let key = (name.clone(), tenant.name().to_owned());
            found.extend(known.by_tenant.get(&key).into_iter().flatten());
        }
        if let Some(path) = self.items[index].path() {
            // Where two names cannot be compared, or one is missing, being side by side has to do.
            let is_open = |form: &Option<TenantForm>| match (tenant, form) {
                (Some(tenant), Some(form)) => !tenant.form().is_comparable(*form),
                _ => true,
            };
            let forms = TenantForm::ALL.map(Some).into_iter().chain([None]);
            for form in forms.filter(is_open) {
                let key = (name.clone(), folder_of(path).to_owned(), form);
                let beside = known.by_folder.get(&key).into_iter().flatten();
                found.extend(beside.take(MOST_LISTED));
            }
        }
        found.sort_unstable();
        found.dedup();
        found.retain(|other| *other != index);
        found.truncate(MOST_LISTED);
        found
    }

    fn load(&self, index: usize) -> Result<Arc<Snapshot>, String> {
        let known = |kept: &VecDeque<(usize, Arc<Snapshot>)>| {
            let found = kept.iter().find(|(own, _)| *own == index);
            found.map(|(_, snapshot)| Arc::clone(snapshot))
        };
        if let Some(snapshot) = known(&self.kept.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(snapshot);
        }
        let bytes = self.items[index]
            .bytes(Vec::new())
            .map_err(|error| error.to_string())?;
        let document = Reader::default()
            .read(bytes)
            .map_err(|error| error.to_string())?;
        let given = self.given.of(&document, self.items[index].path()).cloned();
        let snapshot = Snapshot::new(document, &self.kinds, given.as_ref());
        let snapshot = Arc::new(snapshot.map_err(|error| error.to_string())?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if known(&kept).is_none() {
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back((index, Arc::clone(&snapshot)));
        }
        Ok(snapshot)
    }
}

impl Index {
    fn add(&mut self, path: Option<&Path>, origin: Option<Origin>) {
        let index = self.tenants.len();
        let folder = path.map(|path| folder_of(path).to_owned());
        let (kind, tenant) = match origin {
            Some(origin) => (origin.kind, origin.tenant),
            None => (None, None),
        };
        if let Some(kind) = kind {
            let name = kind.name();
            if let Some(tenant) = &tenant {
                let key = (name.to_owned(), tenant.name().to_owned());
                self.by_tenant.entry(key).or_default().push(index);
            }
            if let Some(folder) = folder {
                let form = tenant.as_ref().map(Tenant::form);
                let key = (name.to_owned(), folder, form);
                self.by_folder.entry(key).or_default().push(index);
            }
        } else if let (Some(folder), Some(path)) = (folder, path) {
            self.unknown
                .entry(folder)
                .or_insert_with(|| path.to_owned());
        }
        self.tenants.push(tenant);
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

/// The estate of one snapshot.
pub(crate) struct EstateOf {
    estates: Arc<Estates>,
    index: usize,
    /// What has been read, for as long as the snapshot is being judged.
    loaded: Mutex<HashMap<usize, Arc<Snapshot>>>,
}

impl EstateOf {
    /// The estate of an item of the run.
    pub(crate) fn new(estates: &Arc<Estates>, index: usize) -> Self {
        Self {
            estates: Arc::clone(estates),
            index,
            loaded: Mutex::default(),
        }
    }

    /// The estate of an item, in the room of one that was emptied.
    pub(crate) fn again(
        kept: Option<Arc<Self>>,
        estates: &Arc<Estates>,
        index: usize,
    ) -> Arc<Self> {
        if let Some(mut kept) = kept
            && let Some(own) = Arc::get_mut(&mut kept)
        {
            own.index = index;
            return kept;
        }
        Arc::new(Self::new(estates, index))
    }

    /// Gives back what was read, and the room for the next item where nobody uses it.
    pub(crate) fn emptied(mut self: Arc<Self>) -> Option<Arc<Self>> {
        let own = Arc::get_mut(&mut self)?;
        let loaded = own.loaded.get_mut();
        loaded.unwrap_or_else(PoisonError::into_inner).clear();
        Some(self)
    }

    /// The item behind a number.
    pub(crate) fn item(&self, number: usize) -> &Item {
        &self.estates.items[number]
    }
}

impl Siblings for EstateOf {
    fn find(&self) {
        self.estates.index();
    }

    fn others(&self, kind: &str) -> Vec<usize> {
        self.estates.others(self.index, kind)
    }

    fn snapshot(&self, number: usize) -> Result<Arc<Snapshot>, String> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(snapshot) = loaded.get(&number) {
            return Ok(Arc::clone(snapshot));
        }
        let snapshot = self.estates.load(number).map_err(|error| {
            let name = self.item(number).name();
            format!("the sibling {name} cannot be read: {error}")
        })?;
        loaded.insert(number, Arc::clone(&snapshot));
        Ok(snapshot)
    }

    fn why_partial(&self) -> Option<String> {
        let path = self.item(self.index).path()?;
        let unknown = self.estates.index().unknown.get(folder_of(path))?;
        let name = files::name_of(unknown);
        Some(format!(
            "{name} in the same folder cannot be read or is of no known kind, so nobody can know all snapshots of the estate"
        ))
    }
}
