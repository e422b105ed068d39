//! What editors ask: names in scope, fields of a type, what a name means.

use assize_finding::Span;
use assize_snapshot::SchemaPlace;

use super::{Form, ObjectForm, Type, Types, Variable};
use crate::{
    library::{LibraryFunction, library_functions},
    syntax::{ExprKind, Function, Node, Tree},
};

/// A field that exists on a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it may be.
    pub of: Type,
    /// What it means.
    pub description: String,
    /// The way to it in the schema, `AcceptedDomain[].DomainName`; empty for what has none.
    pub path: String,
    /// The kind whose schema has it; empty for what has none.
    pub kind: String,
    /// The schema requires it.
    pub is_required: bool,
    /// The only texts that it may hold, where the schema fixes them.
    pub values: Vec<String>,
}

/// What a name in a policy means.
#[derive(Debug, Clone)]
pub enum Referent<'t> {
    /// A variable or a parameter.
    Variable(Variable),
    /// What every policy sees: `snapshot`, `params`, `now`, `earlier`.
    Global(&'t str, Type),
    /// A function of the policy.
    Function(&'t Function),
    /// Functions of the library of one name.
    Library(Vec<&'static LibraryFunction>),
    /// A field; of several schemas where an object may be of one or another.
    Field(Vec<Field>),
    /// A parameter of the policy or of its pack.
    Param(String, Type),
}

impl Types {
    /// The variables that can be used at a byte, the innermost first.
    pub fn visible_at(&self, offset: u32) -> Vec<&Variable> {
        let is_visible = |variable: &&Variable| {
            variable.visible.start <= offset && offset <= variable.visible.end
        };
        let mut seen = std::collections::HashSet::new();
        let inner = self.variables.iter().rev().filter(is_visible);
        inner
            .filter(|variable| seen.insert(variable.name.as_str()))
            .collect()
    }

    /// The variable that a use of a name means.
    pub fn declaration(&self, id: crate::syntax::ExprId) -> Option<&Variable> {
        let declared = self.resolved.get(&id)?;
        self.variables
            .iter()
            .find(|variable| variable.declared == *declared)
    }

    /// The place of an object in its schema.
    pub fn place(&self, object: &ObjectForm) -> &SchemaPlace {
        self.schemas[object.schema].place(object.place)
    }

    /// The fields that exist on a type, each name once for each schema that has it.
    pub fn fields(&self, of: &Type) -> Vec<Field> {
        let mut fields = Vec::new();
        for form in &of.forms {
            match form {
                Form::Object(object) => fields.extend(self.object_fields(object)),
                Form::Map(members) => {
                    fields.extend(members.iter().map(|(name, of)| plain(name, of)));
                }
                Form::Params => fields.extend(self.params.iter().map(|(name, of)| plain(name, of))),
                Form::Duration => {
                    let number = Type::just(Form::Number);
                    fields.extend(
                        ["days", "hours", "minutes", "seconds"].map(|name| plain(name, &number)),
                    );
                }
                _ => {}
            }
        }
        fields
    }

    fn object_fields(&self, object: &ObjectForm) -> Vec<Field> {
        let schema = &self.schemas[object.schema];
        let world = super::world::Places(&self.schemas);
        let fields = schema.place(object.place).fields.iter();
        let described = fields.filter_map(|field| {
            let place = schema.place(field.place);
            Some(Field {
                name: field.name.clone(),
                of: world.field(object, &field.name)?,
                description: place.description.clone(),
                path: place.path.clone(),
                kind: schema.kind.clone(),
                is_required: field.is_required,
                values: place.values.clone().unwrap_or_default(),
            })
        });
        described.collect()
    }

    /// What the name at a byte means.
    pub fn referent_at<'t>(&self, tree: &'t Tree, offset: u32) -> Option<Referent<'t>> {
        let covers = |span: Span| span.start <= offset && offset <= span.end;
        if let Some(variable) = self
            .variables
            .iter()
            .find(|variable| covers(variable.declared))
        {
            return Some(Referent::Variable(variable.clone()));
        }
        if let Some(function) = tree
            .functions
            .iter()
            .find(|function| covers(function.name.span))
        {
            return Some(Referent::Function(function));
        }
        let path = tree.path_at(offset);
        let Some(Node::Expr(expression)) = path.last() else {
            return None;
        };
        match &expression.kind {
            ExprKind::Variable(name) => Some(match self.declaration(expression.id) {
                Some(variable) => Referent::Variable(variable.clone()),
                None => Referent::Global(name, self.expression(expression.id)),
            }),
            ExprKind::Call { name, arguments } if covers(name.span) => {
                named_function(tree, &name.text, arguments.len())
            }
            ExprKind::Method { name, .. } if covers(name.span) => {
                named_function(tree, &name.text, usize::MAX)
            }
            ExprKind::Field { object, name, .. } if covers(name.span) => {
                self.named_field(&self.expression(object.id), &name.text)
            }
            ExprKind::Text(name) => match path.iter().rev().nth(1) {
                Some(Node::Expr(around)) => match &around.kind {
                    ExprKind::Index { object, .. } => {
                        self.named_field(&self.expression(object.id), name)
                    }
                    ExprKind::Method {
                        receiver,
                        name: method,
                        ..
                    } if ["has", "is_null"].contains(&method.text.as_str()) => {
                        self.named_field(&self.expression(receiver.id), name)
                    }
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    fn named_field<'t>(&self, of: &Type, name: &str) -> Option<Referent<'t>> {
        if of.forms.contains(&Form::Params) {
            let param = self.params.iter().find(|(own, _)| own == name)?;
            return Some(Referent::Param(param.0.clone(), param.1.clone()));
        }
        let mut fields = self.fields(of);
        fields.retain(|field| field.name == name);
        (!fields.is_empty()).then_some(Referent::Field(fields))
    }
}

fn named_function<'t>(tree: &'t Tree, name: &str, count: usize) -> Option<Referent<'t>> {
    let own = tree
        .functions
        .iter()
        .find(|function| function.name.text == name && function.params.len() == count);
    if let Some(function) = own {
        return Some(Referent::Function(function));
    }
    let library: Vec<_> = library_functions().filter(|own| own.name == name).collect();
    (!library.is_empty()).then_some(Referent::Library(library))
}

fn plain(name: &str, of: &Type) -> Field {
    Field {
        name: name.to_owned(),
        of: of.clone(),
        description: String::new(),
        path: String::new(),
        kind: String::new(),
        is_required: true,
        values: Vec::new(),
    }
}
