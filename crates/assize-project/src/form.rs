//! What files that people write may hold: from one description come the check, its messages, and the JSON Schema.

use assize_snapshot::nearest;
use serde_json::{Map, Value as Json, json};

use crate::toml_tree::{At, Node, Placed};

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number that is not negative.
    Count,
    /// A number from 0 to 100.
    Percent,
    /// A date: a TOML date, or the text of one.
    Date,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Anything.
    Any,
    /// A list, each element of this form.
    List(&'static Form),
    /// A table with these members.
    Table(&'static [Field]),
    /// A table of any names, each value of this form.
    Map(&'static Form),
}

/// A member of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// What it means, in one sentence.
    pub(crate) doc: &'static str,
    pub(crate) form: Form,
    pub(crate) is_required: bool,
    /// What holds where it is not there, as users read it.
    pub(crate) default: &'static str,
}

/// Something that is not as its form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) at: At,
    pub(crate) message: String,
}

impl Form {
    /// What is wrong with a value; nothing where all is right. `name` is what the value is called.
    pub(crate) fn mistakes(&self, name: &str, value: &Placed, found: &mut Vec<Mistake>) {
        let mut wrong = |expected: &str| {
            let message = match value.text() {
                Some(text) => format!("`{name}` is `{text}`; expected {expected}"),
                None => format!("`{name}` is {}; expected {expected}", value.type_name()),
            };
            let at = value.at.clone();
            found.push(Mistake { at, message });
        };
        match (self, &value.node) {
            (Self::Any, _)
            | (Self::Text, Node::Text(_))
            | (Self::Flag, Node::Flag(_))
            | (Self::Count, Node::Whole(0..))
            | (Self::Date, Node::Date(_) | Node::Text(_))
            | (Self::Percent, Node::Whole(0..=100)) => {}
            (Self::Percent, Node::Fraction(number)) if (0.0..=100.0).contains(number) => {}
            (Self::Text, _) => wrong("a text"),
            (Self::Flag, _) => wrong("true or false"),
            (Self::Count, _) => wrong("a whole number from 0"),
            (Self::Percent, _) => wrong("a number from 0 to 100"),
            (Self::Date, _) => wrong("a date such as 2027-01-31"),
            (Self::Choice(words), Node::Text(text)) if words.contains(&text.as_str()) => {}
            (Self::Choice(words), node) => {
                let text = if let Node::Text(text) = node {
                    text
                } else {
                    ""
                };
                let hint = nearest(text, words.iter().copied());
                let hint = hint.map_or(String::new(), |word| format!("; did you mean `{word}`?"));
                wrong(&format!("{}{hint}", one_of(words)));
            }
            (Self::List(form), Node::List(elements)) => {
                for element in elements {
                    form.mistakes(name, element, found);
                }
            }
            (Self::List(_), _) => wrong("a list"),
            (Self::Map(form), Node::Table(members)) => {
                for (own, _, value) in members {
                    form.mistakes(&format!("{name}.{own}"), value, found);
                }
            }
            (Self::Table(fields), Node::Table(_)) => table_mistakes(fields, name, value, found),
            (Self::Map(_) | Self::Table(_), _) => wrong("a table"),
        }
    }

    /// The JSON Schema of the form.
    pub(crate) fn schema(&self) -> Json {
        match self {
            Self::Text => json!({"type": "string"}),
            Self::Flag => json!({"type": "boolean"}),
            Self::Count => json!({"type": "integer", "minimum": 0}),
            Self::Percent => json!({"type": "number", "minimum": 0, "maximum": 100}),
            Self::Date => json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
            Self::Choice(words) => json!({"enum": words}),
            Self::Any => json!(true),
            Self::List(form) => json!({"type": "array", "items": form.schema()}),
            Self::Map(form) => json!({"type": "object", "additionalProperties": form.schema()}),
            Self::Table(fields) => table_schema(fields),
        }
    }
}

fn table_mistakes(fields: &[Field], name: &str, table: &Placed, found: &mut Vec<Mistake>) {
    let full = |own: &str| {
        if name.is_empty() {
            own.to_owned()
        } else {
            format!("{name}.{own}")
        }
    };
    for (own, at, value) in table.members() {
        if let Some(field) = fields.iter().find(|field| field.name == own) {
            field.form.mistakes(&full(own), value, found);
            continue;
        }
        let names = fields.iter().map(|field| field.name);
        let hint = match nearest(own, names.clone()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("there are {}", names.collect::<Vec<_>>().join(", ")),
        };
        found.push(Mistake {
            at: at.clone(),
            message: format!("there is no key `{}`; {hint}", full(own)),
        });
    }
    for field in fields.iter().filter(|field| field.is_required) {
        if table.get(field.name).is_none() {
            found.push(Mistake {
                at: table.at.clone(),
                message: format!("`{}` is missing: {}", full(field.name), field.doc),
            });
        }
    }
}

fn table_schema(fields: &[Field]) -> Json {
    let mut properties = Map::new();
    for field in fields {
        let mut schema = field.form.schema();
        if !schema.is_object() {
            schema = json!({});
        }
        schema["description"] = field.doc.into();
        if !field.default.is_empty() {
            schema["x-default"] = field.default.into();
        }
        properties.insert(field.name.to_owned(), schema);
    }
    let required = fields.iter().filter(|field| field.is_required);
    let required: Vec<&str> = required.map(|field| field.name).collect();
    let mut schema = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema
}

/// `a, b or c`.
fn one_of(words: &[&str]) -> String {
    match words {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        words => words.concat(),
    }
}
