use serde_json::{Map, Value as Json, json};

use super::infer::one_or_many;
use crate::{
    document::{Document, NodeId},
    spelling,
    value::Value,
};

/// Distinct texts up to which they may be all that there are.
const MOST_WORDS: usize = 6;

/// Scalars of one field, by type.
#[derive(Default)]
pub(super) struct Scalars {
    texts: Vec<String>,
    ints: usize,
    numbers: usize,
    bools: usize,
}

/// What texts stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Time,
    /// Times without a zone.
    LocalTime,
    Duration,
    Switch,
    Words,
}

impl Scalars {
    pub(super) fn of(document: &Document, values: &[NodeId]) -> Self {
        let mut scalars = Self::default();
        for value in values {
            match document.value(*value) {
                Value::Text(text) => scalars.texts.push(text.into_owned()),
                Value::Int(_) => scalars.ints += 1,
                Value::Bool(_) => scalars.bools += 1,
                Value::Number(_) => scalars.numbers += 1,
                _ => {}
            }
        }
        scalars
    }

    /// Whether an object is another spelling of these scalars: `{"value": "..", "DateTime": ".."}` is a time.
    pub(super) fn stands_for(&self, document: &Document, object: NodeId) -> bool {
        let text = |name: &str| match document.member_named(object, name) {
            Some(member) => matches!(document.value(member), Value::Text(_)),
            None => false,
        };
        self.meaning() == Meaning::Time && text("value") && text("DateTime")
    }

    /// The names of the types in JSON Schema.
    pub(super) fn types(&self) -> Vec<&'static str> {
        let number = if self.numbers > 0 {
            "number"
        } else {
            "integer"
        };
        [
            ("string", self.texts.len()),
            (number, self.ints + self.numbers),
            ("boolean", self.bools),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, _)| name)
        .collect()
    }

    pub(super) fn schema(&self, may_be_null: bool) -> Json {
        let mut schema = Map::new();
        let mut types = self.types();
        let meaning = if types == ["string"] {
            self.meaning()
        } else {
            Meaning::Words
        };
        // Where a text stands for something else, an empty one stands for nothing.
        let has_empty =
            meaning != Meaning::Words && self.texts.iter().any(|text| text.trim().is_empty());
        if meaning == Meaning::Switch {
            types = vec!["boolean"];
        }
        if may_be_null || has_empty {
            types.push("null");
        }
        if types == ["null"] {
            schema.insert(
                "x-assize-unsure".to_owned(),
                json!("It was null everywhere: what else it may be is unknown."),
            );
            return Json::Object(schema);
        }
        schema.insert("type".to_owned(), one_or_many(&types));
        for (name, value) in self.remarks(meaning) {
            schema.insert(name.to_owned(), value);
        }
        Json::Object(schema)
    }

    /// What is to be said of the texts besides their type.
    fn remarks(&self, meaning: Meaning) -> Vec<(&'static str, Json)> {
        match meaning {
            Meaning::Time => vec![("x-assize-time", json!(true))],
            Meaning::Duration => vec![("x-assize-duration", json!(true))],
            Meaning::Switch => vec![("x-assize-boolean", json!(true))],
            Meaning::LocalTime => vec![(
                "x-assize-unsure",
                json!("Times without a zone. If they are UTC, say `\"x-assize-time\": \"utc\"`."),
            )],
            Meaning::Words => self.words(),
        }
    }

    fn meaning(&self) -> Meaning {
        let mut told = self
            .texts
            .iter()
            .filter(|text| !text.trim().is_empty())
            .peekable();
        if told.peek().is_none() {
            return Meaning::Words;
        }
        let all = |test: fn(&str) -> bool| {
            let mut told = self.texts.iter().filter(|text| !text.trim().is_empty());
            told.all(|text| test(text))
        };
        let tests: [(Meaning, fn(&str) -> bool); 4] = [
            (Meaning::Time, is_time),
            (Meaning::LocalTime, is_local_time),
            (Meaning::Duration, is_duration),
            (Meaning::Switch, is_switch),
        ];
        let found = tests.into_iter().find(|(_, test)| all(*test));
        found.map_or(Meaning::Words, |(meaning, _)| meaning)
    }

    /// A few words that repeat may be a choice.
    fn words(&self) -> Vec<(&'static str, Json)> {
        let mut distinct: Vec<&str> = self.texts.iter().map(String::as_str).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let is_word =
            |text: &&str| (1..=40).contains(&text.len()) && !text.contains(char::is_whitespace);
        let repeats = self.texts.len() >= 3 && distinct.len() * 2 <= self.texts.len();
        if !repeats || distinct.len() > MOST_WORDS || !distinct.iter().all(is_word) {
            return Vec::new();
        }
        let quoted: Vec<String> = distinct.iter().map(|text| format!("`{text}`")).collect();
        vec![
            (
                "description",
                json!(format!("Seen: {}.", quoted.join(", "))),
            ),
            (
                "x-assize-unsure",
                json!("Few values that repeat: if there are no others, list them as `enum`."),
            ),
        ]
    }
}

fn is_time(text: &str) -> bool {
    spelling::time(text, false).is_ok()
}

fn is_local_time(text: &str) -> bool {
    spelling::time(text, true).is_ok()
}

/// `Unlimited` alone says nothing of durations.
fn is_duration(text: &str) -> bool {
    text.contains(|character: char| character.is_ascii_digit()) && spelling::duration(text).is_ok()
}

fn is_switch(text: &str) -> bool {
    matches!(
        text.trim(),
        "True" | "False" | "true" | "false" | "$true" | "$false"
    )
}
