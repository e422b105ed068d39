use lsp_types::{DocumentHighlight, DocumentHighlightParams};

use crate::{document::Language, editor::names, fault::Fault, place::At, state::State};

pub(crate) fn answer(
    state: &State,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>, Fault> {
    let At { document, offset } = At::of(state, &params.text_document_position_params)?;
    if document.language != Language::Policy {
        return Ok(None);
    }
    let tree = document.tree();
    let spans = names::meaning(tree, offset).map(|meaning| names::uses(tree, meaning));
    let marked = spans.into_iter().flatten().map(|span| DocumentHighlight {
        range: document.range(span),
        kind: None,
    });
    Ok(Some(marked.collect()))
}
