//! What an expression may be.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use assize_snapshot::PlaceId;

/// Types within a type that are told apart; a larger one is unknown.
const HEAVIEST: u32 = 2_000;
/// Alternatives of one type that are told apart.
const MOST_FORMS: usize = 12;
/// Texts of one type that are told apart.
const MOST_TEXTS: usize = 64;

/// What an expression may be. With no form and without nothing, it is never reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Type {
    /// What it may be besides nothing, each once.
    pub forms: Vec<Form>,
    /// Why it may be nothing (absent or null), if it may.
    pub nothing: Option<Nothing>,
    weight: u32,
}

/// Why a value may be nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nothing {
    /// Something else than a field: what was looked up in a list, a function without a value.
    Other,
    /// A field that its schema does not require, or that may be null: its path in the schema.
    Field(Arc<str>),
}

/// One thing that an expression may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Nobody knows, nothing included.
    Unknown,
    /// True or false.
    Bool,
    /// A whole number.
    Number,
    /// A fraction.
    Fraction,
    /// A text; one of these, where they are fixed.
    Text(Option<Arc<BTreeSet<String>>>),
    /// A character.
    Char,
    /// A point in time.
    Time,
    /// A length of time.
    Duration,
    /// A version.
    Version,
    /// A list.
    List(Arc<Type>),
    /// An object of a snapshot.
    Object(ObjectForm),
    /// A map that a script made.
    Map(Arc<BTreeMap<String, Type>>),
    /// A set of texts.
    Set,
    /// Named values whose names nobody fixed; a name that is not there is nothing.
    Facts,
    /// The parameters of the policy.
    Params,
}

/// An object of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectForm {
    /// Which of the schemas that the policy reads: an index into [`super::Types::schemas`].
    pub schema: usize,
    /// The place in the schema.
    pub place: PlaceId,
    /// Fields below it, `A` or `A.B`, of which the script knows by now that they are there.
    pub present: Arc<BTreeSet<String>>,
}

impl Form {
    fn weight(&self) -> u32 {
        match self {
            Self::List(element) => element.weight.saturating_add(1),
            Self::Map(fields) => fields
                .values()
                .fold(1, |weight, field| weight.saturating_add(field.weight)),
            _ => 1,
        }
    }

    fn joined(&self, other: &Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Text(left), Self::Text(right)) => {
                Self::Text(joined_texts(left.as_ref(), right.as_ref()))
            }
            (Self::List(left), Self::List(right)) => Self::List(Arc::new(left.or(right))),
            (Self::Object(left), Self::Object(right))
                if (left.schema, left.place) == (right.schema, right.place) =>
            {
                let both = &*left.present & &*right.present;
                Self::Object(ObjectForm {
                    present: Arc::new(both),
                    ..left.clone()
                })
            }
            (Self::Map(left), Self::Map(right)) => Self::Map(joined_maps(left, right)),
            (left, right) if left == right => left.clone(),
            _ => return None,
        })
    }
}

fn joined_texts(
    left: Option<&Arc<BTreeSet<String>>>,
    right: Option<&Arc<BTreeSet<String>>>,
) -> Option<Arc<BTreeSet<String>>> {
    let (left, right) = (left?, right?);
    if right.is_subset(left) {
        return Some(Arc::clone(left));
    }
    let both = &**left | &**right;
    (both.len() <= MOST_TEXTS).then(|| Arc::new(both))
}

/// What only one of two maps has may be there or not.
fn joined_maps(
    left: &BTreeMap<String, Type>,
    right: &BTreeMap<String, Type>,
) -> Arc<BTreeMap<String, Type>> {
    let names = left.keys().chain(right.keys());
    let joined = names.map(|name| {
        let field = match (left.get(name), right.get(name)) {
            (Some(left), Some(right)) => left.or(right),
            _ => Type::unknown(),
        };
        (name.clone(), field)
    });
    Arc::new(joined.collect())
}

impl Type {
    /// Of forms that differ.
    pub fn of(forms: Vec<Form>, nothing: Option<Nothing>) -> Self {
        let weight = forms
            .iter()
            .fold(1_u32, |weight, form| weight.saturating_add(form.weight()));
        if weight > HEAVIEST || forms.len() > MOST_FORMS {
            return Self::unknown();
        }
        Self {
            forms,
            nothing,
            weight,
        }
    }

    /// Of one form.
    pub fn just(form: Form) -> Self {
        Self::of(vec![form], None)
    }

    /// Nobody knows.
    pub fn unknown() -> Self {
        Self {
            forms: vec![Form::Unknown],
            nothing: None,
            weight: 1,
        }
    }

    /// Nothing, for certain.
    pub fn nothing() -> Self {
        Self::of(Vec::new(), Some(Nothing::Other))
    }

    /// No value at all: the place is never reached.
    pub fn never() -> Self {
        Self::default()
    }

    /// A text.
    pub fn text() -> Self {
        Self::just(Form::Text(None))
    }

    /// A list of elements.
    pub fn list(element: Self) -> Self {
        Self::just(Form::List(Arc::new(element)))
    }

    /// Either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        if self == other {
            return self.clone();
        }
        let mut forms = self.forms.clone();
        for form in &other.forms {
            let joined = forms.iter().position(|own| own.joined(form).is_some());
            match joined {
                Some(at) => forms[at] = forms[at].joined(form).unwrap_or(Form::Unknown),
                None => forms.push(form.clone()),
            }
        }
        let nothing = self.nothing.clone().max(other.nothing.clone());
        Self::of(forms, nothing)
    }

    /// The same, and it may be nothing.
    #[must_use]
    pub fn or_nothing(mut self, why: Nothing) -> Self {
        self.nothing = self.nothing.max(Some(why));
        self
    }

    /// The same, where it is something.
    #[must_use]
    pub fn something(mut self) -> Self {
        self.nothing = None;
        self
    }

    /// Whether it may be anything.
    pub fn is_unknown(&self) -> bool {
        self.forms.contains(&Form::Unknown)
    }

    /// Whether nothing gets here.
    pub fn is_never(&self) -> bool {
        self.forms.is_empty() && self.nothing.is_none()
    }

    /// Whether it can be nothing but nothing.
    pub fn is_nothing(&self) -> bool {
        self.forms.is_empty() && self.nothing.is_some()
    }

    /// Whether it is true or false, or nothing.
    pub fn is_bool(&self) -> bool {
        self.forms == [Form::Bool]
    }

    /// The elements, where it is a list.
    pub fn element(&self) -> Self {
        let mut element = Self::never();
        for form in &self.forms {
            element = match form {
                Form::List(own) => element.or(own),
                Form::Unknown | Form::Object(_) => return Self::unknown(),
                _ => element,
            };
        }
        if element.is_never() && !self.forms.iter().any(|form| matches!(form, Form::List(_))) {
            return Self::unknown();
        }
        element
    }

    /// The texts that it may be, where it can be nothing but these (or nothing at all).
    pub fn texts(&self) -> Option<&BTreeSet<String>> {
        match self.forms.as_slice() {
            [Form::Text(Some(texts))] => Some(texts),
            _ => None,
        }
    }

    /// The way to its place in a schema is known for these.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectForm> {
        self.forms.iter().filter_map(|form| match form {
            Form::Object(object) => Some(object),
            _ => None,
        })
    }

    /// The same, where a field below it is there; the field itself, for no steps.
    #[must_use]
    pub(crate) fn with_present(self, steps: &[String]) -> Self {
        let mut known = self.something();
        if steps.is_empty() {
            return known;
        }
        for form in &mut known.forms {
            if let Form::Object(object) = form {
                let present = Arc::make_mut(&mut object.present);
                for end in 1..=steps.len() {
                    present.insert(steps[..end].join("."));
                }
            }
        }
        known
    }

    /// Whether the script knows that a field below it is there.
    pub(crate) fn has_present(&self, steps: &[String]) -> bool {
        if steps.is_empty() {
            return self.nothing.is_none();
        }
        let path = steps.join(".");
        let mut objects = self.objects().peekable();
        objects.peek().is_some() && objects.all(|object| object.present.contains(&path))
    }
}

/// As people read it: `text or number, may be nothing`.
impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_unknown() {
            return f.write_str("unknown");
        }
        if self.forms.is_empty() {
            return f.write_str("nothing");
        }
        for (nth, form) in self.forms.iter().enumerate() {
            if nth > 0 {
                f.write_str(" or ")?;
            }
            form.fmt(f)?;
        }
        match self.nothing {
            Some(_) => f.write_str(", may be nothing"),
            None => Ok(()),
        }
    }
}

impl std::fmt::Display for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unknown => "unknown",
            Self::Bool => "bool",
            Self::Number => "whole number",
            Self::Fraction => "fraction",
            Self::Text(Some(texts)) if texts.len() <= 8 => {
                let quoted = texts.iter().map(|text| format!("{text:?}"));
                return f.write_str(&quoted.collect::<Vec<_>>().join(" | "));
            }
            Self::Text(_) => "text",
            Self::Char => "character",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Version => "version",
            Self::List(element) if element.is_never() => "empty list",
            Self::List(element) if element.is_unknown() => "list",
            Self::List(element) => return write!(f, "list of ({element})"),
            Self::Object(_) => "object",
            Self::Map(fields) => {
                let names: Vec<&str> = fields.keys().take(8).map(String::as_str).collect();
                return write!(f, "map {{{}}}", names.join(", "));
            }
            Self::Set => "set of texts",
            Self::Facts => "named values",
            Self::Params => "parameters",
        })
    }
}
