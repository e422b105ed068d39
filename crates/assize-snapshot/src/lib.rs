//! Reads snapshots: bytes to a [`Document`] that knows where each value stands, its [`Kind`], its one normalised form.
//!
//! ```
//! use assize_snapshot::{Kinds, Reader, Snapshot, Value, intern};
//!
//! let kinds = Kinds::shipped()?;
//! let document = Reader::default().read(br#"{"a": [true, 12]}"#.to_vec())?;
//! let list = document.member(document.root(), intern("a")).unwrap();
//! let last = document.children(list).last().unwrap();
//! assert_eq!(document.value(last), Value::Int(12));
//! assert_eq!(document.pointer(last).as_str(), "/a/1");
//! let snapshot = Snapshot::new(document, &kinds, None)?;
//! assert_eq!(snapshot.problems[0].rule, "input/unknown-kind");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decode;
mod document;
pub mod draft;
mod envelope;
mod evidence;
mod guess;
mod keys;
mod kind;
mod lookup;
mod normalise;
mod origin;
mod pair;
mod parse;
mod path;
mod place;
mod problem;
mod reader;
mod schema;
mod shape;
mod snapshot;
mod spelling;
mod tape;
mod tape_json;
mod valid;
mod value;
mod wrapper;

pub use decode::EncodingError;
pub use document::{Document, NodeId};
pub use evidence::CollectorError;
pub use keys::{Symbol, intern, name_of};
pub use kind::{Kind, KindError, Kinds};
pub use origin::{Origin, Tenant, TenantForm};
pub use pair::{Counterparts, Pair, pairs};
pub use parse::{MAX_DEPTH, SyntaxError};
pub use place::PositionCursor;
pub use problem::{Place, Problem};
pub use reader::{ReadError, Reader};
pub use schema::{Meaning, PlaceId, Schema, SchemaField, SchemaPlace, SchemaTypes};
pub use shape::{ShapeId, Shapes};
pub use snapshot::Snapshot;
pub use spelling::{
    duration as parse_duration, format_time, is_truncated, time as parse_time,
    version as parse_version,
};
pub use value::Value;

/// The name nearest to a misspelt one, if one is near enough to be what was meant.
pub fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // What is longer is no misspelt name, and comparing takes time with the square of the length.
    if name.len() > 100 {
        return None;
    }
    let lower = name.to_lowercase();
    let scored = names
        .into_iter()
        .map(|own| (strsim::jaro_winkler(&lower, &own.to_lowercase()), own));
    let best =
        scored.max_by(|left, right| left.0.total_cmp(&right.0).then_with(|| right.1.cmp(left.1)));
    best.filter(|(score, _)| *score >= 0.8).map(|(_, own)| own)
}
