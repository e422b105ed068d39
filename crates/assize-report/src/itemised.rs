use std::io;

use assize_finding::{Finding, Judged, Outcome, Run};

use crate::fold::{Fold, folds};

/// A report with an entry for each finding, and one for verdicts without findings that share rule and reason.
pub(crate) trait Itemised {
    /// A finding. `outcome` is that of its verdict; findings that no policy made count as failures.
    fn finding(
        &mut self,
        run: &Run,
        file: &str,
        outcome: Outcome,
        finding: &Finding,
    ) -> io::Result<()>;

    /// Verdicts without findings that a reader must know of.
    fn fold(&mut self, run: &Run, file: &str, fold: &Fold<'_>) -> io::Result<()>;

    /// All entries of an artifact, in its order.
    fn items(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        let file = &judged.artifact.path;
        for finding in &judged.findings {
            self.finding(run, file, Outcome::Fail, finding)?;
        }
        for verdict in &judged.evaluations {
            for finding in &verdict.findings {
                self.finding(run, file, verdict.outcome, finding)?;
            }
        }
        for fold in folds(&judged.evaluations) {
            self.fold(run, file, &fold)?;
        }
        Ok(())
    }
}
