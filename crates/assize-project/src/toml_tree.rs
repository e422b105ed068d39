//! A TOML file as a tree that knows where each value stands.

use std::ops::Range;

use assize_finding::{Position, Region, Span};
use assize_snapshot::PositionCursor;
use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed {
    pub(crate) node: Node,
    pub(crate) at: At,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum At {
    /// Bytes of the file.
    File(Range<usize>),
    /// A variable of the environment.
    Environment(&'static str),
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Text(String),
    Whole(i64),
    Fraction(f64),
    Flag(bool),
    Date(String),
    List(Vec<Placed>),
    /// Members with the places of their names, in the order of the file.
    Table(Vec<(String, At, Placed)>),
}

impl Placed {
    /// The member of a table.
    pub(crate) fn get(&self, name: &str) -> Option<&Placed> {
        self.members()
            .iter()
            .find(|(own, ..)| own == name)
            .map(|(_, _, value)| value)
    }

    /// The members of a table.
    pub(crate) fn members(&self) -> &[(String, At, Placed)] {
        match &self.node {
            Node::Table(members) => members,
            _ => &[],
        }
    }

    /// The elements of a list.
    pub(crate) fn elements(&self) -> &[Placed] {
        match &self.node {
            Node::List(elements) => elements,
            _ => &[],
        }
    }

    /// A text or a date, as text.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.node {
            Node::Text(text) | Node::Date(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list.
    pub(crate) fn texts(&self) -> Vec<String> {
        let texts = self.elements().iter().filter_map(Placed::text);
        texts.map(str::to_owned).collect()
    }

    /// What it is, for messages.
    pub(crate) fn type_name(&self) -> &'static str {
        match &self.node {
            Node::Text(_) => "a text",
            Node::Whole(_) => "a whole number",
            Node::Fraction(_) => "a fraction",
            Node::Flag(_) => "true or false",
            Node::Date(_) => "a date",
            Node::List(_) => "a list",
            Node::Table(_) => "a table",
        }
    }

    /// The value as JSON; a date is its text.
    pub(crate) fn to_json(&self) -> Json {
        match &self.node {
            Node::Text(text) | Node::Date(text) => Json::from(text.as_str()),
            Node::Whole(number) => Json::from(*number),
            Node::Fraction(number) => Json::from(*number),
            Node::Flag(flag) => Json::from(*flag),
            Node::List(elements) => elements.iter().map(Placed::to_json).collect(),
            Node::Table(members) => {
                let members = members.iter();
                Json::Object(
                    members
                        .map(|(name, _, value)| (name.clone(), value.to_json()))
                        .collect(),
                )
            }
        }
    }
}

/// A TOML file.
#[derive(Debug, Clone)]
pub(crate) struct TomlFile {
    /// The path, as messages show it.
    pub(crate) path: String,
    text: String,
    pub(crate) root: Placed,
}

impl TomlFile {
    /// Reads a text. The error says where it is not TOML.
    pub(crate) fn read(path: &str, text: &str) -> Result<Self, String> {
        let mut file = Self {
            path: path.to_owned(),
            text: text.to_owned(),
            root: Placed {
                node: Node::Table(Vec::new()),
                at: At::File(0..0),
            },
        };
        let table = DeTable::parse(text).map_err(|error| {
            let at = At::File(error.span().unwrap_or(0..0));
            let message: Vec<&str> = error.message().lines().collect();
            format!("{}: {}", file.place(&at), message.join("; "))
        })?;
        let span = table.span();
        file.root = Placed {
            node: members(table.get_ref()),
            at: At::File(span),
        };
        Ok(file)
    }

    /// `file:line:column`, or the name of a variable.
    pub(crate) fn place(&self, at: &At) -> String {
        match at {
            At::File(_) => {
                let start = self.region(at).start;
                format!("{}:{}:{}", self.path, start.line, start.column)
            }
            At::Environment(name) => format!("the variable {name}"),
        }
    }

    /// The lines and columns of a value.
    pub(crate) fn region(&self, at: &At) -> Region {
        let start = Position::new(1, 1);
        let At::File(range) = at else {
            return Region { start, end: start };
        };
        let mut cursor = PositionCursor::new(&self.text);
        let floor = |at: usize| self.text.floor_char_boundary(at.min(self.text.len())) as u32;
        Region {
            start: cursor.position(floor(range.start)),
            end: cursor.position(floor(range.end.max(range.start))),
        }
    }

    /// The bytes of a value.
    pub(crate) fn span(at: &At) -> Span {
        match at {
            At::File(range) => Span::new(range.start as u32, range.end as u32),
            At::Environment(_) => Span::default(),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

fn placed(value: &toml::Spanned<DeValue<'_>>) -> Placed {
    Placed {
        at: At::File(value.span()),
        node: node(value.get_ref()),
    }
}

fn node(value: &DeValue<'_>) -> Node {
    match value {
        DeValue::String(text) => Node::Text(text.to_string()),
        DeValue::Integer(number) => {
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            parsed.map_or_else(|_| Node::Text(number.as_str().to_owned()), Node::Whole)
        }
        DeValue::Float(number) => {
            let parsed = number.as_str().parse::<f64>();
            // No option takes what is not finite.
            let finite = parsed.ok().filter(|number| number.is_finite());
            finite.map_or_else(|| Node::Text(number.as_str().to_owned()), Node::Fraction)
        }
        DeValue::Boolean(flag) => Node::Flag(*flag),
        DeValue::Datetime(date) => Node::Date(date.to_string()),
        DeValue::Array(elements) => Node::List(elements.iter().map(placed).collect()),
        DeValue::Table(table) => members(table),
    }
}

fn members(table: &DeTable<'_>) -> Node {
    let members = table.iter().map(|(name, value)| {
        let at = At::File(name.span());
        (name.get_ref().to_string(), at, placed(value))
    });
    let mut members: Vec<_> = members.collect();
    members.sort_by_key(|(_, at, _)| TomlFile::span(at).start);
    Node::Table(members)
}
