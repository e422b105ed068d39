use lsp_types::{FoldingRange, FoldingRangeParams};

use crate::{
    document::Language,
    editor::{folding, outline},
    fault::Fault,
    state::State,
};

pub(crate) fn answer(
    state: &State,
    params: FoldingRangeParams,
) -> Result<Option<Vec<FoldingRange>>, Fault> {
    let document = state.document(&params.text_document.uri)?;
    let spans = match document.language {
        Language::Policy => folding::of_policy(document.tree()),
        Language::Page => outline::spans(&outline::of_page(document.text())),
        Language::Json | Language::Other => return Ok(None),
    };
    let ranges = spans.into_iter().map(|span| document.range(span));
    let several_lines = ranges.filter(|range| range.start.line < range.end.line);
    let folds = several_lines.map(|range| FoldingRange {
        start_line: range.start.line,
        end_line: range.end.line,
        ..FoldingRange::default()
    });
    Ok(Some(folds.collect()))
}
