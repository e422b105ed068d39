//! Writes a policy anew with calls of the functions that watch, so that it means what it meant.
//!
//! `__value(__begin(7), a + b)` works out `a + b` and hands it on; `__leaf(8, a)` does so for what has no parts; `__reach(9);`
//! says that a place is reached; `__round(10, x);` that a loop or a function in an argument begins with an element.
//!
//! What must stay as it is: what is assigned to; the variable that a chain of fields and calls begins with, and the fields of it,
//! because a method may change them in place; the first argument of a call where it is a variable, for the same reason; a chain up
//! to a `?.`, which leaves out all of its rest; patterns; functions in arguments, of which the bodies are watched.

use assize_finding::Span;

use super::{
    chain::{Chain, may_change},
    probe::{Branch, Chosen, Probe, ProbeId, ProbeKind, Probes, Role, Way},
};
use crate::syntax::{Arm, Block, Expr, ExprKind, Function, Loop, Part, Stmt, StmtKind, Tree};

/// The functions that say a verdict.
pub(super) const VERDICTS: [&str; 4] = ["fail", "review", "not_applicable", "indeterminate"];

/// Writes a policy anew. Its source has no mistakes.
pub(super) fn rewrite(source: &str, tree: &Tree) -> Probes {
    let mut writer = Writer {
        source,
        tree,
        at: 0,
        parent: None,
        probes: Probes::default(),
    };
    for function in &tree.functions {
        writer.function(function);
    }
    writer.copy_to(source.len() as u32);
    writer.probes
}

struct Writer<'s> {
    source: &'s str,
    tree: &'s Tree,
    /// Up to here the source is written.
    at: u32,
    /// What the next probe happens within.
    parent: Option<ProbeId>,
    probes: Probes,
}

impl Writer<'_> {
    fn copy_to(&mut self, offset: u32) {
        self.probes.copy(self.source, self.at, offset);
        self.at = self.at.max(offset);
    }

    fn probe(&mut self, kind: ProbeKind, span: Span, anchor: u32) -> ProbeId {
        self.probes.list.push(Probe {
            kind,
            span,
            anchor,
            parent: self.parent,
            is_read: false,
            rounds: None,
        });
        self.probes.list.len() as ProbeId - 1
    }

    /// Writes something that happens within a probe.
    fn within(&mut self, probe: ProbeId, write: impl FnOnce(&mut Self)) {
        let outside = self.parent.replace(probe);
        write(self);
        self.parent = outside;
    }

    /// Writes a call that says that a place is reached.
    fn reach(&mut self, kind: ProbeKind, span: Span) -> ProbeId {
        let probe = self.probe(kind, span, span.start);
        self.copy_to(span.start);
        self.probes.add(&format!("__reach({probe}); "), span.start);
        probe
    }

    fn function(&mut self, function: &Function) {
        let probe = self.probe(ProbeKind::Function, function.span, function.name.span.start);
        self.begin_block(&function.body, &format!(" __enter({probe}); "));
        self.within(probe, |writer| writer.statements(&function.body));
    }

    /// Writes the brace of a block and a call behind it.
    fn begin_block(&mut self, block: &Block, call: &str) {
        let inner = block.span.start + 1;
        self.copy_to(inner);
        self.probes.add(call, inner);
    }

    fn statements(&mut self, block: &Block) {
        for statement in &block.statements {
            self.statement(statement);
        }
        self.copy_to(block.span.end);
    }

    /// A block that is one way of several.
    fn branch(&mut self, block: &Block) -> ProbeId {
        let probe = self.probe(ProbeKind::Branch, block.span, block.span.start);
        // What follows `else` may be an `if` without braces.
        if self.source.as_bytes().get(block.span.start as usize) == Some(&b'{') {
            self.begin_block(block, &format!(" __reach({probe}); "));
            self.statements(block);
        } else {
            for statement in &block.statements {
                self.bare_statement(statement);
            }
        }
        probe
    }

    fn statement(&mut self, statement: &Stmt) {
        if !matches!(statement.kind, StmtKind::Nothing) {
            self.reach(ProbeKind::Statement, statement.span);
        }
        self.bare_statement(statement);
    }

    fn bare_statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Let {
                value: Some(value), ..
            } => {
                self.value(value, Role::Variable);
            }
            StmtKind::Assign { value, .. } => {
                self.value(value, Role::Variable);
            }
            StmtKind::Expr(value) => match value.kind {
                ExprKind::If { .. } | ExprKind::Switch { .. } => self.parts(value),
                _ => {
                    self.value(value, Role::Plain);
                }
            },
            StmtKind::Return(Some(value))
            | StmtKind::Break(Some(value))
            | StmtKind::Throw(Some(value)) => {
                self.value(value, Role::Plain);
            }
            // Policies may not try.
            StmtKind::Let { value: None, .. }
            | StmtKind::Return(None)
            | StmtKind::Break(None)
            | StmtKind::Throw(None)
            | StmtKind::Continue
            | StmtKind::Try { .. }
            | StmtKind::Nothing => {}
        }
        self.copy_to(statement.span.end);
    }

    /// An expression whose value is watched, if it can be; its probe.
    fn value(&mut self, value: &Expr, role: Role) -> Option<ProbeId> {
        self.copy_to(value.span.start);
        let role = role_of(value, role);
        match &value.kind {
            ExprKind::Variable(_) => {
                let probe = self.probe(ProbeKind::Value(role), value.span, value.span.start);
                self.probes.list[probe as usize].is_read = true;
                let call = format!("__leaf({probe}, ");
                self.probes.add(&call, value.span.start);
                self.close(value);
                Some(probe)
            }
            ExprKind::Call { .. }
            | ExprKind::Method { .. }
            | ExprKind::Field { .. }
            | ExprKind::Index { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Template(_)
            | ExprKind::If { .. }
            | ExprKind::Switch { .. } => Some(self.whole(value, role)),
            _ => {
                self.parts(value);
                None
            }
        }
    }

    fn whole(&mut self, value: &Expr, role: Role) -> ProbeId {
        let probe = self.begin_value(value, role);
        self.within(probe, |writer| writer.parts(value));
        self.close(value);
        probe
    }

    /// Writes what stands before an expression that has parts.
    fn begin_value(&mut self, value: &Expr, role: Role) -> ProbeId {
        let anchor = anchor(self.source, value);
        let probe = self.probe(ProbeKind::Value(role), value.span, anchor);
        self.probes.list[probe as usize].is_read =
            matches!(value.kind, ExprKind::Field { .. } | ExprKind::Index { .. });
        let reported = Chain::position(self.tree, self.source, value);
        let call = format!("__value(__begin({probe}), ");
        self.probes.add(&call, reported);
        probe
    }

    fn close(&mut self, value: &Expr) {
        self.copy_to(value.span.end);
        self.probes.add(")", value.span.start);
    }

    /// An expression that stays as it is, with its parts.
    fn parts(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::Template(parts) => self.template(parts),
            ExprKind::Array(parts) => self.values(parts),
            ExprKind::Map(members) => {
                for (_, member) in members {
                    self.value(member, Role::Plain);
                }
            }
            ExprKind::Call { arguments, .. } => self.arguments(arguments),
            ExprKind::Method { .. } | ExprKind::Field { .. } | ExprKind::Index { .. } => {
                self.chain(value, &Chain::of(value));
            }
            ExprKind::Unary { operator, operand } => {
                let is_not = &self.source[operator.range()] == "!";
                self.value(operand, if is_not { Role::Operand } else { Role::Plain });
            }
            ExprKind::Binary {
                operator,
                left,
                right,
            } => self.binary(*operator, left, right),
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => self.condition(condition, then, otherwise.as_ref(), value.span),
            ExprKind::Switch { subject, arms } => self.switch(subject, arms),
            ExprKind::Loop { head, body } => self.repetition(head, body, value.span),
            ExprKind::Closure { params, body } => {
                let first = params.first().map_or("()", |name| name.text.as_str());
                self.callback(first, body);
            }
            ExprKind::Block(block) => {
                self.copy_to(block.span.start);
                self.statements(block);
            }
            ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float
            | ExprKind::Unit
            | ExprKind::Text(_)
            | ExprKind::Char
            | ExprKind::Variable(_)
            | ExprKind::Error => {}
        }
        self.copy_to(value.span.end);
    }

    fn values(&mut self, values: &[Expr]) {
        for value in values {
            self.value(value, Role::Plain);
        }
    }

    /// The arguments of a call; a variable in the first place may be changed by it.
    fn arguments(&mut self, arguments: &[Expr]) {
        if let Some((first, others)) = arguments.split_first() {
            if matches!(first.kind, ExprKind::Variable(_)) {
                self.copy_to(first.span.end);
            } else {
                self.value(first, Role::Plain);
            }
            self.values(others);
        }
    }

    fn template(&mut self, parts: &[Part]) {
        for part in parts {
            if let Part::Block(block) = part {
                for statement in &block.statements {
                    self.bare_statement(statement);
                }
            }
        }
    }

    /// A chain of fields and calls, of which `value` is the whole or what begins it.
    fn chain(&mut self, value: &Expr, chain: &Chain<'_>) {
        let (object, others): (&Expr, &[Expr]) = match &value.kind {
            ExprKind::Method {
                receiver,
                arguments,
                ..
            } => (receiver, arguments),
            ExprKind::Index { object, index, .. } => (object, std::slice::from_ref(index)),
            ExprKind::Field { object, .. } => (object, &[]),
            _ => return,
        };
        match &object.kind {
            ExprKind::Variable(_) => self.copy_to(object.span.end),
            ExprKind::Field { .. } | ExprKind::Index { .. } => {
                self.chain(object, chain);
                self.copy_to(object.span.end);
            }
            ExprKind::Method { .. } if chain.is_fixed(object) => {
                self.chain(object, chain);
                self.copy_to(object.span.end);
            }
            ExprKind::Method { .. } => {
                self.copy_to(object.span.start);
                let probe = self.begin_value(object, role_of(object, Role::Plain));
                self.within(probe, |writer| writer.chain(object, chain));
                self.close(object);
            }
            _ => {
                self.value(object, Role::Plain);
            }
        }
        self.values(others);
    }

    fn binary(&mut self, operator: Span, left: &Expr, right: &Expr) {
        let word = match &self.source[operator.range()] {
            "&&" => "&&",
            "||" => "||",
            "??" => "??",
            _ => {
                self.side(left, right);
                self.side(right, left);
                return;
            }
        };
        let role = if word == "??" {
            Role::Plain
        } else {
            Role::Operand
        };
        if let Some(probe) = self.value(left, role) {
            let ways = match word {
                "??" => [
                    ("had something on its left", Way::Something(probe)),
                    ("had nothing on its left", Way::Nothing(probe)),
                ],
                _ => [
                    ("was true on its left", Way::True(probe)),
                    ("was false on its left", Way::False(probe)),
                ],
            };
            self.fork(word, operator, ways.to_vec());
        }
        self.value(right, role);
    }

    /// One side of an operator. A variable is read when the other side is worked out, which makes a difference if that changes it.
    fn side(&mut self, side: &Expr, other: &Expr) {
        if let ExprKind::Variable(name) = &side.kind
            && may_change(other, name)
        {
            self.copy_to(side.span.end);
            return;
        }
        self.value(side, Role::Plain);
    }

    fn fork(&mut self, word: &'static str, span: Span, ways: Vec<(&'static str, Way)>) {
        self.probes.branches.push(Branch { word, span, ways });
    }

    fn condition(&mut self, condition: &Expr, then: &Block, otherwise: Option<&Block>, span: Span) {
        let probe = self.value(condition, Role::Condition);
        self.branch(then);
        if let Some(block) = otherwise {
            self.branch(block);
        }
        if let Some(probe) = probe {
            let ways = vec![
                ("was true", Way::True(probe)),
                ("was false", Way::False(probe)),
            ];
            self.fork("if", Span::new(span.start, condition.span.end), ways);
        }
    }

    fn switch(&mut self, subject: &Expr, arms: &[Arm]) {
        self.value(subject, Role::Condition);
        for arm in arms {
            if let Some(guard) = &arm.guard
                && let Some(probe) = self.value(guard, Role::Condition)
            {
                let ways = vec![
                    ("was true", Way::True(probe)),
                    ("was false", Way::False(probe)),
                ];
                self.fork("if", guard.span, ways);
            }
            let probe = self.reached_body(&arm.body);
            let ways = vec![("was taken", Way::Reached(probe))];
            self.fork("switch", arm.span, ways);
        }
    }

    /// A body without braces of its own, in braces, so that something can be said before it.
    fn reached_body(&mut self, body: &Stmt) -> ProbeId {
        let probe = self.probe(ProbeKind::Branch, body.span, body.span.start);
        self.in_braces(&format!("{{ __reach({probe}); "), body);
        probe
    }

    fn in_braces(&mut self, begin: &str, body: &Stmt) {
        self.copy_to(body.span.start);
        self.probes.add(begin, body.span.start);
        self.bare_statement(body);
        self.probes.add(" }", body.span.start);
    }

    fn callback(&mut self, first: &str, body: &Stmt) {
        let probe = self.probe(ProbeKind::Round, body.span, body.span.start);
        let begin = format!("{{ __round({probe}, {first}); ");
        self.within(probe, |writer| writer.in_braces(&begin, body));
        let ways = vec![("was called", Way::Reached(probe))];
        self.fork("|..|", body.span, ways);
    }

    fn repetition(&mut self, head: &Loop, body: &Block, span: Span) {
        let round = |writer: &mut Self, first: &str| {
            let probe = writer.probe(ProbeKind::Round, body.span, span.start);
            writer.begin_block(body, &format!(" __round({probe}, {first}); "));
            writer.within(probe, |writer| writer.statements(body));
            probe
        };
        match head {
            Loop::Forever => {
                round(self, "()");
            }
            Loop::While(condition) => {
                let probe = self.value(condition, Role::Condition);
                round(self, "()");
                self.fork_of_loop("while", span, probe);
            }
            Loop::Do(condition) => {
                round(self, "()");
                let probe = self.value(condition, Role::Condition);
                self.fork_of_loop("do", span, probe);
            }
            Loop::For { name, over, .. } => {
                let list = self.value(over, Role::Plain);
                let probe = round(self, &name.text);
                let mut ways = vec![("had a round", Way::Reached(probe))];
                // What is written as a list is known to have elements.
                if let Some(list) = list {
                    self.probes.list[list as usize].rounds = Some(probe);
                    ways.push(("had no round", Way::NoRound(probe)));
                }
                self.fork("for", Span::new(span.start, over.span.end), ways);
            }
        }
    }

    fn fork_of_loop(&mut self, word: &'static str, span: Span, condition: Option<ProbeId>) {
        if let Some(probe) = condition {
            let ways = vec![
                ("was true", Way::True(probe)),
                ("was false", Way::False(probe)),
            ];
            self.fork(word, span, ways);
        }
    }
}

/// What a value is to the policy, as far as that can be seen from itself.
fn role_of(value: &Expr, role: Role) -> Role {
    match &value.kind {
        ExprKind::Call { name, .. } if VERDICTS.contains(&name.text.as_str()) => Role::Says,
        ExprKind::Method {
            name, arguments, ..
        } if matches!(
            arguments.first().map(|first| &first.kind),
            Some(ExprKind::Closure { .. })
        ) && role == Role::Plain =>
        {
            Role::Calls(match name.text.as_str() {
                "find" | "some" | "filter" | "index_of" => Chosen::True,
                "all" => Chosen::False,
                _ => Chosen::All,
            })
        }
        _ => role,
    }
}

/// The character under which a value is shown: an operator, the last name of a chain, or where it begins.
fn anchor(source: &str, value: &Expr) -> u32 {
    match &value.kind {
        ExprKind::Binary { operator, .. } => operator.start,
        ExprKind::Method { name, .. } | ExprKind::Field { name, .. } => name.span.start,
        ExprKind::Index { index, .. } => {
            let before = &source[..index.span.start as usize];
            before.rfind('[').map_or(value.span.start, |at| at as u32)
        }
        _ => value.span.start,
    }
}
