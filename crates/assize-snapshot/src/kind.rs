//! Snapshot kinds: a folder with a schema each. The shipped ones are compiled in.

use std::{borrow::Cow, sync::OnceLock};

use assize_finding::Pointer;
use jsonschema::{PatternOptions, Validator};
use serde_json::Value as Json;

use crate::{
    keys::{Name, intern_all, length_bit},
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

/// A kind that is compiled in.
struct ShippedKind {
    name: &'static str,
    /// The part of the schema that tells how the kind is known.
    head: &'static str,
    schema: &'static str,
    example: Option<&'static str>,
}

/// A snapshot kind.
#[derive(Debug)]
pub struct Kind {
    name: String,
    title: String,
    is_shipped: bool,
    pub(crate) detect: Vec<Detection>,
    pub(crate) aliases: Vec<String>,
    pub(crate) source: Vec<Pointer>,
    pub(crate) failed_commands: Vec<String>,
    example: Option<Cow<'static, str>>,
    /// The text of the schema, until it is read.
    text: &'static str,
    schema: OnceLock<(Json, Shapes)>,
    checks: OnceLock<Checks>,
    validator: OnceLock<Result<Validator<TapeJson>, String>>,
    fingerprint: OnceLock<String>,
}

/// One way to recognise a raw export.
#[derive(Debug)]
pub(crate) struct Detection {
    /// Where in the file to begin, as a JSON Pointer.
    pub(crate) at: Pointer,
    /// The member that the pointer leads through first, which rules most files out.
    pub(crate) first: Option<Name>,
    /// The lengths of the names that an object must have: the first of the pointer, else all members.
    pub(crate) lengths: u64,
    /// Members that must be there: of the object, or of a list's first element.
    pub(crate) members: Vec<Name>,
    /// The section that a list is; `None` where the members are the sections.
    pub(crate) section: Option<String>,
    /// Members, and their texts, that an element must have to be taken.
    pub(crate) only: Vec<(String, String)>,
}

impl Kind {
    /// Reads a kind from the text of its schema, and of its example where there is one.
    pub fn new(name: &str, schema: &str, example: Option<&str>) -> Result<Self, KindError> {
        let schema = json(name, schema)?;
        let kind = Self::known_by(name, &schema);
        let shapes = Shapes::of(&schema);
        Ok(Self {
            example: example.map(|example| example.to_owned().into()),
            schema: OnceLock::from((schema, shapes)),
            ..kind
        })
    }

    fn shipped(shipped: &ShippedKind) -> Result<Self, KindError> {
        let head = json(shipped.name, shipped.head)?;
        Ok(Self {
            example: shipped.example.map(Cow::Borrowed),
            text: shipped.schema,
            is_shipped: true,
            ..Self::known_by(shipped.name, &head)
        })
    }

    /// A kind of which only is known what its schema says of how to recognise it.
    fn known_by(name: &str, schema: &Json) -> Self {
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
        Self {
            name: name.to_owned(),
            title: schema
                .get("title")
                .and_then(Json::as_str)
                .unwrap_or(name)
                .to_owned(),
            is_shipped: false,
            detect: detect.map(Detection::of).collect(),
            aliases: list("x-assize-aliases"),
            source: list("x-assize-source")
                .into_iter()
                .map(Pointer::from)
                .collect(),
            failed_commands: list("x-assize-failed-commands"),
            example: None,
            text: "true",
            schema: OnceLock::new(),
            checks: OnceLock::new(),
            validator: OnceLock::new(),
            fingerprint: OnceLock::new(),
        }
    }

    /// The schema, and what the reader needs of it. Only shipped schemas are read this late, and the build has read them.
    pub(crate) fn read(&self) -> &(Json, Shapes) {
        self.schema.get_or_init(|| {
            let schema = serde_json::from_str(self.text).unwrap_or(Json::Bool(false));
            let shapes = Shapes::of(&schema);
            (schema, shapes)
        })
    }

    /// A hash of the schema, by which another one is known.
    pub fn fingerprint(&self) -> &str {
        self.fingerprint.get_or_init(|| {
            let text = if self.is_shipped {
                self.text.to_owned()
            } else {
                self.read().0.to_string()
            };
            assize_finding::Fingerprint::of(&[&text]).to_string()
        })
    }

    /// Whether it is compiled in.
    pub fn is_shipped(&self) -> bool {
        self.is_shipped
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

    /// The schema itself, for what says to people what a field means.
    pub fn schema_json(&self) -> &Json {
        &self.read().0
    }

    /// The fields.
    pub fn shapes(&self) -> &Shapes {
        &self.read().1
    }

    /// Whether an envelope with this kind is one of ours.
    pub fn answers_to(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }

    /// The common part of the schema as checks, made at their first use.
    pub(crate) fn checks(&self) -> &Checks {
        self.checks.get_or_init(|| Checks::of(&self.read().0))
    }

    /// The schema, compiled at its first use.
    pub(crate) fn validator(&self) -> Result<&Validator<TapeJson>, KindError> {
        let compiled = self.validator.get_or_init(|| {
            let options = jsonschema::options_for::<TapeJson>();
            // A linear engine: a hostile pattern or text costs time, but never exponentially.
            let options = options.with_pattern_options(PatternOptions::regex().size_limit(1 << 20));
            options
                .offline()
                .build(&self.read().0)
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

fn json(kind: &str, text: &str) -> Result<Json, KindError> {
    serde_json::from_str(text).map_err(|error| KindError::Json {
        kind: kind.to_owned(),
        error,
    })
}

impl Detection {
    fn of(rule: &Json) -> Self {
        let names = |word: &str| {
            rule.get(word)
                .map(|value| texts(value).map(Name::new).collect())
                .unwrap_or_default()
        };
        let text = |word: &str| rule.get(word).and_then(Json::as_str).map(str::to_owned);
        let section = text("section");
        let at = Pointer::from(text("at").unwrap_or_default());
        let first = at.tokens().next().map(|token| Name::new(&token));
        let only = rule
            .get("only")
            .and_then(Json::as_object)
            .into_iter()
            .flatten();
        let members: Vec<Name> = names(if section.is_some() {
            "items"
        } else {
            "members"
        });
        let asked: &[Name] = first.as_slice();
        let asked = if asked.is_empty() { &members } else { asked };
        Self {
            lengths: asked
                .iter()
                .fold(0, |bits, name| bits | length_bit(name.text.as_bytes())),
            first,
            at,
            members,
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
        // A document that was read before a name was interned finds it by its text, which is slow.
        intern_all(NAMES);
        for shipped in SHIPPED {
            kinds.add(Kind::shipped(shipped)?);
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
