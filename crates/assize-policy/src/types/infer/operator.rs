//! Operators and conditions.

use assize_finding::Span;

use crate::{
    syntax::{Expr, ExprKind},
    types::form::{Form, Type},
};

use super::Infer;

impl<'t> Infer<'t> {
    pub(super) fn condition(&mut self, expression: &'t Expr, what: &str) -> Type {
        let of = self.expr(expression);
        self.strict(expression, of, &format!("it is {what}"))
    }

    pub(super) fn unary(&mut self, operator: Span, operand: &'t Expr) -> Type {
        let text = self.text(operator).to_owned();
        let of = self.expr(operand);
        let of = self.strict(operand, of, &format!("`{text}` works on it"));
        match (text.as_str(), of.forms.as_slice()) {
            ("!", _) => Type::just(Form::Bool),
            (_, [form @ (Form::Number | Form::Fraction)]) => Type::just(form.clone()),
            _ => Type::unknown(),
        }
    }

    pub(super) fn binary(&mut self, operator: Span, left: &'t Expr, right: &'t Expr) -> Type {
        let text = self.text(operator).to_owned();
        match text.as_str() {
            "&&" | "||" => {
                let what = format!("a part of `{text}`");
                self.condition(left, &what);
                let before = self.env.clone();
                self.assume(left, text == "&&");
                let count = self.env.vars.len();
                self.condition(right, &what);
                self.env.vars.truncate(count);
                self.env = before;
                Type::just(Form::Bool)
            }
            "??" => {
                let of = self.expr(left);
                let before = self.env.clone();
                let other = self.expr(right);
                self.env = before;
                match (of.nothing.is_some() || of.is_unknown(), of.is_nothing()) {
                    (_, true) => other,
                    (true, _) => of.something().or(&other),
                    // The other side is never used, but it is what the writer counts on.
                    _ => of,
                }
            }
            "==" | "!=" => {
                self.expr(left);
                self.expr(right);
                Type::just(Form::Bool)
            }
            "<" | "<=" | ">" | ">=" => {
                self.operand(left, &text);
                self.operand(right, &text);
                Type::just(Form::Bool)
            }
            "in" | "!in" => {
                self.expr(left);
                let of = self.expr(right);
                self.strict(right, of, "it is searched");
                Type::just(Form::Bool)
            }
            "+" => self.sum(left, right),
            "-" | "*" | "/" | "%" | "**" => {
                let (of, other) = (self.operand(left, &text), self.operand(right, &text));
                arithmetic(&text, &of, &other)
            }
            _ => {
                self.expr(left);
                self.expr(right);
                Type::unknown()
            }
        }
    }

    fn operand(&mut self, expression: &'t Expr, operator: &str) -> Type {
        let of = self.expr(expression);
        self.strict(expression, of, &format!("`{operator}` works on it"))
    }

    /// Text and nothing make text; nothing and anything else make an error.
    fn sum(&mut self, left: &'t Expr, right: &'t Expr) -> Type {
        let (of, other) = (self.expr(left), self.expr(right));
        let is_text = |of: &Type| {
            of.is_unknown() || of.forms.iter().any(|form| matches!(form, Form::Text(_)))
        };
        if is_text(&of) || is_text(&other) {
            let is_sure = |of: &Type| {
                !of.forms.is_empty() && of.forms.iter().all(|form| matches!(form, Form::Text(_)))
            };
            return if is_sure(&of) || is_sure(&other) {
                Type::text()
            } else {
                Type::unknown()
            };
        }
        let (of, other) = (
            self.strict(left, of, "`+` works on it"),
            self.strict(right, other, "`+` works on it"),
        );
        arithmetic("+", &of, &other)
    }

    pub(super) fn text(&self, span: Span) -> &'t str {
        self.source.get(span.range()).unwrap_or_default()
    }

    /// What follows from a condition that holds, or does not: which places in data are there.
    pub(super) fn assume(&mut self, condition: &'t Expr, holds: bool) {
        let mut places = Vec::new();
        self.places(condition, 0, &mut places);
        places.truncate(40);
        for place in places {
            let outcome = self.with_nothing(condition, &place);
            if outcome.rules_out(holds) {
                self.present(&place);
            }
        }
        self.narrow(condition, holds);
    }

    /// The places in data that an expression reads, and those that the variables in it stand for.
    fn places(&self, expression: &'t Expr, depth: u8, places: &mut Vec<super::Path>) {
        if places.len() >= 40 || depth > 60 {
            return;
        }
        if let Some(path) = self.path(expression)
            && !places.contains(&path)
        {
            for end in 0..path.1.len() {
                let prefix = (path.0, path.1[..end].to_vec());
                if !places.contains(&prefix) {
                    places.push(prefix);
                }
            }
            places.push(path);
        }
        if let ExprKind::Variable(name) = &expression.kind
            && let Some(made) = self.lookup(name).and_then(|at| self.env.vars[at].made)
            && depth < 4
        {
            self.places(made, depth + 20, places);
        }
        if let ExprKind::Method {
            receiver,
            name,
            arguments,
            ..
        } = &expression.kind
            && let (
                "has",
                [
                    Expr {
                        kind: ExprKind::Text(field),
                        ..
                    },
                ],
                Some((root, mut steps)),
            ) = (
                name.text.as_str(),
                arguments.as_slice(),
                self.path(receiver),
            )
        {
            steps.push(field.clone());
            places.push((root, steps));
        }
        for child in crate::syntax::Node::Expr(expression).children() {
            if let crate::syntax::Node::Expr(child) = child {
                self.places(child, depth + 1, places);
            }
        }
        self.places_of_call(expression, places);
    }

    /// What a helper function asks of the fields of its arguments.
    fn places_of_call(&self, expression: &'t Expr, places: &mut Vec<super::Path>) {
        let ExprKind::Call { name, arguments } = &expression.kind else {
            return;
        };
        let Some(nth) = self.function(&name.text, arguments.len()) else {
            return;
        };
        let function = &self.tree.functions[nth];
        for (param, argument) in function.params.iter().zip(arguments) {
            let Some((root, steps)) = self.path(argument) else {
                continue;
            };
            let mut fields = Vec::new();
            for statement in &function.body.statements {
                fields_below(
                    crate::syntax::Node::Stmt(statement),
                    &param.text,
                    &mut fields,
                );
            }
            fields.truncate(20);
            for field in fields {
                let whole: Vec<String> = steps.iter().cloned().chain(field).collect();
                if whole.len() <= 16 && !places.contains(&(root, whole.clone())) {
                    places.push((root, whole));
                }
            }
        }
    }

    /// `type_of(x) == "string"`, `x == ()`: what remains of a variable's forms.
    fn narrow(&mut self, condition: &'t Expr, holds: bool) {
        match &condition.kind {
            ExprKind::Unary { operator, operand } if self.text(*operator) == "!" => {
                self.narrow(operand, !holds);
            }
            ExprKind::Binary {
                operator,
                left,
                right,
            } => match (self.text(*operator), holds) {
                ("&&", true) | ("||", false) => {
                    self.narrow(left, holds);
                    self.narrow(right, holds);
                }
                ("==", _) => self.narrow_equal(left, right, holds),
                ("!=", _) => self.narrow_equal(left, right, !holds),
                _ => {}
            },
            _ => {}
        }
    }

    fn narrow_equal(&mut self, left: &'t Expr, right: &'t Expr, holds: bool) {
        if let (ExprKind::Unit, ExprKind::Variable(name)) = (&right.kind, &left.kind) {
            if let Some(at) = self.lookup(name).filter(|_| holds)
                && self.env.vars[at].of.nothing.is_some()
            {
                self.env.vars[at].of = Type::nothing();
            }
            return;
        }
        let (asked, word) = match (&left.kind, &right.kind) {
            (ExprKind::Call { name, arguments }, ExprKind::Text(word))
                if name.text == "type_of" =>
            {
                (arguments.first(), word)
            }
            (ExprKind::Method { name, receiver, .. }, ExprKind::Text(word))
                if name.text == "type_of" =>
            {
                (Some(&**receiver), word)
            }
            _ => return,
        };
        let Some(ExprKind::Variable(name)) = asked.map(|asked| &asked.kind) else {
            return;
        };
        let Some(at) = self.lookup(name) else {
            return;
        };
        let of = &self.env.vars[at].of;
        if of.is_unknown() {
            return;
        }
        let forms: Vec<Form> = of
            .forms
            .iter()
            .filter(|form| is_called(form, word) == holds)
            .cloned()
            .collect();
        let nothing = of.nothing.clone().filter(|_| (word == "()") == holds);
        if forms.is_empty() && nothing.is_none() {
            // Some data is not as its schema says.
            self.env.vars[at].of = Type::unknown();
        } else {
            self.env.vars[at].of = Type::of(forms, nothing);
        }
    }
}

/// Whether `type_of` gives a word for values of a form.
fn is_called(form: &Form, word: &str) -> bool {
    word == match form {
        Form::Bool => "bool",
        Form::Number => "i64",
        Form::Fraction => "f64",
        Form::Text(_) => "string",
        Form::Char => "char",
        Form::List(_) if word == "array" => "array",
        Form::List(_) | Form::Object(_) => "object or list",
        Form::Map(_) => "map",
        Form::Time => "time",
        Form::Duration => "duration",
        Form::Version => "version",
        Form::Set => "set of texts",
        Form::Facts => "named values",
        Form::Params => "params",
        Form::Unknown => "",
    }
}

/// The fields below a variable that code reads.
fn fields_below(node: crate::syntax::Node<'_>, variable: &str, fields: &mut Vec<Vec<String>>) {
    if let crate::syntax::Node::Expr(expression) = node
        && let Some(steps) = steps_below(expression, variable)
    {
        for end in 0..=steps.len() {
            if !fields.contains(&steps[..end].to_vec()) {
                fields.push(steps[..end].to_vec());
            }
        }
    }
    if fields.len() < 20 {
        for child in node.children() {
            fields_below(child, variable, fields);
        }
    }
}

fn steps_below(expression: &Expr, variable: &str) -> Option<Vec<String>> {
    match &expression.kind {
        ExprKind::Variable(name) if name == variable => Some(Vec::new()),
        ExprKind::Field { object, name, .. } => {
            let mut steps = steps_below(object, variable)?;
            steps.push(name.text.clone());
            Some(steps)
        }
        _ => None,
    }
}

fn arithmetic(operator: &str, left: &Type, right: &Type) -> Type {
    Type::just(
        match (operator, left.forms.as_slice(), right.forms.as_slice()) {
            (_, [Form::Number], [Form::Number]) => Form::Number,
            (_, [Form::Fraction], [Form::Number | Form::Fraction])
            | (_, [Form::Number], [Form::Fraction]) => Form::Fraction,
            ("-", [Form::Time], [Form::Time]) => Form::Duration,
            ("+" | "-", [Form::Time], [Form::Duration]) => Form::Time,
            (_, [Form::Duration], [Form::Duration | Form::Number]) => Form::Duration,
            ("+", [Form::List(own)], [Form::List(other)]) => {
                Form::List(std::sync::Arc::new(own.or(other)))
            }
            _ => return Type::unknown(),
        },
    )
}
