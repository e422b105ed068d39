//! Runs the examples of a policy's page: each is a snapshot with the verdict that the policy must give.

use std::{fmt::Write, sync::Arc};

use assize_finding::Outcome;
use assize_snapshot::{Kinds, NodeId, Snapshot, parse_time};

use crate::{
    judge::Judge,
    limits::Limits,
    page::PageExample,
    policy::Policy,
    policy_set::PolicySet,
    scene::{Scene, collected_at},
    siblings::Siblings,
    trace::{Counts, Rewritten, Scenery, Watched},
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
    let rehearsal = Rehearsal::of(policy, example, kinds, limits)?;
    let verdicts = rehearsal.verdicts();
    let (snapshot, earlier) = (&rehearsal.snapshot, rehearsal.earlier.as_ref());
    let earlier = earlier.and_then(|earlier| earlier.as_deref().ok());
    rehearsal.expectation.compare(snapshot, earlier, &verdicts)
}

/// An example, ready to be judged.
pub(crate) struct Rehearsal {
    expectation: Expectation,
    /// The one policy, with the parameters of the example.
    set: PolicySet,
    snapshot: Arc<Snapshot>,
    /// For policies over time.
    earlier: Option<Result<Arc<Snapshot>, String>>,
    siblings: Arc<dyn Siblings>,
    now: i64,
}

impl Rehearsal {
    /// Reads an example; the error says what is wrong with it.
    pub(crate) fn of(
        policy: &Policy,
        example: &PageExample,
        kinds: &Kinds,
        limits: &Limits,
    ) -> Result<Self, String> {
        let expectation = Expectation::parse(&example.info, names_its_kind(policy))?;
        if let Some(kind) = &expectation.kind
            && !policy.header.judges(kind)
        {
            return Err(format!("the policy does not judge the kind `{kind}`"));
        }
        let mut scene = Scene::of(policy, example, expectation.kind.as_deref(), kinds)?;
        let references = std::mem::take(&mut scene.references);
        let now = match &expectation.now {
            Some(text) => parse_time(text, true).map_err(|error| format!("`now`: {error}"))?,
            None => collected_at(&scene.snapshot)
                .ok_or("the example has no `collectedAt`; say `now=...` after the verdict")?,
        };
        let every_kind = policy.header.judges_every_kind();
        let mut policy = policy
            .afresh(references, limits)
            .map_err(|error| error.to_string())?;
        for (name, value) in &expectation.params {
            policy.set(name, value)?;
        }
        // Policies of every kind judge what is wrong with a snapshot.
        if !expectation.allows(Outcome::Indeterminate) && !every_kind {
            scene.check_soundness()?;
        }
        Ok(Self {
            expectation,
            set: PolicySet::new(vec![policy], *limits),
            snapshot: scene.snapshot,
            earlier: scene.earlier.map(Ok),
            siblings: Arc::new(scene.estate),
            now,
        })
    }

    fn scenery(&self) -> Scenery<'_> {
        Scenery {
            snapshot: &self.snapshot,
            earlier: self.earlier.as_ref(),
            siblings: &self.siblings,
        }
    }

    fn verdicts(&self) -> Vec<Verdict> {
        let judge = Judge::new(&self.set, self.now);
        let policy = &self.set.policies()[0];
        match &self.earlier {
            Some(earlier) => judge.judge_change(&self.snapshot, earlier, policy, &self.siblings),
            None => judge.judge(&self.snapshot, policy, &self.siblings),
        }
    }

    /// Watches the policy judge the example, and adds to how often something happened at each probe; the outcomes. The error
    /// says why it cannot be watched.
    pub(crate) fn watch(
        &self,
        rewritten: &Rewritten,
        limits: &Limits,
        counts: &mut [Counts],
    ) -> Result<Vec<Outcome>, String> {
        let policy = &self.set.policies()[0];
        let watched = Watched::of(rewritten, policy, limits, self.now);
        let (found, own) = watched.judge_all(self.scenery())?;
        if found != self.verdicts() {
            return Err("the policy gave another verdict while it was watched".to_owned());
        }
        for (count, own) in counts.iter_mut().zip(own) {
            count.add(own);
        }
        Ok(found.into_iter().map(|verdict| verdict.outcome).collect())
    }
}

/// What an example's info string expects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Expectation {
    /// Outcomes, with the paths where they are to be found.
    outcomes: Vec<(Outcome, Option<String>)>,
    params: Vec<(String, String)>,
    now: Option<String>,
    /// The kind of the example, for policies that judge several.
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
    /// `names_kind`: the example may be of several kinds.
    fn parse(info: &str, names_kind: bool) -> Result<Self, String> {
        let mut expectation = Self::default();
        let info = info.trim();
        let (named, without) = if names_kind {
            kind_of_example(info)
        } else {
            (None, info.to_owned())
        };
        expectation.kind = named;
        let mut rest = without.as_str();
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
            if let Some(other) = joined_param(value) {
                return Err(format!(
                    "`with {part}` seems to set several parameters; write `with {}` for the other one, or put a text that has commas in quotes",
                    other.trim()
                ));
            }
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

    fn compare(
        &self,
        snapshot: &Snapshot,
        earlier: Option<&Snapshot>,
        verdicts: &[Verdict],
    ) -> Result<(), String> {
        let found = observations(snapshot, earlier, verdicts);
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

fn observations(
    snapshot: &Snapshot,
    earlier: Option<&Snapshot>,
    verdicts: &[Verdict],
) -> Vec<Observation> {
    let path_of_gone = |near: NodeId, node: NodeId| {
        earlier.map_or_else(|| snapshot.path(near), |earlier| earlier.path(node))
    };
    let mut observations = Vec::new();
    for verdict in verdicts {
        if verdict.findings.is_empty() {
            let path = match verdict.gone {
                Some(node) => path_of_gone(verdict.object, node),
                None => snapshot.path(verdict.object),
            };
            observations.push(Observation {
                outcome: verdict.outcome,
                path,
                text: verdict.reason.clone(),
            });
        }
        for finding in &verdict.findings {
            let path = match finding.place {
                Place::Node(node) => snapshot.path(node),
                Place::Absent(object, field) => snapshot.path_of_absent(object, field),
                Place::Gone { near, node } => path_of_gone(near, node),
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

/// What follows a comma in a value and looks like one more `name=value`; values with commas of their own are JSON.
fn joined_param(value: &str) -> Option<&str> {
    if serde_json::from_str::<serde_json::Value>(value.trim()).is_ok() {
        return None;
    }
    let mut parts = value.match_indices(',').map(|(at, _)| &value[at + 1..]);
    parts.find(|part| {
        let name = part.split_once('=').map(|(name, _)| name.trim());
        name.is_some_and(|name| {
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        })
    })
}

/// Whether the examples of a policy may say of which kind they are.
fn names_its_kind(policy: &Policy) -> bool {
    policy.header.judges_every_kind() || policy.header.kinds.len() > 1
}

/// The `kind=NAME` of an info string, and the rest.
fn kind_of_example(info: &str) -> (Option<String>, String) {
    let words: Vec<&str> = info.split(' ').collect();
    let named = words.iter().position(|word| word.starts_with("kind="));
    let Some(at) = named else {
        return (None, info.to_owned());
    };
    let kind = words[at].trim_start_matches("kind=").to_owned();
    let rest: Vec<&str> = words[..at]
        .iter()
        .chain(&words[at + 1..])
        .copied()
        .collect();
    (Some(kind), rest.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_strings() {
        let expectation = Expectation::parse(
            "fail at A[x, y].B, fail at C, indeterminate with parked=[\"a\"] now=2026-01-01",
            false,
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
        assert!(Expectation::parse("fails", false).is_err());
        let two = Expectation::parse("pass with a=1 with b=\"c, d=e\" with f=g, h", false).unwrap();
        let params: Vec<_> = two
            .params
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        assert_eq!(params, ["a: 1", "b: \"c, d=e\"", "f: g, h"]);
        let joined = Expectation::parse("pass with a=1, b=2", false).unwrap_err();
        assert!(
            joined.contains("write `with b=2` for the other one"),
            "{joined}"
        );
        let any = Expectation::parse("fail at A[x] kind=certificates with a=1", true).unwrap();
        assert_eq!(any.kind.as_deref(), Some("certificates"));
        assert_eq!(any.outcomes, [(Outcome::Fail, Some("A[x]".to_owned()))]);
        assert_eq!(any.params, [("a".to_owned(), "1".to_owned())]);
    }
}
