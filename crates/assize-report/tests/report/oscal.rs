use std::{collections::HashSet, path::Path};

use assize_report::{Format, Options};
use serde_json::Value;

use crate::sample;

/// NIST's schema, where a checkout has it beside the repository.
const SCHEMA: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/schemas/oscal_assessment-results_schema.json"
);

fn results(text: &str) -> Value {
    serde_json::from_str(text).expect("results are JSON")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the schema is test data")]
fn results_are_valid() {
    if !Path::new(SCHEMA).exists() {
        println!("skipped: {SCHEMA} is absent");
        return;
    }
    let schema = serde_json::from_str(&std::fs::read_to_string(SCHEMA).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let options = Options::default();
    for text in [
        sample::render(Format::Oscal, &options),
        sample::render_files(Format::Oscal, &options, &[]),
    ] {
        let results = results(&text);
        let errors: Vec<_> = validator
            .iter_errors(&results)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

/// What the schema does not check.
#[test]
fn references_resolve_and_nothing_is_satisfied_without_a_pass() {
    let results = results(&sample::render(Format::Oscal, &Options::default()));
    let result = &results["assessment-results"]["results"][0];
    let list = |name: &str| result[name].as_array().unwrap().clone();
    let known: HashSet<String> = list("observations")
        .iter()
        .map(|observation| observation["uuid"].as_str().unwrap().to_owned())
        .collect();
    let findings = list("findings");
    assert_eq!(findings.len(), 18, "one for each control");
    for finding in findings {
        assert_eq!(finding["target"]["status"]["state"], "not-satisfied");
        for related in finding["related-observations"].as_array().unwrap() {
            assert!(known.contains(related["observation-uuid"].as_str().unwrap()));
        }
    }
}
