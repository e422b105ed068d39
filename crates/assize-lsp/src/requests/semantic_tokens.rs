use assize_finding::Span;
use lsp_types::{
    Position, SemanticToken, SemanticTokenType, SemanticTokens, SemanticTokensParams,
    SemanticTokensResult,
};

use crate::{
    document::Document,
    editor::tokens::{self, Colour, LEGEND},
    fault::Fault,
    place::policy_of,
    state::State,
};

/// The colours, by their place in the answer.
pub(crate) fn legend() -> Vec<SemanticTokenType> {
    LEGEND.map(SemanticTokenType::new).to_vec()
}

pub(crate) fn answer(
    state: &State,
    params: SemanticTokensParams,
) -> Result<Option<SemanticTokensResult>, Fault> {
    let Some(file) = policy_of(state, &params.text_document.uri)? else {
        return Ok(None);
    };
    let mut data = Vec::new();
    let mut last = Position::new(0, 0);
    for (span, colour) in tokens::all(&file.scene()) {
        for span in lines(&file.script, span) {
            data.push(token(&file.script, span, colour, &mut last));
        }
    }
    Ok(Some(SemanticTokensResult::Tokens(SemanticTokens {
        result_id: None,
        data,
    })))
}

/// The parts of a span that lie in one line each: editors take no others.
fn lines(document: &Document, span: Span) -> Vec<Span> {
    let mut start = span.start;
    let text = &document.text()[span.range()];
    let parts = text.split_inclusive('\n').map(|line| {
        let part = Span::new(start, start + line.trim_end().len() as u32);
        start += line.len() as u32;
        part
    });
    parts.filter(|part| part.start < part.end).collect()
}

/// A token, its place counted from the one before.
fn token(document: &Document, span: Span, colour: Colour, last: &mut Position) -> SemanticToken {
    let range = document.range(span);
    let delta_line = range.start.line.saturating_sub(last.line);
    let from = if delta_line == 0 { last.character } else { 0 };
    *last = range.start;
    SemanticToken {
        delta_line,
        delta_start: range.start.character.saturating_sub(from),
        length: range.end.character.saturating_sub(range.start.character),
        token_type: colour as u32,
        token_modifiers_bitset: 0,
    }
}
