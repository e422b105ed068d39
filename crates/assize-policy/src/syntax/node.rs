use assize_finding::Span;

use super::tree::{Block, Const, Expr, ExprKind, Function, Loop, Part, Stmt, StmtKind, Tree};

/// A part of a tree that has a place.
#[derive(Debug, Clone, Copy)]
pub enum Node<'t> {
    /// A constant at the top level.
    Const(&'t Const),
    /// A function.
    Function(&'t Function),
    /// Statements in braces.
    Block(&'t Block),
    /// A statement.
    Stmt(&'t Stmt),
    /// An expression.
    Expr(&'t Expr),
}

impl<'t> Node<'t> {
    /// The bytes that it covers.
    pub fn span(self) -> Span {
        match self {
            Self::Const(constant) => constant.span,
            Self::Function(function) => function.span,
            Self::Block(block) => block.span,
            Self::Stmt(statement) => statement.span,
            Self::Expr(expression) => expression.span,
        }
    }

    /// What lies directly within it, in the order of the source.
    pub fn children(self) -> Vec<Node<'t>> {
        let mut children = Vec::new();
        match self {
            Self::Const(constant) => children.push(Node::Expr(&constant.value)),
            Self::Function(function) => children.push(Node::Block(&function.body)),
            Self::Block(block) => children.extend(block.statements.iter().map(Node::Stmt)),
            Self::Stmt(statement) => of_statement(statement, &mut children),
            Self::Expr(expression) => of_expression(expression, &mut children),
        }
        children
    }
}

impl Tree {
    /// What stands at the top level, in the order of the source.
    pub fn roots(&self) -> Vec<Node<'_>> {
        let constants = self.constants.iter().map(Node::Const);
        let functions = self.functions.iter().map(Node::Function);
        let statements = self.statements.iter().map(Node::Stmt);
        let mut roots: Vec<Node<'_>> = constants.chain(functions).chain(statements).collect();
        roots.sort_by_key(|root| root.span());
        roots
    }

    /// Visits everything, parents first; `visit` is given the way to each node, the node itself last, and says whether to go on
    /// below it.
    pub fn walk<'t>(&'t self, visit: &mut dyn FnMut(&[Node<'t>]) -> bool) {
        for root in self.roots() {
            walk(&mut vec![root], visit);
        }
    }

    /// The way to the innermost node that covers a byte, outermost first; a node covers the place behind its last byte, too.
    pub fn path_at(&self, offset: u32) -> Vec<Node<'_>> {
        let covers = |node: &Node<'_>| {
            let span = node.span();
            span.start <= offset && offset <= span.end
        };
        let mut path = Vec::new();
        let mut candidates = self.roots();
        while let Some(found) = candidates.into_iter().rev().find(covers) {
            path.push(found);
            candidates = found.children();
        }
        path
    }
}

/// The tree is no deeper than its limit, and so is this.
fn walk<'t>(path: &mut Vec<Node<'t>>, visit: &mut dyn FnMut(&[Node<'t>]) -> bool) {
    if !visit(path) {
        return;
    }
    let children = path.last().map(|node| node.children());
    for child in children.unwrap_or_default() {
        path.push(child);
        walk(path, visit);
        path.pop();
    }
}

fn of_statement<'t>(statement: &'t Stmt, children: &mut Vec<Node<'t>>) {
    match &statement.kind {
        StmtKind::Let { value, .. } => children.extend(value.iter().map(Node::Expr)),
        StmtKind::Assign { target, value, .. } => {
            children.extend([Node::Expr(target), Node::Expr(value)]);
        }
        StmtKind::Expr(value) => children.push(Node::Expr(value)),
        StmtKind::Return(value) | StmtKind::Break(value) | StmtKind::Throw(value) => {
            children.extend(value.iter().map(Node::Expr));
        }
        StmtKind::Try { body, catch, .. } => {
            children.extend([Node::Block(body), Node::Block(catch)]);
        }
        StmtKind::Continue | StmtKind::Nothing => {}
    }
}

fn of_expression<'t>(expression: &'t Expr, children: &mut Vec<Node<'t>>) {
    match &expression.kind {
        ExprKind::Template(parts) => children.extend(parts.iter().filter_map(|part| match part {
            Part::Block(block) => Some(Node::Block(block)),
            Part::Text(_) => None,
        })),
        ExprKind::Array(parts) => children.extend(parts.iter().map(Node::Expr)),
        ExprKind::Map(members) => {
            children.extend(members.iter().map(|(_, value)| Node::Expr(value)));
        }
        ExprKind::Call { arguments, .. } => children.extend(arguments.iter().map(Node::Expr)),
        ExprKind::Method {
            receiver,
            arguments,
            ..
        } => {
            children.push(Node::Expr(receiver));
            children.extend(arguments.iter().map(Node::Expr));
        }
        ExprKind::Field { object, .. } => children.push(Node::Expr(object)),
        ExprKind::Index { object, index, .. } => {
            children.extend([Node::Expr(object), Node::Expr(index)]);
        }
        ExprKind::Unary { operand, .. } => children.push(Node::Expr(operand)),
        ExprKind::Binary { left, right, .. } => {
            children.extend([Node::Expr(left), Node::Expr(right)]);
        }
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => {
            children.extend([Node::Expr(condition), Node::Block(then)]);
            children.extend(otherwise.iter().map(Node::Block));
        }
        ExprKind::Switch { subject, arms } => {
            children.push(Node::Expr(subject));
            for arm in arms {
                children.extend(arm.patterns.iter().chain(&arm.guard).map(Node::Expr));
                children.push(Node::Stmt(&arm.body));
            }
        }
        ExprKind::Loop { head, body } => of_loop(head, body, children),
        ExprKind::Closure { body, .. } => children.push(Node::Stmt(body)),
        ExprKind::Block(block) => children.push(Node::Block(block)),
        ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float
        | ExprKind::Unit
        | ExprKind::Text(_)
        | ExprKind::Char
        | ExprKind::Variable(_)
        | ExprKind::Error => {}
    }
}

fn of_loop<'t>(head: &'t Loop, body: &'t Block, children: &mut Vec<Node<'t>>) {
    match head {
        Loop::Forever => children.push(Node::Block(body)),
        Loop::While(over) | Loop::For { over, .. } => {
            children.extend([Node::Expr(over), Node::Block(body)]);
        }
        Loop::Do(over) => children.extend([Node::Block(body), Node::Expr(over)]),
    }
}
