//! What of a policy its examples reach.

use std::collections::BTreeMap;

use assize_finding::{Outcome, Region};
use assize_snapshot::Kinds;

use super::{
    Rewritten,
    probe::{Branch, ProbeKind, Probes, Way},
    recorder::Counts,
    tell::Lines,
};
use crate::{case::CaseFile, example::Staged, limits::Limits, policy::Policy, source::Source};

/// What of a policy its examples reach.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// The policy's id.
    pub policy: String,
    /// Its source.
    pub source: Source,
    /// Each line on which a statement begins, and how often it was reached.
    pub lines: BTreeMap<u32, u32>,
    /// The functions: name, line, how often each was called.
    pub functions: Vec<(String, u32, u32)>,
    /// Each place from which a policy may go on in more than one way, in the order of the source.
    pub branches: Vec<BranchCoverage>,
    /// How often each verdict was reached.
    pub outcomes: BTreeMap<Outcome, u32>,
    /// Examples that could not be counted, by their lines in the page, and why.
    pub strays: Vec<(u32, String)>,
}

/// A place from which a policy may go on in more than one way.
#[derive(Debug, Clone)]
pub struct BranchCoverage {
    /// The word or sign that it is known by.
    pub word: &'static str,
    /// Where it stands.
    pub region: Region,
    /// The ways, and how often each was taken.
    pub ways: Vec<(&'static str, u32)>,
}

impl Coverage {
    /// Runs the examples of a policy's page and its cases, and counts what they reach; the error says why that cannot be done.
    /// `read` gives the text of the snapshots that cases begin with.
    pub fn of(
        policy: &Policy,
        cases: Option<&CaseFile>,
        read: &dyn Fn(&str) -> Result<String, String>,
        kinds: &Kinds,
        limits: &Limits,
    ) -> Result<Self, String> {
        let rewritten = Rewritten::new(policy, limits)?;
        let probes = &rewritten.probes;
        let mut counts = vec![Counts::default(); probes.list.len()];
        let (mut outcomes, mut strays) = (BTreeMap::new(), Vec::new());
        let examples = policy.page.examples.iter();
        let examples = examples.map(|example| (example.line, Staged::of(policy, example, kinds)));
        let cases = cases.into_iter().flat_map(|file| &file.cases);
        let cases = cases.map(|case| (case.example.line, case.staged(policy, read, kinds)));
        for (line, staged) in examples.chain(cases) {
            // What is wrong with an example is for the test to say.
            let Ok(staged) = staged else { continue };
            match staged.watch(policy, &rewritten, limits, &mut counts) {
                Err(reason) => strays.push((line, reason)),
                Ok(found) => {
                    for outcome in found {
                        *outcomes.entry(outcome).or_insert(0_u32) += 1;
                    }
                }
            }
        }
        Ok(Self::counted(policy, probes, &counts, outcomes, strays))
    }

    fn counted(
        policy: &Policy,
        probes: &Probes,
        counts: &[Counts],
        outcomes: BTreeMap<Outcome, u32>,
        strays: Vec<(u32, String)>,
    ) -> Self {
        let text = &policy.source.text;
        let places = Lines::of(text);
        let (mut lines, mut functions) = (BTreeMap::new(), Vec::new());
        for (probe, count) in probes.list.iter().zip(counts) {
            let line = places.position(text, probe.span.start).line;
            match probe.kind {
                ProbeKind::Statement => {
                    let reached: &mut u32 = lines.entry(line).or_default();
                    *reached = (*reached).max(count.reached);
                }
                ProbeKind::Function => {
                    let name: String = text[probe.anchor as usize..]
                        .chars()
                        .take_while(|character| character.is_alphanumeric() || *character == '_')
                        .collect();
                    functions.push((name, line, count.reached));
                }
                _ => {}
            }
        }
        let mut branches: Vec<&Branch> = probes.branches.iter().collect();
        branches.sort_by_key(|branch| branch.span);
        let branches = branches.into_iter().map(|branch| BranchCoverage {
            word: branch.word,
            region: Region {
                start: places.position(text, branch.span.start),
                end: places.position(text, branch.span.end),
            },
            ways: branch
                .ways
                .iter()
                .map(|(name, way)| (*name, taken(*way, counts)))
                .collect(),
        });
        Self {
            policy: policy.id.clone(),
            source: policy.source.clone(),
            lines,
            functions,
            branches: branches.collect(),
            outcomes,
            strays,
        }
    }

    /// Lines that were reached, and all lines.
    pub fn reached_lines(&self) -> (usize, usize) {
        let reached = self.lines.values().filter(|count| **count > 0).count();
        (reached, self.lines.len())
    }

    /// Ways that were taken, and all ways.
    pub fn taken_ways(&self) -> (usize, usize) {
        let ways = || self.branches.iter().flat_map(|branch| &branch.ways);
        (
            ways().filter(|(_, count)| *count > 0).count(),
            ways().count(),
        )
    }

    /// The verdicts that every page has to show and that no example reached.
    pub fn missing_outcomes(&self) -> Vec<Outcome> {
        let wanted = [Outcome::Pass, Outcome::Fail, Outcome::Indeterminate];
        let is_missing = |outcome: &Outcome| match outcome {
            // A policy may ask a person instead.
            Outcome::Fail => {
                !self.outcomes.contains_key(&Outcome::Fail)
                    && !self.outcomes.contains_key(&Outcome::Review)
            }
            other => !self.outcomes.contains_key(other),
        };
        wanted.into_iter().filter(is_missing).collect()
    }
}

fn taken(way: Way, counts: &[Counts]) -> u32 {
    let of = |probe: u32| counts.get(probe as usize).copied().unwrap_or_default();
    match way {
        Way::True(probe) => of(probe).was_true,
        Way::False(probe) => of(probe).was_false,
        Way::Nothing(probe) => of(probe).was_nothing,
        Way::Something(probe) => of(probe).was_something,
        Way::Reached(probe) => of(probe).reached,
        Way::NoRound(probe) => of(probe).begun.saturating_sub(of(probe).entered),
    }
}
