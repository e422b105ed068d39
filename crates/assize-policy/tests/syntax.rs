//! The source of policies, read: nothing is lost, and what the engine takes is read without a mistake.

#![expect(clippy::disallowed_methods, reason = "the hostile policies are files")]

use assize_policy::{
    Limits, Page, Policy, Source, shipped_policies,
    syntax::{ExprId, ExprKind, Node, StmtKind, Tree},
};
use proptest::prelude::*;

/// Tokens cover everything but blanks, spans lie within each other, and ids are unique.
fn check(source: &str) -> Tree {
    let tree = Tree::of(source);
    let mut end = 0;
    for token in &tree.tokens {
        let gap = &source[end..token.span.start as usize];
        assert!(gap.trim().is_empty(), "lost: {gap:?}");
        assert!(token.span.start < token.span.end);
        end = token.span.end as usize;
    }
    if !tree.tokens.is_empty() {
        assert!(
            source[end..].trim().is_empty(),
            "lost: {:?}",
            &source[end..]
        );
    }
    let mut seen = vec![false; tree.expressions as usize];
    tree.walk(&mut |path| {
        let own = path[path.len() - 1];
        let _ = &source[own.span().range()];
        if let Some(parent) = path.len().checked_sub(2).map(|at| path[at].span()) {
            let own = own.span();
            assert!(
                parent.start <= own.start && own.end <= parent.end,
                "{parent:?} {own:?}"
            );
        }
        if let Node::Expr(expression) = own {
            let ExprId(id) = expression.id;
            assert!(!std::mem::replace(&mut seen[id as usize], true));
        }
        true
    });
    tree
}

#[test]
fn shipped_policies_are_read_without_a_mistake() {
    for shipped in shipped_policies() {
        let tree = check(shipped.script);
        assert_eq!(tree.errors, [], "{}", shipped.id);
        assert!(tree.constant("POLICY").is_some() && tree.statements.is_empty());
        let mut errors = 0;
        tree.walk(&mut |path| {
            let is_error =
                matches!(path.last(), Some(Node::Expr(own)) if matches!(own.kind, ExprKind::Error));
            errors += u32::from(is_error);
            true
        });
        assert_eq!(errors, 0, "{}", shipped.id);
    }
}

#[test]
fn what_the_engine_takes_is_read_without_a_mistake() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hostile");
    let mut taken = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let tree = check(&text);
        let source = Source {
            path: path.display().to_string(),
            text,
        };
        if Policy::new("a/b", source, Page::default(), &Limits::default()).is_ok() {
            assert_eq!(tree.errors, [], "{}", path.display());
            taken += 1;
        }
    }
    assert!(taken > 50, "{taken}");
}

/// An expression with parentheses around everything that has parts.
fn grouped(source: &str, node: Node<'_>) -> String {
    let part = |node: &Node<'_>| grouped(source, *node);
    let text = |span: assize_finding::Span| source[span.range()].to_owned();
    match node {
        Node::Expr(expression) => match &expression.kind {
            ExprKind::Binary {
                operator,
                left,
                right,
            } => format!(
                "({} {} {})",
                part(&Node::Expr(left)),
                text(*operator),
                part(&Node::Expr(right))
            ),
            ExprKind::Unary { operator, operand } => {
                format!("({}{})", text(*operator), part(&Node::Expr(operand)))
            }
            _ => text(expression.span),
        },
        _ => text(node.span()),
    }
}

#[test]
fn operators_bind_as_in_the_engine() {
    for (source, expected) in [
        ("a || b && c == d", "(a || (b && (c == d)))"),
        ("a && b || c", "((a && b) || c)"),
        ("a ?? b + c", "(a ?? (b + c))"),
        ("a ?? 0 > 6", "((a ?? 0) > 6)"),
        ("-a ** b ** c", "((-a) ** (b ** c))"),
        ("!a.b && !(c || d)", "((!a.b) && (!(c || d)))"),
        ("x in y == z", "((x in y) == z)"),
        ("a - b - c * 2", "((a - b) - (c * 2))"),
        ("x !in [1, 2] || y", "((x !in [1, 2]) || y)"),
    ] {
        let source = format!("fn f() {{ {source} }}");
        let tree = check(&source);
        assert_eq!(tree.errors, []);
        let StmtKind::Expr(expression) = &tree.functions[0].body.statements[0].kind else {
            panic!("{source}")
        };
        assert_eq!(grouped(&source, Node::Expr(expression)), expected);
    }
}

#[test]
fn spans_cover_parentheses_within_but_not_around() {
    let source = "fn f() { (a + (b)) * c }";
    let tree = check(source);
    let mut found = Vec::new();
    tree.walk(&mut |path| {
        if let Some(Node::Expr(expression)) = path.last() {
            found.push(&source[expression.span.range()]);
        }
        true
    });
    assert_eq!(found, ["(a + (b)) * c", "a + (b)", "a", "b", "c"]);
}

#[test]
fn mistakes_are_named_and_the_rest_is_read() {
    let source = "const POLICY = #{ title: 1, };\nfn check(x) {\n  let a = ;\n  if x. { fail(x, \"no\") }\n  b(\n}\nfn other() { 1 }\n";
    let tree = check(source);
    let names: Vec<_> = tree
        .functions
        .iter()
        .map(|function| &function.name.text)
        .collect();
    assert_eq!(names, ["check", "other"]);
    assert_eq!(tree.errors[0].message, "expected a value, found `;`");
    assert!(tree.constant("POLICY").is_some());
}

#[test]
fn hostile_sources_end() {
    for source in [
        "(".repeat(200_000),
        format!("fn f() {{ {} }}", "a+".repeat(100_000)),
        format!("fn f() {{ {} }}", ".a".repeat(100_000)),
        format!("fn f() {{ {} }}", "if a {} else ".repeat(20_000)),
        format!("fn f() {{ {} }}", "`${".repeat(50_000)),
        format!("fn f() {{ {} }}", "|a|".repeat(50_000)),
        format!("fn f() {{ {} }}", "!".repeat(100_000)),
        "#{a:".repeat(50_000),
        "/*".repeat(100_000),
        "switch a { 1 => ".repeat(10_000),
        "x".repeat(10 << 20),
    ] {
        let tree = check(&source);
        assert!(!tree.errors.is_empty());
        let _ = tree.path_at(1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_text_is_read(source in "\\PC{0,200}") {
        check(&source);
    }

    #[test]
    fn broken_policies_are_read(at in 0_usize..3_000, length in 0_usize..40, which in 0_usize..50, put in "[ -~]{0,4}") {
        let shipped: Vec<_> = shipped_policies().collect();
        let mut source = shipped[which * shipped.len() / 50].script.to_owned();
        let floor = |source: &str, at: usize| (0..=at.min(source.len())).rev().find(|at| source.is_char_boundary(*at)).unwrap();
        let start = floor(&source, at);
        let end = floor(&source, at + length).max(start);
        source.replace_range(start..end, &put);
        check(&source);
    }
}
