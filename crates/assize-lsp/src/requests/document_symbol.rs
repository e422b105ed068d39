use lsp_types::{DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolKind};

use crate::{
    document::{Document, Language},
    editor::outline::{self, Made, Part},
    fault::Fault,
    policy_file::PolicyFile,
    state::State,
};

pub(crate) fn answer(
    state: &State,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>, Fault> {
    let document = state.document(&params.text_document.uri)?;
    let parts = match document.language {
        Language::Policy => outline::of_policy(&PolicyFile::of(state, &document)?.scene()),
        Language::Page => outline::of_page(document.text()),
        Language::Json | Language::Other => return Ok(None),
    };
    let symbols = parts
        .into_iter()
        .map(|part| symbol(&document, part))
        .collect();
    Ok(Some(DocumentSymbolResponse::Nested(symbols)))
}

#[expect(
    deprecated,
    reason = "the type has the field, and nobody else can leave it out"
)]
fn symbol(document: &Document, part: Part) -> DocumentSymbol {
    let parts = part.parts.into_iter().map(|part| symbol(document, part));
    DocumentSymbol {
        name: part.name,
        detail: Some(part.detail).filter(|text| !text.is_empty()),
        kind: match part.what {
            Made::Header => SymbolKind::CONSTANT,
            Made::Param => SymbolKind::ENUM_MEMBER,
            Made::Function => SymbolKind::FUNCTION,
            Made::Section => SymbolKind::NAMESPACE,
            Made::Example => SymbolKind::EVENT,
        },
        tags: None,
        deprecated: None,
        range: document.range(part.whole),
        selection_range: document.range(part.named),
        children: Some(parts.collect()),
    }
}
