//! The words for what became of a finding: that somebody accepts it, and what it was in the earlier run.

use assize_finding::{BaselineState, Disabled, Finding, Outcome, Run, Waiver};

/// The word that a finding begins with: its severity, its verdict, or that it is waived.
pub(crate) fn word(outcome: Outcome, finding: &Finding) -> &'static str {
    match outcome {
        _ if finding.waiver.is_some() => "waived",
        Outcome::Fail => finding.severity.as_str(),
        other => other.as_str(),
    }
}

/// `accepted by OWNER until DATE (waivers.toml:3): REASON`.
pub(crate) fn acceptance(waiver: &Waiver) -> String {
    let Waiver {
        file,
        region,
        owner,
        reason,
        expires,
        ..
    } = waiver;
    let ticket = waiver
        .ticket
        .as_deref()
        .map_or(String::new(), |ticket| format!(", {ticket}"));
    let line = region.start.line;
    format!("accepted by {owner} until {expires}{ticket} ({file}:{line}): {reason}")
}

/// What a severity stands beside in brackets: `high, new`.
pub(crate) fn aside(finding: &Finding) -> String {
    let severity = finding.severity;
    match finding.baseline {
        Some(BaselineState::New) => format!("{severity}, new"),
        Some(BaselineState::Updated) => format!("{severity}, changed"),
        Some(BaselineState::Unchanged) => format!("{severity}, known"),
        Some(BaselineState::Absent) | None => severity.to_string(),
    }
}

/// `turned off: pack/policy in tenants/** (REASON)`, for each policy that judges nothing.
pub(crate) fn disabled(run: &Run) -> impl Iterator<Item = String> {
    run.disabled.iter().map(
        |Disabled {
             rule,
             reason,
             files,
         }| {
            let files = files
                .as_deref()
                .map_or(String::new(), |files| format!(" in {files}"));
            format!("turned off: {rule}{files} ({reason})")
        },
    )
}
