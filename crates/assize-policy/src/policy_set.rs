//! The policies of a run. Those that ship with assize are compiled when the first snapshot of their kind turns up.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use assize_finding::Later;
use rhai::Module;

use crate::{engine, header::EVERY_KIND, limits::Limits, policy::Policy};

/// A policy that is compiled at its first use, and what is known of it before.
pub struct PolicyCell {
    /// The policy's id.
    pub id: String,
    /// The kinds that it judges, or `*`.
    pub kinds: Vec<String>,
    /// It compares two snapshots.
    pub over_time: bool,
    policy: Later<Arc<Policy>>,
}

impl PolicyCell {
    /// A policy that `compile` compiles when it is needed.
    pub fn new(
        id: &str,
        kinds: Vec<String>,
        over_time: bool,
        compile: impl FnOnce() -> Policy + Send + 'static,
    ) -> Self {
        Self {
            id: id.to_owned(),
            kinds,
            over_time,
            policy: Later::new(|| Arc::new(compile())),
        }
    }

    /// The policy, compiled.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// Whether it judges snapshots of every kind.
    pub fn judges_every_kind(&self) -> bool {
        self.kinds == [EVERY_KIND]
    }

    /// Whether it names a kind.
    pub fn names_kind(&self, kind: &str) -> bool {
        self.kinds.iter().any(|own| own == kind)
    }
}

impl From<Policy> for PolicyCell {
    fn from(policy: Policy) -> Self {
        let (id, header) = (policy.id.clone(), &policy.header);
        Self::new(&id, header.kinds.clone(), header.over_time, || policy)
    }
}

impl std::fmt::Debug for PolicyCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PolicyCell")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The policies that judge one kind, ready for the judges of all threads.
#[derive(Debug)]
pub struct KindPolicies {
    /// The policies, in the order of the set.
    pub policies: Vec<Arc<Policy>>,
    pub(crate) fields: Arc<Module>,
}

impl KindPolicies {
    fn new(policies: Vec<Arc<Policy>>) -> Self {
        let fields = engine::field_module(policies.iter().map(|policy| &**policy));
        Self {
            policies,
            fields: Arc::new(fields),
        }
    }
}

/// The policies of a run. Shared by all workers.
#[derive(Debug)]
pub struct PolicySet {
    cells: Vec<Arc<PolicyCell>>,
    /// By the kinds that policies name; under `*` what judges all others.
    kinds: BTreeMap<String, OnceLock<KindPolicies>>,
    all: OnceLock<KindPolicies>,
    pub(crate) limits: Limits,
}

impl PolicySet {
    /// A set of policies that are compiled already.
    pub fn new(policies: Vec<Policy>, limits: Limits) -> Self {
        let cells = policies.into_iter().map(PolicyCell::from).map(Arc::new);
        Self::of(cells.collect(), limits)
    }

    /// A set of policies, compiled or not.
    pub fn of(cells: Vec<Arc<PolicyCell>>, limits: Limits) -> Self {
        let kinds = cells
            .iter()
            .flat_map(|cell| &cell.kinds)
            .map(String::as_str);
        let kinds = kinds
            .chain([EVERY_KIND])
            .map(|kind| (kind.to_owned(), OnceLock::new()));
        Self {
            kinds: kinds.collect(),
            cells,
            all: OnceLock::new(),
            limits,
        }
    }

    /// What is known of the policies without compiling them, in the order given.
    pub fn cells(&self) -> &[Arc<PolicyCell>] {
        &self.cells
    }

    /// All policies, compiled, in the order given.
    pub fn policies(&self) -> &[Arc<Policy>] {
        &self.all().policies
    }

    pub(crate) fn all(&self) -> &KindPolicies {
        self.all.get_or_init(|| {
            let policies = self.cells.iter().map(|cell| Arc::clone(cell.policy()));
            KindPolicies::new(policies.collect())
        })
    }

    /// The policies that judge a kind, compiled.
    pub fn of_kind(&self, kind: &str) -> &KindPolicies {
        let policies = match self.kinds.get(kind) {
            Some(policies) => policies,
            None => &self.kinds[EVERY_KIND],
        };
        policies.get_or_init(|| {
            let judges =
                |cell: &&Arc<PolicyCell>| cell.judges_every_kind() || cell.names_kind(kind);
            let cells = self.cells.iter().filter(judges);
            KindPolicies::new(cells.map(|cell| Arc::clone(cell.policy())).collect())
        })
    }
}
