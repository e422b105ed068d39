use std::collections::BTreeSet;

use assize_finding::{Severity, Span};
use assize_snapshot::nearest;

use super::{LintRule, Report, Subject};
use crate::{
    syntax::{Expr, ExprKind},
    types::{Form, Type},
};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/impossible-comparison",
    severity: Severity::High,
    title: "Values are compared with what they can be",
    page: include_str!("impossible_comparison.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    subject.expressions(&mut |_, expression| match &expression.kind {
        ExprKind::Binary {
            operator,
            left,
            right,
        } => match subject.text(*operator) {
            "==" | "!=" => compared(subject, expression.span, left, right, report),
            "in" => searched(subject, left, right, report),
            _ => {}
        },
        ExprKind::Call { name, arguments } if name.text == "same_text" => {
            if let [left, right] = arguments.as_slice() {
                ignoring_case(subject, left, right, report);
                ignoring_case(subject, right, left, report);
            }
        }
        ExprKind::Switch { subject: of, arms } => {
            for pattern in arms.iter().flat_map(|arm| &arm.patterns) {
                compared(subject, pattern.span, of, pattern, report);
            }
        }
        _ => {}
    });
}

fn compared(subject: &Subject<'_>, span: Span, left: &Expr, right: &Expr, report: &mut Report) {
    let (of, other) = (
        subject.types.expression(left.id),
        subject.types.expression(right.id),
    );
    if can_be_equal(&of, &other) {
        return;
    }
    let (left, right) = (subject.shown(left), subject.shown(right));
    let message = match (of.texts(), other.texts()) {
        (Some(known), Some(asked)) if asked.len() == 1 => never_text(&left, known, asked),
        (Some(asked), Some(known)) if asked.len() == 1 => never_text(&right, known, asked),
        _ => format!(
            "`{left}` is {}, and `{right}` is {}: they are never equal",
            kind_of(&of),
            kind_of(&other)
        ),
    };
    report.add(&RULE, span, message);
}

/// A type without the texts that it may be.
fn kind_of(of: &Type) -> String {
    match of.texts() {
        Some(_) => "text".to_owned(),
        None => of.clone().something().to_string(),
    }
}

fn never_text(what: &str, known: &BTreeSet<String>, asked: &BTreeSet<String>) -> String {
    let asked = asked.first().map_or("", String::as_str);
    let near = nearest(asked, known.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let known: Vec<String> = known
        .iter()
        .take(12)
        .map(|text| format!("`{text}`"))
        .collect();
    format!(
        "`{what}` is never `{asked}`, but one of {}{near}",
        known.join(", ")
    )
}

/// `x in ["A", "B"]`, none of which it can be.
fn searched(subject: &Subject<'_>, left: &Expr, right: &Expr, report: &mut Report) {
    let ExprKind::Array(parts) = &right.kind else {
        return;
    };
    let of = subject.types.expression(left.id);
    let is_impossible = |part: &Expr| !can_be_equal(&of, &subject.types.expression(part.id));
    if !parts.is_empty() && parts.iter().all(is_impossible) {
        for part in parts {
            compared(subject, part.span, left, part, report);
        }
    }
}

fn ignoring_case(subject: &Subject<'_>, value: &Expr, word: &Expr, report: &mut Report) {
    let (ExprKind::Text(asked), of) = (&word.kind, subject.types.expression(value.id)) else {
        return;
    };
    let Some(known) = of
        .texts()
        .filter(|_| !matches!(value.kind, ExprKind::Text(_)))
    else {
        return;
    };
    let is_known = known
        .iter()
        .any(|text| crate::library::same_text(text, asked));
    if !is_known {
        let asked = [asked.clone()].into();
        report.add(
            &RULE,
            word.span,
            never_text(&subject.shown(value), known, &asked),
        );
    }
}

/// Whether two values may be equal; also where nobody knows.
fn can_be_equal(left: &Type, right: &Type) -> bool {
    // What is nothing is for another lint.
    if left.forms.is_empty()
        || right.forms.is_empty()
        || left.nothing.is_some() && right.nothing.is_some()
    {
        return true;
    }
    left.forms
        .iter()
        .any(|own| right.forms.iter().any(|other| forms_meet(own, other)))
}

fn forms_meet(left: &Form, right: &Form) -> bool {
    match (left, right) {
        (Form::Unknown, _) | (_, Form::Unknown) => true,
        (Form::Text(Some(left)), Form::Text(Some(right))) => !left.is_disjoint(right),
        (Form::Text(_) | Form::Char, Form::Text(_) | Form::Char)
        | (Form::Number | Form::Fraction, Form::Number | Form::Fraction)
        | (Form::List(_), Form::List(_))
        | (Form::Map(_), Form::Map(_))
        | (Form::Object(_), Form::Object(_)) => true,
        _ => left == right,
    }
}
