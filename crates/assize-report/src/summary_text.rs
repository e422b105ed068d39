use assize_finding::{Outcome, Severity, Summary};

/// `12 verdicts: 9 pass, 1 fail, 2 not applicable, 0 indeterminate, 0 review, 0 error`: every outcome, so that the reader
/// sees that the numbers add up.
pub(crate) fn verdicts(summary: &Summary) -> String {
    let outcomes: Vec<_> = Outcome::ALL
        .iter()
        .map(|outcome| format!("{} {outcome}", summary.count(*outcome)))
        .collect();
    format!(
        "{}: {}",
        count(summary.evaluations, "verdict"),
        outcomes.join(", ")
    )
}

/// `3 findings: 1 critical, 2 low`, or `0 findings`.
pub(crate) fn failures(summary: &Summary) -> String {
    let worst_first = Severity::ALL.iter().zip(summary.failures);
    let some: Vec<_> = worst_first
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {severity}"))
        .collect();
    let total = count(summary.failures.iter().sum(), "finding");
    let waived = match summary.waived {
        0 => String::new(),
        waived => format!("; {waived} waived"),
    };
    if some.is_empty() {
        format!("{total}{waived}")
    } else {
        format!("{total}: {}{waived}", some.join(", "))
    }
}

/// `4 snapshots read, 3 judged`.
pub(crate) fn snapshots(summary: &Summary) -> String {
    format!(
        "{} read, {} judged",
        count(summary.snapshots, "snapshot"),
        summary.judged
    )
}

/// `2 input findings, 1 of them leaves the run incomplete`; nothing where there are none.
pub(crate) fn input(summary: &Summary) -> Option<String> {
    if summary.input_findings == 0 {
        return None;
    }
    let total = count(summary.input_findings, "input finding");
    Some(match summary.incomplete {
        0 => total,
        1 => format!("{total}, 1 of them leaves the run incomplete"),
        more => format!("{total}, {more} of them leave the run incomplete"),
    })
}

/// `2 findings on the configuration, 1 of them an error`; nothing where there are none.
pub(crate) fn configuration(summary: &Summary) -> Option<String> {
    if summary.configuration_findings == 0 {
        return None;
    }
    let total = count(summary.configuration_findings, "finding");
    Some(match summary.configuration_incomplete {
        0 => format!("{total} on the configuration"),
        1 => format!("{total} on the configuration, 1 of them an error"),
        more => format!("{total} on the configuration, {more} of them errors"),
    })
}

/// `since the earlier run: 1 new, 3 known, 0 changed, 2 gone`; nothing where there was none.
pub(crate) fn baseline(summary: &Summary) -> Option<String> {
    let counts = summary.baseline?;
    Some(format!(
        "since the earlier run: {} new, {} known, {} changed, {} gone",
        counts.new, counts.unchanged, counts.updated, counts.absent
    ))
}

/// A number with its noun: `1 verdict`, `2 verdicts`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// `3 policies read; 2 findings: 2 high`.
pub(crate) fn policies(summary: &Summary) -> String {
    let noun = if summary.policies == 1 {
        "policy"
    } else {
        "policies"
    };
    format!("{} {noun} read; {}", summary.policies, failures(summary))
}

/// All of the above on one line.
pub(crate) fn one_line(summary: &Summary) -> String {
    if summary.policies > 0 {
        return policies(summary);
    }
    let mut line = format!(
        "{}; {}; {}",
        verdicts(summary),
        failures(summary),
        snapshots(summary)
    );
    let rest = [input(summary), configuration(summary), baseline(summary)];
    for part in rest.into_iter().flatten() {
        line.push_str("; ");
        line.push_str(&part);
    }
    line
}
