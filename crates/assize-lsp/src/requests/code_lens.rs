use std::sync::Arc;

use assize_finding::Span;
use lsp_types::{CodeLens, CodeLensParams, Command};
use serde_json::json;

use crate::{
    commands,
    document::{Document, Language},
    editor::{lenses, outline},
    fault::Fault,
    policy_file::PolicyFile,
    state::State,
};

pub(crate) fn answer(
    state: &State,
    params: CodeLensParams,
) -> Result<Option<Vec<CodeLens>>, Fault> {
    let document = state.document(&params.text_document.uri)?;
    let lenses = match document.language {
        Language::Policy => of_policy(state, &document)?,
        Language::Page => of_page(state, &document),
        Language::Json => of_snapshot(state, &document),
        Language::Other => Vec::new(),
    };
    Ok(Some(lenses))
}

fn of_policy(state: &State, document: &Arc<Document>) -> Result<Vec<CodeLens>, Fault> {
    let file = PolicyFile::of(state, document)?;
    let entry = lenses::of_policy(&file.scene()).filter(|_| file.page.is_some());
    Ok(entry
        .map(|span| examples(document, span, None))
        .into_iter()
        .collect())
}

fn of_page(state: &State, document: &Arc<Document>) -> Vec<CodeLens> {
    if PolicyFile::of(state, document).is_err() {
        return Vec::new();
    }
    let parts = outline::of_page(document.text());
    let found = lenses::of_page(&parts).into_iter();
    found
        .map(|(span, title)| examples(document, span, title))
        .collect()
}

fn of_snapshot(state: &State, document: &Document) -> Vec<CodeLens> {
    let workspace = state.workspace(document.path.as_deref());
    let snapshot = document.snapshot(&workspace.project.kinds);
    if snapshot.is_none_or(|snapshot| snapshot.kind.is_none()) {
        return Vec::new();
    }
    let arguments = vec![json!({ "uri": document.uri })];
    vec![lens(
        document,
        Span::default(),
        "judge this snapshot",
        commands::JUDGE,
        arguments,
    )]
}

fn examples(document: &Document, span: Span, title: Option<&str>) -> CodeLens {
    let words = if title.is_some() {
        "run this example"
    } else {
        "run examples"
    };
    let arguments = vec![json!({ "uri": document.uri, "title": title })];
    lens(document, span, words, commands::RUN_EXAMPLES, arguments)
}

fn lens(
    document: &Document,
    span: Span,
    title: &str,
    command: &str,
    arguments: Vec<serde_json::Value>,
) -> CodeLens {
    CodeLens {
        range: document.range(span),
        command: Some(Command::new(
            title.to_owned(),
            command.to_owned(),
            Some(arguments),
        )),
        data: None,
    }
}
