use std::collections::HashMap;

use assize_finding::{Evaluation, Location, Outcome, RuleIndex};

/// How many objects a fold names.
const NAMED: usize = 3;

/// Verdicts of one artifact that share rule, outcome and reason.
pub(crate) struct Fold<'a> {
    pub(crate) first: &'a Evaluation,
    pub(crate) count: usize,
    /// The first few objects that have a path.
    pub(crate) objects: Vec<&'a Location>,
}

impl Fold<'_> {
    /// How many objects are not named.
    pub(crate) fn unnamed(&self) -> usize {
        self.count - self.objects.len()
    }
}

/// The verdicts without findings that a reader must know of, folded, in order of their first.
pub(crate) fn folds(evaluations: &[Evaluation]) -> Vec<Fold<'_>> {
    let mut folds: Vec<Fold<'_>> = Vec::new();
    let mut index_of: HashMap<(RuleIndex, Outcome, &str), usize> = HashMap::new();
    for verdict in evaluations {
        let shown = !matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable);
        if !shown || !verdict.findings.is_empty() {
            continue;
        }
        let key = (verdict.rule, verdict.outcome, verdict.reason.as_str());
        let index = *index_of.entry(key).or_insert(folds.len());
        if index == folds.len() {
            folds.push(Fold {
                first: verdict,
                count: 0,
                objects: Vec::new(),
            });
        }
        let fold = &mut folds[index];
        fold.count += 1;
        if fold.objects.len() < NAMED && !verdict.object.path.is_empty() {
            fold.objects.push(&verdict.object);
        }
    }
    folds
}
