use serde_json::{Value as Json, json};

use super::{
    Draft, Wish,
    candidate::{Candidate, Sound},
};
use crate::{engine::GLOBALS, format::format};

/// Names that no variable may have, and those that would say something else.
const TAKEN: [&str; 22] = [
    "if", "else", "for", "in", "while", "loop", "do", "switch", "let", "const", "fn", "return",
    "throw", "try", "catch", "this", "private", "public", "static", "module", "package", "object",
];

/// A query for the elements of a section.
pub(super) fn query_of(section: &str) -> String {
    if is_name(section) {
        format!("$.{section}[*]")
    } else {
        format!(
            "$['{}'][*]",
            section.replace('\\', "\\\\").replace('\'', "\\'")
        )
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
}

pub(super) fn draft(
    wish: &Wish,
    kind: &str,
    query: &str,
    candidate: &Candidate,
    with_section: bool,
) -> Draft {
    let object = variable(&candidate.section);
    let field = if is_name(&candidate.name) {
        format!("{object}.{}", candidate.name)
    } else {
        format!("{object}[{}]", json!(candidate.name))
    };
    let title = wish.title.clone().unwrap_or_else(|| words_of(&wish.id));
    let script = script(wish, kind, query, candidate, &title, &object, &field);
    Draft {
        script: format(&script).unwrap_or(script),
        page: page(candidate, &title, &object, with_section),
        field,
    }
}

fn script(
    wish: &Wish,
    kind: &str,
    query: &str,
    candidate: &Candidate,
    title: &str,
    object: &str,
    field: &str,
) -> String {
    let name = &candidate.name;
    let (condition, message) = match &candidate.value {
        Sound::Bool(true) => (format!("!{field}"), format!("{name} is off")),
        Sound::Bool(false) => (field.to_owned(), format!("{name} is on")),
        Sound::Int(value) => (
            format!("{field} != {value}"),
            format!("{name} is not {value}"),
        ),
        Sound::Text(value) => (
            format!("{field} != {}", json!(value)),
            format!("{name} is not {value}"),
        ),
    };
    let (title, kind, query) = (json!(title), json!(kind), json!(query));
    let (message, absent) = (json!(message), json!(format!("{name} was not collected")));
    let severity = wish.severity;
    format!(
        "const POLICY = #{{
    title: {title},
    severity: \"{severity}\",
    kind: {kind},
    select: {query},
}};

fn check({object}) {{
    if {field} == () {{ return indeterminate({absent}); }}
    if {condition} {{ fail({field}, {message}); }}
}}
"
    )
}

fn page(candidate: &Candidate, title: &str, object: &str, with_section: bool) -> String {
    let Candidate {
        section,
        name,
        value,
        pointer,
        path,
    } = candidate;
    let state = match value {
        Sound::Bool(true) => "on".to_owned(),
        Sound::Bool(false) => "off".to_owned(),
        Sound::Int(value) => format!("`{value}`"),
        Sound::Text(value) => format!("`{value}`"),
    };
    let field = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
    let (field, other) = (json!(field), opposite(value));
    let worse = format!("[{{ \"op\": \"replace\", \"path\": {field}, \"value\": {other} }}]");
    let absent = format!("[{{ \"op\": \"remove\", \"path\": {field} }}]");
    let mut page = format!(
        "# {title}

## What it checks

`{name}` of every {object} is {state}.

## Why it matters

Say who is harmed, and how, where `{name}` is anything else.

## How to fix

Say what to change, and with which command.

## Examples

### {name} is {state}

```json pass
{{}}
```

### {name} is something else

```json fail at {path}
{worse}
```

### {name} was not collected

```json indeterminate
{absent}
```
"
    );
    if with_section && !section.is_empty() {
        let missing = format!("{{ \"data\": {{ {}: null }} }}", json!(section));
        page.push_str(&format!(
            "\n### {section} was not collected\n\n```json indeterminate\n{missing}\n```\n"
        ));
    }
    page
}

/// A value that is not in order.
fn opposite(value: &Sound) -> Json {
    match value {
        Sound::Bool(value) => json!(!value),
        Sound::Int(value) => json!(value.checked_add(1).unwrap_or(0)),
        Sound::Text(value) => json!(format!("not-{value}")),
    }
}

/// What an element of a section is called: the last word of the section's name, for one.
fn variable(section: &str) -> String {
    let start = section
        .char_indices()
        .rev()
        .find(|(_, character)| character.is_ascii_uppercase() || !character.is_ascii_alphanumeric())
        .map_or(0, |(at, character)| {
            if character.is_ascii_uppercase() {
                at
            } else {
                at + character.len_utf8()
            }
        });
    let last = section[start..].to_ascii_lowercase();
    let one = match last.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None if last.ends_with("ss") || last.ends_with("us") => last,
        None => last.strip_suffix('s').unwrap_or(&last).to_owned(),
    };
    let is_taken = TAKEN.contains(&one.as_str()) || GLOBALS.contains(&one.as_str());
    if one.len() < 2 || !is_name(&one) || is_taken {
        "object".to_owned()
    } else {
        one
    }
}

/// The name of a policy as a sentence.
fn words_of(id: &str) -> String {
    let name = id.rsplit('/').next().unwrap_or(id).replace(['-', '_'], " ");
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_called_by_the_last_word_of_their_section() {
        for (section, name) in [
            ("AcceptedDomain", "domain"),
            ("nodes", "node"),
            ("policies", "policy"),
            ("LoadBalancer", "balancer"),
            ("accepted_domains", "domain"),
            ("", "object"),
            ("Package", "object"),
        ] {
            assert_eq!(variable(section), name);
        }
    }

    #[test]
    fn titles_are_the_words_of_the_name() {
        assert_eq!(words_of("mail/spam-is-noticed"), "Spam is noticed");
        assert_eq!(query_of("a b'c"), "$['a b\\'c'][*]");
    }
}
