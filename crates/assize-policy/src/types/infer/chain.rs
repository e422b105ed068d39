//! Expressions, chains of fields and calls above all: `a?.b.c` leaves out the whole rest where `a` is nothing.

use crate::{
    syntax::{Expr, ExprKind, Name},
    types::{
        form::{Form, Nothing, Type},
        note::Note,
    },
};

use super::Infer;

impl<'t> Infer<'t> {
    /// The type of an expression where no part of its chain is left out, and why a part may be.
    pub(super) fn chain(&mut self, expression: &'t Expr) -> (Type, Option<Nothing>) {
        if self.fuel == 0 {
            return (Type::unknown(), None);
        }
        self.fuel -= 1;
        let (of, skips) = match &expression.kind {
            ExprKind::Field {
                object,
                if_there,
                name,
            } => {
                let (of, skips) = self.link(
                    object,
                    *if_there,
                    &format!("`.{}` is read from it", name.text),
                );
                (self.field(&of, name), skips)
            }
            ExprKind::Index {
                object,
                if_there,
                index,
            } => {
                let given = self.expr(index);
                let (of, skips) = self.link(object, *if_there, "an element is read from it");
                (self.element(expression, &of, index, &given), skips)
            }
            ExprKind::Method {
                receiver,
                if_there,
                name,
                arguments,
            } => self.method(receiver, *if_there, name, arguments),
            _ => (self.plain(expression), None),
        };
        let of = match self.path(expression) {
            Some((root, steps))
                if !steps.is_empty()
                    && of.nothing.is_some()
                    && self.env.vars[root].of.has_present(&steps) =>
            {
                of.something()
            }
            _ => of,
        };
        let whole = match &skips {
            Some(why) => of.clone().or_nothing(why.clone()),
            None => of.clone(),
        };
        self.record(expression, &whole);
        (of, skips)
    }

    /// What stands before a dot or a bracket.
    pub(super) fn link(
        &mut self,
        object: &'t Expr,
        if_there: bool,
        needs: &str,
    ) -> (Type, Option<Nothing>) {
        let (of, skips) = self.chain(object);
        if if_there {
            let skips = skips.max(of.nothing.clone());
            return (of.something(), skips);
        }
        (self.strict(object, of, needs), skips)
    }

    /// A value that must not be nothing here: where a field may be absent, the script would end in an error.
    pub(super) fn strict(&mut self, expression: &'t Expr, of: Type, needs: &str) -> Type {
        if let (Some(Nothing::Field(path)), false) = (&of.nothing, of.is_unknown()) {
            let text = self.source.get(expression.span.range()).unwrap_or_default();
            let field = path.rsplit('.').next();
            let is_direct = self
                .path(expression)
                .is_some_and(|(_, steps)| steps.last().map(String::as_str) == field);
            self.note(Note::Absent {
                span: expression.span,
                text: text.to_owned(),
                path: path.to_string(),
                needs: needs.to_owned(),
                is_direct,
            });
        }
        if let (Some(_), Some(path)) = (&of.nothing, self.path(expression)) {
            self.present(&path);
        }
        of.something()
    }

    fn plain(&mut self, expression: &'t Expr) -> Type {
        match &expression.kind {
            ExprKind::Bool(_) => Type::just(Form::Bool),
            ExprKind::Int(_) => Type::just(Form::Number),
            ExprKind::Float => Type::just(Form::Fraction),
            ExprKind::Unit => Type::nothing(),
            ExprKind::Text(text) if text.len() <= 200 => {
                Type::just(Form::Text(Some(std::sync::Arc::new([text.clone()].into()))))
            }
            ExprKind::Text(_) => Type::text(),
            ExprKind::Char => Type::just(Form::Char),
            ExprKind::Template(parts) => self.template(parts),
            ExprKind::Array(parts) => {
                let mut element = Type::never();
                for part in parts {
                    element = element.or(&self.expr(part));
                }
                Type::list(element)
            }
            ExprKind::Map(members) => {
                let fields = members.iter().map(|(name, value)| {
                    (
                        crate::types::world::unquoted(&name.text).to_owned(),
                        self.expr(value),
                    )
                });
                let fields: std::collections::BTreeMap<String, Type> = fields.collect();
                Type::just(Form::Map(std::sync::Arc::new(fields)))
            }
            ExprKind::Variable(name) => self.named_variable(expression, name),
            ExprKind::Call { name, arguments } => self.function_call(name, arguments),
            ExprKind::Unary { operator, operand } => self.unary(*operator, operand),
            ExprKind::Binary {
                operator,
                left,
                right,
            } => self.binary(*operator, left, right),
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => self.branch(condition, then, otherwise.as_ref()),
            ExprKind::Switch { subject, arms } => self.switch(subject, arms),
            ExprKind::Loop { head, body } => self.repeat(head, body),
            ExprKind::Closure { .. } => {
                self.closure(expression, &[]);
                Type::unknown()
            }
            ExprKind::Block(block) => self.scoped(block),
            _ => Type::unknown(),
        }
    }

    fn named_variable(&mut self, expression: &Expr, name: &str) -> Type {
        let Some(at) = self.lookup(name) else {
            return Type::unknown();
        };
        let declared = self.env.vars[at].declared;
        self.resolved.insert(expression.id, declared);
        if let Some(variable) = self.variables.get_mut(&declared.start) {
            variable.is_used = true;
        }
        self.variable(at)
    }

    fn field(&mut self, of: &Type, name: &'t Name) -> Type {
        if (name.text == "days"
            || name.text == "hours"
            || name.text == "minutes"
            || name.text == "seconds")
            && of.forms == [Form::Duration]
        {
            return Type::just(Form::Number);
        }
        self.member(of, &name.text, name.span)
    }

    /// A field by its name: of whatever forms have it.
    pub(super) fn member(&mut self, of: &Type, name: &str, span: assize_finding::Span) -> Type {
        let (mut found, mut is_known, mut is_closed) = (Type::never(), false, !of.forms.is_empty());
        for form in &of.forms {
            let field = match form {
                Form::Object(object) => self.world.places().field(object, name),
                Form::Map(fields) => fields.get(name).cloned(),
                Form::Params => self.param(name),
                Form::List(_) if name == "len" => Some(Type::just(Form::Number)),
                Form::List(_) if name == "is_empty" => Some(Type::just(Form::Bool)),
                // A list of one element may have collapsed, and the schema may not say of what it is a list.
                _ => {
                    is_closed = false;
                    None
                }
            };
            if let Some(field) = field {
                is_known = true;
                found = found.or(&field);
            }
        }
        if is_known {
            self.found_fields.insert(span.start);
            return if is_closed {
                found
            } else {
                found.or(&Type::unknown())
            };
        }
        // A map of a script may get fields later.
        let is_map = of.forms.iter().any(|form| matches!(form, Form::Map(_)));
        if is_closed && !is_map {
            self.note(Note::UnknownField {
                span,
                name: name.to_owned(),
                of: of.clone(),
            });
        } else {
            self.found_fields.insert(span.start);
        }
        Type::unknown()
    }

    fn param(&self, name: &str) -> Option<Type> {
        let found = self.world.params.iter().find(|(own, _)| own == name);
        found.map(|(_, of)| of.clone())
    }

    fn element(&mut self, expression: &Expr, of: &Type, index: &'t Expr, given: &Type) -> Type {
        if let ExprKind::Text(name) = &index.kind {
            return self.member(of, name, index.span);
        }
        let _ = expression;
        let is_list =
            !of.forms.is_empty() && of.forms.iter().all(|form| matches!(form, Form::List(_)));
        if is_list {
            return of.element();
        }
        // One of several fields, by a name that is one of a few texts.
        if let (Some(names), [Form::Object(object)]) = (given.texts(), of.forms.as_slice()) {
            let fields = names
                .iter()
                .map(|name| self.world.places().field(object, name));
            let fields: Option<Vec<Type>> = fields.collect();
            let joined = fields
                .unwrap_or_default()
                .into_iter()
                .reduce(|left, right| left.or(&right));
            // Which of them it is nobody knows, and so not whether it may be nothing.
            return joined.map_or_else(Type::unknown, |mut joined| {
                joined.nothing = joined.nothing.map(|_| Nothing::Other);
                joined
            });
        }
        Type::unknown()
    }
}
