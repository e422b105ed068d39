//! An earlier run, and what changed since.

use assize_finding::{Artifact, Evaluation, Finding, Gone};

use crate::load::Project;

/// An earlier run.
#[derive(Debug)]
pub(crate) struct Baseline {}

/// The comparison of a run with an earlier one, as it goes.
pub(crate) struct Compared<'b> {
    _baseline: &'b Baseline,
}

impl<'b> Compared<'b> {
    pub(crate) fn new(baseline: &'b Baseline) -> Self {
        Self {
            _baseline: baseline,
        }
    }

    pub(crate) fn compare(
        &mut self,
        _artifact: &Artifact,
        _findings: &mut [Finding],
        _evaluations: &mut [Evaluation],
    ) {
    }

    pub(crate) fn end(self, _project: &Project) -> (u64, Vec<Gone>) {
        (0, Vec::new())
    }
}
