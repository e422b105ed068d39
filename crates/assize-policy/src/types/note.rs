//! What going through a policy brings to light, for lints.

use assize_finding::Span;

use super::form::Type;
use crate::syntax::ExprId;

/// Something that is not as it should be, or may not be.
#[derive(Debug, Clone)]
pub(crate) enum Note {
    /// A field that no object has that may be there.
    UnknownField { span: Span, name: String, of: Type },
    /// A field that may be absent is used where that ends in an error.
    Absent {
        span: Span,
        text: String,
        path: String,
        needs: String,
        /// The text reads the field itself, and no value that may have come from it.
        is_direct: bool,
    },
    /// An argument that the function cannot take.
    Misfit {
        argument: ExprId,
        span: Span,
        function: String,
        asked: String,
        of: Type,
    },
}

impl Note {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::UnknownField { span, .. }
            | Self::Absent { span, .. }
            | Self::Misfit { span, .. } => *span,
        }
    }

    /// A number of its own for each sort.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::UnknownField { .. } => 0,
            Self::Absent { .. } => 1,
            Self::Misfit { .. } => 3,
        }
    }
}
