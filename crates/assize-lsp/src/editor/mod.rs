//! What an editor is told of a policy or a snapshot, without a word of the protocol: texts, spans and bytes in, the same out.

pub(crate) mod completion;
pub(crate) mod cursor;
pub(crate) mod definition;
pub(crate) mod fields;
pub(crate) mod folding;
pub(crate) mod header;
pub(crate) mod hover;
pub(crate) mod lenses;
pub(crate) mod library;
pub(crate) mod names;
pub(crate) mod new_page;
pub(crate) mod outline;
pub(crate) mod resolution;
pub(crate) mod schema_pointer;
pub(crate) mod signature;
pub(crate) mod snapshot;
pub(crate) mod tokens;

mod scene;

pub(crate) use scene::Scene;
