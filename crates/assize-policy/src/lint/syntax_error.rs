use assize_finding::Severity;

use super::{LintRule, Report, Subject};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/syntax-error",
    severity: Severity::High,
    title: "The source can be read",
    page: include_str!("syntax_error.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    for error in &subject.tree.errors {
        report.add(&RULE, error.span, error.message.clone());
    }
}
