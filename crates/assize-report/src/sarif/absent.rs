use assize_finding::{Gone, Location, Region, Run, ValueKind};
use serde_json::Value;
use serde_sarif::sarif::{self, ResultKind};

use super::{
    artifact::ArtifactPlace, message::message, properties::properties, region::location,
    result::level,
};

/// A finding of the earlier run that is gone: SARIF has it among the results (section 3.27.24).
pub(crate) fn absent(run: &Run, gone: &Gone) -> sarif::Result {
    let place = Location {
        pointer: None,
        path: gone.path.clone(),
        region: Some(Region {
            start: gone.start,
            end: gone.start,
        }),
        value_kind: ValueKind::Value,
        absent: false,
        excerpt: None,
        line_hash: None,
        content: None,
    };
    let mut result = sarif::Result::builder()
        .rule_id(gone.rule.as_str())
        .kind(ResultKind::Fail)
        .level(level(gone.severity))
        .message(message([gone.message.as_str()]))
        .locations(vec![location(&ArtifactPlace::outside(&gone.file), &place)])
        .fingerprints([("assize/v1".to_owned(), gone.fingerprint.to_string())])
        .baseline_state("absent")
        .build();
    let rule = run.rules.iter().position(|rule| rule.id == gone.rule);
    result.rule_index = rule.and_then(|index| i64::try_from(index).ok());
    if run.has_waivers {
        result.suppressions = Some(Vec::new());
    }
    let severity = Value::from(gone.severity.as_str());
    result.properties = properties([Some(("assize/severity", severity))]);
    result
}
