use lsp_types::{Location, ReferenceParams};

use crate::{
    editor::names,
    fault::Fault,
    place::{At, location, policy_of},
    state::State,
};

pub(crate) fn answer(
    state: &State,
    params: ReferenceParams,
) -> Result<Option<Vec<Location>>, Fault> {
    let place = params.text_document_position;
    if policy_of(state, &place.text_document.uri)?.is_none() {
        return Ok(None);
    }
    let at = At::of(state, &place)?;
    let tree = at.document.tree();
    let Some(meaning) = names::meaning(tree, at.offset) else {
        return Ok(None);
    };
    let first = usize::from(!params.context.include_declaration);
    let spans = names::uses(tree, meaning).into_iter().skip(first);
    Ok(Some(
        spans.map(|span| location(&at.document, span)).collect(),
    ))
}
