use assize_policy::{Page, Policy, Source, SourceError, pack_of};

use crate::{fit::check_against_kind, load::Project};

impl Project {
    /// Compiles a policy from a text that no file may hold yet, as a run would with the project's packs and kinds; parameters
    /// are as they are by default.
    pub fn compile(&self, id: &str, source: Source, page: Page) -> Result<Policy, SourceError> {
        let shared = self.packs.shared(pack_of(id));
        let policy = Policy::in_pack(id, source, page, &shared, &self.options.limits)?;
        check_against_kind(policy, &self.kinds)
    }
}
