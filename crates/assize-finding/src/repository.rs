/// The version of the files that a run read, where they are under version control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// The address of the repository, without a user name or a password.
    pub uri: String,
    /// The commit.
    pub revision: Option<String>,
    /// The branch.
    pub branch: Option<String>,
}
