use std::path::PathBuf;

use assize_policy::SourceError;
use assize_snapshot::KindError;

/// Why a run cannot begin, or cannot go on: the command line, a configuration or the file system is at fault.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A folder holds nothing of what it was named for.
    #[error("{} holds no {what}", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
    /// A kind's schema is unusable.
    #[error(transparent)]
    Kind(#[from] KindError),
    /// A `pack.toml` is not as it should be.
    #[error("{}: {message}", path.display())]
    Pack {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the place in the file.
        message: String,
    },
    /// The schema of a kind cannot be used.
    #[error("{}: {error}", path.display())]
    Schema {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: KindError,
    },
    /// Two files claim one policy id.
    #[error("two policies have the id `{id}`: {first} and {second}")]
    SameId {
        /// The id.
        id: String,
        /// The first file.
        first: String,
        /// The second file.
        second: String,
    },
    /// A file of configuration is not as it should be; the message names each place.
    #[error("{0}")]
    Configuration(String),
    /// A name on the command line is nobody's.
    #[error("{0}")]
    Unknown(String),
    /// A policy names a kind or a field that does not exist.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A report cannot be written.
    #[error("cannot write: {0}")]
    Write(#[from] std::io::Error),
}
