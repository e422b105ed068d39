use assize_finding::Severity;

use super::{LintRule, Report, Subject, asked::asked_fields, shown};
use crate::types::note::Note;

pub(super) const RULE: LintRule = LintRule {
    id: "lint/absent-field",
    severity: Severity::Medium,
    title: "A field that may be absent is used with care",
    page: include_str!("absent_field.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let asked = asked_fields(subject);
    for note in &subject.types.notes {
        let Note::Absent {
            span,
            text,
            path,
            needs,
            is_direct: true,
        } = note
        else {
            continue;
        };
        // What was found out by another way than these types can follow, was found out.
        let field = path.rsplit('.').next().unwrap_or_default();
        if asked.contains(field.trim_end_matches("[]")) {
            continue;
        }
        let text = shown(text);
        let message = format!(
            "`{text}` may be absent or null, as the schema says of `{path}`, and {needs}: the verdict would be an error; ask for it first, or say with `??` what its absence means"
        );
        report.add(&RULE, *span, message);
    }
}
