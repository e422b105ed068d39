use std::{borrow::Cow, fmt::Write};

/// Makes text safe for a terminal: every character that controls it or hides text becomes a `\u{..}` escape.
///
/// These are the control characters (C0 with tab and line feed, DEL, C1), bidirectional marks and overrides, zero-width
/// and other invisible characters, line and paragraph separators.
pub fn escape_control(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(is_unsafe) else {
        return Cow::Borrowed(text);
    };
    let mut safe = String::with_capacity(text.len() + 16);
    safe.push_str(&text[..first]);
    for character in text[first..].chars() {
        if is_unsafe(character) {
            // Writing to a `String` cannot fail.
            let _ = write!(safe, "{}", character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// Whether a character controls a terminal, changes the direction of text, or is invisible.
pub(crate) fn is_unsafe(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    matches!(character,
        '\u{80}'..='\u{9F}' // C1 controls
        | '\u{AD}' // soft hyphen
        | '\u{61C}' // Arabic letter mark
        | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' // Hangul fillers
        | '\u{180E}' // Mongolian vowel separator
        | '\u{200B}'..='\u{200F}' // zero-width characters, left-to-right and right-to-left marks
        | '\u{2028}'..='\u{202E}' // separators, bidirectional embeddings and overrides
        | '\u{2060}'..='\u{206F}' // invisible operators, bidirectional isolates
        | '\u{FEFF}' // byte order mark
        | '\u{FFF9}'..='\u{FFFB}' // interlinear annotations
        | '\u{FFFE}' | '\u{FFFF}' // no characters, and forbidden in XML
        | '\u{E0000}'..='\u{E007F}' // tags
    )
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::escape_control;

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(escape_control("größe 漢字 🦀"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_controls_or_hides_is_spelled_out() {
        assert_eq!(escape_control("a\u{1b}[31mb"), r"a\u{1b}[31mb");
        assert_eq!(
            escape_control("\r\n\t\u{7f}\u{9b}"),
            r"\u{d}\u{a}\u{9}\u{7f}\u{9b}"
        );
        assert_eq!(
            escape_control("x\u{202e}\u{200b}\u{2066}"),
            r"x\u{202e}\u{200b}\u{2066}"
        );
        assert_eq!(escape_control("\u{feff}\u{e0041}"), r"\u{feff}\u{e0041}");
    }
}
