//! RFC 9535 queries over the document. The grammar is `jsonpath-rust`'s; the evaluation is here, because it has to walk
//! the document where it lies, and the library's would want owned values of its own.

mod compile;
mod evaluation;

use assize_snapshot::{Document, NodeId, PlaceId, Schema, ShapeId, Shapes, Symbol, name_of};
use jsonpath_rust::parser::parse_json_path;
use regex::Regex;

use self::{
    compile::{compile, first_line},
    evaluation::Evaluation,
};
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

    /// The place of the selected values in a schema; `None` where the schema has none, an error where it depends on the document.
    pub(crate) fn place(&self, schema: &Schema) -> Result<Option<PlaceId>, ()> {
        let mut at = schema.root();
        for step in &self.steps {
            let place = schema.place(at);
            let next = match step.selectors.as_slice() {
                _ if step.descends => return Err(()),
                [Pick::Name(name)] => schema.field(at, &name_of(*name)).map(|field| field.place),
                [_] if place.fields.is_empty() => place.items,
                _ => return Err(()),
            };
            match next {
                Some(next) => at = next,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
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
        let evaluation = Evaluation::new(document, root, limits);
        let nodes = evaluation.query(self, root);
        if evaluation.is_late() {
            let millis = limits.total_time.as_millis();
            return Err(format!("selection time: more than {millis} ms"));
        }
        if nodes.len() > limits.selected {
            return Err(format!("selected objects: more than {}", limits.selected));
        }
        Ok(nodes)
    }
}
