//! Bytes to text: the encodings that exports arrive in.

use std::string::FromUtf8Error;

use assize_finding::Encoding;

/// A text, and how it was stored.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) encoding: Encoding,
}

/// Why bytes are not text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EncodingError {
    /// What was found and what was expected.
    pub message: String,
    /// The text before the first bad byte, decoded; the error stands at its end.
    pub sound: String,
}

/// Decodes UTF-8 and UTF-16, with or without a byte order mark. JSON begins with two ASCII characters, so a zero byte among
/// the first two tells UTF-16 apart where the mark is missing.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<Decoded, EncodingError> {
    match bytes.as_slice() {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] | [0, 0, 0, _, ..] | [_, 0, 0, 0, ..] => {
            Err(EncodingError {
                message: "the file is UTF-32; expected UTF-8 or UTF-16".to_owned(),
                sound: String::new(),
            })
        }
        [0xFF, 0xFE, rest @ ..] => utf16(rest, Encoding::Utf16Le),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, Encoding::Utf16Be),
        [first, 0, ..] if *first != 0 => utf16(&bytes, Encoding::Utf16Le),
        [0, second, ..] if *second != 0 => utf16(&bytes, Encoding::Utf16Be),
        _ => utf8(bytes),
    }
}

fn utf8(mut bytes: Vec<u8>) -> Result<Decoded, EncodingError> {
    let mark = if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        bytes.drain(..3).len()
    } else {
        0
    };
    let text = text_of(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        EncodingError {
            message: format!(
                "byte 0x{:02X} at offset {} is not UTF-8; the file was probably saved in a Windows code page",
                bytes[good],
                mark + good
            ),
            sound: String::from_utf8_lossy(&bytes[..good]).into_owned(),
        }
    })?;
    Ok(Decoded {
        text,
        encoding: Encoding::Utf8,
    })
}

/// Bytes as text, if they are UTF-8. A wide check says that they are, three times as fast as the standard library's, which says
/// where they are not.
fn text_of(bytes: Vec<u8>) -> Result<String, FromUtf8Error> {
    if simdutf8::basic::from_utf8(&bytes).is_err() {
        return String::from_utf8(bytes);
    }
    // SAFETY: the bytes have just been found to be UTF-8.
    #[expect(
        unsafe_code,
        reason = "the standard library would check every byte of every file once more; the proof is above"
    )]
    Ok(unsafe { String::from_utf8_unchecked(bytes) })
}

fn utf16(bytes: &[u8], encoding: Encoding) -> Result<Decoded, EncodingError> {
    let name = encoding.as_str();
    let (pairs, odd) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| match encoding {
        Encoding::Utf16Be => u16::from_be_bytes(*pair),
        _ => u16::from_le_bytes(*pair),
    });
    let mut text = String::with_capacity(pairs.len());
    for character in char::decode_utf16(units) {
        match character {
            Ok(character) => text.push(character),
            Err(error) => {
                let message = format!("unit 0x{:04X} is not {name}", error.unpaired_surrogate());
                return Err(EncodingError {
                    message,
                    sound: text,
                });
            }
        }
    }
    if odd.is_empty() {
        return Ok(Decoded { text, encoding });
    }
    Err(EncodingError {
        message: format!("the file ends in the middle of a {name} character"),
        sound: text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_bytes(text: &str, mark: bool, big: bool) -> Vec<u8> {
        let mark = mark
            .then_some('\u{FEFF}')
            .map(String::from)
            .unwrap_or_default();
        let units = (mark + text).encode_utf16().collect::<Vec<_>>();
        units
            .into_iter()
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "{\"Name\": \"für 😀\"}";
        let mut marked = vec![0xEF, 0xBB, 0xBF];
        marked.extend_from_slice(text.as_bytes());
        let spellings = [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            (marked, Encoding::Utf8),
            (utf16_bytes(text, true, false), Encoding::Utf16Le),
            (utf16_bytes(text, false, false), Encoding::Utf16Le),
            (utf16_bytes(text, true, true), Encoding::Utf16Be),
            (utf16_bytes(text, false, true), Encoding::Utf16Be),
        ];
        for (bytes, encoding) in spellings {
            assert_eq!(
                decode(bytes),
                Ok(Decoded {
                    text: text.to_owned(),
                    encoding
                })
            );
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        let error = decode(b"{\"a\": \"G\xc7\xd6s\"}".to_vec()).unwrap_err();
        assert_eq!(error.sound, "{\"a\": \"G");
        assert!(
            error.message.contains("0xC7 at offset 8"),
            "{}",
            error.message
        );
        assert!(
            decode(vec![0xFF, 0xFE, 0, 0, b'{', 0, 0, 0])
                .unwrap_err()
                .message
                .contains("UTF-32")
        );
        assert!(
            decode(vec![0xFF, 0xFE, b'{'])
                .unwrap_err()
                .message
                .contains("ends in the middle")
        );
        assert!(
            decode(vec![0xFF, 0xFE, 0x00, 0xD8, b'{', 0])
                .unwrap_err()
                .message
                .contains("0xD800")
        );
    }
}
