//! Mutation of policies: small mistakes are made in the source, and the examples of the page must notice each of them. A
//! mistake that none of them notices survives, and shows what the examples leave out.
//!
//! Mutants are edits of the text, found in its syntax tree. Words that only people read (messages, reasons) are left as they
//! are, and so are functions that nothing calls.

mod arm;
mod comparison;
mod condition;
mod fallback;
mod mark;
mod negation;
mod number;
mod operand;
mod quantifier;
mod site;
mod statement;
mod text;
mod trial;
mod wording;

use std::collections::BTreeSet;

use assize_finding::{Position, Span};

use crate::{
    source::position,
    syntax::{Node, Tree},
};
use site::Site;
use wording::Wording;

pub use trial::{Fate, MutantResult, Mutation, mutate};

/// A mistake made on purpose: one edit of a policy's source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// What kind of mistake.
    pub operator: &'static str,
    /// What is replaced.
    pub span: Span,
    /// Where that begins.
    pub position: Position,
    /// The source that is replaced.
    pub before: String,
    /// What takes its place; empty where it is dropped.
    pub after: String,
}

impl Mutant {
    /// The source with the mistake in it.
    pub fn applied(&self, source: &str) -> String {
        let (start, end) = (self.span.start as usize, self.span.end as usize);
        format!("{}{}{}", &source[..start], self.after, &source[end..])
    }
}

impl std::fmt::Display for Mutant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let before = one_line(&self.before);
        match one_line(&self.after) {
            after if after.is_empty() => write!(f, "`{before}` dropped"),
            after => write!(f, "`{before}` -> `{after}`"),
        }
    }
}

/// Source in one line, and not too long.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 100;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let start: String = line.chars().take(LONGEST - 2).collect();
    format!("{start}..")
}

/// One kind of mistake: its name, and what finds the places for it.
type Operator = (&'static str, fn(&Site<'_, '_>, &mut Edits));

const OPERATORS: [Operator; 9] = [
    ("condition", condition::edits),
    ("negation", negation::edits),
    ("comparison", comparison::edits),
    ("operand", operand::edits),
    ("fallback", fallback::edits),
    ("number", number::edits),
    ("statement", statement::edits),
    ("arm", arm::edits),
    ("quantifier", quantifier::edits),
];
/// Texts are made empty in a list of their own: what is compared is found from above.
const TEXTS: Operator = ("text", text::edits);

/// The edits that an operator proposes.
#[derive(Default)]
struct Edits(Vec<(Span, String)>);

impl Edits {
    fn replace(&mut self, span: Span, text: impl Into<String>) {
        self.0.push((span, text.into()));
    }

    fn drop(&mut self, span: Span) {
        self.replace(span, "");
    }
}

/// All mutants of a source, in its order. There are none where the source cannot be read.
pub fn mutants(source: &str) -> Vec<Mutant> {
    let tree = Tree::of(source);
    if !tree.errors.is_empty() {
        return Vec::new();
    }
    let wording = Wording::of(&tree);
    let called = site::called(&tree);
    let mut mutants = Vec::new();
    tree.walk(&mut |path| {
        if matches!(path[0], Node::Function(function) if !called.contains(&function.name.text)) {
            return false;
        }
        if wording.is_wording(path) {
            return false;
        }
        let site = Site { path, source };
        for (name, operator) in OPERATORS.iter().chain([&TEXTS]) {
            let mut edits = Edits::default();
            operator(&site, &mut edits);
            for (span, after) in edits.0 {
                mutants.push(mutant(source, name, span, after));
            }
        }
        true
    });
    distinct(source, mutants)
}

fn mutant(source: &str, operator: &'static str, span: Span, after: String) -> Mutant {
    Mutant {
        operator,
        position: position(source, span.start as usize),
        before: source[span.range()].to_owned(),
        span,
        after,
    }
}

/// The mutants without those that are the source itself or one another, by their tokens.
fn distinct(source: &str, mut mutants: Vec<Mutant>) -> Vec<Mutant> {
    mutants.sort_by_key(|mutant| (mutant.span, mutant.operator));
    let mut seen = BTreeSet::from([site::tokens(source)]);
    mutants.retain(|mutant| seen.insert(site::tokens(&mutant.applied(source))));
    mutants
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of the body of a policy, each mutant in a line.
    fn shown(body: &str) -> Vec<String> {
        let source = format!("fn check(x) {{ {body} }}");
        mutants(&source).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_operator_makes_its_mistakes() {
        for (body, expected) in [
            (
                "if x.a { fail(x, \"no\") }",
                &[
                    "`x.a` -> `false`",
                    "`x.a` -> `true`",
                    "`fail(x, \"no\")` dropped",
                ][..],
            ),
            (
                "let y = x.a < 2; y.b",
                &["`<` -> `<=`", "`<` -> `>=`", "`2` -> `3`", "`2` -> `1`"],
            ),
            (
                "let y = x.a && (x.b || x.c); y.b",
                &[
                    "`x.a && (x.b || x.c)` -> `(x.b || x.c)`",
                    "`x.a && (x.b || x.c)` -> `x.a`",
                    "`x.a` -> `!x.a`",
                    "`x.b || x.c` -> `x.b`",
                    "`x.b || x.c` -> `x.c`",
                    "`x.b` -> `!x.b`",
                    "`x.c` -> `!x.c`",
                ],
            ),
            (
                "x.b(x.a ?? [])",
                &["`x.a ?? []` -> `[]`", "`x.a ?? []` -> `x.a`"],
            ),
            (
                "return not_applicable(\"a\");",
                &["`return not_applicable(\"a\");` dropped"],
            ),
            (
                "switch x.a { \"b\" | \"c\" => fail(x, \"1\"), _ => () }",
                &[
                    "`\"b\" | \"c\" => fail(x, \"1\"),` dropped",
                    "`\"b\"` -> `\"\"`",
                    "`\"b\" |` dropped",
                    "`| \"c\"` dropped",
                    "`\"c\"` -> `\"\"`",
                    "`fail(x, \"1\")` -> `()`",
                ],
            ),
            (
                "let y = x.a.some(|z| same_text(z.b, \"c\")); y.b",
                &[
                    "`some` -> `all`",
                    "`same_text(z.b, \"c\")` -> `false`",
                    "`same_text(z.b, \"c\")` -> `true`",
                    "`\"c\"` -> `\"\"`",
                ],
            ),
        ] {
            let mut found = shown(body);
            let mut expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{body}");
        }
    }

    #[test]
    fn what_only_people_read_is_left_alone() {
        let source = "fn check(x) { let n = if x.a > 2 { 1 } else { 2 }; tell(x, n + 1); }\n\
             fn tell(x, n) { fail(x, `${n + 3} ${word(n)}`) }\n\
             fn word(n) { if n == 1 { \"one\" } else { \"some\" } }\n\
             fn never(x) { if x.a { fail(x, \"\") } }";
        let found: Vec<String> = mutants(source).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "`tell(x, n + 1);` dropped",
                "`fail(x, `${n + 3} ${word(n)}`)` dropped"
            ]
        );
    }
}
