//! Judges snapshots: reads policies, runs them in a sandbox, and keeps their pages true.

mod budget;
mod context;
mod engine;
mod example;
mod header;
mod judge;
mod library;
mod limits;
mod memory;
mod nested_calls;
mod node;
mod pack;
mod page;
mod policy;
mod proof;
mod reference;
mod relation;
mod restriction;
mod select;
mod shared;
mod source;
mod value;
mod verdict;

pub use context::{NoSiblings, Siblings};
pub use example::{ExampleResult, run_examples};
pub use header::{Header, Param};
pub use judge::{Judge, PolicySet};
pub use limits::Limits;
pub use pack::{
    ControlNote, Framework, Pack, PackParam, ShippedPolicy, shipped_packs, shipped_policies,
};
pub use page::{Page, PageExample};
pub use policy::Policy;
pub use reference::{Reference, References};
pub use shared::Shared;
pub use source::{Source, SourceError};
pub use value::ParamValue;
pub use verdict::{Place, Remark, Verdict};
