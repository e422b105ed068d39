use assize_finding::Severity;

use super::{LintRule, Report, Subject};
use crate::syntax::ExprKind;

pub(super) const RULE: LintRule = LintRule {
    id: "lint/bare-message",
    severity: Severity::Info,
    title: "A failure says of what object it speaks",
    page: include_str!("bare_message.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    // Of the whole snapshot there is one, which needs no name.
    let is_whole = subject.types.object == subject.types.snapshot;
    if is_whole {
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
