use assize_finding::Severity;

use super::{LintRule, Report, Subject, hint};
use crate::{
    header::EVERY_KIND,
    syntax::{Expr, ExprKind, Node},
    types::world,
};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/unknown-kind",
    severity: Severity::High,
    title: "Every kind of snapshot that is named exists",
    page: include_str!("unknown_kind.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let header = subject.tree.constant("POLICY").map(|policy| &policy.value);
    if let Some(kinds) = header.and_then(|header| world::member(header, "kind")) {
        Node::Expr(kinds)
            .children()
            .into_iter()
            .chain([Node::Expr(kinds)])
            .for_each(|part| {
                if let Node::Expr(part) = part {
                    named(subject, part, false, report);
                }
            });
    }
    subject.expressions(&mut |_, expression| {
        let (name, kind) = match &expression.kind {
            ExprKind::Call { name, arguments } => (name, arguments.first()),
            ExprKind::Method { name, receiver, .. } => (name, Some(&**receiver)),
            _ => return,
        };
        if let (Some(kind), "estate" | "estate_all" | "has_estate") = (kind, name.text.as_str()) {
            named(subject, kind, true, report);
        }
    });
}

/// Estates are asked by former names of kinds as well.
fn named(subject: &Subject<'_>, expression: &Expr, by_alias: bool, report: &mut Report) {
    let ExprKind::Text(name) = &expression.kind else {
        return;
    };
    let mut kinds = subject.kinds.iter();
    let is_known = kinds.any(|kind| kind.name() == name || by_alias && kind.answers_to(name));
    if !is_known && (by_alias || name != EVERY_KIND) {
        let kinds: Vec<&str> = subject.kinds.iter().map(|kind| kind.name()).collect();
        let hint = hint(name, kinds.iter().copied());
        report.add(
            &RULE,
            expression.span,
            format!("there is no kind `{name}`{hint}"),
        );
    }
}
