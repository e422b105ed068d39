//! The house style: the shipped policies follow it, nothing is lost, and what is formatted stays as it is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use assize_policy::{
    format::{FormatError, format},
    shipped_policies,
    syntax::{TokenKind, Tree},
};
use proptest::prelude::*;

#[test]
fn shipped_policies_are_formatted() {
    let unformatted: Vec<&str> = shipped_policies()
        .filter(|shipped| format(shipped.script).as_deref() != Ok(shipped.script))
        .map(|shipped| shipped.id)
        .collect();
    assert!(
        unformatted.is_empty(),
        "run `assize fmt policies`: {unformatted:?}"
    );
}

/// Formatting twice is formatting once, and the comments are those of the source.
fn check(source: &str) -> String {
    let once = format(source).unwrap_or_else(|error| panic!("{error}:\n{source}"));
    let twice = format(&once).unwrap();
    assert_eq!(once, twice, "from:\n{source}");
    assert_eq!(comments(source), comments(&once));
    assert!(once.is_empty() || once.ends_with('\n') && !once.ends_with("\n\n"));
    once
}

fn comments(source: &str) -> usize {
    let tokens = Tree::of(source).tokens;
    let is_comment = |token: &&_| {
        let token: &assize_policy::syntax::Token = token;
        token.kind == TokenKind::Comment
    };
    tokens.iter().filter(is_comment).count()
}

#[test]
fn the_style() {
    for (source, expected) in CASES {
        assert_eq!(check(source), *expected);
    }
}

const CASES: &[(&str, &str)] = &[
    ("", ""),
    ("\n// only a remark  ", "// only a remark\n"),
    (
        "fn  f ( a,b ){if a==b{return;}g( [1 ,2,] ,#{a:1,},!a , - b)}",
        "fn f(a, b) { if a == b { return; } g([1, 2], #{ a: 1 }, !a, -b) }\n",
    ),
    (
        "fn f() {\n let x=[ 1,\n2 ];x . g( | y|y+1 ).h(||0)\n}\nfn g() {}",
        "fn f() {\n    let x = [\n        1,\n        2,\n    ];\n    x.g(|y| y + 1).h(|| 0)\n}\n\nfn g() {}\n",
    ),
    // A long condition is broken before its operators.
    (
        "fn f() {\na &&\nb ||\n(c\n&& d)\n}",
        "fn f() {\n    a\n        && b\n        || (c\n            && d)\n}\n",
    ),
    (
        "fn f() {\nswitch x{1|2=>a,\n3 if y=>{b}_=>(),}\n}",
        "fn f() {\n    switch x {\n        1 | 2 => a,\n        3 if y => { b }\n        _ => (),\n    }\n}\n",
    ),
    (
        "fn f() {\nl.all(|x|{x?.y?[0]??1>0..3})\n.len()\n}",
        "fn f() {\n    l.all(|x| { x?.y?[0] ?? 1 > 0..3 })\n        .len()\n}\n",
    ),
    (
        "fn f() { `a ${ b+`${ c }` } d` }",
        "fn f() { `a ${b + `${c}`} d` }\n",
    ),
    (
        "fn f() {\nif a {b}\nelse if c {d}\nelse {\ne\n}\nif a {\nb\n}\nelse {c}\n}",
        "fn f() {\n    if a { b }\n    else if c { d }\n    else {\n        e\n    }\n    if a {\n        b\n    } else { c }\n}\n",
    ),
    // Comments stay where they stand; what a comment ends goes on in the next line.
    (
        "// head\nconst A=#{ // first\n a:1 // last\n};// end\n/* f */ fn f(){\n\n\n// own\na;/* b */c // d\n\n\n// e\n}",
        "// head\nconst A = #{ // first\n    a: 1, // last\n}; // end\n\n/* f */ fn f() {\n    // own\n    a; /* b */\n    c // d\n\n    // e\n}\n",
    ),
    (
        "fn f() { if a // why\n{ b } }",
        "fn f() {\n    if a // why\n        { b }\n}\n",
    ),
    // One empty line at most; none at the ends of a block.
    (
        "fn f() {\n\n  a;\n\n\n  b\n\n}\n\n\n\nfn g() { 1 }\n\n",
        "fn f() {\n    a;\n\n    b\n}\n\nfn g() { 1 }\n",
    ),
    // Signs that would be read as one stay apart.
    ("fn f() { - -a + + +b }", "fn f() { - -a + + +b }\n"),
    ("fn f() { return(a) }", "fn f() { return (a) }\n"),
    (
        "fn f() { for(x,i)in a{} while(b){} do{}until c; loop{break} }",
        "fn f() { for (x, i) in a {} while (b) {} do {} until c; loop { break } }\n",
    ),
    ("fn f() {\r\n    a;\r\n}\r\n", "fn f() {\n    a;\n}\n"),
];

#[test]
fn what_is_no_policy_is_refused() {
    let error = format("fn f() {\n    let = 1;\n}").unwrap_err();
    assert!(
        matches!(error, FormatError::Syntax { line: 2, .. }),
        "{error}"
    );
    let long = "// x\n".repeat(200_000);
    assert!(format(&long).is_err());
}

#[test]
fn many_comments_and_brackets_take_no_time() {
    check(&"//\n".repeat(80_000));
    check(&"/**/".repeat(50_000));
    assert!(format(&"/**/".repeat(60_000)).is_err());
    check(&format!("const A = [{}];", "1, /**/ ".repeat(15_000)));
    check(&format!("const A = [{}];", "[],\n".repeat(15_000)));
    check(&"fn f() {}".repeat(15_000));
    let _ = format(&"[".repeat(100_000));
    let _ = format(&"`${".repeat(50_000));
}

/// Blanks, line breaks and comments that may stand between tokens.
fn gap() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        8 => Just(" "),
        2 => Just("\n"),
        1 => Just("  \n\n\n\t"),
        1 => Just(" // remark\n"),
        1 => Just("\n // remark \n"),
        1 => Just(" /* note */ "),
        1 => Just("\n/* note\n  of two lines */\n"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_stands_between_tokens(
        which in 0..10_000_usize,
        gaps in prop::collection::vec(gap(), 1..400),
    ) {
        let scripts: Vec<&str> = shipped_policies().map(|shipped| shipped.script).collect();
        let script = scripts[which % scripts.len()];
        let mut source = String::new();
        for (token, gap) in Tree::of(script).tokens.iter().zip(gaps.iter().cycle()) {
            source.push_str(token.text(script));
            source.push_str(if token.kind == TokenKind::Comment { "\n" } else { gap });
        }
        check(&source);
    }

    #[test]
    fn any_text_is_formatted_or_refused(source in r#"([a-c1 \n{}\[\]()#`$|.,:;=+!-]|fn |if |let |//|/\*|\*/|"|=>|switch ){0,40}"#) {
        if let Ok(once) = format(&source) {
            prop_assert_eq!(&format(&once), &Ok(once.clone()));
        }
    }
}
