//! The catalogue of controls: what each policy checks and why, and which policies stand behind a framework's controls.

use crate::{Block, Severity};

/// How many verdicts there were of each outcome, in the order of [`crate::Outcome::ALL`].
pub type OutcomeCounts = [u64; 6];

/// Everything that is said of the policies of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// The version of assize.
    pub version: String,
    /// The snapshots that were judged, if some were given.
    pub judged: Option<CatalogueRun>,
    /// The packs, by name.
    pub packs: Vec<CataloguePack>,
    /// The policies, by id.
    pub policies: Vec<CataloguePolicy>,
    /// The frameworks whose controls the policies bear on, by id.
    pub frameworks: Vec<CatalogueFramework>,
}

/// The run whose verdicts are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueRun {
    /// The clock of the run.
    pub now: String,
    /// How many snapshots were read.
    pub snapshots: u64,
}

/// A pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CataloguePack {
    /// The name: the first part of its policies' ids; empty for policies without a pack.
    pub name: String,
    /// The title.
    pub title: String,
    /// The version, where the pack has one.
    pub version: Option<String>,
    /// What its policies are about.
    pub description: String,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CataloguePolicy {
    /// The id.
    pub id: String,
    /// The pack; empty for a policy without one.
    pub pack: String,
    /// The title.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// The kind of snapshot that it judges; `*` for every kind.
    pub kind: String,
    /// It judges what changed since an earlier snapshot.
    pub is_over_time: bool,
    /// What it checks.
    pub what: Vec<Block>,
    /// Why that matters.
    pub why: Vec<Block>,
    /// How to fix a failure.
    pub fix: Vec<Block>,
    /// Its parameters, those of its pack included.
    pub params: Vec<CatalogueParam>,
    /// The controls that it bears on.
    pub controls: Vec<CatalogueMapping>,
    /// Its examples.
    pub examples: Vec<CatalogueExample>,
    /// Its verdicts, if snapshots were judged.
    pub counts: Option<OutcomeCounts>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueParam {
    /// The name.
    pub name: String,
    /// What it means.
    pub doc: String,
    /// The value where nobody sets one, as JSON.
    pub default: String,
    /// All policies of the pack share it.
    pub is_shared: bool,
}

/// That a policy bears on a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueMapping {
    /// The framework's id.
    pub framework: String,
    /// The framework's name and version, where a pack says them.
    pub framework_name: String,
    /// The control's id.
    pub control: String,
    /// What the control asks for, where a pack says it.
    pub title: String,
    /// Somebody has read the framework's text and found that the policy bears on the control.
    pub is_verified: bool,
}

/// An example on the page of a policy, which is a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueExample {
    /// The heading.
    pub title: String,
    /// The verdict that the policy gives.
    pub verdict: String,
}

/// A framework with the controls that some policy bears on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueFramework {
    /// The id, as policies write it before the colon.
    pub id: String,
    /// The name; the id where no pack says it.
    pub name: String,
    /// The version.
    pub version: String,
    /// Where to read it; empty, or an address that begins with `https://` or `http://`.
    pub url: String,
    /// The controls, in their order.
    pub controls: Vec<CatalogueControl>,
}

/// A control with the policies that bear on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueControl {
    /// The control's id.
    pub id: String,
    /// What it asks for, where a pack says it.
    pub title: String,
    /// The ids of the policies, with whether the mapping is verified.
    pub policies: Vec<(String, bool)>,
    /// The verdicts of these policies, if snapshots were judged.
    pub counts: Option<OutcomeCounts>,
}
