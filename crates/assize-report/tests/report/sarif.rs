use std::{collections::HashSet, path::Path};

use assize_report::{Format, Options};
use serde_json::Value;

use crate::sample;

/// The OASIS schema, where a checkout has it beside the repository.
const SCHEMA: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/schemas/sarif-schema-2.1.0.json"
);

fn log(format: Format) -> Value {
    let text = sample::render(format, &Options::default());
    serde_json::from_str(&text).expect("a log is JSON")
}

fn results(log: &Value) -> &[Value] {
    log["runs"][0]["results"]
        .as_array()
        .expect("a log has results")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the schema is test data")]
fn both_profiles_are_valid() {
    if !Path::new(SCHEMA).exists() {
        println!("skipped: {SCHEMA} is absent");
        return;
    }
    let schema = serde_json::from_str(&std::fs::read_to_string(SCHEMA).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for format in [Format::Sarif, Format::SarifGithub] {
        let log = log(format);
        let errors: Vec<_> = validator
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{format:?}: {errors:#?}");
    }
}

/// What neither the schema nor common validators check.
#[test]
fn the_specification_is_kept() {
    for format in [Format::Sarif, Format::SarifGithub] {
        let log = log(format);
        let run = &log["runs"][0];
        assert_eq!(run["columnKind"], "utf16CodeUnits");
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in results(&log) {
            let failed = result["kind"] == "fail";
            assert_eq!(result["level"] == "none", !failed, "3.27.10: {result}");
            assert!(result.get("rank").is_none());
            assert!(result.get("suppressions").is_none() && result.get("baselineState").is_none());
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert_eq!(result["locations"].as_array().unwrap().len(), 1);
        }
        for rule in rules {
            let tags = rule["properties"]["tags"].as_array().unwrap();
            assert_eq!(
                tags.iter().collect::<HashSet<_>>().len(),
                tags.len(),
                "{tags:?}"
            );
            assert_eq!(tags[0], "security");
        }
        assert_no_empty_string(&log, "");
    }
}

#[test]
fn github_gets_what_it_requires() {
    let log = log(Format::SarifGithub);
    let mut last_level = 0;
    for result in results(&log) {
        assert_eq!(result["kind"], "fail");
        let level = ["error", "warning", "note"]
            .iter()
            .position(|level| result["level"] == **level);
        assert!(level >= Some(last_level), "worst first");
        last_level = level.unwrap();
        let message = result["message"].as_object().unwrap();
        assert_eq!(message.keys().collect::<Vec<_>>(), ["text"]);
        assert!(message["text"].as_str().unwrap().chars().count() <= 1000);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        for member in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(region[member].as_u64() >= Some(1), "{result}");
        }
    }
    for rule in log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
    {
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
        for text in ["shortDescription", "fullDescription"] {
            assert!(rule[text]["text"].as_str().unwrap().chars().count() <= 1024);
        }
        assert_ne!(rule["properties"]["security-severity"], "0.0");
    }
}

#[test]
fn both_profiles_agree_on_identity() {
    let identities = |format| -> HashSet<String> {
        let log = log(format);
        let failures = results(&log)
            .iter()
            .filter(|result| result["kind"] == "fail");
        failures
            .map(|result| {
                format!(
                    "{}{}",
                    result["fingerprints"], result["partialFingerprints"]
                )
            })
            .collect()
    };
    assert_eq!(identities(Format::Sarif), identities(Format::SarifGithub));
}

#[test]
fn results_on_one_line_do_not_share_a_line_hash() {
    let log = log(Format::Sarif);
    let failures = results(&log)
        .iter()
        .filter(|result| result["kind"] == "fail");
    let hashes: Vec<_> = failures
        .map(|result| {
            result["partialFingerprints"]["primaryLocationLineHash"]
                .as_str()
                .unwrap()
        })
        .collect();
    assert_eq!(
        hashes.iter().collect::<HashSet<_>>().len(),
        hashes.len(),
        "{hashes:?}"
    );
    // A finding that is alone on its line keeps the hash that GitHub would compute.
    assert!(hashes.contains(&"a1b2c3d4e5f60718:1"));
}

#[test]
fn a_failed_policy_and_an_unread_file_are_told_of() {
    for format in [Format::Sarif, Format::SarifGithub] {
        let log = log(format);
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        assert_eq!(invocation["exitCode"], 4);
        let told = invocation["toolExecutionNotifications"].as_array().unwrap();
        let rules: Vec<_> = told
            .iter()
            .map(|note| &note["associatedRule"]["id"])
            .collect();
        assert_eq!(
            rules,
            [
                "exchange-online/mail-flow",
                "web/banner",
                "input/invalid-json"
            ]
        );
    }
}

#[test]
fn github_keeps_the_worst_and_says_what_is_left_out() {
    let files: Vec<_> = (0..10)
        .map(|number| sample::large_file(number, 900))
        .collect();
    let text = sample::render_files(Format::SarifGithub, &Options::default(), &files);
    let log: Value = serde_json::from_str(&text).unwrap();
    let results = results(&log);
    assert_eq!(results.len(), 5000);
    let count = |level| {
        results
            .iter()
            .filter(|result| result["level"] == level)
            .count()
    };
    assert_eq!(
        (count("error"), count("warning"), count("note")),
        (3000, 2000, 0)
    );
    // Of equal ones the first are kept.
    assert!(
        results[3000]["message"]["text"]
            .as_str()
            .unwrap()
            .contains("tenant0-2.")
    );
    assert_eq!(log["runs"][0]["properties"]["assize/droppedResults"], 4000);
    let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notifications[0]["level"], "warning");
}

fn assert_no_empty_string(value: &Value, path: &str) {
    match value {
        Value::String(text) => assert!(!text.is_empty(), "{path} is empty"),
        Value::Null => panic!("{path} is null"),
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                assert_no_empty_string(element, &format!("{path}/{index}"));
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                // A pointer to the whole document is empty.
                if name != "assize/pointer" {
                    assert_no_empty_string(member, &format!("{path}/{name}"));
                }
            }
        }
        Value::Bool(_) | Value::Number(_) => {}
    }
}
