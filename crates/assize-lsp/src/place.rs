//! Places, as the protocol writes them.

use lsp_types::{Location, TextDocumentPositionParams, Uri};

use crate::{
    document::{Document, Language},
    fault::Fault,
    policy_file::PolicyFile,
    state::State,
};
use assize_finding::Span;
use std::sync::Arc;

/// A document, and a byte in it.
pub(crate) struct At {
    pub(crate) document: Arc<Document>,
    pub(crate) offset: u32,
}

impl At {
    pub(crate) fn of(state: &State, params: &TextDocumentPositionParams) -> Result<Self, Fault> {
        let document = state.document(&params.text_document.uri)?;
        let offset = document.offset(params.position);
        Ok(Self { document, offset })
    }
}

/// The policy of a document, where it is a script.
pub(crate) fn policy_of(state: &State, uri: &Uri) -> Result<Option<PolicyFile>, Fault> {
    let document = state.document(uri)?;
    if document.language != Language::Policy {
        return Ok(None);
    }
    PolicyFile::of(state, &document).map(Some)
}

/// A span of a document as a place of its own.
pub(crate) fn location(document: &Document, span: Span) -> Location {
    Location::new(document.uri.clone(), document.range(span))
}
