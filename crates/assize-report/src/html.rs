//! Text in HTML.

use std::fmt::{Display, Formatter, Result, Write};

use crate::escape::is_unsafe;

/// Text that means nothing to HTML, in an element or in a quoted attribute. What controls or hides text is spelled out.
pub(crate) struct Safe<'t>(pub(crate) &'t str);

impl Display for Safe<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write_safe(self.0, false, f)
    }
}

/// Text that means nothing to HTML, in an element or in a quoted attribute. What controls or hides text is spelled out.
pub fn escape_html(text: &str) -> String {
    Safe(text).to_string()
}

/// The same for lines that are shown as they are.
pub(crate) struct SafeLines<'t>(pub(crate) &'t str);

impl Display for SafeLines<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write_safe(self.0, true, f)
    }
}

fn write_safe(text: &str, keeps_lines: bool, f: &mut Formatter<'_>) -> Result {
    for character in text.chars() {
        match character {
            '&' => f.write_str("&amp;")?,
            '<' => f.write_str("&lt;")?,
            '>' => f.write_str("&gt;")?,
            '"' => f.write_str("&quot;")?,
            '\'' => f.write_str("&#39;")?,
            '\n' | '\t' if keeps_lines => f.write_char(character)?,
            _ if is_unsafe(character) => write!(f, "{}", character.escape_unicode())?,
            _ => f.write_char(character)?,
        }
    }
    Ok(())
}

/// The same, with what stands between backticks as code.
pub(crate) struct WithCode<'t>(pub(crate) &'t str);

impl Display for WithCode<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let mut rest = self.0;
        while let Some((before, code, after)) = next_code(rest) {
            write!(f, "{}<code>{}</code>", Safe(before), Safe(code))?;
            rest = after;
        }
        Safe(rest).fmt(f)
    }
}

/// What is before, between and after the first two backticks.
pub(crate) fn next_code(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('`')?;
    let (code, after) = rest.split_once('`')?;
    Some((before, code, after))
}

/// A name for a place in the page: letters, digits and `-` stay, anything else becomes its number.
pub(crate) fn anchor(prefix: &str, name: &str) -> String {
    let mut text = prefix.to_owned();
    text.push('-');
    for character in name.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => text.push(character),
            other => {
                // Writing to a `String` cannot fail.
                let _ = write!(text, "_{:x}_", u32::from(other));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Safe, SafeLines, WithCode, anchor};

    #[test]
    fn nothing_of_the_text_is_html() {
        let text = "<script>alert('&\"')</script>\n\u{202e}\t";
        assert_eq!(
            Safe(text).to_string(),
            "&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;\\u{a}\\u{202e}\\u{9}"
        );
        assert_eq!(SafeLines("a\n\tb\r").to_string(), "a\n\tb\\u{d}");
    }

    #[test]
    fn backticks_make_code() {
        assert_eq!(
            WithCode("run `a<b` or ` it").to_string(),
            "run <code>a&lt;b</code> or ` it"
        );
    }

    #[test]
    fn anchors_are_one_word_and_differ() {
        assert_eq!(anchor("policy", "a/b c\"ä"), "policy-a_2f_b_20_c_22__e4_");
        assert_ne!(anchor("p", "a/b"), anchor("p", "a_2f_b"));
    }
}
