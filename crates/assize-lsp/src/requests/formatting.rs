use assize_finding::Span;
use assize_policy::format::format;
use lsp_types::{DocumentFormattingParams, TextEdit};

use crate::{document::Language, fault::Fault, state::State};

/// What the house style makes of the policy; the editor's own wishes for blanks have no say in it.
pub(crate) fn answer(
    state: &State,
    params: DocumentFormattingParams,
) -> Result<Option<Vec<TextEdit>>, Fault> {
    let document = state.document(&params.text_document.uri)?;
    if document.language != Language::Policy {
        return Ok(None);
    }
    let text = document.text();
    let formatted = format(text).map_err(|error| Fault::refused(error.to_string()))?;
    if formatted == text {
        return Ok(Some(Vec::new()));
    }
    let (span, new) = changed(text, &formatted);
    Ok(Some(vec![TextEdit::new(
        document.range(span),
        new.to_owned(),
    )]))
}

/// The part that differs: what is the same before and behind it stays, and so do the places that an editor keeps there.
fn changed<'n>(old: &str, new: &'n str) -> (Span, &'n str) {
    let same = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b);
    let start = old.floor_char_boundary(same.count());
    let (rest, new_rest) = (&old.as_bytes()[start..], &new.as_bytes()[start..]);
    let pairs = rest.iter().rev().zip(new_rest.iter().rev());
    let mut tail = pairs.take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(old.len() - tail) {
        tail -= 1;
    }
    (
        Span::new(start as u32, (old.len() - tail) as u32),
        &new[start..new.len() - tail],
    )
}
