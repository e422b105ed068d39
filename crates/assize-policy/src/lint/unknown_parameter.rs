use assize_finding::Severity;

use super::{LintRule, Report, Subject, hint};
use crate::types::{Form, note::Note};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/unknown-parameter",
    severity: Severity::High,
    title: "Every parameter that is read is declared",
    page: include_str!("unknown_parameter.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    for note in &subject.types.notes {
        if let Note::UnknownField { span, name, of } = note
            && of.forms == [Form::Params]
        {
            let hint = hint(
                name,
                subject.types.params.iter().map(|(own, _)| own.as_str()),
            );
            report.add(
                &RULE,
                *span,
                format!("the policy has no parameter `{name}`{hint}"),
            );
        }
    }
}
