//! Proves passes without the interpreter.
//!
//! Most objects are in order, and the interpreter takes a microsecond or more to find that out. So a policy's `check` is also
//! compiled to a small tree that reads the document where it lies. It may end in one of two verdicts only: the object passes, or
//! the policy does not apply for a reason that is a plain string. Whatever else it meets, a failure, an unknown construct, a type
//! that does not fit, an absent field that the schema does not know, it gives up, and the interpreter judges the object from
//! the start. So everything that a user reads about a failure comes from one place, and only the quiet ways have to agree.
//!
//! Tests judge every example and many mutations of it both ways.

use std::{collections::HashMap, rc::Rc};

use assize_snapshot::{
    Document, NodeId, ShapeId, Shapes, Snapshot, Symbol, Value, intern, parse_time,
};
use rhai::{AST, ASTFlags, ASTNode, Dynamic, Expr, FnCallExpr, Stmt, Token};

use crate::{library, policy::Policy, select::Query};

/// A policy whose tree grows larger than this is left to the interpreter: functions are compiled where they are called.
const MOST_TERMS: usize = 4_000;
const MOST_CALLS_DEEP: usize = 8;
/// The interpreter has a limit on variables; what comes near it is left to it.
const MOST_SLOTS: usize = 200;

/// A compiled `check`.
#[derive(Debug)]
pub(crate) struct Proof {
    body: Vec<Step>,
    slots: usize,
}

/// What a proof can end in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proved<'p> {
    Pass,
    NotApplicable(&'p str),
}

#[derive(Debug)]
enum Step {
    Let(usize, Term),
    If(Term, Vec<Step>, Vec<Step>),
    Do(Term),
    Return(Option<Term>),
    NotApplicable(String),
}

#[derive(Debug)]
enum Term {
    /// Something for the interpreter.
    GiveUp,
    Unit,
    Bool(bool),
    Int(i64),
    Text(String),
    Slot(usize),
    Now,
    Section(Symbol),
    /// A field; where it is absent, nothing if the schema knows it there, else the end of the proof.
    Field {
        of: Box<Term>,
        name: Symbol,
        may_lack: bool,
    },
    /// `a?.b`: nothing where `a` is nothing; the chain reads its start from the slot.
    IfThere {
        of: Box<Term>,
        slot: usize,
        chain: Box<Term>,
    },
    Len(Box<Term>),
    IsEmpty(Box<Term>),
    Not(Box<Term>),
    And(Vec<Term>),
    Or(Vec<Term>),
    Coalesce(Vec<Term>),
    Compare(Relation, Box<(Term, Term)>),
    Add(Box<(Term, Term)>),
    Subtract(Box<(Term, Term)>),
    Native(Native, Vec<Term>),
    /// A function of the policy, where it is called.
    Inline {
        arguments: Vec<(usize, Term)>,
        body: Vec<Step>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The library functions that a proof may call: those of texts, and those that make times.
#[derive(Debug, Clone, Copy)]
enum Native {
    Time,
    Span(i64),
    Texts(fn(&str, &str) -> bool),
}

fn native(name: &str) -> Option<Native> {
    const SECOND: i64 = 1_000_000;
    Some(match name {
        "time" => Native::Time,
        "days" => Native::Span(86_400 * SECOND),
        "hours" => Native::Span(3_600 * SECOND),
        "minutes" => Native::Span(60 * SECOND),
        "seconds" => Native::Span(SECOND),
        "same_text" => Native::Texts(library::same_text),
        "same_host" => Native::Texts(library::same_host),
        "host_within" => Native::Texts(library::host_within),
        "host_covers" => Native::Texts(library::host_covers),
        "same_id" => Native::Texts(library::same_id),
        "same_thumbprint" => Native::Texts(library::same_thumbprint),
        _ => return None,
    })
}

impl Proof {
    /// Compiles a policy against the schema of its kind.
    pub(crate) fn of(policy: &Policy, shapes: &Shapes) -> Self {
        let mut compiler = Compiler {
            policy,
            shapes,
            functions: HashMap::new(),
            terms: 0,
            slots: 1,
            depth: 0,
            scope: Vec::new(),
        };
        compiler.scope.push(Variable {
            name: parameter(&policy.ast).unwrap_or_default(),
            slot: 0,
            shape: selected_shape(policy, shapes),
        });
        let body = match compiler.function("check", 1) {
            Some(statements) => compiler.steps(&statements),
            None => vec![Step::Do(Term::GiveUp)],
        };
        let body = if compiler.terms > MOST_TERMS || compiler.slots > MOST_SLOTS {
            vec![Step::Do(Term::GiveUp)]
        } else {
            body
        };
        Self {
            body,
            slots: compiler.slots,
        }
    }

    /// Judges an object; `None` where the interpreter has to. The snapshot must be sound: a proof does not ask.
    pub(crate) fn prove<'p>(
        &'p self,
        snapshot: &'p Snapshot,
        object: NodeId,
        now: i64,
    ) -> Option<Proved<'p>> {
        let document = &snapshot.document;
        let mut machine = Machine {
            snapshot,
            document,
            now,
            slots: vec![Plain::Unit; self.slots],
        };
        machine.slots[0] = machine.plain(object).ok()?;
        match machine.steps(&self.body).ok()? {
            Flow::NotApplicable(reason) => Some(Proved::NotApplicable(reason)),
            Flow::Next(Plain::Unit) | Flow::Return(Plain::Unit) => Some(Proved::Pass),
            // `check` returns nothing; what else it returns is a mistake that the interpreter reports.
            Flow::Next(_) | Flow::Return(_) => None,
        }
    }
}

/// The name of the parameter of `check`.
fn parameter(ast: &AST) -> Option<String> {
    ast.iter_functions()
        .find(|function| function.name == "check")
        .map(|function| function.params.join(","))
}

/// What the schema says of the selected objects; `None` where it depends on the object.
fn selected_shape(policy: &Policy, shapes: &Shapes) -> Option<ShapeId> {
    match policy.queries.as_slice() {
        [] => Some(shapes.root()),
        [query] => Query::shape(query, shapes),
        _ => None,
    }
}

struct Variable {
    name: String,
    slot: usize,
    shape: Option<ShapeId>,
}

struct Compiler<'p> {
    policy: &'p Policy,
    shapes: &'p Shapes,
    functions: HashMap<(String, usize), Option<Rc<[Stmt]>>>,
    terms: usize,
    slots: usize,
    depth: usize,
    scope: Vec<Variable>,
}

/// A term, and what the schema says of its value.
type Typed = (Term, Option<ShapeId>);

const GIVE_UP: Typed = (Term::GiveUp, None);

impl Compiler<'_> {
    /// The statements of a function of the policy.
    fn function(&mut self, name: &str, arity: usize) -> Option<Rc<[Stmt]>> {
        let ast = &self.policy.ast;
        let find = || {
            let wanted = |own: &str, params: usize| own == name && params == arity;
            if !ast
                .iter_functions()
                .any(|function| wanted(function.name, function.params.len()))
            {
                return None;
            }
            let alone =
                ast.clone_functions_only_filtered(|_, _, _, own, params| wanted(own, params));
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

    fn steps(&mut self, statements: &[Stmt]) -> Vec<Step> {
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
                Some(value) => match not_applicable(value) {
                    Some(reason) if self.depth == 0 => Step::NotApplicable(reason),
                    _ => Step::Return(Some(self.term(value).0)),
                },
            },
            Stmt::Expr(expression) => Step::Do(self.term(expression).0),
            Stmt::FnCall(call, _) => Step::Do(self.call(call).0),
            Stmt::Noop(_) => Step::Do(Term::Unit),
            _ => Step::Do(Term::GiveUp),
        }
    }

    fn term(&mut self, expression: &Expr) -> Typed {
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
            Expr::MethodCall(call, _) if call.args.is_empty() => match call.name.as_str() {
                "len" => (Term::Len(Box::new(base.0)), None),
                "is_empty" => (Term::IsEmpty(Box::new(base.0)), None),
                _ => GIVE_UP,
            },
            _ => GIVE_UP,
        }
    }

    fn field(&mut self, (of, shape): Typed, name: &str) -> Typed {
        let name = intern(name);
        let inner = shape.and_then(|shape| self.shapes.property(shape, name));
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
        let (first, rest) = match rhs {
            Expr::Dot(parts, flags, _) => (&parts.lhs, Some((&parts.rhs, *flags))),
            other => (other, None),
        };
        let Expr::Property(names, _) = first else {
            return GIVE_UP;
        };
        let name = intern(&names.2);
        let section = (
            Term::Section(name),
            self.shapes.property(self.shapes.root(), name),
        );
        match rest {
            Some((rest, flags)) => self.chain(section, rest, flags),
            None => section,
        }
    }

    fn param(&mut self, rhs: &Expr) -> Typed {
        let Expr::Property(names, _) = rhs else {
            return GIVE_UP;
        };
        let value = self.policy.param(&names.2);
        (
            value
                .and_then(|value| constant(&value))
                .unwrap_or(Term::GiveUp),
            None,
        )
    }

    fn call(&mut self, call: &FnCallExpr) -> Typed {
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
        let terms: Vec<Term> = arguments.into_iter().map(|(term, _)| term).collect();
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

/// The reason in `not_applicable("reason")`.
fn not_applicable(expression: &Expr) -> Option<String> {
    let Expr::FnCall(call, _) = expression else {
        return None;
    };
    match call.args.as_slice() {
        [Expr::StringConstant(reason, _)] if call.name == "not_applicable" => {
            Some(crate::context::message(reason))
        }
        _ => None,
    }
}

fn constant(value: &Dynamic) -> Option<Term> {
    if let Ok(value) = value.as_bool() {
        return Some(Term::Bool(value));
    }
    if let Ok(value) = value.as_int() {
        return Some(Term::Int(value));
    }
    value.clone().into_string().ok().map(Term::Text)
}

/// A value of the document or of the policy.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Plain<'p> {
    Unit,
    Bool(bool),
    Int(i64),
    Text(&'p str),
    Node(NodeId),
    Time(i64),
    Span(i64),
}

/// The proof ends here; the interpreter takes over.
struct GaveUp;

type Step1<T> = Result<T, GaveUp>;

enum Flow<'p> {
    /// The block ran to its end, with the value of its last statement.
    Next(Plain<'p>),
    Return(Plain<'p>),
    NotApplicable(&'p str),
}

struct Machine<'p> {
    snapshot: &'p Snapshot,
    document: &'p Document,
    now: i64,
    slots: Vec<Plain<'p>>,
}

impl<'p> Machine<'p> {
    fn steps(&mut self, steps: &'p [Step]) -> Step1<Flow<'p>> {
        let mut last = Plain::Unit;
        for step in steps {
            match step {
                Step::Let(slot, term) => {
                    self.slots[*slot] = self.term(term)?;
                    last = Plain::Unit;
                }
                Step::If(condition, yes, no) => {
                    let branch = if self.condition(condition)? { yes } else { no };
                    match self.steps(branch)? {
                        Flow::Next(value) => last = value,
                        flow => return Ok(flow),
                    }
                }
                Step::Do(term) => last = self.term(term)?,
                Step::Return(None) => return Ok(Flow::Return(Plain::Unit)),
                Step::Return(Some(term)) => return self.term(term).map(Flow::Return),
                Step::NotApplicable(reason) => return Ok(Flow::NotApplicable(reason)),
            }
        }
        Ok(Flow::Next(last))
    }

    fn condition(&mut self, term: &'p Term) -> Step1<bool> {
        match self.term(term)? {
            Plain::Bool(value) => Ok(value),
            _ => Err(GaveUp),
        }
    }

    fn plain(&self, node: NodeId) -> Step1<Plain<'p>> {
        Ok(match self.document.value(node) {
            Value::Null => Plain::Unit,
            Value::Bool(value) => Plain::Bool(value),
            Value::Int(value) => Plain::Int(value),
            Value::Text(std::borrow::Cow::Borrowed(text)) => Plain::Text(text),
            Value::Array | Value::Object => Plain::Node(node),
            Value::Time(micros) => Plain::Time(micros),
            Value::Duration(micros) => Plain::Span(micros),
            Value::Text(_) | Value::Number(_) | Value::Version(_) | Value::Unreadable(_) => {
                return Err(GaveUp);
            }
        })
    }

    fn term(&mut self, term: &'p Term) -> Step1<Plain<'p>> {
        Ok(match term {
            Term::GiveUp => return Err(GaveUp),
            Term::Unit => Plain::Unit,
            Term::Bool(value) => Plain::Bool(*value),
            Term::Int(value) => Plain::Int(*value),
            Term::Text(text) => Plain::Text(text),
            Term::Slot(slot) => self.slots[*slot],
            Term::Now => Plain::Time(self.now),
            Term::Section(name) => return self.section(*name),
            Term::Field { of, name, may_lack } => return self.field(of, *name, *may_lack),
            Term::IfThere { of, slot, chain } => {
                let base = self.term(of)?;
                if base == Plain::Unit {
                    return Ok(Plain::Unit);
                }
                self.slots[*slot] = base;
                return self.term(chain);
            }
            Term::Len(list) => Plain::Int(self.len(list)? as i64),
            Term::IsEmpty(list) => Plain::Bool(self.len(list)? == 0),
            Term::Not(inner) => Plain::Bool(!self.condition(inner)?),
            Term::And(parts) => Plain::Bool(self.all(parts, true)?),
            Term::Or(parts) => Plain::Bool(!self.all(parts, false)?),
            Term::Coalesce(parts) => return self.coalesce(parts),
            Term::Compare(relation, pair) => {
                let (left, right) = (self.term(&pair.0)?, self.term(&pair.1)?);
                Plain::Bool(compare(*relation, left, right)?)
            }
            Term::Add(pair) => return add(self.term(&pair.0)?, self.term(&pair.1)?),
            Term::Subtract(pair) => return subtract(self.term(&pair.0)?, self.term(&pair.1)?),
            Term::Native(native, arguments) => return self.native(*native, arguments),
            Term::Inline { arguments, body } => return self.inline(arguments, body),
        })
    }

    fn section(&self, name: Symbol) -> Step1<Plain<'p>> {
        if self.snapshot.why_missing(name).is_some() {
            return Err(GaveUp);
        }
        let section = self
            .document
            .member(self.snapshot.root(), name)
            .ok_or(GaveUp)?;
        self.plain(section)
    }

    fn field(&mut self, of: &'p Term, name: Symbol, may_lack: bool) -> Step1<Plain<'p>> {
        let Plain::Node(node) = self.term(of)? else {
            return Err(GaveUp);
        };
        if node == self.snapshot.root() {
            return self.section(name);
        }
        match self.document.member(node, name) {
            Some(member) => self.plain(member),
            None if may_lack && self.document.value(node) == Value::Object => Ok(Plain::Unit),
            None => Err(GaveUp),
        }
    }

    fn len(&mut self, list: &'p Term) -> Step1<usize> {
        match self.term(list)? {
            Plain::Node(node) if self.document.value(node) == Value::Array => {
                Ok(self.document.children(node).len())
            }
            _ => Err(GaveUp),
        }
    }

    /// Whether all parts have this value; stops at the first that has not.
    fn all(&mut self, parts: &'p [Term], wanted: bool) -> Step1<bool> {
        for part in parts {
            if self.condition(part)? != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn coalesce(&mut self, parts: &'p [Term]) -> Step1<Plain<'p>> {
        let mut value = Plain::Unit;
        for part in parts {
            value = self.term(part)?;
            if value != Plain::Unit {
                break;
            }
        }
        Ok(value)
    }

    fn native(&mut self, native: Native, arguments: &'p [Term]) -> Step1<Plain<'p>> {
        let first = self.term(&arguments[0])?;
        match (native, first) {
            (Native::Time, Plain::Text(text)) => {
                parse_time(text, false).map(Plain::Time).map_err(|_| GaveUp)
            }
            (Native::Time, Plain::Time(_)) => Ok(first),
            (Native::Span(unit), Plain::Int(count)) => {
                count.checked_mul(unit).map(Plain::Span).ok_or(GaveUp)
            }
            (Native::Texts(test), Plain::Text(left)) => match self.term(&arguments[1])? {
                Plain::Text(right) => Ok(Plain::Bool(test(left, right))),
                _ => Err(GaveUp),
            },
            _ => Err(GaveUp),
        }
    }

    fn inline(&mut self, arguments: &'p [(usize, Term)], body: &'p [Step]) -> Step1<Plain<'p>> {
        for (slot, term) in arguments {
            self.slots[*slot] = self.term(term)?;
        }
        match self.steps(body)? {
            Flow::Next(value) | Flow::Return(value) => Ok(value),
            Flow::NotApplicable(_) => Err(GaveUp),
        }
    }
}

/// Values of two types are unequal in scripts, and cannot be ordered. Of two objects the script engine has its own view.
fn compare(relation: Relation, left: Plain<'_>, right: Plain<'_>) -> Step1<bool> {
    use std::cmp::Ordering;
    let order = match (left, right) {
        (Plain::Unit, Plain::Unit) => {
            if !matches!(relation, Relation::Equal | Relation::NotEqual) {
                return Err(GaveUp);
            }
            Some(Ordering::Equal)
        }
        (Plain::Unit, _) | (_, Plain::Unit) => None,
        (Plain::Bool(left), Plain::Bool(right)) => {
            if !matches!(relation, Relation::Equal | Relation::NotEqual) {
                return Err(GaveUp);
            }
            Some(left.cmp(&right))
        }
        (Plain::Int(left), Plain::Int(right))
        | (Plain::Time(left), Plain::Time(right))
        | (Plain::Span(left), Plain::Span(right)) => Some(left.cmp(&right)),
        (Plain::Text(left), Plain::Text(right)) => Some(left.cmp(right)),
        _ => return Err(GaveUp),
    };
    match (relation, order) {
        (Relation::Equal, order) => Ok(order == Some(Ordering::Equal)),
        (Relation::NotEqual, order) => Ok(order != Some(Ordering::Equal)),
        (_, None) => Err(GaveUp),
        (Relation::Less, Some(order)) => Ok(order.is_lt()),
        (Relation::LessOrEqual, Some(order)) => Ok(order.is_le()),
        (Relation::Greater, Some(order)) => Ok(order.is_gt()),
        (Relation::GreaterOrEqual, Some(order)) => Ok(order.is_ge()),
    }
}

fn add<'p>(left: Plain<'p>, right: Plain<'p>) -> Step1<Plain<'p>> {
    let sum = match (left, right) {
        (Plain::Int(left), Plain::Int(right)) => left.checked_add(right).map(Plain::Int),
        (Plain::Time(left), Plain::Span(right)) => left.checked_add(right).map(Plain::Time),
        (Plain::Span(left), Plain::Span(right)) => left.checked_add(right).map(Plain::Span),
        _ => None,
    };
    sum.ok_or(GaveUp)
}

fn subtract<'p>(left: Plain<'p>, right: Plain<'p>) -> Step1<Plain<'p>> {
    let difference = match (left, right) {
        (Plain::Int(left), Plain::Int(right)) => left.checked_sub(right).map(Plain::Int),
        (Plain::Time(left), Plain::Span(right)) => left.checked_sub(right).map(Plain::Time),
        (Plain::Time(left), Plain::Time(right)) | (Plain::Span(left), Plain::Span(right)) => {
            left.checked_sub(right).map(Plain::Span)
        }
        _ => None,
    };
    difference.ok_or(GaveUp)
}
