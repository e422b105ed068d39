//! Charts as SVG inside a page. The numbers stand beside them as text, so a chart only says once more what is there.

use std::fmt::Write;

use assize_finding::{Outcome, OutcomeCounts};

/// The width of a chart in its own units.
const WIDTH: u64 = 1000;

/// A bar that is parted by outcome.
pub(crate) fn outcomes(counts: OutcomeCounts) -> String {
    let parts = Outcome::ALL.iter().zip(counts);
    let parts: Vec<_> = parts
        .map(|(outcome, count)| (outcome_class(*outcome), count))
        .collect();
    bar(&parts, counts.iter().sum())
}

/// A bar as long as its part of the whole.
pub(crate) fn part(class: &str, count: u64, whole: u64) -> String {
    bar(&[(class, count)], whole)
}

/// The class that gives an outcome its colour.
pub(crate) fn outcome_class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::NotApplicable => "unrelated",
        Outcome::Indeterminate => "open",
        Outcome::Review => "review",
        Outcome::Error => "error",
    }
}

/// What is there at all is to be seen, however small its part.
fn bar(parts: &[(&str, u64)], whole: u64) -> String {
    const LEAST: u64 = 6;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} 16\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">"
    );
    let shown = parts.iter().filter(|(_, count)| *count > 0);
    let room = WIDTH.saturating_sub(LEAST * shown.clone().count() as u64);
    let mut left = 0;
    for (class, count) in shown {
        // No count comes near the point where this would overflow.
        let width = LEAST
            + u128::from(*count)
                .saturating_mul(u128::from(room))
                .checked_div(u128::from(whole))
                .map_or(0, |width| width as u64);
        // Writing to a `String` cannot fail.
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{left}\" y=\"0\" width=\"{width}\" height=\"16\"/>"
        );
        left += width;
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::{outcomes, part};

    #[test]
    fn a_part_that_is_there_is_seen() {
        let svg = outcomes([1_000_000, 1, 0, 0, 0, 0]);
        assert!(
            svg.contains("class=\"fail\" x=\"993\" y=\"0\" width=\"6\""),
            "{svg}"
        );
        assert_eq!(svg.matches("<rect").count(), 2);
    }

    #[test]
    fn nothing_is_an_empty_chart() {
        assert!(!part("high", 0, 0).contains("<rect"));
    }
}
