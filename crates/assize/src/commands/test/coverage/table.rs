//! Coverage for people: a row for each policy of which something is not reached, and what that is.

use std::fmt::Write;

use assize_policy::Coverage;
use assize_report::escape_control;

use super::{Share, branches, lines, missing, total};

pub(super) fn write(all: &[Coverage]) -> String {
    let width = all.iter().map(|coverage| coverage.policy.chars().count());
    let width = width.max().unwrap_or(0).max(8);
    let mut text = String::new();
    row(&mut text, width, "policy", "lines", "branches");
    let mut whole = 0;
    for coverage in all {
        let outcomes = coverage.missing_outcomes();
        let is_whole = lines(coverage).is_whole() && branches(coverage).is_whole();
        if is_whole && outcomes.is_empty() {
            whole += 1;
            continue;
        }
        let id = escape_control(&coverage.policy);
        row(
            &mut text,
            width,
            &id,
            &share(lines(coverage)),
            &share(branches(coverage)),
        );
        for (line, what) in missing(coverage) {
            let _ = writeln!(text, "  line {line}: {what}");
        }
        for outcome in outcomes {
            let _ = writeln!(text, "  no example is {outcome}");
        }
    }
    let (lines, branches) = total(all);
    row(&mut text, width, "all", &share(lines), &share(branches));
    let _ = writeln!(text, "{whole} of {} policies are tested whole", all.len());
    text
}

fn row(text: &mut String, width: usize, first: &str, lines: &str, branches: &str) {
    let _ = writeln!(text, "{first:width$}  {lines:>17}  {branches:>17}");
}

fn share(share: Share) -> String {
    format!("{}/{} {:>3} %", share.reached, share.all, share.percent())
}
