//! Which declaration each variable of a source means, found in one walk: a source may have tens of thousands.

use std::collections::HashMap;

use assize_finding::Span;
use assize_policy::syntax::{Block, ExprKind, Loop, Name, Node, StmtKind, Tree};

/// The declaration of each variable, by the place where the variable is used.
#[derive(Default)]
pub(crate) struct Resolution(HashMap<u32, Span>);

impl Resolution {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut walk = Walk::default();
        tree.walk(&mut |path| {
            walk.visit(path);
            true
        });
        walk.found
    }

    /// Where the variable that is used at a byte is declared, if this source declares it.
    pub(crate) fn declaration(&self, used: u32) -> Option<Span> {
        self.0.get(&used).copied()
    }
}

/// A name that can be seen as long as its owner is not left.
struct Seen<'t> {
    name: &'t str,
    /// How deep the block, closure or function lies that it belongs to.
    owner: usize,
}

#[derive(Default)]
struct Walk<'t> {
    seen: Vec<Seen<'t>>,
    /// What each name means, the innermost last.
    meanings: HashMap<&'t str, Vec<Span>>,
    /// `let`s that are not left yet: their own value does not see them.
    begun: Vec<(usize, &'t Name)>,
    found: Resolution,
}

impl<'t> Walk<'t> {
    fn visit(&mut self, path: &[Node<'t>]) {
        let depth = path.len();
        self.leave(depth);
        match path {
            [.., Node::Function(function)] => self.add(&function.params, depth),
            [.., around, Node::Block(block)] => self.add(names_of_block(*around, block), depth),
            [.., Node::Stmt(statement)] => {
                if let StmtKind::Let { name, .. } = &statement.kind {
                    self.begun.push((depth, name));
                }
            }
            [.., Node::Expr(expression)] => match &expression.kind {
                ExprKind::Closure { params, .. } => self.add(params, depth),
                ExprKind::Variable(name) => {
                    let meanings = self.meanings.get(name.as_str());
                    if let Some(declared) = meanings.and_then(|meanings| meanings.last()) {
                        self.found.0.insert(expression.span.start, *declared);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Whatever lies as deep as the next node, or deeper, has been left.
    fn leave(&mut self, depth: usize) {
        while let Some(last) = self.seen.pop_if(|last| last.owner >= depth) {
            self.meanings.get_mut(last.name).and_then(Vec::pop);
        }
        while let Some((own, name)) = self.begun.pop_if(|(own, _)| *own >= depth) {
            if own == depth {
                self.add([name], depth - 1);
            }
        }
    }

    fn add(&mut self, names: impl IntoIterator<Item = &'t Name>, owner: usize) {
        for name in names {
            self.meanings.entry(&name.text).or_default().push(name.span);
            self.seen.push(Seen {
                name: &name.text,
                owner,
            });
        }
    }
}

/// What a loop or a `catch` declares for its block.
fn names_of_block<'t>(around: Node<'t>, block: &Block) -> Vec<&'t Name> {
    match around {
        Node::Expr(expression) => match &expression.kind {
            ExprKind::Loop {
                head: Loop::For { name, counter, .. },
                ..
            } => std::iter::once(name).chain(counter).collect(),
            _ => Vec::new(),
        },
        Node::Stmt(statement) => match &statement.kind {
            StmtKind::Try { name, catch, .. } if catch.span == block.span => name.iter().collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_declaration_is_meant() {
        let source = "fn f(a) { let b = a; let a = a; { let b = 1; b; } for b in b { b; } g(|c| c + b) + a + c }";
        let tree = Tree::of(source);
        assert!(tree.errors.is_empty());
        let resolution = Resolution::of(&tree);
        let at = |text: &str| source.find(text).unwrap() as u32;
        let declared = |place: u32| resolution.declaration(place).map(|span| span.start);
        assert_eq!(declared(at("a; let a")), Some(at("a) {")));
        assert_eq!(declared(at("a; { let")), Some(at("a) {")));
        assert_eq!(declared(at("b; } for")), Some(at("b = 1")));
        assert_eq!(declared(at("b { b; }")), Some(at("b = a")));
        assert_eq!(declared(at("b; } g")), Some(at("b in")));
        assert_eq!(declared(at("c + b")), Some(at("c| c")));
        assert_eq!(declared(at("b) + a")), Some(at("b = a")));
        assert_eq!(declared(at("a + c")), Some(at("a = a")));
        assert_eq!(declared(at("c }")), None);
    }
}
