use std::borrow::Cow;

use assize_finding::{Severity, Span};

use crate::NodeId;

/// Something about an input that a user has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The reserved rule id, such as `input/invalid-json` or `schema/exchange-online`.
    pub rule: Cow<'static, str>,
    /// What was found and what was expected, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// How bad it is.
    pub severity: Severity,
    /// Something could not be read or judged because of it.
    pub incomplete: bool,
}

/// Where a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The whole file.
    File,
    /// A range of the text.
    Text(Span),
    /// A value.
    Node(NodeId),
}

impl Problem {
    /// A problem that keeps the run from being complete.
    pub fn incomplete(rule: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            message: shorten(&message.into()),
            place,
            severity: Severity::High,
            incomplete: true,
        }
    }

    /// Something worth knowing that stops nothing.
    pub fn note(rule: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            message: shorten(&message.into()),
            place,
            severity: Severity::Info,
            incomplete: false,
        }
    }
}

/// Messages quote what was found, which may be a whole document.
pub(crate) fn shorten(message: &str) -> String {
    const LONGEST: usize = 300;
    if message.len() <= LONGEST || message.chars().count() <= LONGEST {
        return message.to_owned();
    }
    let (head, tail) = (LONGEST / 3, LONGEST / 2);
    let start: String = message.chars().take(head).collect();
    let end: Vec<char> = message.chars().rev().take(tail).collect();
    format!("{start} … {}", end.into_iter().rev().collect::<String>())
}
