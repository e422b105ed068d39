//! Statements: the order in which things happen, and the ways that part and meet.

use crate::{
    syntax::{Arm, Block, Expr, ExprKind, Loop, Stmt, StmtKind},
    types::{
        VariableKind,
        form::{Form, Nothing, Type},
    },
};

use super::{Infer, root_name};

impl<'t> Infer<'t> {
    /// The value of a block: that of its last statement, unless it ends in a semicolon.
    pub(super) fn block(&mut self, block: &'t Block) -> Type {
        let mut last = Type::nothing();
        for statement in &block.statements {
            last = self.statement(statement);
            if statement.is_ended {
                last = Type::nothing();
            }
        }
        last
    }

    pub(super) fn statement(&mut self, statement: &'t Stmt) -> Type {
        match &statement.kind {
            StmtKind::Let { name, value, .. } => {
                let of = value
                    .as_ref()
                    .map_or_else(Type::nothing, |value| self.expr(value));
                self.declare(name, of, VariableKind::Local, value.as_ref());
                Type::nothing()
            }
            StmtKind::Assign {
                target,
                operator,
                value,
            } => {
                let of = self.expr(value);
                self.assign(target, operator.range(), of);
                Type::nothing()
            }
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Return(value) => {
                let of = value
                    .as_ref()
                    .map_or_else(Type::nothing, |value| self.expr(value));
                if !self.env.is_dead {
                    self.given = self.given.or(&of);
                }
                self.env.is_dead = true;
                Type::never()
            }
            StmtKind::Break(value) | StmtKind::Throw(value) => {
                value.iter().for_each(|value| drop(self.expr(value)));
                self.env.is_dead = true;
                Type::never()
            }
            StmtKind::Continue => {
                self.env.is_dead = true;
                Type::never()
            }
            StmtKind::Try { body, name, catch } => {
                let before = self.env.clone();
                self.scoped(body);
                self.env.join(&before);
                let count = self.env.vars.len();
                if let Some(name) = name {
                    self.declare(name, Type::unknown(), VariableKind::Local, None);
                }
                self.scoped(catch);
                self.env.vars.truncate(count);
                Type::unknown()
            }
            StmtKind::Nothing => Type::nothing(),
        }
    }

    fn assign(&mut self, target: &'t Expr, operator: std::ops::Range<usize>, of: Type) {
        let is_plain = self.source.get(operator) == Some("=");
        let old = self.expr(target);
        if let ExprKind::Variable(name) = &target.kind {
            let of = match (is_plain, old.forms.as_slice()) {
                (true, _) => of,
                (false, [Form::Text(_)]) => Type::text(),
                (false, [form @ (Form::Number | Form::Time | Form::Duration)]) => {
                    Type::just(form.clone())
                }
                (false, [Form::List(_)]) => old.or(&of),
                _ => Type::unknown(),
            };
            self.set(name, of);
        } else if let Some(name) = root_name(target) {
            self.set(name, Type::unknown());
        }
    }

    /// Gives a variable another type from here on.
    pub(super) fn set(&mut self, name: &str, of: Type) {
        let Some(at) = self.lookup(name) else {
            return;
        };
        if self.muted == 0
            && let Some(variable) = self.variables.get_mut(&self.env.vars[at].declared.start)
        {
            variable.of = variable.of.or(&of);
        }
        self.env.vars[at].of = of;
    }

    pub(super) fn branch(
        &mut self,
        condition: &'t Expr,
        then: &'t Block,
        otherwise: Option<&'t Block>,
    ) -> Type {
        self.condition(condition, "a condition");
        let before = self.env.clone();
        self.assume(condition, true);
        let mut of = self.scoped(then);
        if self.env.is_dead {
            of = Type::never();
        }
        let after = std::mem::replace(&mut self.env, before);
        self.assume(condition, false);
        let mut other = otherwise.map_or_else(Type::nothing, |block| self.scoped(block));
        if self.env.is_dead {
            other = Type::never();
        }
        self.env.join(&after);
        of.or(&other)
    }

    pub(super) fn switch(&mut self, subject: &'t Expr, arms: &'t [Arm]) -> Type {
        self.expr(subject);
        let before = self.env.clone();
        let mut after = before.clone();
        let is_whole = arms
            .iter()
            .any(|arm| arm.patterns.is_empty() && arm.guard.is_none());
        after.is_dead = is_whole;
        let mut of = if is_whole {
            Type::never()
        } else {
            Type::nothing()
        };
        for arm in arms {
            self.env = before.clone();
            for part in arm.patterns.iter().chain(&arm.guard) {
                self.expr(part);
            }
            // What is equal to something is there.
            let is_something = arm.patterns.iter().all(|pattern| {
                matches!(
                    pattern.kind,
                    ExprKind::Text(_) | ExprKind::Int(_) | ExprKind::Bool(_)
                )
            });
            if let (true, false, Some(path)) =
                (is_something, arm.patterns.is_empty(), self.path(subject))
            {
                self.present(&path);
            }
            if let Some(guard) = &arm.guard {
                self.assume(guard, true);
            }
            let count = self.env.vars.len();
            let value = self.statement(&arm.body);
            self.env.vars.truncate(count);
            if !self.env.is_dead {
                of = of.or(&value);
            }
            after.join(&self.env);
        }
        self.env = after;
        of
    }

    /// Loops are gone through until what their variables may be does not change any more.
    pub(super) fn repeat(&mut self, head: &'t Loop, body: &'t Block) -> Type {
        let element = match head {
            Loop::For { over, .. } => self.iterated(over),
            _ => Type::unknown(),
        };
        for pass in 0..3 {
            let before = self.env.clone();
            self.quietly(|infer| infer.once(head, body, &element));
            let mut after = before.clone();
            after.join(&self.env);
            self.env = after;
            let mut changed = false;
            for (var, old) in self.env.vars.iter_mut().zip(&before.vars) {
                if var.of != old.of {
                    changed = true;
                    if pass == 2 {
                        var.of = Type::unknown();
                    }
                }
            }
            if !changed {
                break;
            }
        }
        let before = self.env.clone();
        self.once(head, body, &element);
        let mut after = before;
        let mut end = self.env.clone();
        end.is_dead = false;
        after.join(&end);
        self.env = after;
        Type::unknown()
    }

    fn once(&mut self, head: &'t Loop, body: &'t Block, element: &Type) {
        let count = self.env.vars.len();
        let end = std::mem::replace(&mut self.scope_end, body.span.end);
        match head {
            Loop::For { name, counter, .. } => {
                self.declare(name, element.clone(), VariableKind::Local, None);
                if let Some(counter) = counter {
                    self.declare(counter, Type::just(Form::Number), VariableKind::Local, None);
                }
            }
            Loop::While(condition) => {
                self.condition(condition, "a condition");
                self.assume(condition, true);
            }
            Loop::Forever | Loop::Do(_) => {}
        }
        if let Loop::For { name, .. } = head
            && let Some(variable) = self.variables.get_mut(&name.span.start)
        {
            variable.visible.start = body.span.start;
        }
        self.scoped(body);
        if let Loop::Do(condition) = head {
            self.env.is_dead = false;
            self.condition(condition, "a condition");
        }
        self.env.vars.truncate(count);
        self.scope_end = end;
    }

    /// The elements of what a `for` goes through.
    fn iterated(&mut self, over: &'t Expr) -> Type {
        let of = self.expr(over);
        let of = self.strict(over, of, "`for` goes through it");
        match of.forms.as_slice() {
            [Form::List(_)] => of.element(),
            [Form::Number] => Type::just(Form::Number),
            [Form::Map(_)] | [] => Type::unknown(),
            [Form::Object(_)] => Type::unknown(),
            forms if forms.iter().all(|form| matches!(form, Form::List(_))) => of.element(),
            _ => Type::unknown().or_nothing(Nothing::Other),
        }
    }
}
