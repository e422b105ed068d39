use std::collections::HashMap;

use assize_finding::{Judged, RuleIndex};

use crate::statement::Statement;

/// The values of `partialFingerprints.primaryLocationLineHash` for one artifact.
///
/// GitHub merges alerts of one rule in one file that share this value. So where a rule has several results on one line, as in a
/// snapshot without line breaks, or where no line hash is known, the value comes from the fingerprint.
pub(crate) struct LineHashes {
    /// Results by rule and line. Failures count apart from the rest, so that both profiles come to the same value.
    results_on: HashMap<(bool, RuleIndex, u32), u32>,
}

impl LineHashes {
    pub(crate) fn of(judged: &Judged) -> Self {
        let mut results_on = HashMap::new();
        for statement in Statement::all(judged) {
            *results_on.entry(key(&statement)).or_default() += 1;
        }
        Self { results_on }
    }

    pub(crate) fn value(&self, statement: &Statement<'_>) -> String {
        let is_alone = self
            .results_on
            .get(&key(statement))
            .is_none_or(|count| *count < 2);
        match &statement.location.line_hash {
            Some(hash) if is_alone && !hash.is_empty() => hash.clone(),
            // The form of GitHub's own: 64 bits in hexadecimal, a colon, a count.
            _ => format!("{:.16}:1", statement.fingerprint.to_string()),
        }
    }
}

fn key(statement: &Statement<'_>) -> (bool, RuleIndex, u32) {
    (
        statement.failed(),
        statement.rule,
        statement.location.start().line,
    )
}
