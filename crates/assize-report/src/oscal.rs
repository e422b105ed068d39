use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use assize_finding::{
    Control, Fingerprint, Judged, Outcome, OutcomeCounts, Role, Rule, Run, Status, Summary,
};
use serde_json::{Value, json};

use crate::{
    Needs, Options, Reporter, escape_control,
    format::About,
    json_stream::{JsonArray, write_json},
    summary_text,
    tally::{Tally, add},
    uuid::uuid,
};

pub(crate) const ABOUT: About = About {
    needs: Needs {
        sha256: true,
        ..Needs::NOTHING
    },
    ..About::new("oscal")
};

/// The version of OSCAL that is written. Later ones read it.
const VERSION: &str = "1.1.3";
/// The namespace of our own properties.
const NAMESPACE: &str = "https://docs.rs/assize/ns/oscal";

/// OSCAL assessment results: an observation for each policy that judged something, with counts instead of single verdicts, and a finding for
/// each control.
///
/// The snapshots are written as they come. What is made of verdicts waits, and grows with the policies alone.
pub(crate) struct Oscal<W> {
    out: W,
    tally: Tally,
    snapshots: JsonArray,
    any_snapshots: bool,
    /// Of everything that was judged: results of other snapshots are another document.
    digest: Fingerprint,
}

impl<W: Write> Oscal<W> {
    pub(crate) fn new(_options: &Options, out: W) -> Self {
        Self {
            out,
            tally: Tally::default(),
            snapshots: JsonArray::default(),
            any_snapshots: false,
            digest: Fingerprint::default(),
        }
    }

    fn member(&mut self, name: &str, values: &[Value]) -> io::Result<()> {
        // An array may be left out, but must not be empty.
        if values.is_empty() {
            return Ok(());
        }
        write!(self.out, ",\n\"{name}\":[")?;
        let mut array = JsonArray::default();
        for value in values {
            array.push(&mut self.out, value)?;
        }
        self.out.write_all(b"]")
    }
}

impl<W: Write> Reporter for Oscal<W> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        let plan = uuid(&["oscal", "no-plan"]);
        let metadata = json!({
            "title": "Results of assize",
            "last-modified": run.now,
            "version": run.now,
            "oscal-version": VERSION,
            "props": [property("assize-version", &run.version)],
        });
        let resource = json!({
            "uuid": plan,
            "description": "The check is automated; there is no assessment plan.",
        });
        self.out
            .write_all(b"{\"assessment-results\":{\"metadata\":")?;
        write_json(&mut self.out, &metadata)?;
        self.out.write_all(b",\n\"import-ap\":")?;
        write_json(&mut self.out, &json!({ "href": format!("#{plan}") }))?;
        self.out.write_all(b",\n\"back-matter\":")?;
        write_json(&mut self.out, &json!({ "resources": [resource] }))?;
        self.out
            .write_all(b",\n\"results\":[{\"title\":\"Policies of assize\",\"start\":")?;
        write_json(&mut self.out, &run.now)
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        self.tally.add(judged);
        let artifact = &judged.artifact;
        let own = self.digest.to_string();
        let verdicts = judged.evaluations.iter();
        let verdicts: Vec<String> = verdicts
            .map(|verdict| format!("{}{}", verdict.fingerprint, verdict.outcome))
            .collect();
        let hash = artifact.sha256.as_deref().unwrap_or_default();
        self.digest = Fingerprint::of(&[&own, &artifact.path, hash, &verdicts.concat()]);
        if artifact.role != Role::Snapshot {
            return Ok(());
        }
        if !self.any_snapshots {
            self.any_snapshots = true;
            self.out
                .write_all(b",\n\"local-definitions\":{\"inventory-items\":[")?;
        }
        let mut properties = vec![
            property("findings", &findings_of(judged).to_string()),
            property("verdicts", &judged.evaluations.len().to_string()),
        ];
        properties.extend(artifact.kind.as_deref().map(|kind| property("kind", kind)));
        properties.extend((!hash.is_empty()).then(|| property("sha-256", hash)));
        let item = json!({
            "uuid": uuid(&["oscal", &run.now, "snapshot", &artifact.path]),
            "description": escape_control(&artifact.path),
            "props": properties,
        });
        self.snapshots.push(&mut self.out, &item)
    }

    fn finish(&mut self, run: &Run, summary: &Summary, status: &Status) -> io::Result<()> {
        if self.any_snapshots {
            self.out.write_all(b"]}")?;
        }
        let digest = self.digest.to_string();
        let controls = controls(run, &self.tally);
        let observations: Vec<Value> = self
            .tally
            .rules()
            .map(|(rule, counts)| observation(run, &run.rules[rule as usize], counts))
            .collect();
        let findings: Vec<Value> = controls
            .iter()
            .filter_map(|(control, bearing)| finding(run, control, bearing))
            .collect();
        self.member("observations", &observations)?;
        self.member("findings", &findings)?;
        let description = format!(
            "{}; {}; {}",
            status.reason,
            summary_text::snapshots(summary),
            summary_text::verdicts(summary)
        );
        let end = json!({
            "description": escape_control(&description),
            "uuid": uuid(&["oscal", &run.now, "result", &digest]),
        });
        self.out.write_all(b",\n\"reviewed-controls\":")?;
        write_json(&mut self.out, &reviewed(run, &controls))?;
        for name in ["description", "uuid"] {
            write!(self.out, ",\n\"{name}\":")?;
            write_json(&mut self.out, &end[name])?;
        }
        let own = uuid(&["oscal", &run.now, "results", &digest]);
        writeln!(self.out, "}}],\n\"uuid\":\"{own}\"}}}}")?;
        self.out.flush()
    }
}

/// What was found in a snapshot, whoever found it.
fn findings_of(judged: &Judged) -> usize {
    let failed = judged
        .evaluations
        .iter()
        .filter(|verdict| verdict.outcome == Outcome::Fail);
    judged.findings.len() + failed.map(|verdict| verdict.findings.len()).sum::<usize>()
}

/// Of each control that was judged, the counts and the rules that bear on it.
type Controls<'r> = BTreeMap<&'r Control, (OutcomeCounts, Vec<&'r str>)>;

fn controls<'r>(run: &'r Run, tally: &Tally) -> Controls<'r> {
    let mut controls = Controls::new();
    for (index, counts) in tally.rules() {
        let rule: &Rule = &run.rules[index as usize];
        let mut own: Vec<&Control> = rule.controls.iter().collect();
        own.sort();
        own.dedup();
        for control in own {
            let (sum, rules) = controls.entry(control).or_default();
            add(sum, counts);
            rules.push(&rule.id);
        }
    }
    controls
}

/// A property of our own. Its value is one line.
fn property(name: &str, value: &str) -> Value {
    let value = escape_control(value);
    let value = value.trim();
    let value = if value.is_empty() { "none" } else { value };
    json!({ "name": name, "ns": NAMESPACE, "value": value })
}

fn observation(run: &Run, rule: &Rule, counts: OutcomeCounts) -> Value {
    let mut properties = vec![
        property("policy", &rule.id),
        property("severity", rule.severity.as_str()),
    ];
    let mut said = Vec::new();
    for (outcome, count) in Outcome::ALL.iter().zip(counts) {
        let name = outcome.as_str().replace(' ', "-");
        properties.push(property(&name, &count.to_string()));
        said.push(format!("{count} {outcome}"));
    }
    json!({
        "uuid": observation_uuid(run, &rule.id),
        "title": escape_control(&rule.title),
        "description": format!("Verdicts: {}.", said.join(", ")),
        "props": properties,
        "methods": ["TEST"],
        "types": ["finding"],
        "collected": run.now,
    })
}

fn observation_uuid(run: &Run, rule: &str) -> String {
    uuid(&["oscal", &run.now, "observation", rule])
}

/// Nothing where no policy applied: the control is neither satisfied nor not.
fn finding(
    run: &Run,
    control: &Control,
    (counts, rules): &(OutcomeCounts, Vec<&str>),
) -> Option<Value> {
    let of = |outcome: Outcome| counts[outcome as usize];
    let (state, reason) = if of(Outcome::Fail) > 0 {
        ("not-satisfied", "fail")
    } else if of(Outcome::Indeterminate) + of(Outcome::Review) + of(Outcome::Error) > 0 {
        // What is not known to be in order is not satisfied.
        ("not-satisfied", "other")
    } else if of(Outcome::Pass) > 0 {
        ("satisfied", "pass")
    } else {
        return None;
    };
    let related: Vec<Value> = rules
        .iter()
        .map(|rule| json!({ "observation-uuid": observation_uuid(run, rule) }))
        .collect();
    let framework = run.framework(&control.framework);
    let title = framework.and_then(|framework| framework.title(&control.id));
    let name = format!("{} {}", run.framework_name(&control.framework), control.id);
    let title = title.map_or_else(|| name.clone(), |title| format!("{name}: {title}"));
    Some(json!({
        "uuid": uuid(&["oscal", &run.now, "finding", &control.to_string()]),
        "title": escape_control(&title),
        "description": format!("{} of the policies that bear on the control.", summary_text::count(counts.iter().sum(), "verdict")),
        "props": [property("framework", &control.framework), property("control", &control.id)],
        "target": {
            "type": "objective-id",
            "target-id": token(control),
            "status": { "state": state, "reason": reason },
        },
        "related-observations": related,
    }))
}

/// What was looked at, a selection for each framework.
fn reviewed(run: &Run, controls: &Controls<'_>) -> Value {
    let mut selections: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for control in controls.keys() {
        let selection = selections.entry(&control.framework).or_default();
        selection.push(json!({ "control-id": token(control) }));
    }
    let selections: Vec<Value> = selections
        .into_iter()
        .map(|(id, controls)| {
            let name = run.framework_name(id);
            json!({ "description": escape_control(&name), "include-controls": controls })
        })
        .collect();
    if selections.is_empty() {
        let note = "No policy that judged something names a control.";
        // The schema wants a selection, and no list of controls may be empty.
        let selection = json!({ "description": note, "include-all": {} });
        return json!({ "control-selections": [selection] });
    }
    json!({ "control-selections": selections })
}

/// A control as OSCAL names it: `AC-6(10)` is `ac-6.10`. A name that begins with no letter gets the framework's in front.
fn token(control: &Control) -> String {
    let mut token = String::new();
    let begins = |character: char| character.is_alphabetic() || character == '_';
    if !control.id.starts_with(begins) {
        token.push_str(&control.framework);
        token.push('_');
    }
    token.push_str(&control.id);
    if !token.starts_with(begins) {
        token.insert(0, '_');
    }
    let characters = token.chars().filter(|character| *character != ')');
    let lower = characters.flat_map(char::to_lowercase);
    lower
        .map(|character| match character {
            '(' => '.',
            '.' | '-' | '_' => character,
            other if other.is_alphanumeric() && other.is_ascii() => other,
            _ => '_',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use assize_finding::Control;

    use super::token;

    #[test]
    fn controls_are_tokens() {
        let token = |framework: &str, id: &str| {
            token(&Control {
                framework: framework.to_owned(),
                id: id.to_owned(),
            })
        };
        assert_eq!(token("nist-800-53-r5", "AC-6(10)"), "ac-6.10");
        assert_eq!(token("cis-m365-v6", "2.1.9"), "cis-m365-v6_2.1.9");
        assert_eq!(token("iso", "A.5/1 ä"), "a.5_1__");
        assert_eq!(token("8", "1"), "_8_1");
    }
}
