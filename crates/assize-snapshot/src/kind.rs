//! Snapshot kinds: a folder with a schema each. The shipped ones are compiled in.

use std::sync::OnceLock;

use assize_finding::Pointer;
use jsonschema::{PatternOptions, Validator};
use serde_json::Value as Json;

use crate::{
    shape::{Shapes, texts},
    tape_json::TapeJson,
    valid::Checks,
};

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// Why a kind cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KindError {
    /// The schema is no JSON.
    #[error("schema of kind `{kind}`: {error}")]
    Json {
        /// The kind's name.
        kind: String,
        /// What is wrong with the text.
        error: serde_json::Error,
    },
    /// The schema is no JSON Schema.
    #[error("schema of kind `{kind}` at `{place}`: {message}")]
    Schema {
        /// The kind's name.
        kind: String,
        /// The JSON Pointer into the schema.
        place: String,
        /// What is wrong there.
        message: String,
    },
}

/// A snapshot kind.
#[derive(Debug)]
pub struct Kind {
    name: String,
    title: String,
    pub(crate) shapes: Shapes,
    pub(crate) detect: Vec<Detection>,
    pub(crate) aliases: Vec<String>,
    pub(crate) source: Vec<String>,
    pub(crate) failed_commands: Vec<String>,
    example: Option<String>,
    schema: Json,
    checks: OnceLock<Checks>,
    validator: OnceLock<Result<Validator<TapeJson>, String>>,
}

/// One way to recognise a raw export.
#[derive(Debug)]
pub(crate) struct Detection {
    /// Where in the file to begin, as a JSON Pointer.
    pub(crate) at: Pointer,
    /// Members that must be there: of the object, or of a list's first element.
    pub(crate) members: Vec<String>,
    /// The section that a list is; `None` where the members are the sections.
    pub(crate) section: Option<String>,
    /// Members, and their texts, that an element must have to be taken.
    pub(crate) only: Vec<(String, String)>,
}

impl Kind {
    /// Reads a kind from the text of its schema, and of its example where there is one.
    pub fn new(name: &str, schema: &str, example: Option<&str>) -> Result<Self, KindError> {
        let schema: Json = serde_json::from_str(schema).map_err(|error| KindError::Json {
            kind: name.to_owned(),
            error,
        })?;
        let list = |word: &str| {
            schema
                .get(word)
                .map(|value| texts(value).map(str::to_owned).collect())
                .unwrap_or_default()
        };
        let detect = schema
            .get("x-assize-detect")
            .and_then(Json::as_array)
            .into_iter()
            .flatten();
        Ok(Self {
            name: name.to_owned(),
            title: schema
                .get("title")
                .and_then(Json::as_str)
                .unwrap_or(name)
                .to_owned(),
            shapes: Shapes::of(&schema),
            detect: detect.map(Detection::of).collect(),
            aliases: list("x-assize-aliases"),
            source: list("x-assize-source"),
            failed_commands: list("x-assize-failed-commands"),
            example: example.map(str::to_owned),
            schema,
            checks: OnceLock::new(),
            validator: OnceLock::new(),
        })
    }

    /// The name: the folder's.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the schema calls it.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// A whole compliant snapshot.
    pub fn example(&self) -> Option<&str> {
        self.example.as_deref()
    }

    /// The fields.
    pub fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    /// Whether an envelope with this kind is one of ours.
    pub fn answers_to(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }

    /// The common part of the schema as checks, made at their first use.
    pub(crate) fn checks(&self) -> &Checks {
        self.checks.get_or_init(|| Checks::of(&self.schema))
    }

    /// The schema, compiled at its first use.
    pub(crate) fn validator(&self) -> Result<&Validator<TapeJson>, KindError> {
        let compiled = self.validator.get_or_init(|| {
            let options = jsonschema::options_for::<TapeJson>();
            // A linear engine: a hostile pattern or text costs time, but never exponentially.
            let options = options.with_pattern_options(PatternOptions::regex().size_limit(1 << 20));
            options
                .offline()
                .build(&self.schema)
                .map_err(|error| format!("{}\u{0}{error}", error.instance_path()))
        });
        compiled.as_ref().map_err(|text| {
            let (place, message) = text.split_once('\0').unwrap_or(("", text));
            KindError::Schema {
                kind: self.name.clone(),
                place: place.to_owned(),
                message: message.to_owned(),
            }
        })
    }

    /// Compiles the schema now, to learn whether it is one.
    pub fn check(&self) -> Result<(), KindError> {
        if self.checks().are_sure() {
            return Ok(());
        }
        self.validator().map(|_| ())
    }
}

impl Detection {
    fn of(rule: &Json) -> Self {
        let names = |word: &str| {
            rule.get(word)
                .map(|value| texts(value).map(str::to_owned).collect())
                .unwrap_or_default()
        };
        let text = |word: &str| rule.get(word).and_then(Json::as_str).map(str::to_owned);
        let section = text("section");
        let only = rule
            .get("only")
            .and_then(Json::as_object)
            .into_iter()
            .flatten();
        Self {
            at: text("at").unwrap_or_default().into(),
            members: names(if section.is_some() {
                "items"
            } else {
                "members"
            }),
            section,
            only: only
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect(),
        }
    }
}

/// The kinds that a run knows, sorted by name.
#[derive(Debug, Default)]
pub struct Kinds(Vec<std::sync::Arc<Kind>>);

impl Kinds {
    /// The kinds that ship with assize.
    pub fn shipped() -> Result<Self, KindError> {
        let mut kinds = Self::default();
        for (name, schema, example) in SHIPPED {
            kinds.add(Kind::new(name, schema, *example)?);
        }
        Ok(kinds)
    }

    /// Adds a kind; one of the same name gives way to it.
    pub fn add(&mut self, kind: Kind) {
        match self
            .0
            .binary_search_by(|own| own.name.as_str().cmp(&kind.name))
        {
            Ok(at) => self.0[at] = kind.into(),
            Err(at) => self.0.insert(at, kind.into()),
        }
    }

    /// All kinds, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = &std::sync::Arc<Kind>> {
        self.0.iter()
    }

    /// The kind that answers to a name.
    pub fn find(&self, name: &str) -> Option<&std::sync::Arc<Kind>> {
        self.0
            .iter()
            .find(|kind| kind.name == name)
            .or_else(|| self.0.iter().find(|kind| kind.answers_to(name)))
    }

    /// The kind whose name is nearest to a misspelt one.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        crate::nearest(name, self.0.iter().map(|kind| kind.name()))
    }
}
