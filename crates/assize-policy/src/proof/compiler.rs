//! From the syntax tree of a policy to the tree of a proof.

use std::{collections::HashMap, rc::Rc};

use assize_snapshot::{ShapeId, Shapes, intern};
use rhai::{ASTFlags, ASTNode, Array, Dynamic, Expr, FnCallExpr, Map, Stmt, Token};

use super::{Evidence, MOST_CALLS_DEEP, MOST_TERMS, Native, Step, Term, native};
use crate::{policy::Policy, relation::Relation};

/// A variable that a function of the policy sees.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) slot: usize,
    pub(super) shape: Option<ShapeId>,
}

pub(super) struct Compiler<'p> {
    policy: &'p Policy,
    /// The schema, where the policy judges one kind.
    shapes: Option<&'p Shapes>,
    functions: HashMap<(String, usize), Option<Rc<[Stmt]>>>,
    pub(super) terms: usize,
    pub(super) slots: usize,
    depth: usize,
    pub(super) scope: Vec<Variable>,
}

/// A term, and what the schema says of its value.
type Typed = (Term, Option<ShapeId>);

const GIVE_UP: Typed = (Term::GiveUp, None);

impl<'p> Compiler<'p> {
    /// Slot 0 is the parameter of `check`.
    pub(super) fn new(policy: &'p Policy, shapes: Option<&'p Shapes>) -> Self {
        Self {
            policy,
            shapes,
            functions: HashMap::new(),
            terms: 0,
            slots: 1,
            depth: 0,
            scope: Vec::new(),
        }
    }

    /// The statements of a function of the policy.
    pub(super) fn function(&mut self, name: &str, arity: usize) -> Option<Rc<[Stmt]>> {
        let ast = &self.policy.ast;
        let find = || {
            let wanted = |own: &str, params: usize| own == name && params == arity;
            if !ast
                .iter_functions()
                .any(|function| wanted(function.name, function.params.len()))
            {
                return None;
            }
            // Cloning some functions only would keep them all where the clone has none yet.
            let mut alone = ast.clone_functions_only();
            alone.retain_functions(|_, _, own, params| wanted(own, params));
            let mut statements = Vec::new();
            alone.walk(&mut |path| {
                if let [ASTNode::Stmt(statement)] = path {
                    statements.push((*statement).clone());
                }
                true
            });
            Some(Rc::from(statements))
        };
        self.functions
            .entry((name.to_owned(), arity))
            .or_insert_with(find)
            .clone()
    }

    fn new_slot(&mut self) -> usize {
        self.slots += 1;
        self.slots - 1
    }

    fn block(&mut self, statements: &[Stmt]) -> Vec<Step> {
        let outer = self.scope.len();
        let steps = self.steps(statements);
        self.scope.truncate(outer);
        steps
    }

    pub(super) fn steps(&mut self, statements: &[Stmt]) -> Vec<Step> {
        let mut steps = Vec::with_capacity(statements.len());
        for statement in statements {
            self.terms += 1;
            let step = self.step(statement);
            steps.push(step);
        }
        steps
    }

    fn step(&mut self, statement: &Stmt) -> Step {
        match statement {
            Stmt::Var(parts, _, _) => {
                let (term, shape) = self.term(&parts.1);
                let slot = self.new_slot();
                self.scope.push(Variable {
                    name: parts.0.name.to_string(),
                    slot,
                    shape,
                });
                Step::Let(slot, term)
            }
            Stmt::If(parts, _) => {
                let (condition, _) = self.term(&parts.expr);
                let yes = self.block(parts.body.statements());
                let no = self.block(parts.branch.statements());
                Step::If(condition, yes, no)
            }
            Stmt::Return(value, flags, _) if !flags.intersects(ASTFlags::BREAK) => match value {
                None => Step::Return(None),
                Some(value) => match self.not_applicable(value) {
                    Some(reason) if self.depth == 0 => Step::NotApplicable(reason),
                    _ => Step::Return(Some(self.term(value).0)),
                },
            },
            Stmt::Expr(expression) => Step::Do(self.term(expression).0),
            Stmt::FnCall(call, _) => Step::Do(self.call(call).0),
            Stmt::For(parts, _) => Step::ForNone(self.term(&parts.2.expr).0),
            Stmt::Noop(_) => Step::Do(Term::Unit),
            _ => Step::Do(Term::GiveUp),
        }
    }

    pub(super) fn term(&mut self, expression: &Expr) -> Typed {
        self.terms += 1;
        if self.terms > MOST_TERMS {
            return GIVE_UP;
        }
        let several =
            |this: &mut Self, parts: &[Expr]| parts.iter().map(|part| this.term(part).0).collect();
        match expression {
            Expr::BoolConstant(value, _) => (Term::Bool(*value), None),
            Expr::IntegerConstant(value, _) => (Term::Int(*value), None),
            Expr::StringConstant(text, _) => (Term::Text(text.to_string()), None),
            Expr::Unit(_) => (Term::Unit, None),
            Expr::Variable(variable, ..) => self.variable(&variable.1),
            Expr::Dot(parts, flags, _) => self.dot(&parts.lhs, &parts.rhs, *flags),
            Expr::And(parts, _) => (Term::And(several(self, parts)), None),
            Expr::Or(parts, _) => (Term::Or(several(self, parts)), None),
            Expr::Coalesce(parts, _) => {
                let typed: Vec<Typed> = parts.iter().map(|part| self.term(part)).collect();
                let shape = typed[0].1;
                let same = typed.iter().all(|(_, own)| *own == shape);
                (
                    Term::Coalesce(typed.into_iter().map(|(term, _)| term).collect()),
                    shape.filter(|_| same),
                )
            }
            Expr::FnCall(call, _) => self.call(call),
            _ => GIVE_UP,
        }
    }

    fn variable(&mut self, name: &str) -> Typed {
        if let Some(variable) = self
            .scope
            .iter()
            .rev()
            .find(|variable| variable.name == name)
        {
            return (Term::Slot(variable.slot), variable.shape);
        }
        // A function sees nothing of its caller; only the globals are left.
        if name == "now" {
            (Term::Now, None)
        } else {
            GIVE_UP
        }
    }

    /// `lhs.rhs`, where `rhs` may go on.
    fn dot(&mut self, lhs: &Expr, rhs: &Expr, flags: ASTFlags) -> Typed {
        if let Expr::Variable(variable, ..) = lhs
            && !flags.intersects(ASTFlags::NEGATED)
            && !self.scope.iter().any(|own| own.name == variable.1.as_str())
        {
            match variable.1.as_str() {
                "snapshot" => return self.section(rhs),
                "params" => return self.param(rhs),
                _ => {}
            }
        }
        let base = self.term(lhs);
        self.chain(base, rhs, flags)
    }

    fn chain(&mut self, base: Typed, rhs: &Expr, flags: ASTFlags) -> Typed {
        if flags.intersects(ASTFlags::NEGATED) {
            let slot = self.new_slot();
            let (chain, shape) = self.chain((Term::Slot(slot), base.1), rhs, ASTFlags::empty());
            return (
                Term::IfThere {
                    of: Box::new(base.0),
                    slot,
                    chain: Box::new(chain),
                },
                shape,
            );
        }
        match rhs {
            Expr::Property(names, _) => self.field(base, &names.2),
            Expr::Dot(parts, flags, _) => {
                let first = self.chain(base, &parts.lhs, ASTFlags::empty());
                self.chain(first, &parts.rhs, *flags)
            }
            Expr::MethodCall(call, _) => match (call.name.as_str(), call.args.len()) {
                ("len", 0) => (Term::Len(Box::new(base.0)), None),
                ("is_empty", 0) => (Term::IsEmpty(Box::new(base.0)), None),
                ("filter", 1) if is_function(&call.args[0]) => {
                    (Term::NoneOf(Box::new(base.0)), None)
                }
                _ => GIVE_UP,
            },
            _ => GIVE_UP,
        }
    }

    fn field(&mut self, (of, shape): Typed, name: &str) -> Typed {
        let name = intern(name);
        let inner = shape.and_then(|shape| self.shapes?.property(shape, name));
        (
            Term::Field {
                of: Box::new(of),
                name,
                may_lack: inner.is_some(),
            },
            inner,
        )
    }

    fn section(&mut self, rhs: &Expr) -> Typed {
        let (first, rest) = first_of(rhs);
        let Expr::Property(names, _) = first else {
            return GIVE_UP;
        };
        let name = intern(&names.2);
        let section = (
            Term::Section(name),
            self.shapes
                .and_then(|shapes| shapes.property(shapes.root(), name)),
        );
        match rest {
            Some((rest, flags)) => self.chain(section, rest, flags),
            None => section,
        }
    }

    fn param(&mut self, rhs: &Expr) -> Typed {
        let (first, rest) = first_of(rhs);
        let Expr::Property(names, _) = first else {
            return GIVE_UP;
        };
        let value = self.policy.param(&names.2);
        let value = value.and_then(|value| constant(&value));
        let value = (value.unwrap_or(Term::GiveUp), None);
        match rest {
            Some((rest, flags)) => self.chain(value, rest, flags),
            None => value,
        }
    }

    /// `name in params.object`, which the parser turns into `contains(params.object, name)`.
    fn is_name(&mut self, call: &FnCallExpr) -> Option<Term> {
        let ("contains", [Expr::Dot(parts, flags, _), name]) = (call.name.as_str(), &*call.args)
        else {
            return None;
        };
        let (Expr::Variable(variable, ..), Expr::Property(names, _)) = (&parts.lhs, &parts.rhs)
        else {
            return None;
        };
        let is_own = self.scope.iter().any(|own| own.name == variable.1.as_str());
        if variable.1 != "params" || is_own || flags.intersects(ASTFlags::NEGATED) {
            return None;
        }
        let value = self.policy.param(&names.2)?;
        let object = value.read_lock::<Map>()?;
        let names = object.keys().map(ToString::to_string).collect();
        Some(Term::IsName(Box::new(self.term(name).0), names))
    }

    fn call(&mut self, call: &FnCallExpr) -> Typed {
        if let Some(term) = self.is_name(call) {
            return (term, None);
        }
        if let Some(operator) = &call.op_token {
            return self.operator(operator, &call.args);
        }
        let statements = self.function(&call.name, call.args.len());
        let arguments: Vec<Typed> = call
            .args
            .iter()
            .map(|argument| self.term(argument))
            .collect();
        if let Some(statements) = statements {
            return self.inline(call, &statements, arguments);
        }
        let mut terms: Vec<Term> = arguments.into_iter().map(|(term, _)| term).collect();
        if let Some(evidence) = Evidence::named(&call.name, terms.len()) {
            return (Term::Evidence(evidence, terms.pop().map(Box::new)), None);
        }
        match native(&call.name) {
            Some(native @ (Native::Time | Native::Span(_))) if terms.len() == 1 => {
                (Term::Native(native, terms), None)
            }
            Some(native @ Native::Texts(_)) if terms.len() == 2 => {
                (Term::Native(native, terms), None)
            }
            _ => GIVE_UP,
        }
    }

    /// Compiles a function of the policy into the place where it is called.
    fn inline(&mut self, call: &FnCallExpr, statements: &[Stmt], arguments: Vec<Typed>) -> Typed {
        if self.depth == MOST_CALLS_DEEP {
            return GIVE_UP;
        }
        let names: Vec<String> = self
            .policy
            .ast
            .iter_functions()
            .find(|function| {
                function.name == call.name.as_str() && function.params.len() == call.args.len()
            })
            .map(|function| function.params.iter().map(ToString::to_string).collect())
            .unwrap_or_default();
        let outer = std::mem::take(&mut self.scope);
        let mut bound = Vec::new();
        for (name, (term, shape)) in names.into_iter().zip(arguments) {
            let slot = self.new_slot();
            self.scope.push(Variable { name, slot, shape });
            bound.push((slot, term));
        }
        self.depth += 1;
        let body = self.steps(statements);
        self.depth -= 1;
        self.scope = outer;
        (
            Term::Inline {
                arguments: bound,
                body,
            },
            None,
        )
    }

    fn operator(&mut self, operator: &Token, arguments: &[Expr]) -> Typed {
        let terms: Vec<Term> = arguments
            .iter()
            .map(|argument| self.term(argument).0)
            .collect();
        let Ok([left, right]) = <[Term; 2]>::try_from(terms) else {
            return match (operator, arguments) {
                (Token::Bang, [one]) => (Term::Not(Box::new(self.term(one).0)), None),
                _ => GIVE_UP,
            };
        };
        let pair = Box::new((left, right));
        let relation = match operator {
            Token::EqualsTo => Relation::Equal,
            Token::NotEqualsTo => Relation::NotEqual,
            Token::LessThan => Relation::Less,
            Token::LessThanEqualsTo => Relation::LessOrEqual,
            Token::GreaterThan => Relation::Greater,
            Token::GreaterThanEqualsTo => Relation::GreaterOrEqual,
            Token::Plus => return (Term::Add(pair), None),
            Token::Minus => return (Term::Subtract(pair), None),
            _ => return GIVE_UP,
        };
        (Term::Compare(relation, pair), None)
    }
}

/// Whether an argument is a function without variables of its surroundings.
fn is_function(argument: &Expr) -> bool {
    matches!(argument, Expr::DynamicConstant(value, _) if value.is_fnptr())
}

/// The first part of a chain of dots, and what follows.
fn first_of(chain: &Expr) -> (&Expr, Option<(&Expr, ASTFlags)>) {
    match chain {
        Expr::Dot(parts, flags, _) => (&parts.lhs, Some((&parts.rhs, *flags))),
        other => (other, None),
    }
}

fn constant(value: &Dynamic) -> Option<Term> {
    if let Ok(value) = value.as_bool() {
        return Some(Term::Bool(value));
    }
    if let Ok(value) = value.as_int() {
        return Some(Term::Int(value));
    }
    if value
        .read_lock::<Array>()
        .is_some_and(|list| list.is_empty())
    {
        return Some(Term::EmptyList);
    }
    value.clone().into_string().ok().map(Term::Text)
}
