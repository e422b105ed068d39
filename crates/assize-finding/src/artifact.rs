use serde::Serialize;

/// A file that was read: a snapshot or a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Artifact {
    /// The path relative to the root of the run, with `/` between its parts and no `./` in front; not percent-encoded.
    /// Standard input is `stdin`.
    pub path: String,
    /// What the file is to the run.
    pub role: Role,
    /// The snapshot's kind, where it is known.
    pub kind: Option<String>,
    /// What the snapshot was taken of, such as `tenant=contoso.onmicrosoft.com`, where the file says so.
    pub source: Option<String>,
    /// A hash of the schema of its kind; computed only for formats that print it.
    pub schema: Option<String>,
    /// The size in bytes as stored.
    pub length: u64,
    /// The SHA-256 of the bytes as stored, in lower-case hexadecimal; computed only for formats that print it.
    pub sha256: Option<String>,
    /// How the text was stored.
    pub encoding: Option<Encoding>,
}

/// What a file is to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// A file that was judged.
    Snapshot,
    /// A policy script.
    Policy,
    /// A file that says how to judge, such as `waivers.toml`.
    Configuration,
}

/// A text encoding that snapshots arrive in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "UTF-8")]
    Utf8,
    /// UTF-16, little endian.
    #[serde(rename = "UTF-16LE")]
    Utf16Le,
    /// UTF-16, big endian.
    #[serde(rename = "UTF-16BE")]
    Utf16Be,
}

impl Encoding {
    /// The IANA name, as SARIF wants it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        }
    }
}
