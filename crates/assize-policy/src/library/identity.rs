//! Names of things that are spelled in several ways: ARM ids, GUIDs, certificate thumbprints.

use rhai::{Array, Dynamic, Module};

use super::function::LibraryFunction;
use crate::{context::Answer, engine::function};

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "same_id",
        &["same_id(a: text, b: text) -> bool"],
        "Whether two ARM ids or GUIDs are one, without case and braces.",
    ),
    LibraryFunction::new(
        "same_thumbprint",
        &["same_thumbprint(a: text, b: text) -> bool"],
        "Whether two thumbprints are of one certificate: only the hexadecimal digits count, and empty ones are of none.",
    ),
    LibraryFunction::new(
        "thumbprint",
        &["thumbprint(text: text) -> text"],
        "The hexadecimal digits of a thumbprint, in capital letters.",
    ),
    LibraryFunction::new(
        "unique_ids",
        &["unique_ids(list: list of text) -> list of text"],
        "The distinct texts of a list, ignoring case and braces; the first spelling of each is kept.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    function!(module, "same_id", same_id);
    function!(module, "same_thumbprint", same_thumbprint);
    function!(module, "thumbprint", |text: &str| thumbprint(text));
    function!(module, "unique_ids", |list: Array| unique(list));
}

/// Whether two ids name one thing.
pub(crate) fn same_id(left: &str, right: &str) -> bool {
    plain_id(left) == plain_id(right)
}

/// Whether two thumbprints are of one certificate; two empty ones are of none.
pub(crate) fn same_thumbprint(left: &str, right: &str) -> bool {
    let (left, right) = (thumbprint(left), thumbprint(right));
    !left.is_empty() && left == right
}

fn plain_id(id: &str) -> String {
    id.trim()
        .trim_start_matches('{')
        .trim_end_matches('}')
        .trim_end_matches('/')
        .to_lowercase()
}

/// Copies from the certificate dialog carry blanks and an invisible U+200E in front.
fn thumbprint(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_hexdigit)
        .collect::<String>()
        .to_ascii_uppercase()
}

fn unique(list: Array) -> Answer<Array> {
    let mut seen = std::collections::HashSet::new();
    let mut distinct = Array::new();
    for element in list {
        let text = element
            .clone()
            .into_immutable_string()
            .map_err(|other| format!("`unique_ids` takes texts, found {other}"))?;
        if seen.insert(plain_id(&text)) {
            distinct.push(Dynamic::from(text));
        }
    }
    Ok(distinct)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_thing_are_one() {
        assert_eq!(plain_id("{5D89A20C-BEAB}"), plain_id("5d89a20c-beab"));
        assert_eq!(thumbprint("\u{200e}9c 1e 0b"), "9C1E0B");
        let list = vec!["/A/b".into(), "/a/B".into(), "/c".into()];
        assert_eq!(unique(list).unwrap().len(), 2);
    }
}
