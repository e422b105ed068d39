//! Where a snapshot breaks the schema of its kind.

use assize_finding::{Pointer, Severity};
use jsonschema::error::ValidationErrorKind;

use super::Snapshot;
use crate::{
    document::NodeId,
    kind::{Kind, KindError},
    problem::{Place, Problem, shorten},
    tape::Tag,
    tape_json::{TapeNode, with_violations},
};

/// Schema violations of one snapshot that are reported one by one.
const MAX_VIOLATIONS: usize = 100;
/// Schema violations of one snapshot that are looked for: each takes some hundred bytes, and a value of two bytes can be one.
const MAX_VIOLATIONS_FOUND: u32 = 5_000;

/// Whether a keyword refuses a value without saying which of its parts is wrong.
fn is_choice(keyword: &ValidationErrorKind) -> bool {
    matches!(
        keyword,
        ValidationErrorKind::AnyOf { .. }
            | ValidationErrorKind::OneOfNotValid { .. }
            | ValidationErrorKind::OneOfMultipleValid { .. }
            | ValidationErrorKind::Not { .. }
            | ValidationErrorKind::Contains
    )
}

impl Snapshot {
    /// Validates the data by the schema of its kind.
    pub(super) fn validate(&mut self, kind: &Kind) -> Result<(), KindError> {
        if kind.checks().prove(&self.document, self.sections.root) {
            return Ok(());
        }
        let validator = kind.validator()?;
        let root = TapeNode::Value(&self.document, self.sections.root);
        if validator.is_valid(root) {
            return Ok(());
        }
        let (errors, is_cut) =
            with_violations(MAX_VIOLATIONS_FOUND, || validator.iter_errors(root));
        let found: Vec<(NodeId, bool, String)> = errors
            .take(MAX_VIOLATIONS_FOUND as usize)
            .map(|error| {
                let node = self.normalised_node(error.instance_path().as_str());
                (node, is_choice(error.kind()), shorten(&error.to_string()))
            })
            // What could not be read has been reported already; that the schema minds it, too, is no news.
            .filter(|(node, ..)| self.document.entry(*node).tag() != Tag::Unreadable)
            .collect();
        let mut starts = Vec::new();
        for (node, is_choice, _) in &found {
            starts.push(self.document.entry(*node).start);
            if *is_choice {
                starts.extend(self.document.starts_within(*node));
            }
        }
        self.unsound.extend(starts);
        if is_cut {
            self.doubt(kind);
        }
        let hidden = found.len().saturating_sub(MAX_VIOLATIONS);
        for (node, _, message) in found.into_iter().take(MAX_VIOLATIONS) {
            self.violated(kind, Place::Node(node), message);
        }
        let more = match (is_cut, hidden) {
            (true, _) => format!(
                "the first {MAX_VIOLATIONS} violations of the schema are shown; how many more there are is unknown"
            ),
            (false, 0) => return Ok(()),
            (false, hidden) => format!(
                "the first {MAX_VIOLATIONS} violations of the schema are shown; there are {hidden} more"
            ),
        };
        self.violated(kind, Place::File, more);
        Ok(())
    }

    fn violated(&mut self, kind: &Kind, place: Place, message: String) {
        self.problems.push(Problem {
            rule: format!("schema/{}", kind.name()).into(),
            message,
            place,
            severity: Severity::High,
            incomplete: true,
        });
    }

    /// Not all violations are known: what is not proved to follow the schema counts as one.
    fn doubt(&mut self, kind: &Kind) {
        match kind.checks().doubtful(&self.document, self.sections.root) {
            Some(doubtful) => self.unsound.extend(doubtful),
            None => self.is_doubtful = true,
        }
    }

    /// The value at a pointer into the normalised data, or the nearest one above it.
    fn normalised_node(&self, pointer: &str) -> NodeId {
        let mut node = self.sections.root;
        for token in Pointer::from(pointer.to_owned()).tokens() {
            let child = match self.document.entry(node).tag() {
                Tag::Array => self.document.element(node, &token),
                _ => self.document.member_named(node, &token),
            };
            let Some(child) = child else { break };
            node = child;
        }
        node
    }
}
