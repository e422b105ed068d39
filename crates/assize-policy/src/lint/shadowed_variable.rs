use assize_finding::Severity;

use super::{LintRule, Report, Subject};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/shadowed-variable",
    severity: Severity::Info,
    title: "A name means one thing in one place",
    page: include_str!("shadowed_variable.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let variables = &subject.types.variables;
    for variable in variables {
        let hides = |other: &&crate::types::Variable| {
            other.name == variable.name
                && other.visible.start < variable.declared.start
                && variable.declared.start < other.visible.end
                // The same name for the next step of the same thing, `let x = x.filter(..)`, is a way to write.
                && other.visible.end != variable.visible.end
        };
        if let Some(other) = variables.iter().rev().find(hides) {
            let line = subject.source[..other.declared.start as usize]
                .matches('\n')
                .count()
                + 1;
            let message = format!(
                "`{}` hides the variable of the same name from line {line}",
                variable.name
            );
            report.add(&RULE, variable.declared, message);
        }
    }
}
