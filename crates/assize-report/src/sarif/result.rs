use assize_finding::{BaselineState, Outcome, Related, Rule, Run, Severity};
use serde_json::Value;
use serde_sarif::sarif::{self, ResultKind, ResultLevel};

use super::{
    artifact::ArtifactPlace, code_flow::code_flow, line_hashes::LineHashes, message::message,
    properties::properties, region::location, suppression::suppression,
};
use crate::statement::Statement;

/// Makes the results of one artifact.
pub(crate) struct Results<'a> {
    pub(crate) run: &'a Run,
    pub(crate) artifact: ArtifactPlace,
    pub(crate) line_hashes: LineHashes,
    /// Only what GitHub reads, in the way it wants it.
    pub(crate) for_github: bool,
}

impl Results<'_> {
    pub(crate) fn result(&self, statement: &Statement<'_>) -> sarif::Result {
        let rule = self.run.rule(statement.rule);
        let severity = statement.severity.unwrap_or(rule.severity);
        let place = location(&self.artifact, statement.location);
        let line_hash = self.line_hashes.value(statement);
        let fingerprint = statement.fingerprint.to_string();
        let mut result = sarif::Result::builder()
            .rule_id(rule.id.as_str())
            .rule_index(i64::from(statement.rule.0))
            .kind(kind(statement.outcome))
            .level(if statement.failed() {
                level(severity)
            } else {
                ResultLevel::None
            })
            .message(text(statement, rule))
            .locations(vec![place])
            .partial_fingerprints([("primaryLocationLineHash".to_owned(), line_hash)])
            .fingerprints([("assize/v1".to_owned(), fingerprint)])
            .build();
        if !self.for_github {
            result.related_locations = self.related(statement.related);
            result.properties = result_properties(statement, severity);
            if self.run.has_waivers {
                // In one run, all results say it or none (section 3.27.23).
                let waivers = statement.waiver.iter();
                result.suppressions = Some(waivers.map(|waiver| suppression(waiver)).collect());
            }
            if self.run.has_baseline {
                let state = statement.baseline.unwrap_or(BaselineState::New);
                result.baseline_state = Some(Value::from(state.as_str()));
            }
            let flow = statement
                .trace
                .map(|trace| code_flow(trace, &self.artifact, statement.location));
            result.code_flows = flow.map(|flow| vec![flow]);
        }
        result
    }

    fn related(&self, related: &[Related]) -> Option<Vec<sarif::Location>> {
        let locations = related.iter().map(|related| {
            let other = related.file.as_deref().map(ArtifactPlace::outside);
            let artifact = other.as_ref().unwrap_or(&self.artifact);
            let mut location = location(artifact, &related.location);
            location.message = Some(message([related.message.as_str()]));
            location
        });
        (!related.is_empty()).then(|| locations.collect())
    }
}

fn kind(outcome: Outcome) -> ResultKind {
    match outcome {
        Outcome::Pass => ResultKind::Pass,
        Outcome::Fail => ResultKind::Fail,
        Outcome::NotApplicable => ResultKind::NotApplicable,
        Outcome::Review => ResultKind::Review,
        // A control whose policy failed must not be counted as passed.
        Outcome::Indeterminate | Outcome::Error => ResultKind::Open,
    }
}

pub(crate) fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Critical | Severity::High => ResultLevel::Error,
        Severity::Medium => ResultLevel::Warning,
        Severity::Low | Severity::Info => ResultLevel::Note,
    }
}

fn text(statement: &Statement<'_>, rule: &Rule) -> sarif::Message {
    let said = if statement.text.is_empty() {
        &rule.title
    } else {
        statement.text
    };
    let lead = match statement.outcome {
        Outcome::Fail | Outcome::Review => {
            let fix = statement.fix.map(|fix| format!("Fix: {fix}"));
            return message([said].into_iter().chain(fix.as_deref()));
        }
        Outcome::Pass => "In order",
        Outcome::NotApplicable => "Not applicable",
        Outcome::Indeterminate => "Not judged",
        Outcome::Error => "The policy failed",
    };
    message([format!("{lead}: {said}").as_str()])
}

fn result_properties(statement: &Statement<'_>, severity: Severity) -> Option<sarif::PropertyBag> {
    // `open` has two meanings, and a rule's own severity may have been overridden for one finding.
    let open = match statement.outcome {
        Outcome::Indeterminate => Some("indeterminate"),
        Outcome::Error => Some("error"),
        _ => None,
    };
    properties([
        open.map(|outcome| ("assize/outcome", Value::from(outcome))),
        statement
            .failed()
            .then(|| ("assize/severity", Value::from(severity.as_str()))),
        statement
            .location
            .content
            .as_deref()
            .map(|content| ("assize/content", Value::from(content))),
        statement
            .verdict
            .map(|verdict| ("assize/verdict", Value::from(verdict.to_string()))),
    ])
}
