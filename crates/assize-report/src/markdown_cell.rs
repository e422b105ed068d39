//! Text in tables of Markdown.

use std::fmt::Write;

use crate::{escape_control, html::next_code};

/// Text that means nothing to Markdown, to HTML, or to a forge that looks for names, issues and addresses in it, with what stands between
/// backticks as code. At most so many characters of it.
///
/// What could mean something is written as a reference to a character. A backslash would do less: what it means in a table is not the same
/// everywhere.
pub(crate) fn plain(text: &str, most: usize) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    let text = escape_control(text);
    let (mut rest, was_cut) = cut(&text, most);
    while let Some((before, code, after)) = next_code(rest) {
        push_plain(&mut safe, before);
        push_code(&mut safe, code);
        rest = after;
    }
    push_plain(&mut safe, rest);
    if was_cut {
        safe.push('…');
    }
    safe
}

fn push_plain(safe: &mut String, text: &str) {
    let mut previous = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        let begins = safe.is_empty();
        match character {
            // A name or an issue begins here; the element parts it from what follows, and is not to be seen.
            '@' => safe.push_str("<span>@</span>"),
            '#' if next.is_ascii_digit() => safe.push_str("<span>#</span>"),
            // An address.
            '.' if previous == 'w' => safe.push_str("&#46;"),
            ':' if next != '/' => safe.push(character),
            '-' | '+' | '=' | '(' | ')' if !begins => safe.push(character),
            _ => push_reference(safe, character),
        }
        previous = character;
    }
}

/// The same as code. An element does here what backticks cannot: hold a pipe and end with a backslash.
pub(crate) fn code(text: &str, most: usize) -> String {
    let text = escape_control(text);
    let (text, was_cut) = cut(&text, most);
    let mut safe = String::with_capacity(text.len() + 16);
    push_code(&mut safe, text);
    if was_cut {
        safe.push('…');
    }
    safe
}

fn push_code(safe: &mut String, text: &str) {
    safe.push_str("<code>");
    for character in text.chars() {
        match character {
            '-' | ':' | '(' | ')' => safe.push(character),
            _ => push_reference(safe, character),
        }
    }
    safe.push_str("</code>");
}

/// Letters, digits and harmless marks as they are, any other ASCII character as a reference.
fn push_reference(safe: &mut String, character: char) {
    let is_plain = !character.is_ascii()
        || character.is_ascii_alphanumeric()
        || matches!(
            character,
            ' ' | ',' | '.' | ';' | '/' | '\'' | '"' | '?' | '%'
        );
    if is_plain {
        safe.push(character);
    } else {
        // Writing to a `String` cannot fail.
        let _ = write!(safe, "&#{};", u32::from(character));
    }
}

/// At most so many characters, and whether something was cut.
fn cut(text: &str, most: usize) -> (&str, bool) {
    match text.char_indices().nth(most) {
        Some((at, _)) => (&text[..at], true),
        None => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::{code, plain};

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            plain("a|b `c` <d>", 99),
            "a&#124;b <code>c</code> &#60;d&#62;"
        );
        assert_eq!(
            plain("@all #1 https://x www.y", 99),
            "<span>@</span>all <span>#</span>1 https&#58;//x www&#46;y"
        );
        assert_eq!(
            code("a\\|`\n", 99),
            "<code>a&#92;&#124;&#96;&#92;u&#123;a&#125;</code>"
        );
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(plain("ééé", 2), "éé…");
        assert_eq!(code("ééé", 3), "<code>ééé</code>");
    }
}
