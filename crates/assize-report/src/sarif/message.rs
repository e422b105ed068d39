use std::fmt::Write;

use serde_sarif::sarif::Message;

use crate::escape::is_unsafe;

/// The most characters of a message. Viewers cut longer ones where they like.
const MOST_CHARACTERS: usize = 1000;

/// A message of one or more sentences, each ending with a full stop. A sentence that no longer fits is left out; the first is cut.
///
/// Text from a snapshot must not form links (`[text](1)`) or placeholders (`{0}`): section 3.11 of the standard says how they are
/// escaped.
pub(crate) fn message<'a>(sentences: impl IntoIterator<Item = &'a str>) -> Message {
    let mut text = String::new();
    let mut length = 0;
    for sentence in sentences {
        let (escaped, characters, was_cut) = escape(sentence.trim());
        if length > 0 && (was_cut || length + 1 + characters > MOST_CHARACTERS) {
            break;
        }
        if length > 0 {
            text.push(' ');
            length += 1;
        }
        text.push_str(&escaped);
        length += characters;
    }
    Message::builder().text(text).build()
}

/// One sentence, escaped and ended; with its length in characters and whether it was cut.
fn escape(sentence: &str) -> (String, usize, bool) {
    let mut escaped = String::with_capacity(sentence.len() + 8);
    let mut characters = 0;
    let mut unit = String::new();
    for character in sentence.chars() {
        unit.clear();
        match character {
            '\\' | '[' | ']' => unit.extend(['\\', character]),
            '{' | '}' => unit.extend([character, character]),
            // Writing to a `String` cannot fail.
            _ if is_unsafe(character) => _ = write!(unit, "<U+{:04X}>", u32::from(character)),
            _ => unit.push(character),
        }
        let unit_characters = unit.chars().count();
        // Two characters are kept for the ellipsis and the full stop.
        if characters + unit_characters > MOST_CHARACTERS - 2 {
            escaped.push_str("….");
            return (escaped, characters + 2, true);
        }
        escaped.push_str(&unit);
        characters += unit_characters;
    }
    if !escaped.ends_with('.') {
        escaped.push('.');
        characters += 1;
    }
    (escaped, characters, false)
}

#[cfg(test)]
mod tests {
    use super::message;

    fn text<const N: usize>(sentences: [&str; N]) -> String {
        message(sentences).text.unwrap()
    }

    #[test]
    fn snapshot_text_forms_neither_links_nor_placeholders() {
        assert_eq!(text(["see [x](1) {0} \\"]), r"see \[x\](1) {{0}} \\.");
        assert_eq!(text(["a\u{202e}b\u{1b}"]), "a<U+202E>b<U+001B>.");
    }

    #[test]
    fn sentences_end_once() {
        assert_eq!(
            text(["It is off.", "Fix: turn it on"]),
            "It is off. Fix: turn it on."
        );
        assert_eq!(text([""]), ".");
    }

    #[test]
    fn long_text_is_cut_and_never_inside_an_escape() {
        let long = text([&"[".repeat(5000)]);
        assert_eq!(long.chars().count(), 1000);
        assert!(long.ends_with("\\[…."));
        let kept = text([&"a".repeat(900), &"b".repeat(200)]);
        assert_eq!(kept.chars().count(), 901);
    }
}
