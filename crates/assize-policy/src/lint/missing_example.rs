use assize_finding::Severity;

use super::{LintRule, Report, Subject};
use crate::{page::PageExample, syntax::ExprKind};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/missing-example",
    severity: Severity::Medium,
    title: "The page of a policy shows a pass, a failure and missing data",
    page: include_str!("missing_example.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let Some(page) = subject
        .page
        .filter(|page| !page.help.is_empty() || !page.examples.is_empty())
    else {
        return;
    };
    let has = |words: &[&str]| page.examples.iter().any(|example| says(example, words));
    let mut missing = Vec::new();
    if !has(&["pass", "not applicable", "not_applicable"]) {
        missing.push("in which it passes");
    }
    let mut can_fail = false;
    subject.expressions(&mut |_, expression| {
        can_fail |= matches!(&expression.kind, ExprKind::Call { name, .. } if ["fail", "review"].contains(&name.text.as_str()));
    });
    if can_fail && !has(&["fail", "review"]) {
        missing.push("in which it fails");
    }
    if !has(&["indeterminate"]) {
        missing.push("in which data is missing (`indeterminate`)");
    }
    if !missing.is_empty() {
        let message = format!(
            "`{}` has no example {}",
            page.path,
            missing.join(", and none ")
        );
        report.add(&RULE, subject.head(), message);
    }
}

/// Whether an example expects one of some verdicts.
fn says(example: &PageExample, words: &[&str]) -> bool {
    let verdicts = example.info.split(" with ").next().unwrap_or_default();
    let mut verdicts = verdicts.split(", ").map(str::trim);
    verdicts.any(|verdict| words.iter().any(|word| verdict.starts_with(word)))
}
