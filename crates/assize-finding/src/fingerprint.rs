use std::fmt;

use serde::{Serialize, Serializer};

/// The identity of a finding over time: it survives reordering, re-indenting, re-encoding and a new tool version.
///
/// It is a hash of the rule id, the snapshot's kind and source, the keyed path and a discriminator; never of an array index,
/// a line, or the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// Hashes the parts; their borders count, so `["ab", "c"]` and `["a", "bc"]` differ.
    ///
    /// FNV-1a with 128 bits: stable for ever and the same everywhere, which is what a stored identity needs; it is not a
    /// defence against forgery.
    pub fn of(parts: &[&str]) -> Self {
        const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013B;
        let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        let mut add = |byte: u8| hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
        for part in parts {
            part.bytes().for_each(&mut add);
            // No UTF-8 text holds this byte, so it can end a part.
            add(0xFF);
        }
        Self(hash)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    #[test]
    fn borders_count_and_the_value_is_pinned() {
        assert_ne!(Fingerprint::of(&["ab", "c"]), Fingerprint::of(&["a", "bc"]));
        // Stored in users' baselines: this value may never change.
        assert_eq!(
            Fingerprint::of(&["rule", "kind"]).to_string(),
            "8c225b3865190e9dca9f2977f6a7de23"
        );
    }
}
