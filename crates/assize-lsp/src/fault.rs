use lsp_server::{ErrorCode, ProtocolError};

/// Why a server ended before it was told to.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The client does not follow the protocol.
    #[error("the editor does not follow the protocol: {0}")]
    Protocol(#[from] ProtocolError),
    /// A message cannot be written or read.
    #[error("cannot talk to the editor: {0}")]
    Talk(#[from] std::io::Error),
    /// A message is not as it should be.
    #[error("the editor's message is not as it should be: {0}")]
    Message(#[from] serde_json::Error),
    /// The connection ended without a farewell.
    #[error("the editor went away without saying `shutdown`")]
    Gone,
}

/// Why one request has no answer.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) code: ErrorCode,
    pub(crate) message: String,
}

impl Fault {
    /// The request asks for something that is not there.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::RequestFailed,
            message: message.into(),
        }
    }

    /// The arguments are not as they should be.
    pub(crate) fn arguments(message: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::InvalidParams,
            message: message.into(),
        }
    }
}
