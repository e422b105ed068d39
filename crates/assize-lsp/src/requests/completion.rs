use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse,
    CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent, MarkupKind, TextEdit,
};

use crate::{
    editor::completion::{self, Suggestion, What},
    fault::Fault,
    place::{At, policy_of},
    state::State,
};

pub(crate) fn answer(
    state: &State,
    params: CompletionParams,
) -> Result<Option<CompletionResponse>, Fault> {
    let place = params.text_document_position;
    let Some(file) = policy_of(state, &place.text_document.uri)? else {
        return Ok(None);
    };
    let at = At::of(state, &place)?;
    let found = completion::at(&file.scene(), at.offset);
    let range = at.document.range(found.span);
    let snippets = state.client.snippets;
    let items = found.list.into_iter().enumerate().map(|(nth, suggestion)| {
        let text = new_text(&suggestion, snippets);
        CompletionItem {
            kind: Some(kind(suggestion.what)),
            // Editors sort by name; what is nearest comes first.
            sort_text: Some(format!("{nth:04}")),
            insert_text_format: (snippets && !suggestion.snippet.is_empty())
                .then_some(InsertTextFormat::SNIPPET),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, text))),
            detail: Some(suggestion.detail).filter(|text| !text.is_empty()),
            documentation: (!suggestion.doc.is_empty()).then(|| markdown(suggestion.doc)),
            label: suggestion.label,
            ..CompletionItem::default()
        }
    });
    Ok(Some(CompletionResponse::List(CompletionList {
        is_incomplete: false,
        items: items.collect(),
    })))
}

fn new_text(suggestion: &Suggestion, snippets: bool) -> String {
    if snippets && !suggestion.snippet.is_empty() {
        suggestion.snippet.clone()
    } else {
        suggestion.label.clone()
    }
}

fn markdown(value: String) -> Documentation {
    Documentation::MarkupContent(MarkupContent {
        kind: MarkupKind::Markdown,
        value,
    })
}

fn kind(what: What) -> CompletionItemKind {
    match what {
        What::Field => CompletionItemKind::FIELD,
        What::Param => CompletionItemKind::CONSTANT,
        What::Variable => CompletionItemKind::VARIABLE,
        What::Function => CompletionItemKind::FUNCTION,
        What::Global => CompletionItemKind::MODULE,
        What::Word => CompletionItemKind::KEYWORD,
        What::Kind => CompletionItemKind::CLASS,
        What::Value => CompletionItemKind::ENUM_MEMBER,
        What::Control => CompletionItemKind::REFERENCE,
        What::Member => CompletionItemKind::PROPERTY,
    }
}
