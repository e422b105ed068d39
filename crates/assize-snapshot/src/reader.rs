//! Reads documents from bytes.

use std::sync::Arc;

use crate::{
    decode::{self, EncodingError},
    document::Document,
    keys::{self, Keys},
    parse::{self, Scratch, SyntaxError},
    tape::Entry,
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
    /// Room for the next file.
    bytes: Vec<u8>,
    /// The shared names as the last document had them.
    names: Arc<Keys>,
}

/// Room up to this size is kept for the next document: one large file must not fill the memory for the rest of the run.
const MOST_KEPT: usize = 1 << 20;

impl Reader {
    /// A buffer for the bytes of the next document, with what is left of an earlier one in it.
    pub fn buffer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Takes back what a document held that is no longer needed.
    pub fn recycle(&mut self, document: Document) {
        let (text, nodes, names) = document.into_parts();
        self.names = names;
        if text.capacity() <= MOST_KEPT {
            self.bytes = text.into_bytes();
        }
        if nodes.capacity() * size_of::<Entry>() <= MOST_KEPT {
            self.scratch.recycle(nodes);
        }
    }

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
        keys::renew(&mut self.names);
        let shared = std::mem::take(&mut self.names);
        match parse::parse(&decoded.text, &shared, &mut self.scratch) {
            Ok(tape) => Ok(Document::new(decoded.text, decoded.encoding, tape, shared)),
            Err(error) => Err(ReadError::Syntax {
                error,
                text: decoded.text,
            }),
        }
    }
}
