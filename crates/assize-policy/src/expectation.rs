//! What an example says that a policy must find, and whether it does.

use std::fmt::Write;

use assize_finding::Outcome;
use assize_snapshot::{NodeId, Snapshot};

use crate::{
    policy::Policy,
    verdict::{Place, Verdict},
};

/// What an example's info string expects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Expectation {
    /// Outcomes, with the paths where they are to be found.
    outcomes: Vec<(Outcome, Option<String>)>,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) now: Option<String>,
    /// The kind of the example, for policies that judge several.
    pub(crate) kind: Option<String>,
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
    pub(crate) fn parse(info: &str, names_kind: bool) -> Result<Self, String> {
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

    pub(crate) fn allows(&self, outcome: Outcome) -> bool {
        self.outcomes.iter().any(|(own, _)| *own == outcome)
    }

    pub(crate) fn compare(
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
pub(crate) fn names_its_kind(policy: &Policy) -> bool {
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
