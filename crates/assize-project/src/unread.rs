//! What is reported of files that cannot be read and of policies that cannot be compiled.

use assize_finding::{Artifact, Evaluation, Fingerprint, Judged, Outcome, Role, Span};
use assize_snapshot::{Place, Problem, ReadError};
use sha2::{Digest, Sha256};

use crate::{
    check::{Wanted, hex, span_of},
    judged,
    load::Project,
    locate::{Locator, Mark},
};

impl Project {
    pub(crate) fn unreadable(&self, path: String, reason: &str) -> Judged {
        let artifact = Artifact {
            path,
            role: Role::Snapshot,
            kind: None,
            source: None,
            schema: None,
            length: 0,
            sha256: None,
            encoding: None,
        };
        let problem = Problem::incomplete(
            "input/unreadable-file",
            Place::File,
            format!("the file cannot be read: {reason}"),
        );
        judged::refused(self, artifact, "", &problem, Wanted::default())
    }

    /// A policy that cannot judge is one verdict in error, at the place of its mistake.
    pub(crate) fn judged_broken(&self, index: usize, wanted: Wanted) -> Judged {
        let broken = &self.broken[index];
        let text = broken.text.as_str();
        let artifact = Artifact {
            path: broken.error.path.clone(),
            role: Role::Policy,
            kind: None,
            source: None,
            schema: None,
            length: text.len() as u64,
            sha256: wanted.sha256.then(|| hex(&Sha256::digest(text))),
            encoding: None,
        };
        let span = span_of(text, broken.error.region);
        let object = Locator::new(text, None, wanted)
            .locate(&[Mark::Text(span)])
            .remove(0);
        let evaluation = Evaluation {
            rule: self.rule(&broken.id),
            outcome: Outcome::Error,
            reason: format!("the policy does not compile: {}", broken.error.message),
            fingerprint: Fingerprint::of(&[&broken.id, "", "", "", "compile"]),
            object,
            findings: Vec::new(),
            trace: None,
            baseline: None,
        };
        Judged {
            artifact,
            findings: Vec::new(),
            evaluations: vec![evaluation],
        }
    }
}

/// What to report of bytes that are no document, and the text in which the place lies.
pub(crate) fn read_problem(error: ReadError) -> (Problem, String) {
    match error {
        ReadError::Empty => {
            let message = "the file is empty, so nobody can know whether the collector found nothing or failed";
            (
                Problem::incomplete("input/empty", Place::File, message),
                String::new(),
            )
        }
        ReadError::TooLarge => {
            let message = "the file is larger than 4 GiB, the largest that a snapshot may be";
            (
                Problem::incomplete("input/unreadable-file", Place::File, message),
                String::new(),
            )
        }
        ReadError::Encoding(error) => {
            let end = error.sound.len() as u32;
            let place = Place::Text(Span::new(end, end));
            (
                Problem::incomplete("input/encoding", place, error.message),
                error.sound,
            )
        }
        ReadError::Syntax { error, text } => {
            let start = error.offset;
            let width = text[start as usize..]
                .chars()
                .next()
                .map_or(0, char::len_utf8) as u32;
            let place = Place::Text(Span::new(start, start + width));
            (
                Problem::incomplete("input/invalid-json", place, error.message),
                text,
            )
        }
    }
}
