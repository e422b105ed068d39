use assize_finding::Severity;

use super::{LintRule, Report, Subject, hint};
use crate::types::{Form, note::Note};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/unknown-field",
    severity: Severity::High,
    title: "The schema knows every field that is read",
    page: include_str!("unknown_field.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    for note in &subject.types.notes {
        let Note::UnknownField { span, name, of } = note else {
            continue;
        };
        // Some object that gets here has it, or the name is still to be written.
        if name.is_empty()
            || subject.types.found_fields.contains(&span.start)
            || of.forms.contains(&Form::Params)
        {
            continue;
        }
        let fields = subject.types.fields(of);
        let hint = hint(name, fields.iter().map(|field| field.name.as_str()));
        let message = match of.objects().next() {
            Some(object) => {
                let path = &subject.types.place(object).path;
                let place = if path.is_empty() {
                    "the snapshot".to_owned()
                } else {
                    format!("`{path}`")
                };
                format!("the schema knows no field `{name}` in {place}{hint}")
            }
            None if of.forms.iter().all(|form| matches!(form, Form::List(_))) => {
                format!("a list has no field `{name}`; take an element first")
            }
            None => format!("{of} has no field `{name}`{hint}"),
        };
        report.add(&RULE, *span, message);
    }
}
