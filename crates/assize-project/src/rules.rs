//! The reserved rules: what assize says of inputs, whatever the policies.

use assize_finding::{Rule, Severity};
use assize_snapshot::Kinds;

/// Id, severity, title, explanation and fix of each reserved rule about inputs.
const INPUT_RULES: [(&str, Severity, &str, &str, &str); 25] = [
    (
        "input/ambiguous-section",
        Severity::High,
        "A section is given once",
        "The file holds the same section under two of its names, and nobody can know which of the two holds.",
        "Collect again, or remove one of the two sections.",
    ),
    (
        "input/collector-error",
        Severity::High,
        "The collector got everything it asked for",
        "The collector says that a command failed, so something may be missing from the snapshot.",
        "Mend what the collector reports, such as a missing right, and collect again.",
    ),
    (
        "input/duplicate-key",
        Severity::High,
        "A member name is given once in an object",
        "JSON leaves open which of two members of one name counts, and tools disagree. What the object says is unknown.",
        "Remove one of the two members.",
    ),
    (
        "input/empty",
        Severity::High,
        "A snapshot file is not empty",
        "PowerShell writes an empty file when a command returned nothing, and when it failed. The two cannot be told apart.",
        "Collect again with a collector that forces a list and records its errors.",
    ),
    (
        "input/encoding",
        Severity::High,
        "A snapshot is UTF-8 or UTF-16",
        "The bytes are not text in an encoding that JSON allows, so some of the values cannot be known.",
        "Save the file as UTF-8.",
    ),
    (
        "input/invalid-envelope",
        Severity::High,
        "The envelope says what it holds",
        "The file has our envelope's mark, but the envelope is not as this release knows it.",
        "Write `assizeSnapshot`: 1, `kind` and `data`.",
    ),
    (
        "input/invalid-json",
        Severity::High,
        "A snapshot is one JSON document",
        "The text is not JSON (RFC 8259), so nothing in it can be judged.",
        "Collect again; a collector that was interrupted leaves half a file.",
    ),
    (
        "input/no-policy",
        Severity::Info,
        "Some policy judges the snapshot",
        "The snapshot was read and is as its schema says, but no selected policy judges its kind.",
        "Write a policy for the kind, or select one.",
    ),
    (
        "input/truncated",
        Severity::High,
        "The export is whole",
        "The export was cut off: a `-Depth` that was too small, or a page that was not fetched.",
        "Collect again, with a larger `-Depth` or all pages.",
    ),
    (
        "input/unknown-data",
        Severity::High,
        "The data is what its kind says",
        "The kind of the snapshot is known, but its data is neither an object of sections nor a list that the kind knows.",
        "Write the data as an object whose members are the kind's sections.",
    ),
    (
        "input/unknown-kind",
        Severity::High,
        "The kind of a snapshot is known",
        "No kind recognises the file, so no policy can judge it.",
        "Write our envelope around the data, or name the kind with `--kind`.",
    ),
    (
        "input/unreadable-file",
        Severity::High,
        "Every file can be read",
        "The file system refused the file, so nothing in it can be judged.",
        "Mend the permissions or the link.",
    ),
    (
        "input/unreadable-value",
        Severity::High,
        "Every value can be read safely",
        "The value can be read in more than one way, such as a date that depends on the culture of the machine that wrote it.",
        "Collect again with times as ISO 8601 in UTC.",
    ),
    (
        "input/unsound-policy",
        Severity::High,
        "Every policy compiles",
        "The policy cannot be compiled, or says of itself what is not so. It judged nothing.",
        "Mend the policy at the place shown.",
    ),
    (
        "config/unused-parameter",
        Severity::Medium,
        "Every parameter that is set is used",
        "The configuration sets a parameter of a policy that does not run, so nobody reads the value.",
        "Remove the parameter, or select the policy.",
    ),
    (
        "input/empty-selection",
        Severity::Info,
        "A policy finds something to judge",
        "The policy selected nothing in the snapshot, so it says nothing of it.",
        "Find out whether the snapshot should have what the policy looks for.",
    ),
    (
        "input/normalised",
        Severity::Info,
        "A snapshot is written as its schema says",
        "Values were written in another form than the schema's, and were read as the schema means them.",
        "Collect with the collector of the kind, or leave it as it is.",
    ),
    (
        "waiver/duplicate",
        Severity::Medium,
        "A finding is waived once",
        "Two waivers accept the same. The second one has no effect.",
        "Remove one of the two.",
    ),
    (
        "waiver/expired",
        Severity::Medium,
        "No waiver has expired",
        "The waiver no longer holds, and what it accepted counts again.",
        "Mend what was accepted, or have the waiver renewed.",
    ),
    (
        "waiver/lapsed",
        Severity::Medium,
        "What was accepted is as it was",
        "The waiver holds for one value only (`while`), and the value has changed.",
        "Have the new value accepted, or mend it.",
    ),
    (
        "waiver/malformed",
        Severity::High,
        "Every waiver is whole",
        "Something is missing from the waiver or cannot be read. It has no effect.",
        "Mend the waiver at the place shown.",
    ),
    (
        "waiver/over-broad",
        Severity::High,
        "A waiver names what it accepts",
        "The waiver would accept whatever its policy finds. It has no effect.",
        "Name the object, or turn the policy off in `assize.toml` and say why.",
    ),
    (
        "waiver/too-long",
        Severity::High,
        "No waiver is given for longer than allowed",
        "The waiver is for a longer time than the configuration allows for findings this bad. It does not accept them.",
        "Let it expire earlier.",
    ),
    (
        "waiver/unknown-rule",
        Severity::Medium,
        "A waiver names a policy that exists",
        "No policy and no pack has the name, so the waiver accepts nothing.",
        "Correct the name, or remove the waiver.",
    ),
    (
        "waiver/unused",
        Severity::Info,
        "Every waiver is needed",
        "Nothing was found that the waiver accepts.",
        "Remove it, if the snapshots of this run are all that it was meant for.",
    ),
];

/// The reserved rules of a run: those about inputs, and one for each kind's schema.
pub(crate) fn reserved(kinds: &Kinds) -> Vec<Rule> {
    let inputs = INPUT_RULES
        .iter()
        .map(|(id, severity, title, explanation, fix)| Rule {
            id: (*id).to_owned(),
            title: (*title).to_owned(),
            severity: *severity,
            kind: None,
            description: (*explanation).to_owned(),
            help: format!("{explanation}\n\n{fix}"),
            fix: Some((*fix).to_owned()),
            help_uri: None,
            controls: Vec::new(),
            source: None,
        });
    let schemas = kinds.iter().map(|kind| {
        let name = kind.name();
        let explanation = format!("The snapshot does not follow the schema of kind `{name}`. Verdicts that need the value are indeterminate.");
        let fix = format!("Mend the value, or the schema of kind `{name}` if real exports look like this.");
        Rule {
            id: format!("schema/{name}"),
            title: format!("A snapshot of kind `{name}` follows its schema"),
            severity: Severity::High,
            kind: Some(name.to_owned()),
            help: format!("{explanation}\n\n{fix}"),
            description: explanation,
            fix: Some(fix),
            help_uri: None,
            controls: Vec::new(),
            source: None,
        }
    });
    inputs.chain(schemas).collect()
}

/// The rules of lints, of runs that look at policies.
pub(crate) fn lints() -> Vec<Rule> {
    let rules = assize_policy::lint_rules().map(|lint| Rule {
        id: lint.id.to_owned(),
        title: lint.title.to_owned(),
        severity: lint.severity,
        kind: None,
        description: lint.description().to_owned(),
        help: lint.page.to_owned(),
        fix: None,
        help_uri: None,
        controls: Vec::new(),
        source: None,
    });
    rules.collect()
}
