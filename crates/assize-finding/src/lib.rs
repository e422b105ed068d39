//! What assize says: the words that every other crate shares.
//!
//! A [`Run`] knows its [`Rule`]s. It yields one [`Judged`] per artifact, in a fixed order; each holds the [`Evaluation`]s
//! of that artifact (one verdict per policy and object) and the [`Finding`]s that no policy made (bad JSON, schema
//! violations). A [`Summary`] closes it. No I/O and no formats here.

mod artifact;
mod baseline;
mod catalogue;
mod evaluation;
mod fingerprint;
mod framework;
mod later;
mod location;
mod outcome;
mod pointer;
mod prose;
mod repository;
mod rule;
mod run;
mod severity;
mod span;
mod summary;
mod trace;
mod waiver;

pub use artifact::{Artifact, Encoding, Role};
pub use baseline::{BaselineCounts, BaselineState, Gone};
pub use catalogue::{
    Catalogue, CatalogueControl, CatalogueExample, CatalogueFramework, CatalogueMapping,
    CataloguePack, CatalogueParam, CataloguePolicy, CatalogueRun, OutcomeCounts,
};
pub use evaluation::{Evaluation, Finding, Judged, Related};
pub use fingerprint::Fingerprint;
pub use framework::Framework;
pub use later::Later;
pub use location::{Excerpt, Location, ValueKind};
pub use outcome::Outcome;
pub use pointer::Pointer;
pub use prose::{Block, Inline};
pub use repository::Repository;
pub use rule::{Control, Rule, RuleIndex};
pub use run::{Disabled, Override, Parameter, Run};
pub use severity::Severity;
pub use span::{Position, Region, Span};
pub use summary::{ComplianceCount, ExitStatus, Status, Summary};
pub use trace::{Trace, TraceKind, TracePlace, TraceStep};
pub use waiver::Waiver;
