use assize_finding::Severity;

use super::{LintRule, Report, Subject};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/missing-page",
    severity: Severity::Medium,
    title: "Every policy has a page",
    page: include_str!("missing_page.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let Some(page) = subject.page else {
        return;
    };
    let path = if page.path.is_empty() {
        "a page beside it".to_owned()
    } else {
        format!("`{}`", page.path)
    };
    if page.help.is_empty() && page.examples.is_empty() {
        let message = format!(
            "the policy has no page; write {path}, with what it checks, why it matters, how to fix it, and examples"
        );
        report.add(&RULE, subject.head(), message);
        return;
    }
    for section in ["What it checks", "Why it matters", "How to fix"] {
        let has_it = page.help.lines().any(|line| {
            line.strip_prefix("## ")
                .is_some_and(|own| own.trim() == section)
        });
        if !has_it {
            report.add(
                &RULE,
                subject.head(),
                format!("{path} has no section `## {section}`"),
            );
        }
    }
}
