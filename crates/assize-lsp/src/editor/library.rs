//! The words of the language, and what policies can call.

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

/// A function that policies call.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) name: String,
    /// How it is called: `same_host(a, b)`.
    pub(crate) signature: String,
    pub(crate) doc: String,
}

/// The functions of the library.
pub(crate) fn functions() -> Vec<Known> {
    let known = |(name, signature, doc): (&str, &str, &str)| Known {
        name: name.to_owned(),
        signature: signature.to_owned(),
        doc: doc.to_owned(),
    };
    [
        ("fail", "fail(x, message)", "The object is not in order, and `x` shows where."),
        ("review", "review(x, message)", "A person has to look at `x`."),
        ("not_applicable", "not_applicable(reason)", "The policy does not concern the object."),
        ("indeterminate", "indeterminate(reason)", "What the policy needs is not in the data."),
        ("estate", "estate(kind)", "The one snapshot of a kind; where there is none, or several, the verdict is indeterminate."),
        ("estate_all", "estate_all(kind)", "All snapshots of a kind, the judged one among them where it is of that kind."),
        ("has_estate", "has_estate(kind)", "Whether a snapshot of a kind was given."),
        ("reference", "reference(name)", "Reference data of the pack, or of another as `pack/name`."),
    ]
    .map(known)
    .to_vec()
}

/// The functions of a name.
pub(crate) fn named(name: &str) -> Vec<Known> {
    functions()
        .into_iter()
        .filter(|known| known.name == name)
        .collect()
}
