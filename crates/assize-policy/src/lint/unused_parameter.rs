use std::collections::HashSet;

use assize_finding::Severity;

use super::{LintRule, Report, Subject};
use crate::{syntax::ExprKind, types::world};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/unused-parameter",
    severity: Severity::Medium,
    title: "Every parameter that a policy declares is read",
    page: include_str!("unused_parameter.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let header = subject.tree.constant("POLICY").map(|policy| &policy.value);
    let Some(ExprKind::Map(declared)) = header
        .and_then(|header| world::member(header, "params"))
        .map(|params| &params.kind)
    else {
        return;
    };
    let (mut read, mut reads_any) = (HashSet::new(), false);
    subject.expressions(&mut |path, expression| {
        let is_params = |of: &crate::syntax::Expr| matches!(&of.kind, ExprKind::Variable(name) if name == "params");
        match &expression.kind {
            ExprKind::Field { object, name, .. } if is_params(object) => {
                read.insert(name.text.clone());
            }
            // Whatever else is done with all of them may read them.
            ExprKind::Variable(name) if name == "params" => {
                let above = path.iter().rev().nth(1);
                let is_field = matches!(above, Some(crate::syntax::Node::Expr(above)) if matches!(above.kind, ExprKind::Field { .. }));
                reads_any |= !is_field;
            }
            _ => {}
        }
    });
    for (name, _) in declared {
        if !reads_any && !read.contains(world::unquoted(&name.text)) {
            let message = format!(
                "the parameter `{}` is never read, so that setting it changes nothing",
                world::unquoted(&name.text)
            );
            report.add(&RULE, name.span, message);
        }
    }
}
