use assize_finding::{ExitStatus, Outcome, Severity, Status, Summary};

use crate::{config::Threshold, settings::Line};

/// How a run ends.
pub fn status(summary: &Summary, threshold: &Threshold) -> Status {
    let found = incomplete(summary, threshold)
        .map(|reason| (ExitStatus::Incomplete, reason))
        .or_else(|| findings(summary, threshold).map(|reason| (ExitStatus::Findings, reason)))
        .or_else(|| {
            nothing_checked(summary, threshold).map(|reason| (ExitStatus::NothingChecked, reason))
        });
    let (exit, reason) = found.unwrap_or_else(|| (ExitStatus::Clean, clean(summary, threshold)));
    Status { exit, reason }
}

/// What was not judged, unless that does not count.
fn incomplete(summary: &Summary, threshold: &Threshold) -> Option<String> {
    if threshold.allow_incomplete {
        return None;
    }
    let indeterminate = summary.count(Outcome::Indeterminate);
    let limit = threshold.gate.max_indeterminate.as_ref();
    let is_allowed = limit.is_some_and(|line| indeterminate <= line.limit);
    let parts = [
        (
            summary.count(Outcome::Error),
            "verdict in error",
            "verdicts in error",
        ),
        (
            if is_allowed { 0 } else { indeterminate },
            "indeterminate verdict",
            "indeterminate verdicts",
        ),
        (
            summary.incomplete,
            "input that could not be read safely",
            "inputs that could not be read safely",
        ),
        (
            summary.configuration_incomplete,
            "error in the configuration",
            "errors in the configuration",
        ),
    ];
    let parts = parts.iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<_> = parts
        .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
        .collect();
    if parts.is_empty() {
        return None;
    }
    let line = limit.filter(|_| !is_allowed && indeterminate > 0);
    let line = line.map_or(String::new(), |line| {
        format!("; {} allows {}", line.place, line.limit)
    });
    Some(format!("incomplete: {}{line}", parts.join(", ")))
}

/// The failures that count, or the limit that is not kept.
fn findings(summary: &Summary, threshold: &Threshold) -> Option<String> {
    for (severity, line) in Severity::ALL.iter().zip(&threshold.gate.max) {
        let count = summary.failures_of(*severity, threshold.new_only);
        if let Some(Line { limit, place }) = line
            && count > *limit
        {
            let noun = noun(count, threshold);
            return Some(format!(
                "{count} {noun} of severity {severity}; {place} allows {limit}"
            ));
        }
    }
    if let Some(least) = threshold.fail_on {
        let counted = Severity::ALL.iter().zip(&threshold.gate.max);
        // A limit of its own takes the place of `fail_on`.
        let counted = counted.filter(|(severity, line)| **severity >= least && line.is_none());
        let over: u64 = counted
            .map(|(severity, _)| summary.failures_of(*severity, threshold.new_only))
            .sum();
        if over > 0 {
            return Some(format!(
                "{over} {} at or over severity {least}",
                noun(over, threshold)
            ));
        }
    }
    for (name, Line { limit, place }) in &threshold.gate.compliance {
        let Some((passed, all)) = passed_of(summary, name) else {
            continue;
        };
        // Rounding would let 99.96 per cent pass for 100.
        if all > 0 && share(passed, all) < *limit {
            let share = (share(passed, all) * 10.0).floor() / 10.0;
            return Some(format!(
                "{share} per cent of {all} verdicts on {name} passed; {place} asks for {limit}"
            ));
        }
    }
    None
}

fn noun(count: u64, threshold: &Threshold) -> String {
    let new = if threshold.new_only { "new " } else { "" };
    let noun = if count == 1 { "failure" } else { "failures" };
    format!("{new}{noun}")
}

/// Passes, and passes with failures, behind a limit.
fn passed_of(summary: &Summary, name: &str) -> Option<(u64, u64)> {
    let count = summary.compliance.iter().find(|count| count.name == name)?;
    Some((count.passed, count.passed + count.failed))
}

#[expect(clippy::cast_precision_loss, reason = "no run has as many verdicts")]
fn share(passed: u64, all: u64) -> f64 {
    passed as f64 * 100.0 / all as f64
}

/// Why nothing was checked, if so: in all, or of what a limit was set for.
fn nothing_checked(summary: &Summary, threshold: &Threshold) -> Option<String> {
    if summary.evaluations == summary.count(Outcome::NotApplicable) + summary.of_evidence {
        return Some(
            match (summary.snapshots, summary.evaluations - summary.of_evidence) {
                (0, _) => "nothing was checked: no snapshot was found".to_owned(),
                (_, 0) => "nothing was checked: no policy judges these snapshots".to_owned(),
                (_, count) => {
                    let noun = if count == 1 { "verdict" } else { "verdicts" };
                    format!("nothing was checked: no policy applied to any object ({count} {noun})")
                }
            },
        );
    }
    let mut limits = threshold.gate.compliance.iter();
    let (name, line) =
        limits.find(|(name, _)| passed_of(summary, name).is_some_and(|(_, all)| all == 0))?;
    Some(format!(
        "nothing was checked of {name}, for which {} asks for {}",
        line.place, line.limit
    ))
}

fn clean(summary: &Summary, threshold: &Threshold) -> String {
    let under = summary.failures_at(Severity::Info);
    let counted = |severity: &Severity| summary.failures_of(*severity, threshold.new_only);
    let known = under - Severity::ALL.iter().map(counted).sum::<u64>();
    let mut rest = String::new();
    if known > 0 {
        rest.push_str(&format!("; {known} known before"));
    }
    if under > known {
        rest.push_str(&format!("; {} under the threshold", under - known));
    }
    if summary.waived > 0 {
        rest.push_str(&format!("; {} waived", summary.waived));
    }
    format!("clean: no failure that counts{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(counts: [u64; 6], failures: [u64; 5], incomplete: u64) -> Summary {
        Summary {
            snapshots: 1,
            evaluations: counts.iter().sum(),
            outcomes: counts,
            failures,
            incomplete,
            ..Summary::default()
        }
    }

    #[test]
    fn each_status_means_one_thing() {
        let default = Threshold::default();
        let lenient = Threshold {
            allow_incomplete: true,
            ..default.clone()
        };
        let high = Threshold {
            fail_on: Some(Severity::High),
            ..default.clone()
        };
        for (counts, failures, incomplete, threshold, exit) in [
            ([5, 0, 0, 0, 0, 0], [0; 5], 0, &default, ExitStatus::Clean),
            (
                [5, 1, 0, 0, 0, 0],
                [0, 0, 0, 0, 1],
                0,
                &default,
                ExitStatus::Clean,
            ),
            (
                [5, 1, 0, 0, 0, 0],
                [0, 0, 1, 0, 0],
                0,
                &default,
                ExitStatus::Findings,
            ),
            (
                [5, 1, 0, 0, 0, 0],
                [0, 0, 1, 0, 0],
                0,
                &high,
                ExitStatus::Clean,
            ),
            (
                [5, 1, 0, 1, 0, 0],
                [0, 0, 1, 0, 0],
                0,
                &default,
                ExitStatus::Incomplete,
            ),
            (
                [5, 0, 0, 0, 0, 1],
                [0; 5],
                0,
                &default,
                ExitStatus::Incomplete,
            ),
            (
                [5, 0, 0, 0, 0, 0],
                [0; 5],
                1,
                &default,
                ExitStatus::Incomplete,
            ),
            (
                [5, 1, 0, 1, 0, 0],
                [0, 0, 1, 0, 0],
                1,
                &lenient,
                ExitStatus::Findings,
            ),
            (
                [0, 0, 3, 0, 0, 0],
                [0; 5],
                0,
                &default,
                ExitStatus::NothingChecked,
            ),
            (
                [0, 0, 0, 0, 0, 0],
                [0; 5],
                0,
                &default,
                ExitStatus::NothingChecked,
            ),
            ([0, 0, 0, 0, 1, 0], [0; 5], 0, &default, ExitStatus::Clean),
        ] {
            assert_eq!(
                status(&summary(counts, failures, incomplete), threshold).exit,
                exit,
                "{counts:?} {failures:?}"
            );
        }
    }
}
