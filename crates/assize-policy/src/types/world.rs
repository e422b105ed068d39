//! What a policy judges, read from its source as it stands: the script engine need not take it.

use std::sync::Arc;

use assize_snapshot::{Kinds, Meaning, PlaceId, Schema, SchemaPlace, SchemaTypes};

use super::form::{Form, Nothing, ObjectForm, Type};
use crate::{
    header::EVERY_KIND,
    select::Query,
    syntax::{Expr, ExprKind, Tree},
};

/// The schemas that a policy reads, and what it says of itself.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) schemas: Vec<Schema>,
    /// The kinds that the policy judges, as far as they are known.
    pub(super) judged: Vec<usize>,
    /// A kind that it names is not known, or it judges every kind: nobody knows all fields of the snapshot.
    pub(super) is_open: bool,
    pub(super) is_over_time: bool,
    select: Vec<String>,
    pub(super) params: Vec<(String, Type)>,
}

impl World {
    pub(super) fn of(tree: &Tree, kinds: &Kinds, shared: &[(String, Type)]) -> Self {
        let mut world = Self {
            params: shared.to_vec(),
            ..Self::default()
        };
        let header = tree.constant("POLICY").map(|constant| &constant.value);
        let texts = |name: &str| {
            header
                .and_then(|header| member(header, name))
                .map(texts_of)
                .unwrap_or_default()
        };
        for name in texts("kind") {
            match world.schema(&name, kinds) {
                Some(schema) if name != EVERY_KIND => world.judged.push(schema),
                _ => world.is_open = true,
            }
        }
        world.is_open |= world.judged.is_empty();
        world.select = texts("select");
        world.is_over_time = texts("over").iter().any(|text| text == "time");
        if let Some(ExprKind::Map(params)) = header
            .and_then(|header| member(header, "params"))
            .map(|params| &params.kind)
        {
            for (name, param) in params {
                let default = member(param, "default").map_or_else(Type::unknown, literal);
                world
                    .params
                    .push((unquoted(&name.text).to_owned(), default));
            }
        }
        world
    }

    /// The number of a kind's schema, which is read if it was not.
    pub(super) fn schema(&mut self, kind: &str, kinds: &Kinds) -> Option<usize> {
        let known = self.schemas.iter().position(|schema| schema.kind == kind);
        known.or_else(|| {
            let kind = kinds.iter().find(|own| own.name() == kind)?;
            self.schemas.push(kind.schema());
            Some(self.schemas.len() - 1)
        })
    }

    pub(super) fn places(&self) -> Places<'_> {
        Places(&self.schemas)
    }

    /// A value in a place of a schema that is there.
    pub(super) fn at(&self, schema: usize, id: PlaceId) -> Type {
        self.places().at(schema, id)
    }

    /// The whole snapshot.
    pub(super) fn snapshot(&self) -> Type {
        if self.is_open {
            return Type::unknown();
        }
        let roots = self
            .judged
            .iter()
            .map(|schema| self.at(*schema, PlaceId(0)));
        roots
            .reduce(|left, right| left.or(&right))
            .unwrap_or_else(Type::unknown)
    }

    /// What `check` is called with: what the queries select.
    pub(super) fn object(&self) -> Type {
        if self.is_open {
            return Type::unknown();
        }
        if self.select.is_empty() {
            return self.snapshot();
        }
        let mut object = Type::never();
        for text in &self.select {
            let Ok(query) = Query::parse(text) else {
                return Type::unknown();
            };
            for schema in &self.judged {
                match query.place(&self.schemas[*schema]) {
                    Ok(Some(place)) => object = object.or(&self.at(*schema, place)),
                    // Another kind may have it.
                    Ok(None) => {}
                    Err(()) => return Type::unknown(),
                }
            }
        }
        if object.is_never() {
            Type::unknown()
        } else {
            object
        }
    }
}

/// Types of places in schemas.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<'s>(pub(super) &'s [Schema]);

impl Places<'_> {
    /// A value in a place of a schema that is there.
    pub(super) fn at(&self, schema: usize, id: PlaceId) -> Type {
        let place = self.0[schema].place(id);
        let may_be_null = place.types.allows(SchemaTypes::NULL);
        if place.types == SchemaTypes::ANY {
            return Type::unknown();
        }
        let mut forms = Vec::new();
        let scalar = [
            SchemaTypes::TEXT,
            SchemaTypes::INTEGER,
            SchemaTypes::FRACTION,
            SchemaTypes::BOOLEAN,
        ]
        .into_iter()
        .any(|own| place.types.allows(own));
        match place.meaning {
            Some(meaning) => forms.extend(scalar.then_some(match meaning {
                Meaning::Time => Form::Time,
                Meaning::Duration => Form::Duration,
                Meaning::Version => Form::Version,
                Meaning::Boolean => Form::Bool,
                Meaning::Number if place.types.allows(SchemaTypes::FRACTION) => Form::Fraction,
                Meaning::Number => Form::Number,
            })),
            None => forms.extend(plain_forms(place)),
        }
        if place.types.allows(SchemaTypes::LIST) {
            let element = place
                .items
                .map_or_else(Type::unknown, |items| self.shallow(schema, items));
            forms.push(Form::List(Arc::new(element)));
        }
        if place.types.allows(SchemaTypes::OBJECT) {
            let (present, place) = (Arc::default(), id);
            forms.push(Form::Object(ObjectForm {
                schema,
                place,
                present,
            }));
        }
        let nothing = may_be_null.then(|| Nothing::Field(place.path.as_str().into()));
        Type::of(forms, nothing)
    }

    /// The elements of a list. Lists of lists that never end are unknown at some depth.
    fn shallow(&self, schema: usize, id: PlaceId) -> Type {
        let mut at = id;
        for _ in 0..4 {
            if let Some(items) = self.0[schema].place(at).items {
                at = items;
            } else {
                // Null for an element is no absent field: nobody asks each of them.
                let mut element = self.at(schema, id);
                element.nothing = element.nothing.map(|_| Nothing::Other);
                return element;
            }
        }
        Type::unknown()
    }

    /// A field of an object; `None` where the schema does not know it, unknown where it leaves fields open.
    pub(super) fn field(&self, object: &ObjectForm, name: &str) -> Option<Type> {
        let schema = &self.0[object.schema];
        if schema.place(object.place).fields.is_empty() {
            return Some(Type::unknown());
        }
        let field = schema.field(object.place, name)?;
        let mut found = self.at(object.schema, field.place);
        // A section that was not collected makes the verdict indeterminate.
        let is_section = object.place == schema.root();
        if !field.is_required && !is_section && !found.is_unknown() {
            found = found.or_nothing(Nothing::Field(
                schema.place(field.place).path.as_str().into(),
            ));
        }
        if object.present.contains(name) {
            found = found.something();
        }
        let below = format!("{name}.");
        let inner: std::collections::BTreeSet<String> = object
            .present
            .iter()
            .filter_map(|path| path.strip_prefix(&below).map(str::to_owned))
            .collect();
        for form in &mut found.forms {
            if let Form::Object(object) = form {
                object.present = Arc::new(inner.clone());
            }
        }
        Some(found)
    }

    /// The nearest object around objects of a place, where only one can be it.
    pub(super) fn parent(&self, object: &ObjectForm) -> Type {
        let schema = &self.0[object.schema];
        let mut at = object.place;
        for _ in 0..8 {
            let leads_here = |place: &SchemaPlace| {
                place.items == Some(at) || place.fields.iter().any(|field| field.place == at)
            };
            let mut owners = schema
                .places
                .iter()
                .enumerate()
                .filter(|(_, place)| leads_here(place));
            let (Some((owner, place)), None) = (owners.next(), owners.next()) else {
                break;
            };
            at = PlaceId(owner as u32);
            if place.types.allows(SchemaTypes::OBJECT) {
                return self.at(object.schema, at);
            }
        }
        if object.place == schema.root() {
            Type::nothing()
        } else {
            Type::unknown()
        }
    }
}

fn plain_forms(place: &SchemaPlace) -> Vec<Form> {
    let mut forms = Vec::new();
    if place.types.allows(SchemaTypes::BOOLEAN) {
        forms.push(Form::Bool);
    }
    if place.types.allows(SchemaTypes::INTEGER) {
        forms.push(Form::Number);
    }
    if place.types.allows(SchemaTypes::FRACTION) {
        forms.push(Form::Fraction);
    }
    if place.types.allows(SchemaTypes::TEXT) {
        let texts = place
            .values
            .as_ref()
            .map(|values| Arc::new(values.iter().cloned().collect()));
        forms.push(Form::Text(texts));
    }
    forms
}

/// A member of a map literal.
pub(crate) fn member<'e>(map: &'e Expr, name: &str) -> Option<&'e Expr> {
    let ExprKind::Map(members) = &map.kind else {
        return None;
    };
    let found = members.iter().find(|(own, _)| unquoted(&own.text) == name);
    found.map(|(_, value)| value)
}

/// A name that may stand in quotes.
pub(crate) fn unquoted(name: &str) -> &str {
    name.strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
        .unwrap_or(name)
}

/// The texts of a text or of a list of texts.
pub(crate) fn texts_of(value: &Expr) -> Vec<String> {
    match &value.kind {
        ExprKind::Text(text) => vec![text.clone()],
        ExprKind::Array(parts) => parts
            .iter()
            .filter_map(|part| match &part.kind {
                ExprKind::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The type of a parameter by the literal that is its default: the value may be another one of the type.
fn literal(value: &Expr) -> Type {
    match &value.kind {
        ExprKind::Bool(_) => Type::just(Form::Bool),
        ExprKind::Int(_) => Type::just(Form::Number),
        ExprKind::Float => Type::just(Form::Fraction),
        ExprKind::Text(_) => Type::text(),
        ExprKind::Array(parts) => {
            let element = parts
                .iter()
                .map(literal)
                .reduce(|left, right| left.or(&right));
            Type::list(element.unwrap_or_else(Type::unknown))
        }
        _ => Type::unknown(),
    }
}
