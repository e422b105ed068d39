//! A document as the editor has it, saved or not.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use assize_finding::{Region, Span};
use assize_policy::syntax::Tree;
use assize_snapshot::{Kinds, Snapshot};
use lsp_types::{Position, Range, TextDocumentContentChangeEvent, Uri};

use crate::{
    editor::snapshot,
    line_index::{Encoding, LineIndex},
    uri,
};

/// Bytes of a document that is looked at; the editor is slower than we are with larger ones.
pub(crate) const MAX_BYTES: usize = 64 << 20;

const BOM: &str = "\u{FEFF}";

/// What a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// A policy.
    Policy,
    /// The page of a policy, or any other Markdown.
    Page,
    /// A snapshot, or any other JSON.
    Json,
    /// Something that we know nothing of.
    Other,
}

impl Language {
    fn of(path: &str, id: &str) -> Self {
        match (path.rsplit_once('.').map_or("", |(_, end)| end), id) {
            ("rhai", _) | (_, "rhai" | "assize-policy") => Self::Policy,
            ("md", _) | (_, "markdown") => Self::Page,
            ("json", _) | (_, "json" | "jsonc") => Self::Json,
            _ => Self::Other,
        }
    }
}

/// A document at one version. It never changes; what is worked out of it is worked out once.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) uri: Uri,
    /// The file, where it is one.
    pub(crate) path: Option<PathBuf>,
    pub(crate) language: Language,
    pub(crate) version: i32,
    whole: String,
    encoding: Encoding,
    lines: LineIndex,
    tree: OnceLock<Arc<Tree>>,
    snapshot: Mutex<Option<ReadAs>>,
}

/// A document as a snapshot, and the kinds that it was read by.
type ReadAs = (Arc<Kinds>, Option<Arc<Snapshot>>);

impl Document {
    pub(crate) fn new(uri: Uri, id: &str, version: i32, text: String, encoding: Encoding) -> Self {
        Self {
            path: uri::path_of(&uri),
            language: Language::of(uri.as_str(), id),
            lines: LineIndex::of(&text),
            tree: OnceLock::new(),
            snapshot: Mutex::default(),
            whole: text,
            version,
            encoding,
            uri,
        }
    }

    /// The document after changes, one after the other.
    pub(crate) fn changed(
        &self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) -> Self {
        let mut text = self.whole.clone();
        let mut lines: Option<LineIndex> = None;
        for change in changes {
            let Some(range) = change.range else {
                text = change.text;
                lines = Some(LineIndex::of(&text));
                continue;
            };
            let index = lines.as_ref().unwrap_or(&self.lines);
            let offset =
                |at: Position| index.offset(&text, at.line, at.character, self.encoding) as usize;
            let (start, end) = (offset(range.start), offset(range.end));
            text.replace_range(start.min(end)..end, &change.text);
            lines = Some(LineIndex::of(&text));
        }
        Self {
            uri: self.uri.clone(),
            path: self.path.clone(),
            language: self.language,
            version,
            encoding: self.encoding,
            lines: lines.unwrap_or_else(|| LineIndex::of(&text)),
            tree: OnceLock::new(),
            snapshot: Mutex::default(),
            whole: text,
        }
    }

    /// The text without the mark that some editors put before it.
    pub(crate) fn text(&self) -> &str {
        self.whole.strip_prefix(BOM).unwrap_or(&self.whole)
    }

    /// It is larger than what is looked at.
    pub(crate) fn is_too_large(&self) -> bool {
        self.whole.len() > MAX_BYTES
    }

    /// The text as the source of a policy.
    pub(crate) fn tree(&self) -> &Arc<Tree> {
        self.tree.get_or_init(|| Arc::new(Tree::of(self.text())))
    }

    /// The text as a snapshot, where it is JSON and not too large; read once for each set of kinds.
    pub(crate) fn snapshot(&self, kinds: &Arc<Kinds>) -> Option<Arc<Snapshot>> {
        if self.is_too_large() {
            return None;
        }
        let mut read = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner);
        match &*read {
            Some((by, snapshot)) if Arc::ptr_eq(by, kinds) => snapshot.clone(),
            _ => {
                let snapshot = snapshot::read(self.text(), kinds).ok().map(Arc::new);
                *read = Some((Arc::clone(kinds), snapshot.clone()));
                snapshot
            }
        }
    }

    fn mark(&self) -> u32 {
        (self.whole.len() - self.text().len()) as u32
    }

    /// The byte of the text at a position.
    pub(crate) fn offset(&self, at: Position) -> u32 {
        let offset = self
            .lines
            .offset(&self.whole, at.line, at.character, self.encoding);
        offset.saturating_sub(self.mark())
    }

    /// The position of a byte of the text.
    pub(crate) fn position(&self, offset: u32) -> Position {
        let offset = offset.saturating_add(self.mark());
        let (line, column) = self.lines.position(&self.whole, offset, self.encoding);
        Position::new(line, column)
    }

    /// The range of bytes of the text.
    pub(crate) fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end))
    }

    /// The range of a region, which counts in UTF-16 code units.
    pub(crate) fn range_of(&self, region: Region) -> Range {
        let position = |at: assize_finding::Position| {
            let (line, column) = (at.line.saturating_sub(1), at.column.saturating_sub(1));
            self.position(self.offset_in_utf16(line, column))
        };
        Range::new(position(region.start), position(region.end))
    }

    fn offset_in_utf16(&self, line: u32, column: u32) -> u32 {
        let text = &self.whole;
        // A mark at the beginning is no column of the text.
        let column = column + u32::from(line == 0 && self.mark() > 0);
        let offset = self.lines.offset(text, line, column, Encoding::Utf16);
        offset.saturating_sub(self.mark())
    }

    /// The range of a line, from 0, without what ends it.
    pub(crate) fn line_range(&self, line: u32) -> Range {
        let start = Position::new(line, 0);
        let end = self.position(self.offset(Position::new(line, u32::MAX)));
        Range::new(start, end)
    }
}
