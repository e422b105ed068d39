//! Hostile policies too large to keep as files. Each must be refused, or end, in little time.

use assize_policy::Limits;

use crate::hostile::{Case, run};

const HEADER: &str =
    "const POLICY = #{ title: \"Monster\", severity: \"low\", kind: \"sample\" };\n";

/// A name, how it must end, and what follows the header.
type Monster = (&'static str, &'static str, fn() -> String);

const MONSTERS: &[Monster] = &[
    ("parameters", "refused: limit", || {
        let names: Vec<String> = (0..3_000).map(|number| format!("a{number}")).collect();
        format!("fn f({}) {{}} fn check(x) {{}}", names.join(","))
    }),
    ("arguments", "refused: limit", || {
        body(&format!("f({});", ["1"; 5_000].join(",")))
    }),
    ("elements", "refused: limit", || {
        body(&format!("let a = [{}];", ["1"; 5_000].join(",")))
    }),
    ("members", "refused: limit", || {
        let members: Vec<String> = (0..3_000).map(|number| format!("a{number}:1")).collect();
        body(&format!("let a = #{{{}}};", members.join(",")))
    }),
    ("arms", "refused: limit", || {
        let arms: Vec<String> = (0..3_000).map(|number| format!("{number}=>1")).collect();
        body(&format!("switch 1 {{{}}}", arms.join(",")))
    }),
    ("statements", "refused: limit", || {
        body(&"1;".repeat(15_000))
    }),
    ("top_level_statements", "refused: limit", || {
        ";".repeat(30_000)
    }),
    ("variables", "refused: limit", || {
        body(&"let a=1;".repeat(5_000))
    }),
    ("many_variables", "error: limit variables", || {
        let variables: Vec<String> = (0..400).map(|number| format!("let a{number}=1;")).collect();
        body(&variables.concat())
    }),
    ("functions", "refused:", || {
        let functions: Vec<String> = (0..3_000)
            .map(|number| format!("fn f{number}(){{}}"))
            .collect();
        functions.concat()
    }),
    ("closures", "refused:", || {
        body(&"[1].map(|a|a);".repeat(900))
    }),
    ("else_ifs", "refused:", || {
        body(&"if true {} else ".repeat(3_000))
    }),
    ("source", "refused: limit source size", || {
        body(&"// a\n".repeat(20_000))
    }),
    ("identifier", "refused: limit source size", || {
        body(&"a".repeat(1 << 20))
    }),
    ("text", "refused: limit source size", || {
        body(&format!("let a = \"{}\";", "a".repeat(1 << 20)))
    }),
    ("comment", "refused: limit source size", || {
        format!("/*{}*/", "a".repeat(1 << 20))
    }),
    ("long_identifier", "refused:", || body(&"a".repeat(60_000))),
    ("long_text", "pass", || {
        body(&format!("let a = \"{}\";", "a".repeat(60_000)))
    }),
    ("long_comment", "pass", || {
        format!("/*{}*/fn check(x){{}}", "a".repeat(60_000))
    }),
    ("nested_comments", "pass", || {
        format!(
            "{}{}fn check(x){{}}",
            "/*".repeat(10_000),
            "*/".repeat(10_000)
        )
    }),
    ("tokens", "refused: limit tokens", || {
        body(&"if true {}\n".repeat(5_900))
    }),
    ("operators", "refused:", || body(&"1+".repeat(25_000))),
    ("long_sum", "refused:", || {
        body(&format!("{}1;", "1+".repeat(9_000)))
    }),
    ("parentheses", "refused:", || body(&nest("(", "1", ")"))),
    ("lists", "refused:", || body(&nest("[", "1", "]"))),
    ("maps", "refused:", || body(&nest("#{a:", "1", "}"))),
    ("blocks", "refused:", || body(&nest("{", "1", "}"))),
    ("ifs", "refused:", || body(&nest("if true {", "1", "}"))),
    ("loops", "refused:", || body(&nest("loop {", "break;", "}"))),
    ("switches", "refused:", || {
        body(&nest("switch 1 {1=>", "1", "}"))
    }),
    ("tries", "refused:", || {
        body(&nest("try {", "1", "} catch {}"))
    }),
    ("calls", "refused:", || body(&nest("f(", "1", ")"))),
    ("indexes", "refused:", || body(&nest("x[", "1", "]"))),
    ("nested_closures", "refused:", || {
        body(&nest("[1].map(|a|", "1", ")"))
    }),
    ("templates", "refused:", || body(&nest("`${", "1", "}`"))),
    ("negations", "refused:", || body(&nest("!", "true", ""))),
    ("minuses", "refused:", || body(&nest("-", "1", ""))),
    ("dots", "refused:", || {
        body(&format!("x{};", ".a".repeat(9_000)))
    }),
    ("coalescing", "refused:", || {
        body(&format!("1{};", "??1".repeat(6_000)))
    }),
    ("powers", "refused:", || {
        body(&format!("1{};", "**1".repeat(6_000)))
    }),
    ("ands", "refused:", || {
        body(&format!("true{};", "&&true".repeat(6_000)))
    }),
    ("open_brackets", "refused:", || body(&"(".repeat(15_000))),
    ("control_characters", "refused:", || body("\0\u{1b}[2J")),
    ("many_large_patterns", "refused:", || {
        patterns(r"(\\\\w{50}){50}")
    }),
    ("many_patterns", "refused: limit compile time", || {
        patterns(r"\\\\w{10}")
    }),
];

fn body(text: &str) -> String {
    format!("fn check(x) {{ {text} }}")
}

/// A policy with hundreds of queries, each with a pattern.
fn patterns(pattern: &str) -> String {
    let query = format!("\"$.Server[?match(@.Name, '{pattern}')]\"");
    let header = HEADER.replace(
        " };",
        &format!(", select: [{}] }};", vec![query; 900].join(",")),
    );
    format!("{header}{}", body(""))
}

fn nest(open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{};", open.repeat(2_000), close.repeat(2_000))
}

#[test]
fn monsters_are_refused_in_little_time() {
    let cases: Vec<Case> = MONSTERS
        .iter()
        .map(|(name, expected, text)| {
            let text = text();
            let has_header = text.starts_with("const POLICY");
            Case {
                name: (*name).to_owned(),
                text: if has_header {
                    text
                } else {
                    format!("{HEADER}{text}")
                },
                expected: (*expected).to_owned(),
                limits: Limits::default(),
            }
        })
        .collect();
    run(&cases);
}
