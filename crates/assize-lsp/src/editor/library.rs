//! The words of the language, and what policies can call.

use assize_policy::{
    LibraryFunction, library_functions,
    types::{Form, Type},
};

/// Words that begin something in a policy.
pub(crate) const WORDS: [&str; 17] = [
    "break", "const", "continue", "do", "else", "false", "fn", "for", "if", "in", "let", "loop",
    "return", "switch", "true", "until", "while",
];

/// Words that the language keeps for itself and policies do not use.
pub(crate) const RESERVED: [&str; 36] = [
    "Fn",
    "as",
    "async",
    "await",
    "call",
    "case",
    "catch",
    "curry",
    "debug",
    "default",
    "eval",
    "exit",
    "export",
    "global",
    "go",
    "goto",
    "import",
    "is",
    "match",
    "module",
    "new",
    "null",
    "package",
    "print",
    "private",
    "protected",
    "public",
    "shared",
    "spawn",
    "static",
    "super",
    "sync",
    "this",
    "thread",
    "throw",
    "try",
];

/// The variables that every policy sees.
pub(crate) const GLOBALS: [(&str, &str); 4] = [
    (
        "snapshot",
        "The judged snapshot: its sections are its fields.",
    ),
    (
        "params",
        "The parameters of the policy and its pack, as they are set for the run.",
    ),
    ("now", "The time of the run."),
    (
        "earlier",
        "The earlier snapshot; only policies with `over: \"time\"` see it.",
    ),
];

/// The functions that say the verdict.
pub(crate) const VERDICTS: [&str; 4] = ["fail", "indeterminate", "not_applicable", "review"];

/// The functions of a name.
pub(crate) fn named(name: &str) -> impl Iterator<Item = &'static LibraryFunction> {
    library_functions().filter(move |function| function.name == name)
}

/// What the library says of a name, in Markdown.
pub(crate) fn page(name: &str) -> Option<String> {
    let parts: Vec<String> = named(name).map(words).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// How a function is called, and what it does.
pub(crate) fn words(function: &LibraryFunction) -> String {
    format!(
        "```assize\n{}\n```\n\n{}",
        function.signatures.join("\n"),
        function.doc
    )
}

/// The ways to call a function on a value of a type, behind its dot; all of them where nobody knows the type.
pub(crate) fn ways_on(function: &LibraryFunction, of: &Type) -> Vec<&'static str> {
    let is_way = |way: &&&'static str| {
        let receiver = way.split_once('.').map(|(receiver, _)| receiver);
        receiver.is_some_and(|receiver| {
            !receiver.contains('(')
                && (of.is_unknown() || of.forms.iter().any(|form| is_called(form, receiver)))
        })
    };
    function.signatures.iter().filter(is_way).copied().collect()
}

/// Whether a value of a form is what a signature calls so.
fn is_called(form: &Form, receiver: &str) -> bool {
    let own = match form {
        Form::Unknown => return true,
        Form::Bool => "bool",
        Form::Number => "number",
        Form::Fraction => "fraction",
        Form::Text(_) | Form::Char => "text",
        Form::Time => "time",
        Form::Duration => "duration",
        Form::Version => "version",
        Form::List(_) => "list",
        Form::Object(_) => "object",
        Form::Map(_) => "map",
        Form::Set => "set",
        Form::Facts => "facts",
        Form::Params => return false,
    };
    receiver == own || receiver == "value" || (own == "fraction" && receiver == "number")
}

/// What is between the parentheses of a signature, one text for each parameter.
pub(crate) fn params(signature: &str) -> Vec<&str> {
    let Some((_, inside)) = signature.split_once('(') else {
        return Vec::new();
    };
    let inside = inside
        .split(") ->")
        .next()
        .unwrap_or(inside)
        .trim_end_matches(')');
    let (mut parts, mut start, mut in_bars) = (Vec::new(), 0, false);
    for (at, character) in inside.char_indices() {
        match character {
            '|' => in_bars = !in_bars,
            ',' if !in_bars => {
                parts.push(inside[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(inside[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}
