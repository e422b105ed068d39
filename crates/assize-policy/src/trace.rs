//! What a verdict was made of. A policy is written anew with calls that watch it, and judges once more; the verdict is the same,
//! and is thrown away. Plain judging knows nothing of this.

mod chain;
mod coverage;
mod decide;
mod functions;
mod probe;
mod recorder;
mod rewrite;
mod shown;
mod step;
mod tell;

use std::{collections::BTreeSet, sync::Arc};

use assize_finding::{Location, TracePlace, ValueKind};
use assize_snapshot::{NodeId, Snapshot};
use rhai::AST;

pub(crate) use probe::{Probes, RESERVED};
pub use step::{Shown, Step, StepKind, Trace, ValuePlace};

use crate::{
    engine,
    interpretation::{Call, Interpretation},
    judge::{Judge, select},
    limits::Limits,
    policy::Policy,
    policy_set::PolicySet,
    siblings::Siblings,
    source::Source,
    syntax::Tree,
    verdict::{Place, Verdict},
};
pub use coverage::{BranchCoverage, Coverage};
pub(crate) use recorder::Counts;
use recorder::{Object, Recording, recording};

/// A watched policy lies deeper on the stack than a plain one.
const STACK_BYTES: usize = 256 << 20;

/// A policy written anew to be watched.
#[derive(Debug)]
pub(crate) struct Rewritten {
    ast: AST,
    probes: Arc<Probes>,
}

/// A policy that is watched while it judges.
#[derive(Debug)]
pub struct Watched {
    set: PolicySet,
    probes: Arc<Probes>,
    now: i64,
}

/// The snapshots of a verdict.
#[derive(Clone, Copy)]
pub struct Scenery<'s> {
    /// What is judged.
    pub snapshot: &'s Arc<Snapshot>,
    /// For policies over time, the earlier snapshot, or why there is none.
    pub earlier: Option<&'s Result<Arc<Snapshot>, String>>,
    /// The estate.
    pub siblings: &'s Arc<dyn Siblings>,
}

impl Scenery<'_> {
    /// The keyed path of a place.
    pub(crate) fn path(&self, place: Place) -> String {
        let earlier = self.earlier.and_then(|earlier| earlier.as_ref().ok());
        match (place, earlier) {
            (Place::Node(node), _) => self.snapshot.path(node),
            (Place::Absent(object, field), _) => self.snapshot.path_of_absent(object, field),
            (Place::Gone { node, .. }, Some(earlier)) => earlier.path(node),
            (Place::Gone { near, .. }, None) => self.snapshot.path(near),
        }
    }

    /// Where a value stands, by its keyed path alone.
    pub(crate) fn place(&self, place: ValuePlace) -> Option<TracePlace> {
        let ValuePlace::Judged(place) = place else {
            return None;
        };
        let location = Location {
            pointer: None,
            path: self.path(place),
            region: None,
            value_kind: ValueKind::Value,
            absent: matches!(place, Place::Absent(..)),
            content: None,
            excerpt: None,
            line_hash: None,
        };
        Some(TracePlace {
            file: None,
            location,
        })
    }
}

impl Rewritten {
    /// Writes a policy anew; the error says why that cannot be done.
    pub(crate) fn new(policy: &Policy, limits: &Limits) -> Result<Self, String> {
        let tree = Tree::of(&policy.source.text);
        if let Some(error) = tree.errors.first() {
            return Err(format!("the policy cannot be watched: {}", error.message));
        }
        let probes = Arc::new(rewrite::rewrite(&policy.source.text, &tree));
        let source = Source {
            path: policy.source.path.clone(),
            text: probes.text.clone(),
        };
        let limits = limits.for_watching();
        // Deeply nested source makes the parser recurse.
        let compiled = on_large_stack(|| engine::compile_watched(&source, &limits));
        let ast = compiled?.map_err(|error| format!("the policy cannot be watched: {error}"))?;
        Ok(Self { ast, probes })
    }
}

impl Watched {
    /// Makes a policy ready to be watched; the error says why that cannot be done.
    pub fn new(policy: &Policy, limits: &Limits, now: i64) -> Result<Self, String> {
        Rewritten::new(policy, limits).map(|rewritten| Self::of(&rewritten, policy, limits, now))
    }

    /// The same with a policy of that source that may have other parameters.
    pub(crate) fn of(rewritten: &Rewritten, policy: &Policy, limits: &Limits, now: i64) -> Self {
        let probes = Arc::clone(&rewritten.probes);
        let watched = policy.watched(rewritten.ast.clone(), Arc::clone(&probes));
        Self {
            set: PolicySet::new(vec![watched], limits.for_watching()),
            probes,
            now,
        }
    }

    /// What each of some verdicts of the policy was made of; `None` where that cannot be known, because the policy did not run or
    /// gave another verdict, as it may where it hits a limit.
    pub fn trace(&self, scenery: Scenery<'_>, verdicts: &[Verdict]) -> Vec<Option<Trace>> {
        let wanted = verdicts.iter().map(object_of).collect();
        let watched = self.run(scenery, wanted, verdicts);
        let Ok((again, recording)) = watched else {
            return verdicts.iter().map(|_| None).collect();
        };
        let tree = Tree::of(&self.set.policies()[0].source.text);
        let mut traces = recording.traces;
        let trace_of = |verdict: &Verdict| {
            let is_same = again.contains(verdict);
            let at = traces
                .iter()
                .position(|(object, _)| *object == object_of(verdict));
            let mut trace = at.filter(|_| is_same).map(|at| traces.swap_remove(at).1)?;
            decide::decide(&mut trace, &tree);
            Some(trace)
        };
        verdicts.iter().map(trace_of).collect()
    }

    /// The verdicts of the watched policy on the objects of some verdicts.
    fn run(
        &self,
        scenery: Scenery<'_>,
        wanted: BTreeSet<Object>,
        verdicts: &[Verdict],
    ) -> Result<(Vec<Verdict>, Recording), String> {
        let policy = &self.set.policies()[0];
        on_large_stack(|| {
            let judge = self.judge();
            let work = || match scenery.earlier {
                Some(earlier) => {
                    judge.judge_change(scenery.snapshot, earlier, policy, scenery.siblings)
                }
                None => again(&judge, scenery, policy, verdicts),
            };
            recording(&self.probes, wanted, work)
        })
    }

    /// All verdicts of the watched policy on a snapshot: those of the plain one, unless it hits a limit.
    pub fn verdicts(&self, scenery: Scenery<'_>) -> Result<Vec<Verdict>, String> {
        self.judge_all(scenery).map(|(verdicts, _)| verdicts)
    }

    /// All verdicts of the watched policy on a snapshot, and how often something happened at each probe.
    pub(crate) fn judge_all(
        &self,
        scenery: Scenery<'_>,
    ) -> Result<(Vec<Verdict>, Vec<Counts>), String> {
        let policy = &self.set.policies()[0];
        on_large_stack(|| {
            let judge = self.judge();
            let work = || match scenery.earlier {
                Some(earlier) => {
                    judge.judge_change(scenery.snapshot, earlier, policy, scenery.siblings)
                }
                None => judge.judge(scenery.snapshot, policy, scenery.siblings),
            };
            let (verdicts, recording) = recording(&self.probes, BTreeSet::new(), work);
            (verdicts, recording.counts)
        })
    }

    fn judge(&self) -> Judge {
        let mut judge = Judge::interpreting(&self.set, self.now);
        judge
            .engine
            .register_global_module(functions::module().into());
        judge
    }
}

/// Judges some objects again.
fn again(
    judge: &Judge,
    scenery: Scenery<'_>,
    policy: &Arc<Policy>,
    verdicts: &[Verdict],
) -> Vec<Verdict> {
    let Ok(selection) = select(scenery.snapshot, policy, &judge.limits) else {
        return Vec::new();
    };
    let selected: BTreeSet<NodeId> = selection.objects.into_iter().collect();
    let objects: BTreeSet<NodeId> = verdicts
        .iter()
        .map(|verdict| verdict.object)
        .filter(|object| selected.contains(object))
        .collect();
    let count = objects.len();
    let (snapshot, siblings) = (scenery.snapshot, scenery.siblings);
    let mut interpretation = Interpretation::new(judge, snapshot, None, policy, siblings, count);
    objects
        .into_iter()
        .map(|object| interpretation.verdict(Call::check(object)))
        .collect()
}

fn object_of(verdict: &Verdict) -> Object {
    (verdict.object, verdict.gone)
}

/// Does work that may lie deep on the stack.
fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, String> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work)
            .map_err(|error| format!("there is no thread to watch the policy on: {error}"))?;
        thread
            .join()
            .map_err(|_| "assize itself failed while it watched the policy".to_owned())
    })
}
