use assize_finding::Severity;

use super::{LintRule, Report, Subject, hint};
use crate::{
    syntax::{ExprKind, Node},
    types::world,
};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/unknown-control",
    severity: Severity::Low,
    title: "The pack knows every control that a policy names",
    page: include_str!("unknown_control.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let header = subject.tree.constant("POLICY").map(|policy| &policy.value);
    let controls = header.and_then(|header| world::member(header, "controls"));
    let (Some(controls), Some(pack)) = (controls, subject.pack) else {
        return;
    };
    for part in Node::Expr(controls)
        .children()
        .into_iter()
        .chain([Node::Expr(controls)])
    {
        let Node::Expr(part) = part else {
            continue;
        };
        let ExprKind::Text(control) = &part.kind else {
            continue;
        };
        let framework = control.split(':').next().unwrap_or_default();
        let message = if !pack.frameworks.contains_key(framework) {
            let hint = hint(framework, pack.frameworks.keys().map(String::as_str));
            format!("the pack's `pack.toml` has no framework `{framework}`{hint}")
        } else if !pack.controls.is_empty() && !pack.controls.contains_key(control) {
            let own = pack.controls.keys().map(String::as_str);
            let near = assize_snapshot::nearest(control, own);
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            format!("the pack's `pack.toml` does not know the control `{control}`{near}")
        } else {
            continue;
        };
        report.add(&RULE, part.span, message);
    }
}
