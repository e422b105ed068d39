//! A policy with its page and the workspace that it lives in.

use std::sync::Arc;

use assize_policy::{Lint, LintSubject, Page, Policy, Source, SourceError, lint, pack_of};

use crate::{
    document::{Document, Language},
    editor::Scene,
    fault::Fault,
    state::State,
    workspace::Workspace,
};

/// A policy that is being written.
pub(crate) struct PolicyFile {
    pub(crate) id: String,
    pub(crate) script: Arc<Document>,
    /// The page beside it, where there is one.
    pub(crate) page: Option<Arc<Document>>,
    pub(crate) workspace: Arc<Workspace>,
}

impl PolicyFile {
    /// The policy of a document: of a script, or of the page beside one.
    pub(crate) fn of(state: &State, document: &Arc<Document>) -> Result<Self, Fault> {
        let path = document.path.as_deref();
        let beside = |extension: &str| state.document_at(&path?.with_extension(extension));
        let (script, page) = match document.language {
            Language::Policy => (Arc::clone(document), beside("md")),
            Language::Page => {
                let script = beside("rhai")
                    .ok_or_else(|| Fault::refused("no policy stands beside this page"))?;
                (script, Some(Arc::clone(document)))
            }
            _ => return Err(Fault::refused("this is no policy and no page of one")),
        };
        let workspace = state.workspace(path);
        let id = match path {
            Some(path) => workspace.site.policy_id(path),
            None => "untitled".to_owned(),
        };
        Ok(Self {
            id,
            script,
            page,
            workspace,
        })
    }

    /// Compiles it as a run would.
    pub(crate) fn compile(&self) -> Result<Policy, SourceError> {
        let source = Source {
            path: self.script.uri.as_str().to_owned(),
            text: self.script.text().to_owned(),
        };
        let text = self.page.as_ref().map_or("", |page| page.text());
        let page = Page::read(&format!("{}.md", self.id), text);
        self.workspace.project.compile(&self.id, source, page)
    }

    /// What is wrong with it, or likely to be. What is said of its page is left out while there is none.
    pub(crate) fn lints(&self) -> Vec<Lint> {
        let scene = self.scene();
        // A source that cannot be read need not be given to the engine, which says less of it.
        let compiled = scene.tree.errors.is_empty().then(|| self.compile().err());
        let page = self
            .page
            .as_ref()
            .map(|page| Page::read(&format!("{}.md", self.id), page.text()));
        let project = &self.workspace.project;
        let pack = project.packs.iter().find(|(name, _)| *name == scene.pack);
        lint(&LintSubject {
            source: scene.source,
            tree: scene.tree,
            types: scene.types(),
            kinds: &project.kinds,
            page: page.as_ref(),
            pack: pack.map(|(_, pack)| pack),
            error: compiled.flatten().as_ref(),
        })
    }

    /// What the editor's functions look at.
    pub(crate) fn scene(&self) -> Scene<'_> {
        let tree = self.script.tree();
        Scene::new(
            self.script.text(),
            tree,
            &self.workspace.project,
            pack_of(&self.id),
        )
    }
}
