#![expect(
    clippy::mutable_key_type,
    reason = "the protocol's type of edits has addresses for keys"
)]

use std::collections::HashMap;

use lsp_types::{
    PrepareRenameResponse, RenameParams, TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};

use crate::{
    document::Language,
    editor::names::{self, Meaning},
    fault::Fault,
    place::At,
    state::State,
};

pub(crate) fn prepare(
    state: &State,
    params: TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>, Fault> {
    let at = At::of(state, &params)?;
    let Some(spans) = renamed(&at) else {
        return Ok(None);
    };
    let covers = |span: &&assize_finding::Span| span.start <= at.offset && at.offset <= span.end;
    let here = spans.iter().find(covers);
    Ok(here.map(|span| PrepareRenameResponse::Range(at.document.range(*span))))
}

pub(crate) fn answer(state: &State, params: RenameParams) -> Result<Option<WorkspaceEdit>, Fault> {
    let at = At::of(state, &params.text_document_position)?;
    let name = params.new_name;
    if !names::is_name(&name) {
        return Err(Fault::arguments(format!(
            "`{name}` is no name; expected letters, digits and `_`, and no word of the language"
        )));
    }
    let Some(spans) = renamed(&at) else {
        return Ok(None);
    };
    let edits = spans
        .into_iter()
        .map(|span| TextEdit::new(at.document.range(span), name.clone()));
    let changes = HashMap::from([(at.document.uri.clone(), edits.collect())]);
    Ok(Some(WorkspaceEdit::new(changes)))
}

/// The places that get another name. `check` and `change` keep theirs: the engine calls them by it.
fn renamed(at: &At) -> Option<Vec<assize_finding::Span>> {
    if at.document.language != Language::Policy {
        return None;
    }
    let tree = at.document.tree();
    let meaning = names::meaning(tree, at.offset)?;
    let is_called_by_name = matches!(meaning, Meaning::Function(_))
        && ["check", "change"].contains(&meaning.name().text.as_str());
    (!is_called_by_name).then(|| names::uses(tree, meaning))
}
