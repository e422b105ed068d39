//! The page of a policy that has none yet.

use super::Scene;

/// The headings of a page, and the three examples that every page has.
pub(crate) fn text(scene: &Scene<'_>) -> String {
    let title = scene
        .header
        .texts("title")
        .first()
        .map_or("Title", |(text, _)| *text);
    format!(
        "# {title}\n\n## What it checks\n\n## Why it matters\n\n## How to fix\n\n## Examples\n\n\
         ### In order\n\n```json pass\n{{}}\n```\n\n\
         ### Not in order\n\n```json fail\n{{}}\n```\n\n\
         ### Not collected\n\n```json indeterminate\n{{}}\n```\n"
    )
}
