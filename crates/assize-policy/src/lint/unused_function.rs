use std::collections::HashSet;

use assize_finding::Severity;

use super::{LintRule, Report, Subject};
use crate::syntax::ExprKind;

pub(super) const RULE: LintRule = LintRule {
    id: "lint/unused-function",
    severity: Severity::Low,
    title: "Every function is called",
    page: include_str!("unused_function.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let mut called: HashSet<String> = HashSet::new();
    subject.expressions(&mut |_, expression| match &expression.kind {
        ExprKind::Call { name, .. } | ExprKind::Method { name, .. } => {
            called.insert(name.text.clone());
        }
        // `list.map(text_of)` gives the function itself.
        ExprKind::Variable(name) => {
            called.insert(name.clone());
        }
        _ => {}
    });
    for function in &subject.tree.functions {
        let name = &function.name.text;
        if !called.contains(name) && !["check", "change"].contains(&name.as_str()) {
            report.add(
                &RULE,
                function.name.span,
                format!("the function `{name}` is never called"),
            );
        }
    }
}
