use assize_finding::{Position, Region};

/// The source of a policy, and places in it.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file, for messages.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Something wrong in a policy's source or page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{}:{}: {message}", region.start.line, region.start.column)]
pub struct SourceError {
    /// The file.
    pub path: String,
    /// The place in it.
    pub region: Region,
    /// What was found and what was expected, in one sentence without a full stop.
    pub message: String,
}

/// Line and column of a byte; of the end where it lies behind it.
pub(crate) fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() as u32 + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Position::new(line, before[start..].encode_utf16().count() as u32 + 1)
}

impl Source {
    /// An error at a place that the script engine reports: a line and a column, both from 1, in Unicode characters.
    pub(crate) fn error_at(
        &self,
        position: rhai::Position,
        message: impl Into<String>,
    ) -> SourceError {
        let line = position.line().unwrap_or(1);
        let text = self.text.lines().nth(line - 1).unwrap_or_default();
        let before: String = text
            .chars()
            .take(position.position().unwrap_or(1).saturating_sub(1))
            .collect();
        let rest = &text[before.len()..];
        let is_word = |character: &char| character.is_alphanumeric() || *character == '_';
        let word = rest
            .chars()
            .take_while(is_word)
            .map(char::len_utf16)
            .sum::<usize>()
            .max(1);
        let column = before.encode_utf16().count() as u32 + 1;
        let start = Position::new(line as u32, column);
        let region = Region {
            start,
            end: Position::new(line as u32, column + word as u32),
        };
        SourceError {
            path: self.path.clone(),
            region,
            message: message.into(),
        }
    }

    /// An error of the file as a whole.
    pub(crate) fn error(&self, message: impl Into<String>) -> SourceError {
        self.error_at(rhai::Position::NONE, message)
    }
}
