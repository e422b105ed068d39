//! Reads SARIF that assize wrote in its full profile.

use std::collections::BTreeMap;

use assize_finding::Position;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{Recorded, RecordedFile, RecordedFinding, json_error};

type Bag = Map<String, Json>;

#[derive(Deserialize)]
struct Log {
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    tool: Tool,
    results: Vec<Result_>,
    #[serde(default)]
    artifacts: Vec<Artifact>,
    #[serde(default)]
    properties: Bag,
}

#[derive(Deserialize)]
struct Tool {
    driver: Driver,
}

#[derive(Deserialize)]
struct Driver {
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    #[serde(default)]
    properties: Bag,
}

#[derive(Deserialize)]
struct Artifact {
    location: ArtifactLocation,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    hashes: BTreeMap<String, String>,
    #[serde(default)]
    properties: Bag,
}

#[derive(Deserialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Result_ {
    rule_id: String,
    kind: String,
    message: Message,
    locations: Vec<Location>,
    #[serde(default)]
    fingerprints: BTreeMap<String, String>,
    #[serde(default)]
    suppressions: Vec<serde::de::IgnoredAny>,
    #[serde(default)]
    baseline_state: String,
    #[serde(default)]
    properties: Bag,
}

#[derive(Deserialize)]
struct Message {
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
    #[serde(default)]
    logical_locations: Vec<Logical>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Logical {
    fully_qualified_name: String,
}

pub(super) fn read(text: &str) -> Result<Recorded, String> {
    let log: Log = serde_json::from_str(text).map_err(|error| json_error(&error))?;
    let [run] = <[Run; 1]>::try_from(log.runs)
        .map_err(|runs| format!("1:1: the log has {} runs; expected one", runs.len()))?;
    let driver = run.tool.driver;
    if driver.name != "assize" {
        return Err(format!(
            "1:1: the log was written by `{}`; expected one of assize",
            driver.name
        ));
    }
    let text_in = |bag: &Bag, name: &str| bag.get(name).and_then(Json::as_str).map(str::to_owned);
    let mut recorded = Recorded {
        version: driver.version,
        now: text_in(&run.properties, "assize/now").unwrap_or_default(),
        ..Recorded::default()
    };
    for rule in driver.rules {
        let source = text_in(&rule.properties, "assize/source");
        recorded.rules.insert(rule.id, source);
    }
    take_settings(&mut recorded, &run.properties);
    if run.artifacts.is_empty() && !run.results.is_empty() {
        return Err(
            "1:1: the log names no artifacts; expected the full profile, `--format sarif`"
                .to_owned(),
        );
    }
    for artifact in run.artifacts {
        if !artifact.roles.iter().any(|role| role == "analysisTarget") {
            continue;
        }
        let file = RecordedFile {
            kind: text_in(&artifact.properties, "assize/kind").unwrap_or_default(),
            source: text_in(&artifact.properties, "assize/source").unwrap_or_default(),
            schema: text_in(&artifact.properties, "assize/schema"),
            sha256: artifact.hashes.get("sha-256").cloned(),
            is_incomplete: false,
        };
        recorded.files.insert(decoded(&artifact.location.uri), file);
    }
    for result in run
        .results
        .into_iter()
        .filter(|result| result.baseline_state != "absent")
    {
        take_result(&mut recorded, result)?;
    }
    Ok(recorded)
}

fn take_settings(recorded: &mut Recorded, properties: &Bag) {
    for (list, parts) in [
        ("assize/parameters", ["name", "value"]),
        ("assize/overrides", ["severity", ""]),
    ] {
        for one in properties
            .get(list)
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
        {
            let text = |name: &str| one.get(name).and_then(Json::as_str).unwrap_or_default();
            let own = recorded
                .settings
                .entry(text("rule").to_owned())
                .or_default();
            own.insert(if parts[1].is_empty() {
                text(parts[0]).to_owned()
            } else {
                format!("{}={}", text(parts[0]), text(parts[1]))
            });
        }
    }
}

fn take_result(recorded: &mut Recorded, result: Result_) -> Result<(), String> {
    let text = |name: &str| result.properties.get(name).and_then(Json::as_str);
    let Some(fingerprint) = result.fingerprints.get("assize/v1").cloned() else {
        return Err("1:1: a result has no fingerprint `assize/v1`".to_owned());
    };
    let Some(place) = result.locations.first() else {
        return Err("1:1: a result has no location".to_owned());
    };
    let file = decoded(&place.physical_location.artifact_location.uri);
    let is_of_policy = text("assize/verdict").is_some();
    match (result.kind.as_str(), is_of_policy, text("assize/severity")) {
        ("fail" | "review", true, severity) => {
            let verdict = text("assize/verdict").unwrap_or_default();
            recorded
                .verdicts
                .insert(verdict.to_owned(), result.kind.clone());
            let region = &place.physical_location.region;
            let read = RecordedFinding {
                severity: severity
                    .unwrap_or("info")
                    .parse()
                    .map_err(|error| format!("1:1: {error}"))?,
                rule: result.rule_id.clone(),
                message: result.message.text.clone(),
                path: place
                    .logical_locations
                    .first()
                    .map_or(String::new(), |place| place.fully_qualified_name.clone()),
                start: Position::new(region.start_line.max(1), region.start_column.max(1)),
                content: text("assize/content").map(str::to_owned),
                is_waived: !result.suppressions.is_empty(),
                file,
            };
            recorded.findings.insert(fingerprint, read);
        }
        ("fail", false, _) => {
            if let Some(own) = recorded.files.get_mut(&file)
                && result.rule_id.starts_with("input/")
            {
                own.is_incomplete = true;
            }
            recorded.inputs.insert(fingerprint);
        }
        (kind, ..) => {
            let outcome = text("assize/outcome").unwrap_or(kind).to_owned();
            if outcome == "indeterminate" || outcome == "error" {
                recorded.undecided.insert((result.rule_id.clone(), file));
            }
            recorded.verdicts.insert(fingerprint, outcome);
        }
    }
    Ok(())
}

/// A path from its percent-encoded form.
fn decoded(uri: &str) -> String {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        if let Some(byte) = byte.filter(|_| *first == b'%') {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
