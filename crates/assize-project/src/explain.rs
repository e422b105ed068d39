//! What verdicts were made of, for those who asked for it: the policies judge once more, watched.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
};

use assize_finding::{Location, Outcome, Related, TracePlace};
use assize_policy::{Origin, Place, Policy, Scenery, Trace, ValuePlace, Verdict, Watched};
use assize_snapshot::Snapshot;

use crate::{
    check::Wanted,
    judged::{PolicyVerdicts, mark_at},
    load::Project,
    locate::{Locator, Mark},
};

/// Verdicts of one policy on one file that are explained.
const MOST_EXPLAINED: usize = 500;

/// Which verdicts a run explains.
#[derive(Debug, Clone, Default)]
pub struct Explain {
    /// All of them; else failures, and what a person has to look at.
    pub all: bool,
    /// With every step; else those on which the verdict depends.
    pub every_step: bool,
    /// Only objects of this keyed path, in which `*` stands for anything.
    pub at: Option<String>,
    /// Only this file is judged; the other inputs are its estate.
    pub only: Option<PathBuf>,
}

/// The policies of a worker that are ready to be watched, by their ids.
pub(crate) type WatchedPolicies = HashMap<String, Result<Watched, String>>;

impl Project {
    /// What verdicts were made of, in their order; nothing where nobody asked, or where it cannot be known.
    pub(crate) fn traces(
        &self,
        watched: &mut WatchedPolicies,
        policy: &Policy,
        scenery: Scenery<'_>,
        verdicts: &[Verdict],
    ) -> Vec<Option<Trace>> {
        let Some(explain) = &self.options.explain else {
            return Vec::new();
        };
        let wanted: Vec<usize> = (0..verdicts.len())
            .filter(|at| explain.wants(&verdicts[*at], scenery))
            .take(MOST_EXPLAINED)
            .collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let watched = watched
            .entry(policy.id.clone())
            .or_insert_with(|| Watched::new(policy, &self.options.limits, self.options.now));
        let Ok(watched) = watched else {
            return Vec::new();
        };
        let chosen: Vec<Verdict> = wanted.iter().map(|at| verdicts[*at].clone()).collect();
        let found = watched.trace(scenery, &chosen);
        let mut traces: Vec<Option<Trace>> = verdicts.iter().map(|_| None).collect();
        for (at, trace) in wanted.into_iter().zip(found) {
            traces[at] = trace;
        }
        traces
    }
}

impl Project {
    /// A trace in the words of a report.
    pub(crate) fn told(
        &self,
        policy: &Policy,
        trace: &Trace,
        places: &Places<'_>,
    ) -> Box<assize_finding::Trace> {
        let explain = self.options.explain.as_ref();
        let every_step = explain.is_some_and(|explain| explain.every_step);
        Box::new(trace.told(&policy.source, every_step, &mut |place| places.find(place)))
    }
}

impl Explain {
    fn wants(&self, verdict: &Verdict, scenery: Scenery<'_>) -> bool {
        let is_found = matches!(verdict.outcome, Outcome::Fail | Outcome::Review);
        if !self.all && !is_found {
            return false;
        }
        let Some(pattern) = &self.at else { return true };
        let earlier = scenery.earlier.and_then(|earlier| earlier.as_ref().ok());
        let path = match (verdict.gone, earlier) {
            (Some(node), Some(earlier)) => earlier.path(node),
            _ => scenery.snapshot.path(verdict.object),
        };
        fits(pattern, &path)
    }
}

/// Whether a keyed path is the one that a pattern names; `*` in it stands for anything.
pub fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Where the values of traces stand.
pub(crate) struct Places<'p> {
    judged: HashMap<Place, Location>,
    others: &'p HashMap<Origin, Related>,
}

impl<'p> Places<'p> {
    /// All places of the traces in the judged snapshot, in one walk over its text.
    pub(crate) fn of(
        snapshot: &Snapshot,
        earlier: Option<&Snapshot>,
        policies: &[PolicyVerdicts<'_>],
        others: &'p HashMap<Origin, Related>,
    ) -> Self {
        let mut seen = HashSet::new();
        let places = policies.iter().flat_map(PolicyVerdicts::places);
        let places: Vec<Place> = places
            .filter_map(|place| match place {
                ValuePlace::Judged(place) => Some(place),
                ValuePlace::Other(_) => None,
            })
            .filter(|place| seen.insert(*place))
            .collect();
        if places.is_empty() {
            return Self {
                judged: HashMap::new(),
                others,
            };
        }
        let marks: Vec<Mark> = places.iter().map(|place| mark_at(*place)).collect();
        let text = snapshot.document.text();
        let locator = Locator::new(text, Some(snapshot), Wanted::default()).with_earlier(earlier);
        let judged = places.into_iter().zip(locator.locate(&marks)).collect();
        Self { judged, others }
    }

    pub(crate) fn find(&self, place: ValuePlace) -> Option<TracePlace> {
        match place {
            ValuePlace::Judged(place) => self.judged.get(&place).map(|location| TracePlace {
                file: None,
                location: location.clone(),
            }),
            ValuePlace::Other(origin) => self.others.get(&origin).map(|related| TracePlace {
                file: related.file.clone(),
                location: related.location.clone(),
            }),
        }
    }
}

impl PolicyVerdicts<'_> {
    /// Where the values of its traces came from.
    pub(crate) fn places(&self) -> impl Iterator<Item = ValuePlace> + '_ {
        self.traces.iter().flatten().flat_map(Trace::places)
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_paths() {
        let path = "AcceptedDomain[contoso.com].Enabled";
        for pattern in [path, "*", "AcceptedDomain[*]*", "*contoso*", "A*.*d"] {
            assert!(fits(pattern, path), "{pattern}");
        }
        for pattern in [
            "",
            "AcceptedDomain",
            "*contoso",
            "A*x*d",
            "*Enabled*Enabled",
        ] {
            assert!(!fits(pattern, path), "{pattern}");
        }
        assert!(fits("", ""));
    }
}
