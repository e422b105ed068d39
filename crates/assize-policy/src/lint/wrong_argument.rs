use assize_finding::Severity;

use super::{LintRule, Report, Subject};
use crate::types::note::Note;

pub(super) const RULE: LintRule = LintRule {
    id: "lint/wrong-argument",
    severity: Severity::High,
    title: "Functions of the library get what they take",
    page: include_str!("wrong_argument.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    for note in &subject.types.notes {
        let Note::Misfit {
            argument,
            span,
            function,
            asked,
            of,
        } = note
        else {
            continue;
        };
        // The place may be reached with something else, too.
        if subject.types.expression(*argument).forms != of.forms {
            continue;
        }
        report.add(
            &RULE,
            *span,
            format!("`{function}` takes {asked} here, found {of}"),
        );
    }
}
