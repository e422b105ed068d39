//! Runs the examples of a policy's page: each is a snapshot with the verdict that the policy must give.

use std::{fmt::Write, sync::Arc};

use assize_finding::Outcome;
use assize_snapshot::{Kinds, Reader, Snapshot, parse_time};
use serde_json::Value as Json;

use crate::{
    context::{NoSiblings, Siblings},
    judge::{Judge, PolicySet},
    limits::Limits,
    page::PageExample,
    policy::Policy,
    verdict::{Place, Verdict},
};

/// How one example went.
#[derive(Debug, Clone)]
pub struct ExampleResult {
    /// The policy's id.
    pub policy: String,
    /// The page.
    pub path: String,
    /// The heading above the example.
    pub title: String,
    /// The line of its opening fence.
    pub line: u32,
    /// What it expects, as its info string says.
    pub expected: String,
    /// Why it failed; `None` if the policy did what the example says.
    pub failure: Option<String>,
}

/// Runs all examples of a policy's page.
pub fn run_examples(policy: &Policy, kinds: &Kinds, limits: &Limits) -> Vec<ExampleResult> {
    let run = |example: &PageExample| ExampleResult {
        policy: policy.id.clone(),
        path: policy.page.path.clone(),
        title: example.title.clone(),
        line: example.line,
        expected: example.info.clone(),
        failure: run_example(policy, example, kinds, limits).err(),
    };
    policy.page.examples.iter().map(run).collect()
}

fn run_example(
    policy: &Policy,
    example: &PageExample,
    kinds: &Kinds,
    limits: &Limits,
) -> Result<(), String> {
    let expectation = Expectation::parse(&example.info)?;
    let snapshot = snapshot(policy, &expectation, example, kinds)?;
    let now = match &expectation.now {
        Some(text) => parse_time(text, true).map_err(|error| format!("`now`: {error}"))?,
        None => collected_at(&snapshot)
            .ok_or("the example has no `collectedAt`; say `now=...` after the verdict")?,
    };
    let mut policy = policy.afresh(limits).map_err(|error| error.to_string())?;
    for (name, value) in &expectation.params {
        policy.set(name, value)?;
    }
    if !expectation.allows(Outcome::Indeterminate)
        && let Some(problem) = snapshot.problems.iter().find(|problem| problem.incomplete)
    {
        return Err(format!(
            "the example is no sound snapshot: {}",
            problem.message
        ));
    }
    let set = PolicySet::new(vec![policy], *limits);
    let siblings: Arc<dyn Siblings> = Arc::new(NoSiblings);
    let snapshot = Arc::new(snapshot);
    let verdicts = Judge::new(&set, now).judge(&snapshot, &set.policies()[0], &siblings);
    expectation.compare(&snapshot, &verdicts)
}

/// The example as a snapshot: whole, or a patch on the kind's own example.
fn snapshot(
    policy: &Policy,
    expectation: &Expectation,
    example: &PageExample,
    kinds: &Kinds,
) -> Result<Snapshot, String> {
    let own = (!policy.header.judges_every_kind()).then_some(&policy.header.kind);
    let named = expectation.kind.as_ref().or(own);
    let found = |name: &String| {
        kinds
            .find(name)
            .ok_or_else(|| format!("there is no kind `{name}`"))
    };
    let kind = named.map(found).transpose()?;
    let patch: Json = serde_json::from_str(&example.text)
        .map_err(|error| format!("the example is no JSON: {error}"))?;
    let base = || {
        let kind =
            kind.ok_or("the example is no whole snapshot; say `kind=NAME` after the verdict")?;
        let text = kind
            .example()
            .ok_or_else(|| format!("kind `{}` has no example to patch", kind.name()))?;
        serde_json::from_str::<Json>(text)
            .map_err(|error| format!("the example of kind `{}` is no JSON: {error}", kind.name()))
    };
    let whole = match &patch {
        Json::Object(members) if !members.contains_key("assizeSnapshot") => {
            let mut whole = base()?;
            json_patch::merge(&mut whole, &patch);
            whole
        }
        Json::Array(operations)
            if operations
                .first()
                .is_some_and(|operation| operation.get("op").is_some()) =>
        {
            let mut whole = base()?;
            let operations: json_patch::Patch = serde_json::from_value(patch)
                .map_err(|error| format!("the example is no JSON Patch: {error}"))?;
            // Each copy can double the snapshot.
            if operations
                .iter()
                .any(|operation| matches!(operation, json_patch::PatchOperation::Copy(_)))
            {
                return Err("the patch copies; write what it adds".to_owned());
            }
            json_patch::patch(&mut whole, &operations)
                .map_err(|error| format!("the patch does not fit: {error}"))?;
            whole
        }
        _ => patch,
    };
    let document = Reader::default()
        .read(format!("{whole:#}").into_bytes())
        .map_err(|error| error.to_string())?;
    Snapshot::new(document, kinds, kind).map_err(|error| error.to_string())
}

fn collected_at(snapshot: &Snapshot) -> Option<i64> {
    let document = &snapshot.document;
    let member = document.written_member(document.root(), "collectedAt", false)?;
    match document.value(member) {
        assize_snapshot::Value::Text(text) => parse_time(&text, true).ok(),
        _ => None,
    }
}

/// What an example's info string expects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Expectation {
    /// Outcomes, with the paths where they are to be found.
    outcomes: Vec<(Outcome, Option<String>)>,
    params: Vec<(String, String)>,
    now: Option<String>,
    /// The kind of the example, for policies that judge every kind.
    kind: Option<String>,
}

const WORDS: [(&str, Outcome); 6] = [
    ("pass", Outcome::Pass),
    ("fail", Outcome::Fail),
    ("not_applicable", Outcome::NotApplicable),
    ("indeterminate", Outcome::Indeterminate),
    ("review", Outcome::Review),
    ("error", Outcome::Error),
];

impl Expectation {
    fn parse(info: &str) -> Result<Self, String> {
        let mut expectation = Self::default();
        let kind = info
            .split_whitespace()
            .find(|word| word.starts_with("kind="));
        expectation.kind = kind.map(|word| word["kind=".len()..].to_owned());
        let info = info.replace(kind.unwrap_or("\0"), "");
        let mut rest = info.trim();
        if let Some((before, now)) = rest.split_once(" now=") {
            expectation.now = Some(now.trim().to_owned());
            rest = before;
        }
        let mut parts = rest.split(" with ");
        let outcomes = parts.next().unwrap_or_default();
        for part in parts {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| format!("`with {part}` is no `with name=value`"))?;
            expectation
                .params
                .push((name.trim().to_owned(), value.trim().to_owned()));
        }
        // A path may hold a comma: only one before the next outcome separates.
        for part in outcomes.split(", ") {
            let (word, path) = part
                .split_once(" at ")
                .map_or((part, None), |(word, path)| (word, Some(path)));
            match (
                WORDS.iter().find(|(own, _)| *own == word.trim()),
                expectation.outcomes.last_mut(),
            ) {
                (Some((_, outcome)), _) => expectation
                    .outcomes
                    .push((*outcome, path.map(|path| path.trim().to_owned()))),
                (None, Some((_, Some(path)))) => {
                    let _ = write!(path, ", {part}");
                }
                (None, _) => {
                    let words: Vec<_> = WORDS.iter().map(|(word, _)| *word).collect();
                    return Err(format!(
                        "`{part}` is no verdict; expected one of {}",
                        words.join(", ")
                    ));
                }
            }
        }
        Ok(expectation)
    }

    fn allows(&self, outcome: Outcome) -> bool {
        self.outcomes.iter().any(|(own, _)| *own == outcome)
    }

    fn compare(&self, snapshot: &Snapshot, verdicts: &[Verdict]) -> Result<(), String> {
        let found = observations(snapshot, verdicts);
        let wants_quiet = |outcome| self.outcomes.iter().all(|(own, _)| *own == outcome);
        let mut unexpected: Vec<String> = Vec::new();
        for observation in &found {
            let quiet = matches!(observation.outcome, Outcome::Pass | Outcome::NotApplicable);
            let expected = self
                .outcomes
                .iter()
                .any(|(outcome, path)| observation.matches(*outcome, path.as_deref()));
            let stray = if quiet {
                // Passes beside a failure are the normal case; beside "all not applicable" they are not.
                observation.outcome == Outcome::Pass && wants_quiet(Outcome::NotApplicable)
            } else {
                !expected
            };
            if stray {
                unexpected.push(format!("  unexpected: {observation}"));
            }
        }
        for (outcome, path) in &self.outcomes {
            if !found
                .iter()
                .any(|observation| observation.matches(*outcome, path.as_deref()))
            {
                let at = path
                    .as_ref()
                    .map_or(String::new(), |path| format!(" at {path}"));
                unexpected.push(format!("  missing: {}{at}", outcome.as_str()));
            }
        }
        if unexpected.is_empty() {
            return Ok(());
        }
        let all: Vec<String> = found
            .iter()
            .map(|observation| format!("  verdict: {observation}"))
            .collect();
        Err(unexpected
            .into_iter()
            .chain(all)
            .collect::<Vec<_>>()
            .join("\n"))
    }
}

/// A verdict, or one finding of it.
struct Observation {
    outcome: Outcome,
    path: String,
    text: String,
}

impl Observation {
    fn matches(&self, outcome: Outcome, path: Option<&str>) -> bool {
        self.outcome == outcome && path.is_none_or(|path| path == self.path)
    }
}

impl std::fmt::Display for Observation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.outcome)?;
        if !self.path.is_empty() {
            write!(f, " at {}", self.path)?;
        }
        if !self.text.is_empty() {
            write!(f, ": {}", self.text)?;
        }
        Ok(())
    }
}

fn observations(snapshot: &Snapshot, verdicts: &[Verdict]) -> Vec<Observation> {
    let mut observations = Vec::new();
    for verdict in verdicts {
        if verdict.findings.is_empty() {
            let (path, text) = (snapshot.path(verdict.object), verdict.reason.clone());
            observations.push(Observation {
                outcome: verdict.outcome,
                path,
                text,
            });
        }
        for finding in &verdict.findings {
            let path = match finding.place {
                Place::Node(node) => snapshot.path(node),
                Place::Absent(object, field) => snapshot.path_of_absent(object, field),
            };
            observations.push(Observation {
                outcome: verdict.outcome,
                path,
                text: finding.message.clone(),
            });
        }
    }
    observations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_strings() {
        let expectation = Expectation::parse(
            "fail at A[x, y].B, fail at C, indeterminate with parked=[\"a\"] now=2026-01-01",
        )
        .unwrap();
        assert_eq!(
            expectation,
            Expectation {
                outcomes: vec![
                    (Outcome::Fail, Some("A[x, y].B".to_owned())),
                    (Outcome::Fail, Some("C".to_owned())),
                    (Outcome::Indeterminate, None),
                ],
                params: vec![("parked".to_owned(), "[\"a\"]".to_owned())],
                now: Some("2026-01-01".to_owned()),
                kind: None,
            }
        );
        assert!(Expectation::parse("fails").is_err());
    }
}
