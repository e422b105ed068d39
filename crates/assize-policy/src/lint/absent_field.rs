use assize_finding::Severity;

use super::{LintRule, Report, Subject, shown};
use crate::types::note::Note;

pub(super) const RULE: LintRule = LintRule {
    id: "lint/absent-field",
    severity: Severity::Medium,
    title: "A field that may be absent is used with care",
    page: include_str!("absent_field.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    for note in &subject.types.notes {
        if let Note::Absent {
            span,
            text,
            path,
            needs,
        } = note
        {
            let text = shown(text);
            let message = format!(
                "`{text}` may be absent or null, as the schema says of `{path}`, and {needs}: the verdict would be an error; ask for it first, or say with `??` what its absence means"
            );
            report.add(&RULE, *span, message);
        }
    }
}
