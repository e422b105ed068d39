//! Judges snapshots: reads policies, runs them in a sandbox, and keeps their pages true.

mod bless;
mod budget;
mod case;
mod change;
mod context;
mod engine;
pub mod evaluate;
mod example;
mod expectation;
pub mod field_use;
pub mod format;
mod generate;
mod header;
mod interpretation;
mod judge;
mod library;
mod limits;
mod lint;
mod memory;
mod meter;
mod mutation;
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
pub mod scaffold;
mod scene;
mod select;
mod shared;
mod siblings;
mod source;
pub mod syntax;
mod trace;
pub mod types;
mod value;
mod verdict;

pub use bless::{Blessed, bless_cases, bless_page};
pub use case::CaseFile;
pub use example::{ExampleResult, Explained, Failure, run_cases, run_examples};
pub use expectation::Observation;
pub use generate::{CounterExample, Generation, generate};
pub use header::{Header, Param};
pub use judge::Judge;
pub use library::{LibraryFunction, library_functions};
pub use limits::Limits;
pub use lint::{Fix, Lint, LintRule, Subject as LintSubject, lint, lint_pack, lint_rules};
pub use meter::{Meter, Spent};
pub use mutation::{Fate, Mutant, MutantResult, Mutation, mutants, mutate};
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
