//! What is wrong with a document.

use std::sync::Arc;

use assize_finding::{Severity, Span};
use lsp_types::{Diagnostic, DiagnosticSeverity, NumberOrString, Range, Uri};

use crate::{
    document::{Document, Language},
    editor::snapshot,
    policy_file::PolicyFile,
    state::State,
};

/// Who says it.
pub(crate) const SOURCE: &str = "assize";

/// Looks at a document and tells what is wrong with it, unless it is another one by then.
pub(crate) fn tell(state: &State, uri: &Uri) {
    let Some(document) = state.open_document(uri) else {
        return;
    };
    let found = match document.language {
        _ if document.is_too_large() => vec![too_large(&document)],
        Language::Policy => of_policy(state, &document),
        Language::Json => of_snapshot(state, &document),
        Language::Page | Language::Other => Vec::new(),
    };
    state.publish(&document, found);
}

fn too_large(document: &Document) -> Diagnostic {
    let message =
        "the document is too large to be looked at here; `assize check` has no such limit"
            .to_owned();
    diagnostic(
        document.line_range(0),
        DiagnosticSeverity::INFORMATION,
        "input/too-large",
        message,
    )
}

/// A diagnostic under a rule.
pub(crate) fn diagnostic(
    range: Range,
    severity: DiagnosticSeverity,
    rule: &str,
    message: String,
) -> Diagnostic {
    Diagnostic {
        range,
        severity: Some(severity),
        code: Some(NumberOrString::String(rule.to_owned())),
        source: Some(SOURCE.to_owned()),
        message,
        ..Diagnostic::default()
    }
}

fn of_policy(state: &State, document: &Arc<Document>) -> Vec<Diagnostic> {
    let errors = &document.tree().errors;
    if !errors.is_empty() {
        let error = |error: &assize_policy::syntax::SyntaxError| {
            let range = document.range(visible(document, error.span));
            diagnostic(
                range,
                DiagnosticSeverity::ERROR,
                "syntax",
                error.message.clone(),
            )
        };
        return errors.iter().map(error).collect();
    }
    let Ok(file) = PolicyFile::of(state, document) else {
        return Vec::new();
    };
    match file.compile() {
        Ok(_) => Vec::new(),
        Err(error) => {
            let range = document.range_of(error.region);
            vec![diagnostic(
                range,
                DiagnosticSeverity::ERROR,
                "input/unsound-policy",
                error.message,
            )]
        }
    }
}

/// A span that an editor can underline: one without a character is given the one before it.
fn visible(document: &Document, span: Span) -> Span {
    if span.start < span.end {
        return span;
    }
    let text = document.text();
    let end = text.floor_char_boundary((span.end as usize).min(text.len()));
    let start = text[..end]
        .char_indices()
        .next_back()
        .map_or(0, |(at, _)| at);
    Span::new(start as u32, end as u32)
}

fn of_snapshot(state: &State, document: &Arc<Document>) -> Vec<Diagnostic> {
    let workspace = state.workspace(document.path.as_deref());
    let problems = snapshot::problems(document.text(), &workspace.project);
    let told = problems.into_iter().map(|problem| {
        let severity = match problem.severity {
            Severity::Info if !problem.is_incomplete => DiagnosticSeverity::INFORMATION,
            _ => DiagnosticSeverity::ERROR,
        };
        diagnostic(
            document.range(problem.span),
            severity,
            &problem.rule,
            problem.message,
        )
    });
    told.collect()
}
