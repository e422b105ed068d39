use assize_finding::Severity;

use super::{LintRule, Report, Subject};
use crate::{
    syntax::{Expr, ExprKind, Loop, Node},
    types::Form,
};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/constant-condition",
    severity: Severity::Low,
    title: "Conditions can hold and can fail",
    page: include_str!("constant_condition.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    subject.expressions(&mut |_, expression| match &expression.kind {
        ExprKind::If { condition, .. } => literal(condition, report),
        // `while true` is a way to write `loop`.
        ExprKind::Loop {
            head: Loop::While(condition),
            ..
        } if matches!(condition.kind, ExprKind::Bool(false)) => literal(condition, report),
        ExprKind::Binary {
            operator,
            left,
            right,
        } => match subject.text(*operator) {
            "&&" | "||" => {
                literal(left, report);
                literal(right, report);
            }
            operator @ ("==" | "!=") => {
                if let ExprKind::Unit = right.kind {
                    never_nothing(subject, expression, left, operator, report);
                }
            }
            _ => {}
        },
        _ => {}
    });
}

fn literal(condition: &Expr, report: &mut Report) {
    if let ExprKind::Bool(value) = condition.kind {
        report.add(
            &RULE,
            condition.span,
            format!("the condition is always {value}"),
        );
    }
}

/// `x.Name == ()`, where every snapshot that follows its schema has the name.
fn never_nothing(
    subject: &Subject<'_>,
    whole: &Expr,
    value: &Expr,
    operator: &str,
    report: &mut Report,
) {
    let ExprKind::Field { object, name, .. } = &value.kind else {
        return;
    };
    let of = subject.types.expression(object.id);
    let is_object = |form: &Form| matches!(form, Form::Object(_));
    if of.nothing.is_some()
        || of.forms.is_empty()
        || !of.forms.iter().all(is_object)
        || is_left_out(Node::Expr(object))
    {
        return;
    }
    let objects = of.objects().map(|object| {
        let schema = &subject.types.schemas[object.schema];
        let field = schema.field(object.place, &name.text)?;
        let place = schema.place(field.place);
        let may_be_null = place.types.allows(assize_snapshot::SchemaTypes::NULL);
        let is_section = object.place == schema.root();
        // A value that is written as an empty text is read as none.
        let is_sure = (field.is_required || is_section) && !may_be_null && place.meaning.is_none();
        is_sure.then(|| place.path.clone())
    });
    let Some(paths) = objects.collect::<Option<Vec<String>>>() else {
        return;
    };
    let (always, path) = (operator == "!=", &paths[0]);
    let message = format!(
        "`{}` is always {always}: the schema requires `{path}`, and where it is missing the verdict is indeterminate without asking",
        subject.shown(whole)
    );
    report.add(&RULE, whole.span, message);
}

/// Whether a part of a chain may be left out.
fn is_left_out(node: Node<'_>) -> bool {
    let Node::Expr(expression) = node else {
        return false;
    };
    match &expression.kind {
        ExprKind::Field {
            object, if_there, ..
        }
        | ExprKind::Index {
            object, if_there, ..
        } => *if_there || is_left_out(Node::Expr(object)),
        ExprKind::Method {
            receiver, if_there, ..
        } => *if_there || is_left_out(Node::Expr(receiver)),
        _ => false,
    }
}
