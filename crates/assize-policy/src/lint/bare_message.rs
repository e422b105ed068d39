use assize_finding::Severity;

use super::{LintRule, Report, Subject};
use crate::{syntax::ExprKind, types::ObjectForm};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/bare-message",
    severity: Severity::Info,
    title: "A failure says of what object it speaks",
    page: include_str!("bare_message.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    // Of the whole snapshot there is one, which needs no name.
    let is_whole = subject.types.object == subject.types.snapshot;
    if is_whole
        || !subject
            .types
            .object
            .objects()
            .any(|object| has_name(subject, object))
    {
        return;
    }
    // Where no message names anything, there may be one object of the sort in a snapshot.
    let mut names_some = false;
    subject.expressions(&mut |_, expression| {
        names_some |= matches!(expression.kind, ExprKind::Template(_));
    });
    if !names_some {
        return;
    }
    subject.expressions(&mut |_, expression| {
        let ExprKind::Call { name, arguments } = &expression.kind else {
            return;
        };
        if let ("fail", [_, message]) = (name.text.as_str(), arguments.as_slice())
            && let ExprKind::Text(_) = message.kind
        {
            let text = "the message of this failure is the same for every object; name the object, as in `${domain.DomainName} ..` in backticks";
            report.add(&RULE, message.span, text);
        }
    });
}

/// Whether an object is one of a list whose elements have names; a list without names has one element.
fn has_name(subject: &Subject<'_>, object: &ObjectForm) -> bool {
    let mut places = subject.types.schemas[object.schema].places.iter();
    places.any(|place| place.items == Some(object.place) && !place.key.is_empty())
}
