//! What is wrong with a policy, or likely to be, without running it. Each lint has a file and a page of its own.

mod absent_field;
mod asked;
mod bare_message;
mod boolean_comparison;
mod constant_condition;
mod does_not_compile;
mod impossible_comparison;
mod missing_example;
mod missing_page;
mod rule;
mod self_comparison;
mod shadowed_variable;
mod syntax_error;
mod unknown_alias;
mod unknown_control;
mod unknown_field;
mod unknown_kind;
mod unknown_parameter;
mod unreachable_code;
mod unused_function;
mod unused_parameter;
mod unused_variable;
mod wrong_argument;

use assize_finding::{Severity, Span};
use assize_snapshot::Kinds;

use crate::{
    pack::Pack,
    page::Page,
    source::SourceError,
    syntax::{Expr, Node, Tree},
    types::Types,
};

pub use rule::LintRule;
pub use unknown_alias::lint_pack;

/// The lints: the rule, and what finds its cases in a policy.
const LINTS: [(&LintRule, fn(&Subject<'_>, &mut Report)); 21] = [
    (&absent_field::RULE, absent_field::check),
    (&bare_message::RULE, bare_message::check),
    (&boolean_comparison::RULE, boolean_comparison::check),
    (&constant_condition::RULE, constant_condition::check),
    (&does_not_compile::RULE, does_not_compile::check),
    (&impossible_comparison::RULE, impossible_comparison::check),
    (&missing_example::RULE, missing_example::check),
    (&missing_page::RULE, missing_page::check),
    (&self_comparison::RULE, self_comparison::check),
    (&shadowed_variable::RULE, shadowed_variable::check),
    (&syntax_error::RULE, syntax_error::check),
    (&unknown_alias::RULE, |_, _| {}),
    (&unknown_control::RULE, unknown_control::check),
    (&unknown_field::RULE, unknown_field::check),
    (&unknown_kind::RULE, unknown_kind::check),
    (&unknown_parameter::RULE, unknown_parameter::check),
    (&unreachable_code::RULE, unreachable_code::check),
    (&unused_function::RULE, unused_function::check),
    (&unused_parameter::RULE, unused_parameter::check),
    (&unused_variable::RULE, unused_variable::check),
    (&wrong_argument::RULE, wrong_argument::check),
];

/// A policy as lints see it.
#[derive(Debug)]
pub struct Subject<'p> {
    /// Its source.
    pub source: &'p str,
    /// The source, read.
    pub tree: &'p Tree,
    /// The types of its expressions.
    pub types: &'p Types,
    /// The kinds that there are.
    pub kinds: &'p Kinds,
    /// Its page, where it has one; `None` where pages are somebody else's business, as in an editor.
    pub page: Option<&'p Page>,
    /// Its pack, where it is in one.
    pub pack: Option<&'p Pack>,
    /// Why it cannot be compiled, if so.
    pub error: Option<&'p SourceError>,
}

/// Something wrong in a policy, or likely to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// The rule, such as `lint/unknown-field`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where, in the source.
    pub span: Span,
    /// What was found and what was expected, without a full stop.
    pub message: String,
    /// How to mend it, where that is certain.
    pub fix: Option<Fix>,
}

/// A change of the source that mends something and changes nothing else of what the policy does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// What is to stand in place of which bytes; the spans do not overlap.
    pub edits: Vec<(Span, String)>,
}

/// What lints have found so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    lints: Vec<Lint>,
}

impl Report {
    fn add(&mut self, rule: &LintRule, span: Span, message: impl Into<String>) {
        self.add_fixed(rule, span, message, None);
    }

    fn add_fixed(
        &mut self,
        rule: &LintRule,
        span: Span,
        message: impl Into<String>,
        fix: Option<Fix>,
    ) {
        self.lints.push(Lint {
            rule: rule.id,
            severity: rule.severity,
            span,
            message: message.into(),
            fix,
        });
    }
}

/// The rules of all lints, by id.
pub fn lint_rules() -> impl Iterator<Item = &'static LintRule> {
    LINTS.iter().map(|(rule, _)| *rule)
}

/// What is wrong with a policy, in the order of its source.
pub fn lint(subject: &Subject<'_>) -> Vec<Lint> {
    let mut report = Report::default();
    for (_, check) in LINTS {
        check(subject, &mut report);
    }
    does_not_compile::settle(subject, &mut report);
    let mut lints = report.lints;
    lints.sort_by(|left, right| (left.span, left.rule).cmp(&(right.span, right.rule)));
    lints.dedup();
    lints
}

impl Subject<'_> {
    /// The text of a place.
    fn text(&self, span: Span) -> &str {
        self.source.get(span.range()).unwrap_or_default()
    }

    /// The text of an expression, cut where it is long.
    fn shown(&self, expression: &Expr) -> String {
        shown(self.text(expression.span))
    }

    /// Visits every expression outside `POLICY`, with what it lies in, itself last.
    fn expressions(&self, visit: &mut dyn FnMut(&[Node<'_>], &Expr)) {
        self.tree.walk(&mut |path| {
            if let Some(Node::Expr(expression)) = path.last() {
                visit(path, expression);
            }
            !matches!(path.last(), Some(Node::Const(_)))
        });
    }

    /// Where `POLICY` is named: the place of what concerns the policy as a whole.
    fn head(&self) -> Span {
        let policy = self.tree.constant("POLICY");
        policy.map_or_else(|| Span::new(0, 0), |policy| policy.name.span)
    }
}

/// A text in one line of bounded length.
fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((at, _)) => format!("{}..", &line[..at]),
        None => line,
    }
}

/// `; did you mean ..?`, or which names there are, where they are few.
fn hint<'n>(name: &str, names: impl Iterator<Item = &'n str> + Clone) -> String {
    if let Some(nearest) = assize_snapshot::nearest(name, names.clone()) {
        return format!("; did you mean `{nearest}`?");
    }
    let names: Vec<&str> = names.collect();
    match names.len() {
        0 => String::new(),
        1..=12 => format!("; there is {}", names.join(", ")),
        count => format!("; there are {count}, such as {}", names[..8].join(", ")),
    }
}
