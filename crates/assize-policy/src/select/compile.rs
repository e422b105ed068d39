//! From the grammar's tree to steps that are fast to walk.

use assize_snapshot::intern;
use jsonpath_rust::parser::model::{
    Comparable, Comparison, Filter, FilterAtom, FnArg, Literal, Segment, Selector, SingularQuery,
    SingularQuerySegment, Test, TestFunction,
};
use regex::RegexBuilder;

use super::{Condition, Operand, Path, Pick, Plain, Query, Step};
use crate::relation::Relation;

pub(super) fn first_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn compile(segments: &[Segment]) -> Result<Query, String> {
    let mut steps = Vec::new();
    for segment in segments {
        steps.push(compile_segment(segment, false)?);
    }
    Ok(Query { steps })
}

fn compile_segment(segment: &Segment, descends: bool) -> Result<Step, String> {
    let selectors = match segment {
        Segment::Descendant(inner) => return compile_segment(inner, true),
        Segment::Selector(selector) => vec![compile_selector(selector)?],
        Segment::Selectors(selectors) => selectors
            .iter()
            .map(compile_selector)
            .collect::<Result<_, _>>()?,
    };
    Ok(Step {
        descends,
        selectors,
    })
}

fn compile_selector(selector: &Selector) -> Result<Pick, String> {
    Ok(match selector {
        Selector::Name(name) => Pick::Name(intern(name)),
        Selector::Wildcard => Pick::Every,
        Selector::Index(index) => Pick::Index(*index),
        Selector::Slice(start, end, step) => Pick::Slice(*start, *end, step.unwrap_or(1)),
        Selector::Filter(filter) => Pick::Filter(compile_filter(filter)?),
    })
}

fn compile_filter(filter: &Filter) -> Result<Condition, String> {
    Ok(match filter {
        Filter::Or(filters) => Condition::Or(
            filters
                .iter()
                .map(compile_filter)
                .collect::<Result<_, _>>()?,
        ),
        Filter::And(filters) => Condition::And(
            filters
                .iter()
                .map(compile_filter)
                .collect::<Result<_, _>>()?,
        ),
        Filter::Atom(FilterAtom::Filter { expr, not }) => negated(compile_filter(expr)?, *not),
        Filter::Atom(FilterAtom::Test { expr, not }) => negated(compile_test(expr)?, *not),
        Filter::Atom(FilterAtom::Comparison(comparison)) => compile_comparison(comparison)?,
    })
}

fn negated(condition: Condition, not: bool) -> Condition {
    if not {
        Condition::Not(Box::new(condition))
    } else {
        condition
    }
}

fn compile_test(test: &Test) -> Result<Condition, String> {
    match test {
        Test::RelQuery(segments) => Ok(Condition::Exists(Path {
            from_root: false,
            query: compile(segments)?,
        })),
        Test::AbsQuery(query) => Ok(Condition::Exists(Path {
            from_root: true,
            query: compile(&query.segments)?,
        })),
        Test::Function(function) => match &**function {
            TestFunction::Match(subject, pattern) => compile_match(subject, pattern, true),
            TestFunction::Search(subject, pattern) => compile_match(subject, pattern, false),
            other => Err(format!("`{other}` is no condition")),
        },
    }
}

fn compile_match(text: &FnArg, pattern: &FnArg, whole: bool) -> Result<Condition, String> {
    let FnArg::Literal(Literal::String(pattern)) = pattern else {
        return Err("the pattern of `match` and `search` must be a literal string".to_owned());
    };
    let source = if whole {
        format!("^(?:{pattern})$")
    } else {
        pattern.clone()
    };
    let built = RegexBuilder::new(&source).size_limit(1 << 20).build();
    let pattern = built.map_err(|error| {
        format!(
            "`{pattern}` is no pattern: {}",
            first_line(&error.to_string())
        )
    })?;
    Ok(Condition::Matches {
        text: compile_argument(text)?,
        pattern: Box::new(pattern),
    })
}

fn compile_argument(argument: &FnArg) -> Result<Operand, String> {
    match argument {
        FnArg::Literal(literal) => Ok(Operand::Literal(plain(literal))),
        FnArg::Test(test) => match &**test {
            Test::Function(function) => compile_function(function),
            _ => Ok(Operand::Value(compile_path(test)?)),
        },
        FnArg::Filter(_) => Err("a condition is no argument".to_owned()),
    }
}

fn compile_path(test: &Test) -> Result<Path, String> {
    match test {
        Test::RelQuery(segments) => Ok(Path {
            from_root: false,
            query: compile(segments)?,
        }),
        Test::AbsQuery(query) => Ok(Path {
            from_root: true,
            query: compile(&query.segments)?,
        }),
        Test::Function(function) => Err(format!("`{function}` is no query")),
    }
}

fn compile_function(function: &TestFunction) -> Result<Operand, String> {
    match function {
        TestFunction::Length(argument) => {
            Ok(Operand::Length(Box::new(compile_argument(argument)?)))
        }
        TestFunction::Value(argument) => compile_argument(argument),
        TestFunction::Count(FnArg::Test(test)) => Ok(Operand::Count(compile_path(test)?)),
        other => Err(format!("`{other}` is no function that RFC 9535 knows here")),
    }
}

fn compile_comparison(comparison: &Comparison) -> Result<Condition, String> {
    let relation = match comparison {
        Comparison::Eq(..) => Relation::Equal,
        Comparison::Ne(..) => Relation::NotEqual,
        Comparison::Gt(..) => Relation::Greater,
        Comparison::Gte(..) => Relation::GreaterOrEqual,
        Comparison::Lt(..) => Relation::Less,
        Comparison::Lte(..) => Relation::LessOrEqual,
    };
    let (left, right) = comparison.vals();
    Ok(Condition::Compare(
        compile_comparable(left)?,
        relation,
        compile_comparable(right)?,
    ))
}

fn compile_comparable(comparable: &Comparable) -> Result<Operand, String> {
    match comparable {
        Comparable::Literal(literal) => Ok(Operand::Literal(plain(literal))),
        Comparable::Function(function) => compile_function(function),
        Comparable::SingularQuery(query) => {
            let (from_root, segments) = match query {
                SingularQuery::Current(segments) => (false, segments),
                SingularQuery::Root(segments) => (true, segments),
            };
            let step = |segment: &SingularQuerySegment| Step {
                descends: false,
                selectors: vec![match segment {
                    SingularQuerySegment::Index(index) => Pick::Index(*index),
                    SingularQuerySegment::Name(name) => {
                        Pick::Name(intern(name.trim_matches(['\'', '"'])))
                    }
                }],
            };
            Ok(Operand::Value(Path {
                from_root,
                query: Query {
                    steps: segments.iter().map(step).collect(),
                },
            }))
        }
    }
}

fn plain(literal: &Literal) -> Plain {
    match literal {
        #[expect(
            clippy::cast_precision_loss,
            reason = "RFC 9535 numbers are I-JSON numbers: doubles"
        )]
        Literal::Int(value) => Plain::Number(*value as f64),
        Literal::Float(value) => Plain::Number(*value),
        Literal::String(text) => Plain::Text(text.clone()),
        Literal::Bool(value) => Plain::Bool(*value),
        Literal::Null => Plain::Null,
    }
}
