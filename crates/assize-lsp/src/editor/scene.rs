use std::sync::Arc;

use assize_policy::syntax::Tree;
use assize_project::Project;
use assize_snapshot::Kind;

use super::header::Header;

/// A policy that is being written, and what it is written among.
pub(crate) struct Scene<'a> {
    pub(crate) source: &'a str,
    pub(crate) tree: &'a Tree,
    pub(crate) header: Header<'a>,
    pub(crate) project: &'a Project,
    /// The name of its pack; empty where it is in none.
    pub(crate) pack: &'a str,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(
        source: &'a str,
        tree: &'a Tree,
        project: &'a Project,
        pack: &'a str,
    ) -> Self {
        Self {
            header: Header::of(tree),
            source,
            tree,
            project,
            pack,
        }
    }

    /// The kind that the policy is written for.
    pub(crate) fn kind(&self) -> Option<&'a Arc<Kind>> {
        let (name, _) = self.header.texts("kind").into_iter().next()?;
        self.project.kinds.find(name)
    }

    /// The parameters: those of the header, then those of the pack, each with what it means.
    pub(crate) fn params(&self) -> Vec<(String, String)> {
        let own = self.header.params().into_iter();
        let own = own.map(|param| {
            (
                param.name.text.clone(),
                param.doc.unwrap_or_default().to_owned(),
            )
        });
        let pack = self
            .project
            .packs
            .iter()
            .find(|(name, _)| *name == self.pack);
        let shared = pack.into_iter().flat_map(|(_, pack)| pack.shared_params());
        own.chain(shared.map(|param| (param.name, param.doc)))
            .collect()
    }
}
