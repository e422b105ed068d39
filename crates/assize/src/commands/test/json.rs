//! What was tested, as JSON.

use assize_policy::{ExampleResult, Failure};
use serde_json::{Value, json};

use super::Tested;

/// The members may become more, and never mean something else.
const VERSION: u8 = 1;

pub(super) fn write(tested: &Tested) -> String {
    let wrong = tested.policies.iter().filter_map(|policy| {
        let wrong = policy.wrong.as_ref()?;
        Some(json!({ "policy": policy.id, "reason": wrong }))
    });
    let results = tested
        .policies
        .iter()
        .flat_map(super::tested::TestedPolicy::results);
    let report = json!({
        "version": VERSION,
        "passed": tested.passed(),
        "failed": tested.failed(),
        "unusable": wrong.collect::<Vec<Value>>(),
        "examples": results.map(example).collect::<Vec<Value>>(),
    });
    format!("{report:#}\n")
}

fn example(result: &ExampleResult) -> Value {
    let mut example = json!({
        "policy": result.policy,
        "path": result.path,
        "line": result.line,
        "title": result.title,
        "expected": result.expected,
        "passed": result.failure.is_none(),
    });
    match &result.failure {
        None => {}
        Some(Failure::Unusable(reason)) => example["reason"] = reason.as_str().into(),
        Some(Failure::Differs { difference, found }) => {
            let found = found.iter().map(|own| {
                json!({ "outcome": own.outcome.as_str(), "path": own.path, "message": own.text })
            });
            example["found"] = found.collect::<Vec<Value>>().into();
            example["difference"] = difference.lines().collect::<Vec<_>>().into();
        }
    }
    example
}
