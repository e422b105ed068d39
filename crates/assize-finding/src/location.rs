use std::ops::Range;

use serde::Serialize;

use crate::{Pointer, Position, Region};

/// Where something is, in an artifact that the surrounding [`crate::Judged`] names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The JSON Pointer in the file as written; `None` in a file that is not JSON, such as a policy.
    pub pointer: Option<Pointer>,
    /// The human path, with array elements named by their identity: `AcceptedDomain[contoso.com].Enabled`.
    /// It does not move when an array is reordered. Empty for the whole document.
    pub path: String,
    /// The text range; `None` where the whole file is meant.
    pub region: Option<Region>,
    /// What the place holds.
    pub value_kind: ValueKind,
    /// The field in question is absent: `path` names it, while `pointer` and `region` show the object that lacks it.
    pub absent: bool,
    /// The text around the region; present where a format asked for it.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
    /// GitHub's `primaryLocationLineHash` of the region's first line; present where a format asked for it.
    #[serde(skip)]
    pub line_hash: Option<String>,
    /// A hash of what the place holds, whatever its spelling; present where a format or a waiver asked for it.
    #[serde(skip)]
    pub content: Option<String>,
}

impl Location {
    /// The first character; files without a region begin at 1:1.
    pub fn start(&self) -> Position {
        self.region
            .map_or(Position::new(1, 1), |region| region.start)
    }
}

/// What a location holds, in SARIF's words for JSON (section 3.33.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueKind {
    /// An object.
    Object,
    /// An array.
    Array,
    /// A member of an object that is neither object nor array.
    Property,
    /// An element of an array that is neither object nor array, or text that is not JSON.
    Value,
}

/// A few lines of source around a region. Long lines are cut around the region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line number of the first line of `text`.
    pub first_line: u32,
    /// The lines, with `\n` between them and none at the end. Control characters are as in the source: escape before printing.
    pub text: String,
    /// The region's part of `text`, in bytes.
    pub highlight: Range<usize>,
    /// Something was cut from one of the lines.
    pub cut: bool,
}
