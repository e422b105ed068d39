//! Rewrites what examples and cases expect to what the policy says. Nothing else in the text changes.

use crate::{
    case::CaseFile,
    example::{ExampleResult, Failure},
    expectation::{Expectation, Observation},
    page::Page,
};

/// A text with other expectations.
#[derive(Debug, Clone)]
pub struct Blessed {
    /// The whole text.
    pub text: String,
    /// What changed: the line, what was expected, and what is.
    pub changes: Vec<(u32, String, String)>,
}

/// Rewrites the info strings of the examples that failed. The error says which example cannot be blessed, and why: then nothing
/// of the page may change.
pub fn bless_page(text: &str, results: &[ExampleResult]) -> Result<Blessed, String> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let mut changes = Vec::new();
    for result in results {
        let Some(verdicts) = wanted(result)? else {
            continue;
        };
        let own = |reason: &str| format!("{}:{}: {reason}", result.path, result.line);
        let line = lines.get_mut(result.line as usize - 1);
        let line = line.ok_or_else(|| own("the page has changed"))?;
        let info = Expectation::replaced(&result.expected, &verdicts)
            .ok_or_else(|| own("the info string is in no order that can be rewritten"))?;
        let at = line
            .rfind(&result.expected)
            .ok_or_else(|| own("the page has changed"))?;
        line.replace_range(at..at + result.expected.len(), &info);
        changes.push((result.line, result.expected.clone(), info));
    }
    let text = lines.concat();
    holds_page(&text, &changes)?;
    Ok(Blessed { text, changes })
}

/// Rewrites `expect` of the cases that failed, under the same rules.
pub fn bless_cases(
    text: &str,
    file: &CaseFile,
    results: &[ExampleResult],
) -> Result<Blessed, String> {
    let mut text = text.to_owned();
    let mut changes = Vec::new();
    // From the end, so that places before it stay.
    for (case, result) in file.cases.iter().zip(results).rev() {
        let Some(verdicts) = wanted(result)? else {
            continue;
        };
        let value = serde_json::Value::from(verdicts.as_str()).to_string();
        text.replace_range(case.expect.clone(), &value);
        changes.push((result.line, result.expected.clone(), verdicts));
    }
    changes.reverse();
    let again = CaseFile::read(&file.path, &text).map_err(|error| error.to_string())?;
    let infos = again.cases.iter().map(|case| case.example.info.as_str());
    let all_there = changes
        .iter()
        .all(|(_, _, verdicts)| infos.clone().any(|info| info == verdicts));
    if !all_there {
        return Err(format!(
            "{}: what was found cannot be written down",
            file.path
        ));
    }
    Ok(Blessed { text, changes })
}

/// What a failed example should expect; `None` for one that passes.
fn wanted(result: &ExampleResult) -> Result<Option<String>, String> {
    let own = |reason: &str| format!("{}:{}: {reason}", result.path, result.line);
    let found = match &result.failure {
        None => return Ok(None),
        Some(Failure::Unusable(reason)) => return Err(own(reason)),
        Some(Failure::Differs { found, .. }) => found,
    };
    let verdicts = Observation::expected(found)
        .ok_or_else(|| own("the policy ended in an error, which no example may expect"))?;
    let again = Expectation::parse_verdicts(&verdicts);
    let reads_back = again.is_ok_and(|again| {
        let again: Vec<_> = again.iter().map(ToString::to_string).collect();
        again.join(", ") == verdicts
    });
    if !reads_back || verdicts.contains(['`', '\n', '\r']) {
        return Err(own(
            "a path that was found does not fit into an info string",
        ));
    }
    Ok(Some(verdicts))
}

/// Whether a page, read again, says what was written.
fn holds_page(text: &str, changes: &[(u32, String, String)]) -> Result<(), String> {
    let page = Page::read("", text);
    for (line, _, info) in changes {
        let mut examples = page.examples.iter();
        let is_there = examples.any(|own| own.line == *line && own.info == *info);
        if !is_there {
            return Err(format!(
                "line {line}: what was found cannot be written down"
            ));
        }
    }
    Ok(())
}
