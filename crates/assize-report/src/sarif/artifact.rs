use assize_finding::{Artifact, Role};
use serde_json::Value;
use serde_sarif::sarif;

use super::{properties::properties, uri};

/// The one `uriBaseId`: paths are relative to the root of the run, which a log does not need to name.
pub(crate) const SOURCE_ROOT: &str = "%SRCROOT%";

/// How results refer to their artifact.
pub(crate) struct ArtifactPlace {
    uri: String,
    /// The index in `run.artifacts`, where the log has those.
    index: Option<i64>,
}

impl ArtifactPlace {
    pub(crate) fn new(artifact: &Artifact, index: Option<usize>) -> Self {
        let index = index.and_then(|index| i64::try_from(index).ok());
        Self {
            uri: uri::from_path(&artifact.path),
            index,
        }
    }

    /// A file that is none of the run's artifacts, or whose index is not known yet.
    pub(crate) fn outside(path: &str) -> Self {
        Self {
            uri: uri::from_path(path),
            index: None,
        }
    }

    pub(crate) fn location(&self) -> sarif::ArtifactLocation {
        let mut location = sarif::ArtifactLocation::builder()
            .uri(self.uri.as_str())
            .uri_base_id(SOURCE_ROOT)
            .build();
        location.index = self.index;
        location
    }
}

/// The entry of `run.artifacts`.
pub(crate) fn entry(artifact: &Artifact, place: &ArtifactPlace) -> sarif::Artifact {
    let (role, mime_type) = match artifact.role {
        Role::Snapshot => ("analysisTarget", Some("application/json")),
        Role::Policy => ("policy", None),
        Role::Configuration => ("userSpecifiedConfiguration", None),
    };
    let mut entry = sarif::Artifact::builder()
        .location(place.location())
        .roles(vec![Value::from(role)])
        .build();
    entry.length = i64::try_from(artifact.length).ok();
    entry.mime_type = mime_type.map(str::to_owned);
    entry.encoding = artifact
        .encoding
        .map(|encoding| encoding.as_str().to_owned());
    let hash = artifact.sha256.clone();
    entry.hashes = hash.map(|hash| [("sha-256".to_owned(), hash)].into());
    let kind = artifact.kind.as_deref();
    entry.properties = properties([
        kind.map(|kind| ("assize/kind", Value::from(kind))),
        artifact
            .source
            .as_deref()
            .map(|source| ("assize/source", Value::from(source))),
        artifact
            .schema
            .as_deref()
            .map(|schema| ("assize/schema", Value::from(schema))),
    ]);
    entry
}
