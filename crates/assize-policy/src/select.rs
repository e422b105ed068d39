//! RFC 9535 queries over the document. The grammar is `jsonpath-rust`'s; the evaluation is here, because it has to walk
//! the document where it lies, and the library's would want owned values of its own.

use std::{cell::Cell, time::Instant};

use assize_snapshot::{Document, NodeId, ShapeId, Shapes, Symbol, Value, intern, name_of};
use jsonpath_rust::parser::{
    model::{
        Comparable, Comparison, Filter, FilterAtom, FnArg, Literal, Segment, Selector,
        SingularQuery, SingularQuerySegment, Test, TestFunction,
    },
    parse_json_path,
};
use regex::{Regex, RegexBuilder};

use crate::{limits::Limits, nested_calls::nested_calls, relation::Relation};

/// Queries longer than this are refused.
const LONGEST: usize = 1_000;
/// Queries with more calls within calls are refused: where one is wrong inside, the parser tries each level three times.
const DEEPEST: usize = 5;

/// A compiled query.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    steps: Vec<Step>,
}

#[derive(Debug, Clone)]
struct Step {
    descends: bool,
    selectors: Vec<Pick>,
}

impl Step {
    /// The one name that it picks, if it picks nothing else.
    fn name(&self) -> Option<Symbol> {
        match self.selectors.as_slice() {
            [Pick::Name(name)] if !self.descends => Some(*name),
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
enum Pick {
    Name(Symbol),
    Every,
    Index(i64),
    Slice(Option<i64>, Option<i64>, i64),
    Filter(Condition),
}

#[derive(Debug, Clone)]
enum Condition {
    Or(Vec<Condition>),
    And(Vec<Condition>),
    Not(Box<Condition>),
    Exists(Path),
    Compare(Operand, Relation, Operand),
    Matches { text: Operand, pattern: Box<Regex> },
}

impl Condition {
    /// The paths that a filter reads, those in their own filters included.
    fn collect_paths<'c>(&'c self, paths: &mut Vec<&'c Path>) {
        match self {
            Self::Or(parts) | Self::And(parts) => {
                for part in parts {
                    part.collect_paths(paths);
                }
            }
            Self::Not(part) => part.collect_paths(paths),
            Self::Exists(path) => path.collect_paths(paths),
            Self::Compare(left, _, right) => {
                left.collect_paths(paths);
                right.collect_paths(paths);
            }
            Self::Matches { text, .. } => text.collect_paths(paths),
        }
    }
}

impl Path {
    fn collect_paths<'c>(&'c self, paths: &mut Vec<&'c Path>) {
        paths.push(self);
        paths.extend(self.query.filter_paths());
    }
}

impl Operand {
    fn collect_paths<'c>(&'c self, paths: &mut Vec<&'c Path>) {
        match self {
            Self::Literal(_) => {}
            Self::Value(path) | Self::Count(path) => path.collect_paths(paths),
            Self::Length(inner) => inner.collect_paths(paths),
        }
    }
}

#[derive(Debug, Clone)]
struct Path {
    from_root: bool,
    query: Query,
}

#[derive(Debug, Clone)]
enum Operand {
    Literal(Plain),
    Value(Path),
    Length(Box<Operand>),
    Count(Path),
}

/// What a filter compares.
#[derive(Debug, Clone, PartialEq)]
enum Plain {
    Nothing,
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Node(NodeId),
}

impl Query {
    /// Parses a query, or says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("the query is longer than {LONGEST} bytes"));
        }
        if nested_calls(text) > DEEPEST {
            return Err(format!("the query nests more than {DEEPEST} calls"));
        }
        let query = parse_json_path(text).map_err(|error| {
            format!(
                "`{text}` is no JSONPath query: {}",
                first_line(&error.to_string())
            )
        })?;
        compile(&query.segments)
    }

    /// The name that the query begins with: the section it selects from.
    pub(crate) fn section(&self) -> Option<Symbol> {
        self.steps.first()?.name()
    }

    /// Whether it selects the whole snapshot.
    pub(crate) fn is_root(&self) -> bool {
        self.steps.is_empty()
    }

    /// The paths that its filters read.
    fn filter_paths(&self) -> Vec<&Path> {
        let mut paths = Vec::new();
        for pick in self.steps.iter().flat_map(|step| &step.selectors) {
            if let Pick::Filter(condition) = pick {
                condition.collect_paths(&mut paths);
            }
        }
        paths
    }

    /// The other sections that its filters read.
    pub(crate) fn other_sections(&self) -> Vec<Symbol> {
        let paths = self
            .filter_paths()
            .into_iter()
            .filter(|path| path.from_root);
        paths.filter_map(|path| path.query.section()).collect()
    }

    /// What the schema says of the selected values; `None` where it depends on the document.
    pub(crate) fn shape(&self, shapes: &Shapes) -> Option<ShapeId> {
        let mut shape = shapes.root();
        for step in &self.steps {
            shape = match step.selectors.as_slice() {
                _ if step.descends => return None,
                [Pick::Name(name)] => shapes.property(shape, *name)?,
                [_] => shapes.items(shape)?,
                _ => return None,
            };
        }
        Some(shape)
    }

    /// Every name that the query uses, in its filters, too.
    pub(crate) fn names(&self) -> Vec<String> {
        let own = std::iter::once(self);
        let queries = own.chain(self.filter_paths().into_iter().map(|path| &path.query));
        let picks = queries
            .flat_map(|query| &query.steps)
            .flat_map(|step| &step.selectors);
        picks
            .filter_map(|pick| {
                if let Pick::Name(name) = pick {
                    Some(name_of(*name))
                } else {
                    None
                }
            })
            .collect()
    }

    /// The selected values, in the order of the document as RFC 9535 gives it; the name of the limit, if one is hit.
    pub(crate) fn select(
        &self,
        document: &Document,
        root: NodeId,
        limits: &Limits,
    ) -> Result<Vec<NodeId>, String> {
        let evaluation = Evaluation {
            document,
            root,
            limit: limits.selected,
            visited: Cell::new(0),
            deadline: Instant::now() + limits.total_time,
            is_late: Cell::new(false),
        };
        let nodes = evaluation.query(self, root);
        if evaluation.is_late.get() {
            let millis = limits.total_time.as_millis();
            return Err(format!("selection time: more than {millis} ms"));
        }
        if nodes.len() > limits.selected {
            return Err(format!("selected objects: more than {}", limits.selected));
        }
        Ok(nodes)
    }
}

fn first_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn compile(segments: &[Segment]) -> Result<Query, String> {
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

struct Evaluation<'d> {
    document: &'d Document,
    root: NodeId,
    limit: usize,
    /// Values looked at: conditions within conditions multiply, whatever is selected in the end.
    visited: Cell<u64>,
    deadline: Instant,
    is_late: Cell<bool>,
}

/// Values that are looked at between two readings of the clock.
const VISITS_PER_CLOCK: u64 = 1 << 12;

impl Evaluation<'_> {
    /// Whether the evaluation has to end, because it has found too much or takes too long.
    fn must_stop(&self, found: usize) -> bool {
        let visited = self.visited.get() + 1;
        self.visited.set(visited);
        if visited.is_multiple_of(VISITS_PER_CLOCK) && Instant::now() > self.deadline {
            self.is_late.set(true);
        }
        self.is_late.get() || found > self.limit
    }

    fn query(&self, query: &Query, from: NodeId) -> Vec<NodeId> {
        // Most queries begin with names alone, which lead to one value or none.
        let mut from = from;
        let mut steps = query.steps.as_slice();
        while let [step, rest @ ..] = steps
            && let Some(name) = step.name()
        {
            match self.document.member(from, name) {
                Some(member) => from = member,
                None => return Vec::new(),
            }
            steps = rest;
        }
        let mut nodes = vec![from];
        let mut next = Vec::new();
        for step in steps {
            for node in nodes.drain(..) {
                if step.descends {
                    self.descend(step, node, &mut next);
                } else {
                    self.pick_all(step, node, &mut next);
                }
                if self.must_stop(next.len()) {
                    break;
                }
            }
            std::mem::swap(&mut nodes, &mut next);
        }
        nodes
    }

    /// A value and all that it holds, in document order, without recursion.
    fn descend(&self, step: &Step, node: NodeId, out: &mut Vec<NodeId>) {
        let mut work = vec![node];
        while let Some(node) = work.pop() {
            self.pick_all(step, node, out);
            if self.must_stop(out.len()) {
                return;
            }
            work.extend(self.document.children(node).rev());
        }
    }

    fn pick_all(&self, step: &Step, node: NodeId, out: &mut Vec<NodeId>) {
        for pick in &step.selectors {
            if self.must_stop(out.len()) {
                return;
            }
            self.pick(pick, node, out);
        }
    }

    fn pick(&self, pick: &Pick, node: NodeId, out: &mut Vec<NodeId>) {
        let document = self.document;
        match pick {
            Pick::Name(name) => out.extend(document.member(node, *name)),
            Pick::Every => out.extend(document.children(node)),
            Pick::Filter(condition) => {
                out.extend(
                    document
                        .children(node)
                        .filter(|child| self.holds(condition, *child)),
                );
            }
            Pick::Index(index) if document.value(node) == Value::Array => {
                let mut children = document.children(node);
                let at = if *index < 0 {
                    *index + children.len() as i64
                } else {
                    *index
                };
                out.extend(usize::try_from(at).ok().and_then(|at| children.nth(at)));
            }
            Pick::Slice(start, end, step) if document.value(node) == Value::Array => {
                let children: Vec<NodeId> = document.children(node).collect();
                out.extend(
                    slice(children.len() as i64, *start, *end, *step)
                        .filter_map(|at| children.get(at).copied()),
                );
            }
            Pick::Index(_) | Pick::Slice(..) => {}
        }
    }

    fn holds(&self, condition: &Condition, node: NodeId) -> bool {
        if self.must_stop(0) {
            return false;
        }
        match condition {
            Condition::Or(conditions) => conditions
                .iter()
                .any(|condition| self.holds(condition, node)),
            Condition::And(conditions) => conditions
                .iter()
                .all(|condition| self.holds(condition, node)),
            Condition::Not(condition) => !self.holds(condition, node),
            Condition::Exists(path) => !self.path(path, node).is_empty(),
            Condition::Compare(left, relation, right) => self.compare(
                &self.operand(left, node),
                *relation,
                &self.operand(right, node),
            ),
            Condition::Matches { text, pattern } => {
                matches!(self.operand(text, node), Plain::Text(text) if pattern.is_match(&text))
            }
        }
    }

    fn path(&self, path: &Path, node: NodeId) -> Vec<NodeId> {
        self.query(&path.query, if path.from_root { self.root } else { node })
    }

    fn operand(&self, operand: &Operand, node: NodeId) -> Plain {
        match operand {
            Operand::Literal(plain) => plain.clone(),
            Operand::Value(path) => match self.path(path, node).as_slice() {
                [only] => self.plain(*only),
                _ => Plain::Nothing,
            },
            #[expect(clippy::cast_precision_loss, reason = "RFC 9535 numbers are doubles")]
            Operand::Count(path) => Plain::Number(self.path(path, node).len() as f64),
            #[expect(clippy::cast_precision_loss, reason = "RFC 9535 numbers are doubles")]
            Operand::Length(inner) => match self.operand(inner, node) {
                Plain::Text(text) => Plain::Number(text.chars().count() as f64),
                Plain::Node(node) => Plain::Number(self.document.children(node).len() as f64),
                _ => Plain::Nothing,
            },
        }
    }

    fn plain(&self, node: NodeId) -> Plain {
        match self.document.value(node) {
            Value::Null => Plain::Null,
            Value::Bool(value) => Plain::Bool(value),
            #[expect(clippy::cast_precision_loss, reason = "RFC 9535 numbers are doubles")]
            Value::Int(value) => Plain::Number(value as f64),
            Value::Number(text) => text.parse().map_or(Plain::Nothing, Plain::Number),
            Value::Text(text) => Plain::Text(text.into_owned()),
            _ => Plain::Node(node),
        }
    }

    fn compare(&self, left: &Plain, relation: Relation, right: &Plain) -> bool {
        let equal = || self.equal(left, right);
        let less = |left: &Plain, right: &Plain| match (left, right) {
            (Plain::Number(left), Plain::Number(right)) => left < right,
            (Plain::Text(left), Plain::Text(right)) => left < right,
            _ => false,
        };
        match relation {
            Relation::Equal => equal(),
            Relation::NotEqual => !equal(),
            Relation::Less => less(left, right),
            Relation::LessOrEqual => less(left, right) || equal(),
            Relation::Greater => less(right, left),
            Relation::GreaterOrEqual => less(right, left) || equal(),
        }
    }

    fn equal(&self, left: &Plain, right: &Plain) -> bool {
        let (Plain::Node(left), Plain::Node(right)) = (left, right) else {
            return left == right;
        };
        let document = self.document;
        let mut work = vec![(*left, *right)];
        while let Some((left, right)) = work.pop() {
            let (ours, theirs) = (document.children(left), document.children(right));
            if ours.len() != theirs.len() {
                return false;
            }
            match (document.value(left), document.value(right)) {
                (Value::Array, Value::Array) => work.extend(ours.zip(theirs)),
                (Value::Object, Value::Object) => {
                    for member in ours {
                        let Some(other) = document.member_named(right, document.name(member))
                        else {
                            return false;
                        };
                        work.push((member, other));
                    }
                }
                (Value::Array | Value::Object, _) | (_, Value::Array | Value::Object) => {
                    return false;
                }
                _ if self.plain(left) != self.plain(right) => return false,
                _ => {}
            }
        }
        true
    }
}

/// The indexes of a slice, by RFC 9535 section 2.3.4.2.2.
fn slice(
    length: i64,
    start: Option<i64>,
    end: Option<i64>,
    step: i64,
) -> impl Iterator<Item = usize> {
    let normal = |index: i64| {
        if index < 0 {
            index.saturating_add(length)
        } else {
            index
        }
    };
    let (mut at, until) = if step >= 0 {
        (
            normal(start.unwrap_or(0)).clamp(0, length),
            normal(end.unwrap_or(length)).clamp(0, length),
        )
    } else {
        (
            start.map_or(length - 1, |start| normal(start).clamp(-1, length - 1)),
            end.map_or(-1, |end| normal(end).clamp(-1, length - 1)),
        )
    };
    std::iter::from_fn(move || {
        let inside = if step > 0 {
            at < until
        } else {
            step < 0 && at > until
        };
        let index = inside.then_some(at)?;
        at = at.saturating_add(step);
        usize::try_from(index).ok()
    })
}
