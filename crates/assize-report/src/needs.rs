use std::ops::{BitOr, BitOrAssign};

/// What a format needs computed while the sources are at hand. Several formats of one run are united with `|`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "five independent needs, each read alone"
)]
pub struct Needs {
    /// `Location::excerpt`, for findings.
    pub excerpts: bool,
    /// `Location::line_hash`, for findings.
    pub line_hashes: bool,
    /// `Artifact::sha256`.
    pub sha256: bool,
    /// Evaluations that passed are shown, so they must be located. Elsewhere they are only counted.
    pub passes: bool,
    /// `Location::content`, for findings.
    pub contents: bool,
}

impl Needs {
    /// What needs nothing.
    pub const NOTHING: Self = Self {
        excerpts: false,
        line_hashes: false,
        sha256: false,
        passes: false,
        contents: false,
    };
}

impl BitOr for Needs {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self {
            excerpts: self.excerpts | other.excerpts,
            line_hashes: self.line_hashes | other.line_hashes,
            sha256: self.sha256 | other.sha256,
            passes: self.passes | other.passes,
            contents: self.contents | other.contents,
        }
    }
}

impl BitOrAssign for Needs {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}
