use std::{cell::OnceCell, sync::Arc};

use assize_policy::{Param, syntax::Tree, types::Types};
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
    types: OnceCell<Types>,
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
            types: OnceCell::new(),
            source,
            tree,
            project,
            pack,
        }
    }

    /// What its expressions are, worked out when it is first asked for.
    pub(crate) fn types(&self) -> &Types {
        self.types.get_or_init(|| {
            Types::of(
                self.source,
                self.tree,
                &self.project.kinds,
                &self.shared_params(),
            )
        })
    }

    /// The kind that the policy is written for.
    pub(crate) fn kind(&self) -> Option<&'a Arc<Kind>> {
        let (name, _) = self.header.texts("kind").into_iter().next()?;
        self.project.kinds.find(name)
    }

    /// The parameters of its pack.
    pub(crate) fn shared_params(&self) -> Vec<Param> {
        let pack = self
            .project
            .packs
            .iter()
            .find(|(name, _)| *name == self.pack);
        pack.map(|(_, pack)| pack.shared_params())
            .unwrap_or_default()
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
        let shared = self.shared_params().into_iter();
        own.chain(shared.map(|param| (param.name, param.doc)))
            .collect()
    }
}
