use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use crate::{
    document::{Document, Language},
    editor::{hover, snapshot},
    fault::Fault,
    place::At,
    policy_file::PolicyFile,
    state::State,
};

pub(crate) fn answer(state: &State, params: HoverParams) -> Result<Option<Hover>, Fault> {
    let At { document, offset } = At::of(state, &params.text_document_position_params)?;
    let found = match document.language {
        Language::Policy => {
            let file = PolicyFile::of(state, &document)?;
            let found = hover::at(&file.scene(), offset);
            found.or_else(|| {
                hover::of_title(
                    &file.scene(),
                    offset,
                    file.page.as_ref().map(|page| page.text()),
                )
            })
        }
        Language::Json => of_snapshot(state, &document, offset),
        Language::Page | Language::Other => None,
    };
    Ok(found.map(|hover| translated(&document, hover)))
}

fn of_snapshot(state: &State, document: &Document, offset: u32) -> Option<hover::Hover> {
    let workspace = state.workspace(document.path.as_deref());
    let snapshot = document.snapshot(&workspace.project.kinds)?;
    snapshot::hover(&snapshot, &workspace.project, offset)
}

fn translated(document: &Document, hover: hover::Hover) -> Hover {
    Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value: hover.text,
        }),
        range: Some(document.range(hover.span)),
    }
}
