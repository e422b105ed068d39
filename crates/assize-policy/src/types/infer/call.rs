//! Calls: of the policy's own functions, and of the library by its signatures.

use crate::{
    syntax::{Expr, ExprKind, Name},
    types::{
        VariableKind,
        form::{Form, Nothing, Type},
        note::Note,
        signature::{self, Signature},
    },
};

use super::{Infer, changes, root_name};

impl<'t> Infer<'t> {
    pub(super) fn function_call(&mut self, name: &'t Name, arguments: &'t [Expr]) -> Type {
        if let Some(nth) = self.function(&name.text, arguments.len()) {
            let given = arguments
                .iter()
                .map(|argument| self.expr(argument))
                .collect();
            return self.call(nth, given);
        }
        let given = self.arguments(&name.text, None, arguments);
        match (
            name.text.as_str(),
            arguments.first().map(|first| &first.kind),
        ) {
            ("estate", Some(ExprKind::Text(kind))) => return self.estate(kind),
            ("estate_all", Some(ExprKind::Text(kind))) => return Type::list(self.estate(kind)),
            ("parent", _) => return self.parent(given.first()),
            _ => {}
        }
        self.by_signature(&name.text, None, &given)
    }

    fn estate(&mut self, kind: &str) -> Type {
        match self.world.schema(kind, self.kinds) {
            Some(schema) => self
                .world
                .at(schema, assize_snapshot::PlaceId(0))
                .something(),
            None => Type::unknown(),
        }
    }

    fn parent(&self, given: Option<&Type>) -> Type {
        let Some(given) = given else {
            return Type::unknown();
        };
        let mut parent = Type::never();
        for form in &given.forms {
            let Form::Object(object) = form else {
                return Type::unknown();
            };
            parent = parent.or(&self.world.places().parent(object));
        }
        if parent.is_never() {
            Type::unknown()
        } else {
            parent
        }
    }

    /// The types of arguments. What a library function does not take must not be nothing.
    fn arguments(
        &mut self,
        name: &str,
        receiver: Option<&Type>,
        arguments: &'t [Expr],
    ) -> Vec<Type> {
        let ways = self.ways(name, receiver, arguments.len());
        let mut given = Vec::new();
        for (nth, argument) in arguments.iter().enumerate() {
            if let ExprKind::Closure { .. } = argument.kind {
                given.push(Type::unknown());
                continue;
            }
            let of = self.expr(argument);
            let refuses = !ways.is_empty()
                && ways.iter().all(|way| {
                    let asked = way.get(nth);
                    asked.is_none_or(|asked| !signature::takes_nothing(asked))
                });
            let of = if refuses {
                self.strict(argument, of, &format!("`{name}` takes no absent value"))
            } else {
                of
            };
            if refuses {
                self.misfit(name, nth, &ways, argument, &of);
            }
            given.push(of);
        }
        given
    }

    /// The types of parameters, for each way to call a function with so many arguments, a receiver counted among them.
    fn ways(&self, name: &str, receiver: Option<&Type>, count: usize) -> Vec<Vec<&'static str>> {
        let signatures = self
            .signatures
            .get(name)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut ways = Vec::new();
        for way in signatures.iter().filter(|way| !way.is_property) {
            match (way.receiver, receiver) {
                (None, None) if way.params.len() == count => ways.push(way.params.clone()),
                (Some(_), Some(_)) if way.params.len() == count => ways.push(way.params.clone()),
                // `lower(x)` may be written as `x.lower()`, and `x.len()` as `len(x)`.
                (None, Some(_)) if way.params.len() == count + 1 => {
                    ways.push(way.params[1..].to_vec());
                }
                (Some(own), None) if way.params.len() + 1 == count => {
                    ways.push(
                        std::iter::once(own)
                            .chain(way.params.iter().copied())
                            .collect(),
                    );
                }
                _ => {}
            }
        }
        ways
    }

    /// An argument of a type that no way of calling takes.
    fn misfit(
        &mut self,
        name: &str,
        nth: usize,
        ways: &[Vec<&'static str>],
        argument: &Expr,
        of: &Type,
    ) {
        let known = ["text", "number", "bool", "time", "duration", "version"];
        let asked: Vec<&str> = ways
            .iter()
            .filter_map(|way| way.get(nth).copied())
            .collect();
        let is_plain = asked.iter().all(|asked| known.contains(asked));
        let is_wrong = |form: &Form| !asked.iter().any(|asked| signature::fits(form, asked));
        if is_plain && !of.forms.is_empty() && of.forms.iter().all(is_wrong) {
            self.note(Note::Misfit {
                argument: argument.id,
                span: argument.span,
                function: name.to_owned(),
                asked: asked.join(" or "),
                of: of.clone(),
            });
        }
    }

    fn by_signature(&self, name: &str, receiver: Option<&Type>, given: &[Type]) -> Type {
        let Some(signatures) = self.signatures.get(name) else {
            return Type::unknown();
        };
        let takes = |way: &&Signature| {
            let params = way
                .receiver
                .into_iter()
                .filter(|_| receiver.is_none())
                .chain(way.params.iter().copied());
            let params: Vec<&str> = params.collect();
            let skipped = usize::from(receiver.is_some() && way.receiver.is_none());
            let fits = |of: &Type, name: &str| {
                name == "any"
                    || name == "same"
                    || name == "value"
                    || name.starts_with('|')
                    || of.forms.iter().any(|form| signature::fits(form, name))
            };
            let suits = receiver.is_none_or(|of| {
                let asked = way
                    .receiver
                    .or_else(|| way.params.first().copied())
                    .unwrap_or_default();
                fits(of, asked)
            });
            !way.is_property
                && params.len() == given.len() + skipped
                && suits
                && params[skipped..]
                    .iter()
                    .zip(given)
                    .all(|(name, of)| fits(of, name))
        };
        let mut result = Type::never();
        for way in signatures.iter().filter(takes) {
            let own = match way.result {
                "same" => given
                    .iter()
                    .cloned()
                    .reduce(|left, right| left.or(&right))
                    .unwrap_or_default()
                    .something(),
                name => signature::named(name).unwrap_or_else(Type::unknown),
            };
            result = result.or(&own);
        }
        if result.is_never() {
            Type::unknown()
        } else {
            result
        }
    }

    pub(super) fn method(
        &mut self,
        receiver: &'t Expr,
        if_there: bool,
        name: &'t Name,
        arguments: &'t [Expr],
    ) -> (Type, Option<Nothing>) {
        let takes_all = [
            "type_of",
            "to_string",
            "to_debug",
            "print",
            "fail",
            "review",
        ]
        .contains(&name.text.as_str());
        let (of, skips) = if takes_all {
            self.chain(receiver)
        } else {
            self.link(
                receiver,
                if_there,
                &format!("`.{}()` is called on it", name.text),
            )
        };
        if let ("estate" | "estate_all", ExprKind::Text(kind)) =
            (name.text.as_str(), &receiver.kind)
        {
            let one = self.estate(kind);
            return (
                if name.text == "estate" {
                    one
                } else {
                    Type::list(one)
                },
                skips,
            );
        }
        let given = self.arguments(&name.text, Some(&of), arguments);
        if name.text == "parent" && arguments.is_empty() {
            return (self.parent(Some(&of)), skips);
        }
        if name.text == "has" {
            self.asks_for(&of, arguments);
        }
        let result = self.list_method(&of, &name.text, arguments, &given);
        let result = result.unwrap_or_else(|| self.by_signature(&name.text, Some(&of), &given));
        self.change(receiver, &of, &name.text, &given);
        (result, skips)
    }

    /// `x.has("Field")` names a field, too.
    fn asks_for(&mut self, of: &Type, arguments: &'t [Expr]) {
        if let [
            Expr {
                kind: ExprKind::Text(field),
                span,
                ..
            },
        ] = arguments
        {
            let is_object =
                !of.forms.is_empty() && of.forms.iter().all(|form| matches!(form, Form::Object(_)));
            if is_object {
                self.member(of, field, *span);
            }
        }
    }

    /// What the methods of lists give, which depends on their elements and on the function that they take.
    fn list_method(
        &mut self,
        of: &Type,
        name: &str,
        arguments: &'t [Expr],
        given: &[Type],
    ) -> Option<Type> {
        let element = of.element();
        let closure = arguments
            .first()
            .filter(|first| matches!(first.kind, ExprKind::Closure { .. }));
        let is_list =
            !of.forms.is_empty() && of.forms.iter().all(|form| matches!(form, Form::List(_)));
        if let Some(closure) = closure {
            let pair = ["sort", "sort_by", "dedup"].contains(&name);
            let taken = match name {
                "reduce" | "reduce_rev" => vec![Type::unknown(), element.clone()],
                _ if pair => vec![element.clone(), element.clone()],
                _ => vec![element.clone()],
            };
            let (result, kept) = self.closure(closure, &taken);
            return match name {
                "find" => Some(kept.or_nothing(Nothing::Other)),
                "filter" | "drain" => Some(Type::list(kept)),
                "map" => Some(Type::list(result)),
                "some" | "all" => Some(Type::just(Form::Bool)),
                "index_of" => Some(Type::just(Form::Number)),
                _ => Some(Type::unknown()),
            };
        }
        if !is_list {
            return None;
        }
        match name {
            "find_by" | "find_by_host" => Some(element.or_nothing(Nothing::Other)),
            "filter_by" | "filter_by_host" | "to_array" | "extract" => Some(Type::list(element)),
            "pop" | "shift" | "remove" => Some(element.or_nothing(Nothing::Other)),
            _ => {
                let _ = given;
                None
            }
        }
    }

    /// A function in an argument: what it gives, and what its first parameter is where it gives true.
    pub(super) fn closure(&mut self, closure: &'t Expr, taken: &[Type]) -> (Type, Type) {
        let ExprKind::Closure { params, body } = &closure.kind else {
            return (Type::unknown(), Type::unknown());
        };
        let (before, given) = (
            self.env.clone(),
            std::mem::replace(&mut self.given, Type::never()),
        );
        let end = std::mem::replace(&mut self.scope_end, closure.span.end);
        for (nth, param) in params.iter().enumerate() {
            let of = taken.get(nth).cloned().unwrap_or_else(Type::unknown);
            self.declare(param, of, VariableKind::Parameter, None);
        }
        let last = self.statement(body);
        let last = if self.env.is_dead {
            Type::never()
        } else {
            last
        };
        let result = std::mem::replace(&mut self.given, given).or(&last);
        self.env.vars.truncate(before.vars.len() + params.len());
        if let crate::syntax::StmtKind::Expr(test) = &body.kind
            && result.is_bool()
        {
            self.assume(test, true);
        }
        let kept = self
            .env
            .vars
            .get(before.vars.len())
            .map_or_else(Type::unknown, |var| var.of.clone());
        self.scope_end = end;
        let mut after = before;
        for (var, seen) in after.vars.iter_mut().zip(&self.env.vars) {
            // What the function assigns to, it may have assigned or not.
            if self.assigned.contains(var.name) && var.of != seen.of {
                var.of = var.of.or(&seen.of);
            }
        }
        self.env = after;
        (result, kept)
    }

    /// A method that changes the variable that it is called on.
    fn change(&mut self, receiver: &Expr, of: &Type, name: &str, given: &[Type]) {
        if !changes(name) {
            return;
        }
        let Some(root) = root_name(receiver) else {
            return;
        };
        let is_variable = matches!(receiver.kind, ExprKind::Variable(_));
        let of = match (name, of.forms.as_slice(), is_variable) {
            ("push", [Form::List(element)], true) => {
                Type::list(element.or(given.first().unwrap_or(&Type::unknown())))
            }
            (
                "pop" | "shift" | "remove" | "reverse" | "sort" | "sort_by" | "dedup" | "drain"
                | "retain" | "clear" | "pad" | "replace",
                _,
                true,
            ) => match of.forms.as_slice() {
                [Form::Text(_)] => Type::text(),
                _ => of.clone(),
            },
            ("append", [Form::List(element)], true) => {
                let more = given.first().map_or_else(Type::unknown, Type::element);
                Type::list(element.or(&more))
            }
            ("insert", [Form::List(element)], true) => {
                Type::list(element.or(given.get(1).unwrap_or(&Type::unknown())))
            }
            _ => Type::unknown(),
        };
        self.set(root, of);
    }
}
