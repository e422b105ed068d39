use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CreateFile,
    DocumentChangeOperation, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    Position, Range, ResourceOp, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use crate::{
    editor::new_page, fault::Fault, place::policy_of, policy_file::PolicyFile, state::State, uri,
};

pub(crate) fn answer(
    state: &State,
    params: CodeActionParams,
) -> Result<Option<Vec<CodeActionOrCommand>>, Fault> {
    let Some(file) = policy_of(state, &params.text_document.uri)? else {
        return Ok(None);
    };
    let actions = create_page(state, &file).into_iter();
    Ok(Some(actions.map(CodeActionOrCommand::CodeAction).collect()))
}

/// Writes the page of a policy that has none.
fn create_page(state: &State, file: &PolicyFile) -> Option<CodeAction> {
    if file.page.is_some() || !state.client.creates_files {
        return None;
    }
    let page = uri::of_path(&file.script.path.as_ref()?.with_extension("md"))?;
    let text = new_page::text(&file.scene());
    Some(CodeAction {
        title: "Create the page of this policy".to_owned(),
        kind: Some(CodeActionKind::REFACTOR),
        edit: Some(WorkspaceEdit {
            document_changes: Some(DocumentChanges::Operations(new_file(page, text))),
            ..WorkspaceEdit::default()
        }),
        ..CodeAction::default()
    })
}

fn new_file(uri: Uri, text: String) -> Vec<DocumentChangeOperation> {
    let create = CreateFile {
        uri: uri.clone(),
        options: None,
        annotation_id: None,
    };
    let start = Range::new(Position::new(0, 0), Position::new(0, 0));
    let edit = TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
        edits: vec![OneOf::Left(TextEdit::new(start, text))],
    };
    vec![
        DocumentChangeOperation::Op(ResourceOp::Create(create)),
        DocumentChangeOperation::Edit(edit),
    ]
}
