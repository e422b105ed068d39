//! `assize.runExamples`: the examples of a policy's page, against the policy as it stands in the editor.

use assize_policy::{ExampleResult, Limits, run_examples};
use lsp_types::{DiagnosticSeverity, MessageType};
use serde_json::{Value, json};

use super::Argument;
use crate::{
    diagnostics::{diagnostic, tell},
    document::Document,
    fault::Fault,
    policy_file::PolicyFile,
    state::State,
};

/// The rule under which examples fail here.
const RULE: &str = "test/example";

pub(super) fn run(state: &State, argument: &Argument) -> Result<Option<Value>, Fault> {
    let document = state.document(&argument.uri)?;
    let file = PolicyFile::of(state, &document)?;
    let page = file
        .page
        .clone()
        .ok_or_else(|| Fault::refused("the policy has no page, and so no examples"))?;
    let policy = file
        .compile()
        .map_err(|error| Fault::refused(error.message))?;
    let mut results = run_examples(&policy, &file.workspace.project.kinds, &Limits::default());
    let is_meant = |result: &ExampleResult| {
        argument
            .title
            .as_ref()
            .is_none_or(|title| result.title == *title)
    };
    results.retain(is_meant);
    let failures = results
        .iter()
        .filter_map(|result| Some((result, result.failure.as_ref()?)));
    let found = failures.map(|(result, failure)| {
        let range = page.line_range(result.line.saturating_sub(1));
        diagnostic(
            range,
            DiagnosticSeverity::ERROR,
            RULE,
            failure.text().to_owned(),
        )
    });
    let found: Vec<_> = found.collect();
    let (failed, all) = (found.len(), results.len());
    show(state, &page, failed, all);
    if state.keep_found(&page, found) {
        tell(state, &page.uri);
    }
    Ok(Some(json!({ "passed": all - failed, "failed": failed })))
}

fn show(state: &State, page: &Document, failed: usize, all: usize) {
    let name = page.path.as_ref().and_then(|path| path.file_stem());
    let name = name.unwrap_or_default().to_string_lossy();
    let (typ, message) = match (failed, all) {
        (_, 0) => (
            MessageType::WARNING,
            format!("{name}: the page has no example"),
        ),
        (0, all) => (
            MessageType::INFO,
            format!("{name}: every example does what it says ({all})"),
        ),
        (failed, all) => (
            MessageType::ERROR,
            format!("{name}: {failed} of {all} examples failed"),
        ),
    };
    state.show(typ, message);
}
