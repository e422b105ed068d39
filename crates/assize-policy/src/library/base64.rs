//! Base64 as configuration holds it: with line breaks, and with or without padding.

use data_encoding::BASE64_NOPAD;

/// The bytes of a text, if it is base64 of at most `longest` bytes of text.
pub(super) fn decode(text: &str, longest: usize) -> Option<Vec<u8>> {
    if text.len() > longest {
        return None;
    }
    let plain: String = text
        .chars()
        .filter(|character| !character.is_ascii_whitespace())
        .collect();
    let bytes = BASE64_NOPAD.decode(plain.trim_end_matches('=').as_bytes());
    bytes.ok().filter(|bytes| !bytes.is_empty())
}
