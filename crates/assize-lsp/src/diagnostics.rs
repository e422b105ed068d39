//! What is wrong with a document.

use std::sync::Arc;

use assize_finding::{Severity, Span};
use assize_policy::Lint;
use lsp_types::{Diagnostic, DiagnosticSeverity, DiagnosticTag, NumberOrString, Range, Uri};

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
    let Ok(file) = PolicyFile::of(state, document) else {
        return Vec::new();
    };
    let lints = file.lints();
    lints.iter().map(|lint| of_lint(document, lint)).collect()
}

/// A lint, as the protocol writes it.
pub(crate) fn of_lint(document: &Document, lint: &Lint) -> Diagnostic {
    let range = document.range(visible(document, lint.span));
    let is_idle = ["lint/unused-", "lint/unreachable-"]
        .iter()
        .any(|begin| lint.rule.starts_with(begin));
    Diagnostic {
        tags: is_idle.then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..diagnostic(range, level(lint.severity), lint.rule, lint.message.clone())
    }
}

/// How bad something is, in the protocol's words.
pub(crate) fn level(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Critical | Severity::High => DiagnosticSeverity::ERROR,
        Severity::Medium | Severity::Low => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
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
    let kinds = &workspace.project.kinds;
    let problems = match document.snapshot(kinds) {
        Some(snapshot) => snapshot::problems(&snapshot),
        None => snapshot::mistake(document.text(), kinds)
            .into_iter()
            .collect(),
    };
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
