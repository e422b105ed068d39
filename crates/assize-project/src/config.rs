use std::{path::PathBuf, sync::Arc};

use assize_finding::Severity;
use assize_policy::Limits;

use crate::{
    explain::Explain,
    profile::Profile,
    ratchet::Ratchet,
    settings::{Gate, Settings},
};

/// What a run is told.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Folders of policies that add to the shipped ones, or take their place where the ids are equal.
    pub policies: Vec<PathBuf>,
    /// Folders of kinds that add to the shipped ones, or take their place where the names are equal.
    pub kinds: Vec<PathBuf>,
    /// Policy ids or packs to run; all where empty.
    pub select: Vec<String>,
    /// Policy ids or packs to leave out.
    pub ignore: Vec<String>,
    /// Parameters as `policy/id.name=value`, or `pack.name=value` for all policies of a pack.
    pub params: Vec<String>,
    /// The kind of every snapshot, whatever the snapshots say.
    pub kind: Option<String>,
    /// A file or folder of earlier snapshots, for policies over time; without it they do not judge.
    pub since: Option<PathBuf>,
    /// The clock of the run: microseconds since 1970.
    pub now: i64,
    /// The folder that paths in reports are relative to.
    pub root: PathBuf,
    /// Worker threads; 0 is one per core.
    pub jobs: usize,
    /// The run looks at policies: the rules of lints are its rules, too.
    pub lints: bool,
    /// What policies may use.
    pub limits: Limits,
    /// Which verdicts are explained; none by default, which costs nothing.
    pub explain: Option<Explain>,
    /// What `assize.toml` and the environment say beyond that.
    pub settings: Arc<Settings>,
    /// Files of waivers.
    pub waivers: Vec<PathBuf>,
    /// Where what each policy costs is counted, if anywhere.
    pub profile: Option<Arc<Profile>>,
    /// What to compare with.
    pub baseline: Option<Baseline>,
}

/// What a run is compared with.
#[derive(Debug, Clone)]
pub enum Baseline {
    /// The report of an earlier run.
    Report(PathBuf),
    /// The failures that are known.
    Ratchet(Ratchet),
}

impl Options {
    /// How many threads there are to be.
    pub(crate) fn threads(&self) -> usize {
        match self.jobs {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            jobs => jobs,
        }
    }
}

/// What makes a run end with a status other than "clean".
#[derive(Debug, Clone)]
pub struct Threshold {
    /// Failures at or over this severity count; `None`: no failure does.
    pub fail_on: Option<Severity>,
    /// What could not be judged does not count.
    pub allow_incomplete: bool,
    /// Failures that the earlier run had do not count.
    pub new_only: bool,
    /// How much of what is allowed.
    pub gate: Gate,
}

impl Default for Threshold {
    fn default() -> Self {
        Self {
            fail_on: Some(Severity::Low),
            allow_incomplete: false,
            new_only: false,
            gate: Gate::default(),
        }
    }
}
