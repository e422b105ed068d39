use assize_finding::{Severity, Span};

use super::{Lint, LintRule, Report, hint};
use crate::pack::Pack;

pub(super) const RULE: LintRule = LintRule {
    id: "lint/unknown-alias",
    severity: Severity::Medium,
    title: "Former names of policies lead to policies",
    page: include_str!("unknown_alias.md"),
};

/// What is wrong with a `pack.toml`: `ids` are the policies that there are. Spans are places in its text.
pub fn lint_pack(text: &str, pack: &Pack, ids: &[&str]) -> Vec<Lint> {
    let mut report = Report::default();
    let place = |name: &str| {
        let quoted = format!("\"{name}\"");
        let at = text.find(&quoted).unwrap_or(0);
        Span::new(at as u32, (at + quoted.len()).min(text.len()) as u32)
    };
    for (former, present) in &pack.aliases {
        if ids.contains(&former.as_str()) {
            let message = format!(
                "`{former}` is said to be a former name, and a policy has it; the policy wins"
            );
            report.add(&RULE, place(former), message);
        }
        let is_alias = pack.aliases.contains_key(present);
        if !ids.contains(&present.as_str()) && !is_alias {
            let hint = hint(present, ids.iter().copied());
            let message =
                format!("`{former}` leads to `{present}`, and there is no such policy{hint}");
            report.add(&RULE, place(present), message);
        }
    }
    report.lints
}
