use std::fmt::Write;

/// A path as a relative URI reference: each byte of a segment that is not an unreserved character (RFC 3986) is percent-encoded.
/// That covers the colon of a first segment and the backslash.
pub(crate) fn from_path(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            // Writing to a `String` cannot fail.
            other => _ = write!(uri, "%{other:02X}"),
        }
    }
    uri
}

/// Whether text from a policy's page is a web address that can stand in a log as it is.
pub(crate) fn is_web_address(text: &str) -> bool {
    let after_scheme = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let is_uri_byte = |byte: u8| {
        byte.is_ascii_graphic()
            && !matches!(
                byte,
                b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'
            )
    };
    let mut escapes = text.split('%').skip(1);
    after_scheme.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphanumeric()))
        && text.bytes().all(is_uri_byte)
        && escapes.all(|escape| {
            escape.len() >= 2 && escape.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit)
        })
}

#[cfg(test)]
mod tests {
    use super::{from_path, is_web_address};

    #[test]
    fn segments_are_encoded_and_slashes_stay() {
        assert_eq!(from_path("a b/100%/#1?.json"), "a%20b/100%25/%231%3F.json");
        assert_eq!(
            from_path("größe/C:\\x.json"),
            "gr%C3%B6%C3%9Fe/C%3A%5Cx.json"
        );
    }

    #[test]
    fn only_plain_web_addresses_pass() {
        assert!(is_web_address(
            "https://learn.microsoft.com/en-us/x?view=y#z%20a"
        ));
        for bad in [
            "",
            "learn.microsoft.com",
            "https://",
            "https://a b",
            "javascript:alert(1)",
            "https://a/%zz",
            "https://ä",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }
}
