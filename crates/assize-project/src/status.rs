use assize_finding::{ExitStatus, Outcome, Status, Summary};

use crate::config::Threshold;

/// How a run ends.
pub fn status(summary: &Summary, threshold: &Threshold) -> Status {
    let (indeterminate, errors) = (
        summary.count(Outcome::Indeterminate),
        summary.count(Outcome::Error),
    );
    let incomplete = indeterminate + errors + summary.incomplete;
    let over = threshold
        .fail_on
        .map_or(0, |least| summary.failures_at(least));
    let (exit, reason) = if incomplete > 0 && !threshold.allow_incomplete {
        let parts = [
            (errors, "verdict in error", "verdicts in error"),
            (
                indeterminate,
                "indeterminate verdict",
                "indeterminate verdicts",
            ),
            (
                summary.incomplete,
                "input that could not be read safely",
                "inputs that could not be read safely",
            ),
        ];
        let parts = parts.iter().filter(|(count, ..)| *count > 0);
        let parts: Vec<_> = parts
            .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
            .collect();
        (
            ExitStatus::Incomplete,
            format!("incomplete: {}", parts.join(", ")),
        )
    } else if over > 0 {
        let least = threshold
            .fail_on
            .map_or("", assize_finding::Severity::as_str);
        let noun = if over == 1 { "failure" } else { "failures" };
        (
            ExitStatus::Findings,
            format!("{over} {noun} at or over severity {least}"),
        )
    } else if summary.evaluations == summary.count(Outcome::NotApplicable) + summary.of_evidence {
        let reason = match (summary.snapshots, summary.evaluations - summary.of_evidence) {
            (0, _) => "nothing was checked: no snapshot was found".to_owned(),
            (_, 0) => "nothing was checked: no policy judges these snapshots".to_owned(),
            (_, count) => {
                let noun = if count == 1 { "verdict" } else { "verdicts" };
                format!("nothing was checked: no policy applied to any object ({count} {noun})")
            }
        };
        (ExitStatus::NothingChecked, reason)
    } else {
        let under = summary.failures_at(assize_finding::Severity::Info);
        let rest = if under == 0 {
            String::new()
        } else {
            format!("; {under} under the threshold")
        };
        (
            ExitStatus::Clean,
            format!("clean: no failure that counts{rest}"),
        )
    };
    Status { exit, reason }
}

#[cfg(test)]
mod tests {
    use assize_finding::Severity;

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
            ..default
        };
        let high = Threshold {
            fail_on: Some(Severity::High),
            ..default
        };
        for (counts, failures, incomplete, threshold, exit) in [
            ([5, 0, 0, 0, 0, 0], [0; 5], 0, default, ExitStatus::Clean),
            (
                [5, 1, 0, 0, 0, 0],
                [0, 0, 0, 0, 1],
                0,
                default,
                ExitStatus::Clean,
            ),
            (
                [5, 1, 0, 0, 0, 0],
                [0, 0, 1, 0, 0],
                0,
                default,
                ExitStatus::Findings,
            ),
            (
                [5, 1, 0, 0, 0, 0],
                [0, 0, 1, 0, 0],
                0,
                high,
                ExitStatus::Clean,
            ),
            (
                [5, 1, 0, 1, 0, 0],
                [0, 0, 1, 0, 0],
                0,
                default,
                ExitStatus::Incomplete,
            ),
            (
                [5, 0, 0, 0, 0, 1],
                [0; 5],
                0,
                default,
                ExitStatus::Incomplete,
            ),
            (
                [5, 0, 0, 0, 0, 0],
                [0; 5],
                1,
                default,
                ExitStatus::Incomplete,
            ),
            (
                [5, 1, 0, 1, 0, 0],
                [0, 0, 1, 0, 0],
                1,
                lenient,
                ExitStatus::Findings,
            ),
            (
                [0, 0, 3, 0, 0, 0],
                [0; 5],
                0,
                default,
                ExitStatus::NothingChecked,
            ),
            (
                [0, 0, 0, 0, 0, 0],
                [0; 5],
                0,
                default,
                ExitStatus::NothingChecked,
            ),
            ([0, 0, 0, 0, 1, 0], [0; 5], 0, default, ExitStatus::Clean),
        ] {
            assert_eq!(
                status(&summary(counts, failures, incomplete), &threshold).exit,
                exit,
                "{counts:?} {failures:?}"
            );
        }
    }
}
