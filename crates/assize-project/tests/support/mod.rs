//! What the tests of the check share.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "each test binary uses its own part, and none is published"
)]
#![allow(
    clippy::allow_attributes,
    reason = "an expectation would fail in the binary that uses everything"
)]
#![allow(clippy::disallowed_methods, reason = "tests make their own files")]

use std::path::{Path, PathBuf};

use assize_finding::{Judged, Outcome, Run, Summary};
use assize_project::{Input, Options, Project, ProjectError, Wanted};

/// 2026-11-20T06:00:00Z, the time of the shipped examples.
pub const NOW: i64 = 1_795_154_400_000_000;

/// The repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A finished run.
pub struct Done {
    pub run: Run,
    pub judged: Vec<Judged>,
    pub summary: Summary,
}

/// Options with the tests' clock, without the policies that judge every kind.
pub fn options() -> Options {
    Options {
        ignore: vec!["evidence".to_owned()],
        now: NOW,
        root: PathBuf::from("."),
        ..Options::default()
    }
}

/// Checks inputs, with everything computed.
pub fn check(options: Options, inputs: Vec<Input>) -> Done {
    let project = Project::load(options).expect("the project loads");
    let wanted = Wanted {
        excerpts: true,
        line_hashes: true,
        sha256: true,
        passes: true,
        contents: false,
    };
    let mut judged = Vec::new();
    let summary = project
        .check(inputs, wanted, |one| -> Result<(), ProjectError> {
            judged.push(one);
            Ok(())
        })
        .expect("nothing refuses the verdicts");
    Done {
        run: project.run,
        judged,
        summary,
    }
}

/// Bytes as an input.
pub fn bytes(bytes: impl Into<Vec<u8>>) -> Vec<Input> {
    vec![Input::Bytes {
        name: "snapshot.json".to_owned(),
        bytes: bytes.into(),
    }]
}

/// Each verdict as text: rule, outcome, reason, path, fingerprint, and its findings; sorted, so that only content counts.
pub fn verdicts(done: &Done) -> Vec<String> {
    let mut lines = Vec::new();
    for judged in &done.judged {
        for evaluation in &judged.evaluations {
            let rule = &done.run.rule(evaluation.rule).id;
            let (outcome, reason, path) = (
                evaluation.outcome,
                &evaluation.reason,
                &evaluation.object.path,
            );
            lines.push(format!(
                "{rule} {outcome} {reason} {path} {}",
                evaluation.fingerprint
            ));
            for finding in &evaluation.findings {
                lines.push(format!(
                    "{rule} {outcome} {} {} {}",
                    finding.message, finding.location.path, finding.fingerprint
                ));
            }
        }
    }
    lines.sort();
    lines
}

/// How many verdicts had an outcome.
pub fn count(done: &Done, outcome: Outcome) -> u64 {
    done.summary.count(outcome)
}
