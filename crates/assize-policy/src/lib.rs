//! Judges snapshots: reads policies, runs them in a sandbox, and keeps their pages true.

mod budget;
mod change;
mod context;
mod engine;
mod example;
mod header;
mod interpretation;
mod judge;
mod library;
mod limits;
mod memory;
mod nested_calls;
mod node;
mod pack;
mod page;
mod policy;
mod policy_set;
mod proof;
mod prose;
mod reference;
mod relation;
mod restriction;
mod scene;
mod select;
mod shared;
mod siblings;
mod source;
pub mod syntax;
mod trace;
mod value;
mod verdict;

pub use example::{ExampleResult, run_examples};
pub use header::{Header, Param};
pub use judge::Judge;
pub use limits::Limits;
pub use pack::{
    ControlNote, Framework, Pack, PackParam, ShippedPolicy, pack_of, shipped_packs,
    shipped_policies,
};
pub use page::{Given, GivenBlock, Page, PageExample};
pub use policy::Policy;
pub use policy_set::{KindPolicies, PolicyCell, PolicySet};
pub use prose::is_web;
pub use reference::{Reference, References};
pub use shared::Shared;
pub use siblings::{NoSiblings, Siblings};
pub use source::{Source, SourceError};
pub use trace::{
    BranchCoverage, Coverage, Scenery, Shown, Step, StepKind, Trace, ValuePlace, Watched,
};
pub use value::ParamValue;
pub use verdict::{Origin, Other, Place, Remark, Verdict};
