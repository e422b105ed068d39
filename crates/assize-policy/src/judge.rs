//! Runs policies on snapshots.

use std::sync::Arc;

use assize_finding::Outcome;
use assize_snapshot::{NodeId, Snapshot, Symbol, name_of};
use rhai::{Engine, Module};

use crate::{
    engine,
    interpretation::{Call, Interpretation, LIMIT},
    limits::Limits,
    policy::Policy,
    policy_set::{KindPolicies, PolicySet},
    proof::{Proof, Proved},
    siblings::Siblings,
    verdict::Verdict,
};

/// Judges on one thread: an engine with everything registered.
pub struct Judge {
    pub(crate) engine: Engine,
    /// The fields that the engine knows.
    fields: Vec<Arc<Module>>,
    pub(crate) limits: Limits,
    now: i64,
    proves: Proves,
}

/// When objects are tried by proof first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proves {
    WhenItPays,
    Always,
    Never,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Judge")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Judge {
    /// A judge for all policies of a set. `now` is the clock of the run, in microseconds since 1970.
    pub fn new(set: &PolicySet, now: i64) -> Self {
        let mut judge = Self::learning(set, now);
        judge.learn(set.all());
        judge
    }

    /// A judge that learns the kinds that it judges one by one.
    pub fn learning(set: &PolicySet, now: i64) -> Self {
        Self {
            engine: engine::judging(&set.limits, now),
            fields: Vec::new(),
            limits: set.limits,
            now,
            proves: Proves::WhenItPays,
        }
    }

    /// Learns the fields that the policies of a kind use. They cannot judge before.
    pub fn learn(&mut self, kind: &KindPolicies) {
        if !self
            .fields
            .iter()
            .any(|known| Arc::ptr_eq(known, &kind.fields))
        {
            self.engine.register_global_module(Arc::clone(&kind.fields));
            self.fields.push(Arc::clone(&kind.fields));
        }
    }

    /// A judge that leaves every object to the interpreter: slow, and the measure of what the other does.
    pub fn interpreting(set: &PolicySet, now: i64) -> Self {
        Self {
            proves: Proves::Never,
            ..Self::new(set, now)
        }
    }

    /// A judge that tries every object by proof, whether it pays or not: for comparing the two.
    pub fn proving(set: &PolicySet, now: i64) -> Self {
        Self {
            proves: Proves::Always,
            ..Self::new(set, now)
        }
    }

    /// The verdicts of a policy on a snapshot: one for each object that it selects, or one for the snapshot if it selects
    /// nothing or cannot select.
    pub fn judge(
        &self,
        snapshot: &Arc<Snapshot>,
        policy: &Arc<Policy>,
        siblings: &Arc<dyn Siblings>,
    ) -> Vec<Verdict> {
        let selection = match select(snapshot, policy, &self.limits) {
            Ok(selection) => selection,
            Err(verdict) => return vec![verdict],
        };
        let proof = self.proof(snapshot, policy, selection.objects.len());
        let mut attempts = proof.map(|proof| proof.on(snapshot, policy.references(), self.now));
        let mut interpretation: Option<Interpretation<'_>> = None;
        let mut verdicts = Vec::with_capacity(selection.objects.len() + selection.missing.len());
        let count = selection.objects.len();
        for object in selection.objects {
            let proved = attempts
                .as_mut()
                .and_then(|attempts| attempts.prove(object));
            verdicts.push(match proved {
                Some(Proved::Pass) => Verdict::new(object, Outcome::Pass, String::new()),
                Some(Proved::NotApplicable(reason)) => {
                    Verdict::new(object, Outcome::NotApplicable, reason.into_owned())
                }
                None => interpretation
                    .get_or_insert_with(|| {
                        Interpretation::new(self, snapshot, None, policy, siblings, count)
                    })
                    .verdict(Call::check(object)),
            });
        }
        verdicts.extend(
            selection
                .missing
                .into_iter()
                .map(|reason| Verdict::new(snapshot.root(), Outcome::Indeterminate, reason)),
        );
        verdicts
    }

    /// The proof of a policy, where one may be trusted: it does not ask whether what it reads is sound.
    fn proof<'p>(
        &self,
        snapshot: &Snapshot,
        policy: &'p Policy,
        objects: usize,
    ) -> Option<&'p Proof> {
        let kind = snapshot.kind.as_ref()?;
        // A proof is made for the schema of one kind, or for none.
        let is_general = policy.header.judges_every_kind();
        if !is_general && policy.header.first_kind() != kind.name()
            || is_general && snapshot.why_hollow().is_some()
        {
            return None;
        }
        if self.proves == Proves::Never || !snapshot.is_sound(snapshot.root()) {
            return None;
        }
        let objects = if self.proves == Proves::Always {
            usize::MAX / 2
        } else {
            objects
        };
        policy.proof((!is_general).then(|| kind.shapes()), objects)
    }
}

pub(crate) struct Selection {
    pub(crate) objects: Vec<NodeId>,
    /// Reasons why something may be missing from the objects.
    missing: Vec<String>,
}

/// The objects that a policy judges, or the verdict where there are none.
pub(crate) fn select(
    snapshot: &Snapshot,
    policy: &Policy,
    limits: &Limits,
) -> Result<Selection, Verdict> {
    let root = snapshot.root();
    if let Some(verdict) = not_part(snapshot, policy) {
        return Err(verdict);
    }
    if policy.queries.is_empty() {
        return Ok(Selection {
            objects: vec![root],
            missing: Vec::new(),
        });
    }
    let mut objects = Vec::new();
    let (mut failed, mut absent) = (Vec::new(), Vec::new());
    for query in &policy.queries {
        for other in query.other_sections() {
            failed.extend(why_absent(snapshot, other));
        }
        if let Some(section) = query.section() {
            if snapshot.why_missing(section).is_some() {
                failed.extend(why_absent(snapshot, section));
                continue;
            }
            if snapshot.document.member(root, section).is_none() {
                absent.push(section);
                continue;
            }
        }
        let too_much = |limit| Verdict::new(root, Outcome::Error, format!("{LIMIT}{limit}"));
        let selected = query
            .select(&snapshot.document, root, limits)
            .map_err(too_much)?;
        if objects.is_empty() {
            objects = selected;
        } else {
            objects.extend(selected);
        }
        if objects.len() > limits.selected {
            let limit = format!("selected objects: more than {}", limits.selected);
            return Err(too_much(limit));
        }
    }
    if policy.queries.len() > 1 {
        // Two queries may select one object; it is judged once.
        let mut seen = std::collections::HashSet::new();
        objects.retain(|object| seen.insert(*object));
    }
    // Of sections that stand for each other, one is enough; otherwise each has to be there.
    let stand_alone = !policy.header.expects_any && !is_of_further_kind(snapshot, policy);
    if stand_alone && absent.len() < policy.queries.len() {
        failed.extend(
            absent
                .iter()
                .filter_map(|section| why_absent(snapshot, *section)),
        );
    }
    if !objects.is_empty() || !failed.is_empty() {
        return Ok(Selection {
            objects,
            missing: failed,
        });
    }
    Err(nothing_selected(snapshot, policy, &absent))
}

/// Whether a snapshot is of a kind that the policy judges beside the one that it is written for.
pub(crate) fn is_of_further_kind(snapshot: &Snapshot, policy: &Policy) -> bool {
    let mut further = policy.header.kinds.iter().skip(1);
    let kind = snapshot.kind.as_ref().map(|kind| kind.name());
    further.any(|own| Some(own.as_str()) == kind)
}

/// The verdict on a snapshot of a further kind that has none of the sections from which the policy selects: such a snapshot need
/// not have them.
pub(crate) fn not_part(snapshot: &Snapshot, policy: &Policy) -> Option<Verdict> {
    if policy.queries.is_empty() || !is_of_further_kind(snapshot, policy) {
        return None;
    }
    let root = snapshot.root();
    let sections = policy.queries.iter().map(crate::select::Query::section);
    let sections: Vec<Symbol> = sections.collect::<Option<_>>()?;
    if snapshot.why_partial().is_some()
        || !sections
            .iter()
            .all(|section| is_left_out(snapshot, *section))
    {
        return None;
    }
    let names = named(&sections);
    let reason = if sections.len() == 1 {
        format!("section {names} is not part of this snapshot")
    } else {
        format!("none of the sections {names} is part of this snapshot")
    };
    Some(Verdict::new(root, Outcome::NotApplicable, reason))
}

/// Whether a snapshot does not have a section, and nobody says that it could not be collected.
pub(crate) fn is_left_out(snapshot: &Snapshot, section: Symbol) -> bool {
    snapshot.why_missing(section).is_none()
        && snapshot.document.member(snapshot.root(), section).is_none()
}

/// The names of sections, for a reason.
fn named(sections: &[Symbol]) -> String {
    let names = sections
        .iter()
        .map(|section| format!("`{}`", name_of(*section)));
    names.collect::<Vec<_>>().join(", ")
}

/// Why a section is not there, if it is not.
pub(crate) fn why_absent(snapshot: &Snapshot, section: Symbol) -> Option<String> {
    let name = name_of(section);
    if let Some(reason) = snapshot.why_missing(section) {
        return Some(format!("section `{name}` was not collected: {reason}"));
    }
    let found = snapshot.document.member(snapshot.root(), section);
    found
        .is_none()
        .then(|| format!("section `{name}` was not collected"))
}

fn nothing_selected(snapshot: &Snapshot, policy: &Policy, absent: &[Symbol]) -> Verdict {
    let root = snapshot.root();
    let sections = policy
        .queries
        .iter()
        .filter_map(crate::select::Query::section);
    let found: Vec<Symbol> = sections
        .filter(|section| !absent.contains(section))
        .collect();
    if found.is_empty() && !absent.is_empty() {
        let names = named(absent);
        let reason = if absent.len() == 1 {
            format!("section {names} was not collected")
        } else {
            format!("none of the sections {names} was collected")
        };
        return Verdict::new(root, Outcome::Indeterminate, reason);
    }
    let section_is_sound = |section: &Symbol| {
        snapshot
            .document
            .member(root, *section)
            .is_none_or(|section| snapshot.is_sound(section))
    };
    if !found.iter().all(section_is_sound) || found.is_empty() && !snapshot.is_sound(root) {
        return Verdict::new(
            root,
            Outcome::Indeterminate,
            "selected nothing, in data that is not as its schema says",
        );
    }
    Verdict::selected_nothing(root, policy.header.expects_some)
}
