//! Reads documents from bytes.

use crate::{
    decode::{self, EncodingError},
    document::Document,
    keys,
    parse::{self, Scratch, SyntaxError},
};

/// Why bytes are no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// The file is larger than offsets of 32 bits can address.
    #[error("the file is larger than 4 GiB")]
    TooLarge,
    /// The bytes are no text.
    #[error(transparent)]
    Encoding(EncodingError),
    /// The text is no JSON. It is handed back so that the place can be shown.
    #[error("{error}")]
    Syntax {
        /// What is wrong, and where.
        error: SyntaxError,
        /// The decoded text.
        text: String,
    },
}

/// Reads documents one after the other, and gets faster by it.
#[derive(Debug, Default)]
pub struct Reader {
    scratch: Scratch,
}

impl Reader {
    /// Reads one document. Names that were [`crate::intern`]ed before are found faster in it.
    pub fn read(&mut self, bytes: Vec<u8>) -> Result<Document, ReadError> {
        if bytes.len() > parse::MAX_LENGTH {
            return Err(ReadError::TooLarge);
        }
        let decoded = decode::decode(bytes).map_err(ReadError::Encoding)?;
        if decoded.text.is_empty() {
            return Err(ReadError::Empty);
        }
        if decoded.text.len() > parse::MAX_LENGTH {
            return Err(ReadError::TooLarge);
        }
        let shared = keys::shared();
        match parse::parse(&decoded.text, &shared, &mut self.scratch) {
            Ok(tape) => Ok(Document::new(decoded.text, decoded.encoding, tape, shared)),
            Err(error) => Err(ReadError::Syntax {
                error,
                text: decoded.text,
            }),
        }
    }
}
