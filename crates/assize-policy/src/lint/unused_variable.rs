use assize_finding::Severity;

use super::{LintRule, Report, Subject};
use crate::{
    syntax::{ExprKind, Loop},
    types::VariableKind,
};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/unused-variable",
    severity: Severity::Low,
    title: "Every variable is used",
    page: include_str!("unused_variable.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    // `for round in 0..3` counts, whether anybody asks for the number or not.
    let mut counted = Vec::new();
    subject.expressions(&mut |_, expression| {
        if let ExprKind::Loop {
            head: Loop::For { name, .. },
            ..
        } = &expression.kind
        {
            counted.push(name.span);
        }
    });
    for variable in &subject.types.variables {
        let is_entry = subject.tree.functions.iter().any(|function| {
            let is_own = function
                .params
                .iter()
                .any(|param| param.span == variable.declared);
            is_own && ["check", "change"].contains(&function.name.text.as_str())
        });
        // Those of `check` are given by the engine, and a function in an argument takes what the method gives.
        if variable.is_used
            || is_entry
            || counted.contains(&variable.declared)
            || variable.name.starts_with('_')
        {
            continue;
        }
        let what = match variable.kind {
            VariableKind::Parameter => "parameter",
            VariableKind::Local => "variable",
        };
        let message = format!(
            "the {what} `{}` is never used; leave it out, or begin its name with `_`",
            variable.name
        );
        report.add(&RULE, variable.declared, message);
    }
}
