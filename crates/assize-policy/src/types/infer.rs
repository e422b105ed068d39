//! Goes through a policy as it runs, with types in place of values.
//!
//! Functions are gone through anew for each list of types that they are called with. Where that would not end, or takes too
//! long, a type is unknown; nothing that is unknown is ever held against a policy.

mod block;
mod call;
mod chain;
mod operator;

use std::collections::{BTreeMap, HashMap, HashSet};

use assize_finding::Span;
use assize_snapshot::Kinds;

use super::{
    Variable, VariableKind,
    form::{Form, Type},
    note::Note,
    signature::{Signature, signatures},
    world::World,
};
use crate::syntax::{Block, Expr, ExprId, ExprKind, Function, Name, Part, Tree};

/// Expressions that are looked at, repetitions included.
const FUEL: u32 = 400_000;
/// Functions within each other's calls.
const DEEPEST: usize = 16;
/// Lists of argument types of one function that are told apart.
const MOST_CALLS: usize = 24;
/// The variables that every policy sees, before those of functions.
const GLOBALS: [&str; 4] = ["snapshot", "params", "now", "earlier"];

/// A place in data: a variable, by its number, and fields below it.
pub(super) type Path = (usize, Vec<String>);

#[derive(Debug, Clone)]
pub(super) struct Var<'t> {
    pub(super) name: &'t str,
    pub(super) of: Type,
    pub(super) declared: Span,
    /// What it stands for, if it is another name of a place.
    pub(super) alias: Option<Path>,
    /// What it was made from, if nothing is ever assigned to it.
    pub(super) made: Option<&'t Expr>,
}

/// The variables at a point of a policy, and whether it is ever reached.
#[derive(Debug, Clone, Default)]
pub(super) struct Env<'t> {
    pub(super) vars: Vec<Var<'t>>,
    pub(super) is_dead: bool,
}

pub(super) struct Infer<'t> {
    pub(super) tree: &'t Tree,
    pub(super) source: &'t str,
    pub(super) kinds: &'t Kinds,
    pub(super) world: World,
    signatures: HashMap<&'static str, Vec<Signature>>,
    pub(super) env: Env<'t>,
    /// Where the variables of the present function begin.
    base: usize,
    /// Where the present block ends.
    scope_end: u32,
    /// What the present function gives so far.
    given: Type,
    /// Names that something is assigned to, anywhere.
    assigned: HashSet<&'t str>,
    stack: Vec<&'t str>,
    memo: HashMap<usize, Vec<Remembered>>,
    muted: u32,
    pub(super) fuel: u32,
    pub(super) types: Vec<Option<Type>>,
    pub(super) variables: BTreeMap<u32, Variable>,
    pub(super) resolved: HashMap<ExprId, Span>,
    pub(super) notes: BTreeMap<(Span, u8), Note>,
    /// Fields that some object had, by the start of their name.
    pub(super) found_fields: HashSet<u32>,
    /// Functions that were gone through.
    called: HashSet<usize>,
}

struct Remembered {
    arguments: Vec<Type>,
    result: Type,
    was_muted: bool,
}

impl<'t> Infer<'t> {
    pub(super) fn new(source: &'t str, tree: &'t Tree, kinds: &'t Kinds, world: World) -> Self {
        Self {
            tree,
            source,
            kinds,
            world,
            signatures: signatures(),
            env: Env::default(),
            base: 0,
            scope_end: 0,
            given: Type::never(),
            assigned: assigned_names(tree),
            stack: Vec::new(),
            memo: HashMap::new(),
            muted: 0,
            fuel: FUEL,
            types: vec![None; tree.expressions as usize],
            variables: BTreeMap::new(),
            resolved: HashMap::new(),
            notes: BTreeMap::new(),
            found_fields: HashSet::new(),
            called: HashSet::new(),
        }
    }

    /// Goes through the policy: from the function that judges, then through what it never calls.
    pub(super) fn run(&mut self) {
        let snapshot = self.world.snapshot();
        let earlier = if self.world.is_over_time {
            snapshot.clone()
        } else {
            Type::unknown()
        };
        let globals = [
            snapshot,
            Type::just(Form::Params),
            Type::just(Form::Time),
            earlier,
        ];
        for (name, of) in GLOBALS.into_iter().zip(globals) {
            self.env.vars.push(Var {
                name,
                of,
                declared: Span::new(0, 0),
                alias: None,
                made: None,
            });
        }
        for constant in &self.tree.constants {
            self.expr(&constant.value);
        }
        let object = self.world.object();
        let entries = if self.world.is_over_time {
            [("change", 2), ("check", 1)]
        } else {
            [("check", 1), ("change", 2)]
        };
        for (name, count) in entries {
            if let Some(nth) = self.function(name, count) {
                let given = if count == 2 {
                    object.clone().or_nothing(super::Nothing::Other)
                } else {
                    object.clone()
                };
                self.call(nth, vec![given; count]);
            }
        }
        for nth in 0..self.tree.functions.len() {
            if !self.called.contains(&nth) {
                let count = self.tree.functions[nth].params.len();
                self.call(nth, vec![Type::unknown(); count]);
            }
        }
        for statement in &self.tree.statements {
            self.statement(statement);
        }
    }

    pub(super) fn function(&self, name: &str, count: usize) -> Option<usize> {
        let is_it =
            |function: &Function| function.name.text == name && function.params.len() == count;
        self.tree.functions.iter().position(is_it)
    }

    /// What a function gives for arguments of some types.
    pub(super) fn call(&mut self, nth: usize, arguments: Vec<Type>) -> Type {
        let function = &self.tree.functions[nth];
        let name = function.name.text.as_str();
        let remembered = self.memo.entry(nth).or_default();
        let is_muted = self.muted > 0;
        if let Some(known) = remembered
            .iter()
            .find(|known| known.arguments == arguments && (is_muted || !known.was_muted))
        {
            return known.result.clone();
        }
        if remembered.len() >= MOST_CALLS
            || self.stack.len() >= DEEPEST
            || self.stack.contains(&name)
            || self.fuel == 0
        {
            return Type::unknown();
        }
        self.called.insert(nth);
        let result = self.body(function, &arguments);
        self.memo.entry(nth).or_default().push(Remembered {
            arguments,
            result: result.clone(),
            was_muted: is_muted,
        });
        result
    }

    fn body(&mut self, function: &'t Function, arguments: &[Type]) -> Type {
        let outer = self.env.clone();
        let (base, scope_end) = (self.base, self.scope_end);
        let given = std::mem::replace(&mut self.given, Type::never());
        self.base = self.env.vars.len();
        self.env.is_dead = false;
        self.scope_end = function.span.end;
        self.stack.push(&function.name.text);
        for (param, of) in function.params.iter().zip(arguments) {
            self.declare(param, of.clone(), VariableKind::Parameter, None);
        }
        let last = self.block(&function.body);
        let result = if self.env.is_dead {
            Type::never()
        } else {
            last
        };
        let result = self.given.or(&result);
        self.stack.pop();
        (self.env, self.base, self.scope_end, self.given) = (outer, base, scope_end, given);
        result
    }

    /// A new variable; `made` is the expression that it was made from.
    pub(super) fn declare(
        &mut self,
        name: &'t Name,
        of: Type,
        kind: VariableKind,
        made: Option<&'t Expr>,
    ) {
        let is_fixed = !self.assigned.contains(name.text.as_str());
        let alias = made.filter(|_| is_fixed).and_then(|made| self.path(made));
        let begin = made.map_or(name.span.end, |made| made.span.end.max(name.span.end));
        let seen = self.variables.entry(name.span.start);
        let variable = seen.or_insert_with(|| Variable {
            name: name.text.clone(),
            declared: name.span,
            visible: Span::new(begin, self.scope_end.max(begin)),
            kind,
            of: Type::never(),
            is_used: false,
        });
        if self.muted == 0 {
            variable.of = variable.of.or(&of);
        }
        self.env.vars.push(Var {
            name: &name.text,
            of,
            declared: name.span,
            alias,
            made: made.filter(|_| is_fixed),
        });
    }

    pub(super) fn lookup(&self, name: &str) -> Option<usize> {
        let own = self.env.vars[self.base..]
            .iter()
            .rposition(|var| var.name == name);
        own.map(|at| at + self.base)
            .or_else(|| GLOBALS.iter().position(|global| *global == name))
    }

    /// What a variable may be, with what is known of the place that it stands for.
    pub(super) fn variable(&self, at: usize) -> Type {
        let Some(var) = self.env.vars.get(at) else {
            return Type::unknown();
        };
        let Some((root, steps)) = &var.alias else {
            return var.of.clone();
        };
        let Some(root) = self.env.vars.get(*root) else {
            return var.of.clone();
        };
        if steps.is_empty() && root.of.objects().next().is_some() {
            return root.of.clone();
        }
        let mut of = var.of.clone();
        if of.nothing.is_some() && root.of.has_present(steps) {
            of = of.something();
        }
        let begin = format!("{}.", steps.join("."));
        let mut below: Vec<Vec<String>> = Vec::new();
        for object in root.of.objects() {
            let paths = object
                .present
                .iter()
                .filter_map(|path| path.strip_prefix(&begin));
            below.extend(paths.map(|path| path.split('.').map(str::to_owned).collect()));
        }
        for steps in below {
            let nothing = of.nothing.clone();
            of = of.with_present(&steps);
            of.nothing = nothing;
        }
        of
    }

    /// The place in data that an expression is, if it is one: a variable, or fields below it.
    pub(super) fn path(&self, expression: &Expr) -> Option<Path> {
        match &expression.kind {
            ExprKind::Variable(name) => {
                let at = self.lookup(name)?;
                if self.assigned.contains(name.as_str()) {
                    return None;
                }
                Some(self.env.vars[at].alias.clone().unwrap_or((at, Vec::new())))
            }
            ExprKind::Field { object, name, .. } => {
                let (root, mut steps) = self.path(object)?;
                steps.push(name.text.clone());
                (steps.len() <= 16).then_some((root, steps))
            }
            ExprKind::Index { object, index, .. } => {
                let ExprKind::Text(name) = &index.kind else {
                    return None;
                };
                let (root, mut steps) = self.path(object)?;
                steps.push(name.clone());
                (steps.len() <= 16).then_some((root, steps))
            }
            _ => None,
        }
    }

    /// Notes that a place in data is there from here on.
    pub(super) fn present(&mut self, (root, steps): &Path) {
        if let Some(var) = self.env.vars.get_mut(*root) {
            var.of = std::mem::take(&mut var.of).with_present(steps);
        }
    }

    /// Makes the variables from a number on those of the present function; where they began before.
    pub(super) fn enter(&mut self, base: usize) -> usize {
        std::mem::replace(&mut self.base, base)
    }

    /// A further variable, which stands for what it was made from unless something is assigned to it.
    pub(super) fn push_fixed(&mut self, mut var: Var<'t>) {
        if self.assigned.contains(var.name) {
            (var.alias, var.made) = (None, None);
        }
        self.env.vars.push(var);
    }

    pub(super) fn note(&mut self, note: Note) {
        if self.muted == 0 && !self.env.is_dead && self.fuel > 0 {
            self.notes.entry((note.span(), note.rank())).or_insert(note);
        }
    }

    /// The type of an expression, noted at its number.
    pub(super) fn expr(&mut self, expression: &'t Expr) -> Type {
        let (of, skips) = self.chain(expression);
        match skips {
            Some(why) => of.or_nothing(why),
            None => of,
        }
    }

    fn record(&mut self, expression: &Expr, of: &Type) {
        if self.muted > 0 || self.env.is_dead {
            return;
        }
        if let Some(slot) = self.types.get_mut(expression.id.0 as usize) {
            let joined = slot
                .as_ref()
                .map_or_else(|| of.clone(), |known| known.or(of));
            *slot = Some(joined);
        }
    }

    pub(super) fn template(&mut self, parts: &'t [Part]) -> Type {
        for part in parts {
            if let Part::Block(block) = part {
                self.scoped(block);
            }
        }
        Type::text()
    }

    /// A block with its own variables.
    pub(super) fn scoped(&mut self, block: &'t Block) -> Type {
        let (count, end) = (self.env.vars.len(), self.scope_end);
        self.scope_end = block.span.end;
        let of = self.block(block);
        self.env.vars.truncate(count);
        self.scope_end = end;
        of
    }

    /// Goes through something without noting anything.
    pub(super) fn quietly<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.muted += 1;
        let result = work(self);
        self.muted -= 1;
        result
    }
}

impl Env<'_> {
    /// What holds where two ways meet.
    pub(super) fn join(&mut self, other: &Self) {
        if other.is_dead {
            return;
        }
        if self.is_dead {
            self.clone_from(other);
            return;
        }
        let count = self.vars.len().min(other.vars.len());
        self.vars.truncate(count);
        for (own, other) in self.vars.iter_mut().zip(&other.vars) {
            if own.of != other.of {
                own.of = own.of.or(&other.of);
            }
        }
    }
}

/// The names that something is assigned to, directly or by a method that changes what it is called on.
fn assigned_names(tree: &Tree) -> HashSet<&str> {
    let mut names = HashSet::new();
    tree.walk(&mut |path| {
        use crate::syntax::{Node, StmtKind};
        match path.last() {
            Some(Node::Stmt(statement)) => {
                if let StmtKind::Assign { target, .. } = &statement.kind {
                    names.extend(root_name(target));
                }
            }
            Some(Node::Expr(expression)) => {
                if let ExprKind::Method { receiver, name, .. } = &expression.kind
                    && changes(&name.text)
                {
                    names.extend(root_name(receiver));
                }
            }
            _ => {}
        }
        true
    });
    names
}

/// Whether a method changes what it is called on.
pub(super) fn changes(name: &str) -> bool {
    [
        "push",
        "pop",
        "shift",
        "insert",
        "remove",
        "append",
        "reverse",
        "clear",
        "sort",
        "sort_by",
        "dedup",
        "drain",
        "retain",
        "replace",
        "pad",
        "splice",
        "truncate",
        "chop",
        "fill",
        "set",
        "mixin",
        "fill_with",
        "trim",
        "make_upper",
        "make_lower",
        "crop",
    ]
    .contains(&name)
}

/// The variable that an expression begins with.
pub(super) fn root_name(expression: &Expr) -> Option<&str> {
    match &expression.kind {
        ExprKind::Variable(name) => Some(name),
        ExprKind::Field { object, .. } | ExprKind::Index { object, .. } => root_name(object),
        _ => None,
    }
}
