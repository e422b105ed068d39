use std::io;

use assize_finding::ExitStatus;
use assize_project::ProjectError;

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The project cannot be loaded or checked.
    Project(ProjectError),
    /// A report cannot be written.
    Write { target: String, error: io::Error },
    /// An argument is at fault.
    Usage(String),
}

impl Failure {
    /// Usage, configuration and the file system share one exit status.
    pub(crate) const EXIT: ExitStatus = ExitStatus::Usage;
}

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Self {
        Self::Project(error)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Project(error) => write!(f, "{error}"),
            Self::Write { target, error } => write!(f, "cannot write {target}: {error}"),
            Self::Usage(message) => f.write_str(message),
        }
    }
}
