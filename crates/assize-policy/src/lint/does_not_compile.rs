use assize_finding::{Position, Severity, Span};

use super::{LintRule, Report, Subject};

pub(super) const RULE: LintRule = LintRule {
    id: "lint/does-not-compile",
    severity: Severity::High,
    title: "The script engine takes the policy",
    page: include_str!("does_not_compile.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let Some(error) = subject.error else {
        return;
    };
    let start = offset(subject.source, error.region.start);
    let end = offset(subject.source, error.region.end).max(start);
    report.add(&RULE, Span::new(start, end), error.message.clone());
}

/// What another lint has said of the same place, it has said better.
pub(super) fn settle(subject: &Subject<'_>, report: &mut Report) {
    let line = |span: Span| {
        subject
            .source
            .get(..span.start as usize)
            .map(|before| before.matches('\n').count())
    };
    let better = [
        "lint/unknown-kind",
        "lint/unknown-parameter",
        "lint/syntax-error",
    ];
    let is_said = |lint: &super::Lint| {
        let others = report
            .lints
            .iter()
            .filter(|other| better.contains(&other.rule));
        lint.rule == RULE.id
            && others.into_iter().any(|other| {
                other.rule == "lint/syntax-error" || line(other.span) == line(lint.span)
            })
    };
    let said: Vec<usize> = (0..report.lints.len())
        .filter(|nth| is_said(&report.lints[*nth]))
        .collect();
    for nth in said.into_iter().rev() {
        report.lints.remove(nth);
    }
}

/// The byte of a place that is given by line and column.
fn offset(source: &str, position: Position) -> u32 {
    let mut start = 0;
    for _ in 1..position.line {
        match source[start..].find('\n') {
            Some(end) => start += end + 1,
            None => break,
        }
    }
    let mut columns = 1;
    let rest = &source[start..];
    for (at, character) in rest.char_indices() {
        if columns >= position.column || character == '\n' {
            return (start + at) as u32;
        }
        columns += character.len_utf16() as u32;
    }
    source.len() as u32
}
