//! Answers of the domain name system: texts in pieces, and lists of tags.

use rhai::{Array, Dynamic, Module};

use super::function::LibraryFunction;
use super::{facts::Facts, host::same_host};
use crate::{
    context::{self, Answer},
    engine::function,
    node::Node,
};

/// Bytes of a text record; more does not fit into an answer.
const LONGEST: usize = 65_535;
/// Tags of a record; no record that means something has nearly as many.
const MOST_TAGS: usize = 1_000;

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "same_dns",
        &["same_dns(a: text, b: text) -> bool"],
        "Whether two names are one, without case, with or without the dot of the root.",
    ),
    LibraryFunction::new(
        "dns_text",
        &[
            "dns_text(record: text) -> text",
            "dns_text(record: list of text) -> text",
        ],
        "The text of one TXT record. Long records are split into strings, which tools show as a list, or quoted one after the other; they belong together without anything between them.",
    ),
    LibraryFunction::new(
        "tags",
        &["tags(record: text) -> facts"],
        "The values of the tags of a record such as `v=DKIM1; k=rsa; p=..`, by their names in small letters; a tag that is not there is nothing. Of a tag that is there twice, the first counts.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    function!(module, "same_dns", same_host);
    function!(module, "dns_text", |text: &str| -> Answer<String> {
        bounded(joined(text))
    });
    function!(module, "dns_text", |list: Array| -> Answer<String> {
        let mut text = String::new();
        for piece in list {
            text.push_str(&joined(&piece_text(&piece)?));
        }
        bounded(text)
    });
    function!(module, "dns_text", |list: Node| -> Answer<String> {
        let pieces = super::list::values(list)?;
        let mut text = String::new();
        for piece in pieces {
            text.push_str(&joined(&piece_text(&piece)?));
        }
        bounded(text)
    });
    function!(module, "tags", |text: &str| -> Answer<Facts> { tags(text) });
}

fn bounded(text: String) -> Answer<String> {
    if text.len() > LONGEST {
        return context::refuse(format!("a text record is longer than {LONGEST} bytes"));
    }
    Ok(text)
}

fn piece_text(piece: &Dynamic) -> Answer<rhai::ImmutableString> {
    piece.clone().into_immutable_string().map_err(|other| {
        format!("`dns_text` takes a text or a list of texts, found {other}").into()
    })
}

/// A text without quotes; quoted pieces are put together.
fn joined(text: &str) -> String {
    let text = text.trim();
    if !(text.len() > 1 && text.starts_with('"') && text.ends_with('"')) {
        return text.to_owned();
    }
    let mut whole = String::with_capacity(text.len());
    let mut is_inside = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, is_inside) {
            ('"', _) => is_inside = !is_inside,
            ('\\', true) => whole.extend(characters.next()),
            (other, true) => whole.push(other),
            // What stands between the pieces belongs to the way of writing them.
            (_, false) => {}
        }
    }
    whole
}

fn tags(text: &str) -> Answer<Facts> {
    if text.len() > LONGEST {
        return context::refuse(format!("a text record is longer than {LONGEST} bytes"));
    }
    let mut facts: std::collections::BTreeMap<String, Dynamic> = std::collections::BTreeMap::new();
    for part in text.split(';').take(MOST_TAGS) {
        if let Some((name, value)) = part.split_once('=') {
            let name = name.trim().to_lowercase();
            facts
                .entry(name)
                .or_insert_with(|| value.trim().to_owned().into());
        }
    }
    Ok(Facts::new(facts))
}

#[cfg(test)]
mod tests {
    use super::{joined, tags};

    #[test]
    fn pieces_are_put_together() {
        for (text, whole) in [
            ("v=spf1 -all", "v=spf1 -all"),
            ("\"v=spf1 -all\"", "v=spf1 -all"),
            ("\"v=DKIM1; p=MIIB\" \"IjAN\"", "v=DKIM1; p=MIIBIjAN"),
            (" \"a\\\"b\\\\\" ", "a\"b\\"),
            ("\"", "\""),
            ("a \"b\"", "a \"b\""),
            ("\"a\\", "\"a\\"),
        ] {
            assert_eq!(joined(text), whole, "{text}");
        }
    }

    #[test]
    fn tags_by_name() {
        let tags =
            tags("v=DMARC1; P = reject ;rua=mailto:a=b@example.org; p=none; junk; ").unwrap();
        assert_eq!(tags.get("p").into_string().unwrap(), "reject");
        assert_eq!(
            tags.get("rua").into_string().unwrap(),
            "mailto:a=b@example.org"
        );
        assert!(tags.get("junk").is_unit() && tags.get("sp").is_unit());
    }
}
