use std::collections::HashMap;

use assize_policy::{Fix, Lint};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CreateFile,
    DocumentChangeOperation, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    Position, Range, ResourceOp, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use crate::{
    diagnostics::of_lint, document::Document, editor::new_page, fault::Fault, place::policy_of,
    policy_file::PolicyFile, state::State, uri,
};

pub(crate) fn answer(
    state: &State,
    params: CodeActionParams,
) -> Result<Option<Vec<CodeActionOrCommand>>, Fault> {
    let Some(file) = policy_of(state, &params.text_document.uri)? else {
        return Ok(None);
    };
    let actions = fixes(&file, params.range)
        .into_iter()
        .chain(create_page(state, &file));
    Ok(Some(actions.map(CodeActionOrCommand::CodeAction).collect()))
}

/// What mends the lints at a place.
fn fixes(file: &PolicyFile, range: Range) -> Vec<CodeAction> {
    let script = &file.script;
    let (start, end) = (script.offset(range.start), script.offset(range.end));
    let is_here = |lint: &&Lint| lint.span.start <= end && start <= lint.span.end;
    let lints = file.lints();
    let here = lints.iter().filter(is_here);
    here.filter_map(|lint| Some(fix(script, lint, lint.fix.as_ref()?)))
        .collect()
}

#[expect(
    clippy::mutable_key_type,
    reason = "the protocol's type of edits has addresses for keys"
)]
fn fix(script: &Document, lint: &Lint, fix: &Fix) -> CodeAction {
    let edits = fix.edits.iter();
    let edits = edits.map(|(span, text)| TextEdit::new(script.range(*span), text.clone()));
    let changes = HashMap::from([(script.uri.clone(), edits.collect())]);
    CodeAction {
        title: fix.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![of_lint(script, lint)]),
        edit: Some(WorkspaceEdit::new(changes)),
        is_preferred: Some(true),
        ..CodeAction::default()
    }
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
