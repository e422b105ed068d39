//! Runs policies on snapshots.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use assize_finding::Outcome;
use assize_snapshot::{NodeId, Snapshot, Symbol, name_of};
use rhai::{CallFnOptions, Dynamic, Engine, EvalAltResult, Module, Scope};

use crate::{
    budget,
    context::{Installed, Subject},
    engine,
    limits::Limits,
    node::{Id, Indeterminate, Node},
    policy::Policy,
    policy_set::{KindPolicies, PolicySet},
    proof::{Proof, Proved},
    siblings::Siblings,
    verdict::{Remark, Said, Verdict},
};

/// Judges on one thread: an engine with everything registered.
pub struct Judge {
    engine: Engine,
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
        let mut prover = proof.map(|proof| proof.on(snapshot, self.now));
        let mut interpretation: Option<Interpretation<'_>> = None;
        let mut verdicts = Vec::with_capacity(selection.objects.len() + selection.missing.len());
        let count = selection.objects.len();
        for object in selection.objects {
            let proved = prover.as_mut().and_then(|prover| prover.prove(object));
            verdicts.push(match proved {
                Some(Proved::Pass) => Verdict::new(object, Outcome::Pass, String::new()),
                Some(Proved::NotApplicable(reason)) => {
                    Verdict::new(object, Outcome::NotApplicable, reason)
                }
                None => interpretation
                    .get_or_insert_with(|| {
                        Interpretation::new(self, snapshot, None, policy, siblings, count)
                    })
                    .verdict(Call::check(snapshot, object)),
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
        // A proof is made for the schema of one kind.
        if policy.header.judges_every_kind() {
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
        policy.proof(kind.shapes(), objects)
    }
}

/// One call of the function that judges.
pub(crate) struct Call {
    pub(crate) subject: Subject,
    /// The object in the earlier snapshot.
    pub(crate) before: Option<NodeId>,
    pub(crate) arguments: Vec<Dynamic>,
}

impl Call {
    fn check(snapshot: &Snapshot, object: NodeId) -> Self {
        let id = if object == snapshot.root() {
            Id::Root
        } else {
            Id::Value(object)
        };
        Self {
            subject: Subject { object, gone: None },
            before: None,
            arguments: vec![Dynamic::from(Node { slot: 0, id })],
        }
    }
}

/// A policy's run through the interpreter on one snapshot.
pub(crate) struct Interpretation<'j> {
    judge: &'j Judge,
    snapshot: &'j Snapshot,
    earlier: Option<&'j Snapshot>,
    policy: &'j Policy,
    installed: Installed,
    /// When the policy has had its time on this snapshot.
    latest: Instant,
    /// The limit that the policy hit: it is not run again on this snapshot.
    exhausted: Option<String>,
}

impl<'j> Interpretation<'j> {
    pub(crate) fn new(
        judge: &'j Judge,
        snapshot: &'j Arc<Snapshot>,
        earlier: Option<&'j Arc<Snapshot>>,
        policy: &'j Arc<Policy>,
        siblings: &Arc<dyn Siblings>,
        objects: usize,
    ) -> Self {
        let installed = Installed::new(
            Arc::clone(snapshot),
            earlier.cloned(),
            Arc::clone(policy),
            Arc::clone(siblings),
        );
        let objects = u32::try_from(objects).unwrap_or(u32::MAX);
        let grace = judge.limits.wall_time_per_object.saturating_mul(objects);
        let latest = Instant::now() + judge.limits.total_time + grace.min(Duration::from_mins(10));
        Self {
            judge,
            snapshot,
            earlier: earlier.map(|earlier| &**earlier),
            policy,
            installed,
            latest,
            exhausted: None,
        }
    }

    pub(crate) fn verdict(&mut self, call: Call) -> Verdict {
        let Subject { object, gone } = call.subject;
        if let Some(limit) = &self.exhausted {
            let reason =
                format!("not judged, because on an earlier object the policy hit its {limit}");
            return Verdict {
                gone,
                ..Verdict::new(object, Outcome::Error, reason)
            };
        }
        let verdict = self.run(call);
        // Other outcomes carry the policy's own words, which may begin like that.
        if verdict.outcome == Outcome::Error && verdict.reason.starts_with(LIMIT) {
            self.exhausted = Some(verdict.reason.clone());
        }
        Verdict { gone, ..verdict }
    }

    fn run(&self, call: Call) -> Verdict {
        let object = call.subject.object;
        self.installed.begin(call.subject);
        budget::start(&self.judge.limits, self.latest);
        let entry = self.policy.entry();
        let Call {
            subject,
            before,
            arguments,
        } = call;
        let run = || {
            let options = CallFnOptions::new().eval_ast(false);
            self.judge.engine.call_fn_with_options::<Dynamic>(
                options,
                &mut Scope::new(),
                &self.policy.ast,
                entry,
                arguments,
            )
        };
        // The engine is not meant to panic; if it ever does, it costs this verdict and no other.
        let result = catch_unwind(AssertUnwindSafe(run));
        let (said, missing, touched, caught) = self.installed.end();
        let unsound = || self.why_unsound(subject, before, &touched);
        match result {
            Err(_) => Verdict::new(object, Outcome::Error, "the script engine panicked"),
            Ok(Err(error)) => {
                let verdict = stopped(object, &error, said, self.policy);
                excused(verdict, unsound)
            }
            // Some functions of the engine drop the errors of their callbacks, and with them the limit that was hit.
            Ok(Ok(value)) => match budget::reason() {
                Some(limit) => Verdict::new(object, Outcome::Error, format!("{LIMIT}{limit}")),
                None if !value.is_unit() => {
                    let reason = format!(
                        "`{entry}` returned {}; a verdict is said by `fail(..)` and its like",
                        value.type_name()
                    );
                    Verdict::new(object, Outcome::Error, reason)
                }
                None => {
                    let verdict = settle(object, said, missing, unsound);
                    self.unforgiven(verdict, caught)
                }
            },
        }
    }

    /// Where an error of the library got lost on its way out, the script has not judged what it meant to judge.
    fn unforgiven(&self, verdict: Verdict, caught: Option<String>) -> Verdict {
        match caught {
            Some(error) if matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable) => {
                let path = &self.policy.source.path;
                let reason = format!("the script in {path} went on after an error: {error}");
                Verdict::new(verdict.object, Outcome::Error, reason)
            }
            _ => verdict,
        }
    }

    /// A pass over data that is not as its schema says would prove nothing.
    fn why_unsound(
        &self,
        subject: Subject,
        before: Option<NodeId>,
        touched: &[Symbol],
    ) -> Option<String> {
        let snapshot = self.snapshot;
        if self.policy.header.judges_every_kind() {
            // It judges how the whole was taken; of the whole, what it reads has to be sound.
            if let Some(reason) = snapshot.why_hollow() {
                return Some(reason.to_owned());
            }
        } else if subject.gone.is_none() && !snapshot.is_sound(subject.object) {
            return Some("the object is not as its schema says".to_owned());
        }
        if let (Some(earlier), Some(before)) = (self.earlier, before)
            && !earlier.is_sound(before)
        {
            return Some("the object in the earlier snapshot is not as its schema says".to_owned());
        }
        let unsound = touched.iter().find(|section| {
            snapshot
                .document
                .member(snapshot.root(), **section)
                .is_some_and(|section| !snapshot.is_sound(section))
        });
        unsound.map(|section| {
            format!(
                "section `{}`, which the policy reads, is not as its schema says",
                name_of(*section)
            )
        })
    }
}

/// A script that stumbles over data which breaks its schema is not at fault.
fn excused(verdict: Verdict, why_unsound: impl FnOnce() -> Option<String>) -> Verdict {
    if verdict.outcome != Outcome::Error || verdict.reason.starts_with(LIMIT) {
        return verdict;
    }
    match why_unsound() {
        Some(reason) => Verdict::new(verdict.object, Outcome::Indeterminate, reason),
        None => verdict,
    }
}

/// How the reason of a verdict begins whose policy hit a limit.
pub(crate) const LIMIT: &str = "limit ";

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
        objects.extend(
            query
                .select(&snapshot.document, root, limits)
                .map_err(too_much)?,
        );
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
    let stand_alone = !policy.header.expects_any;
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
        let names: Vec<_> = absent
            .iter()
            .map(|section| format!("`{}`", name_of(*section)))
            .collect();
        let verb = if names.len() == 1 {
            "section"
        } else {
            "none of the sections"
        };
        let end = if names.len() == 1 {
            "was not collected"
        } else {
            "was collected"
        };
        return Verdict::new(
            root,
            Outcome::Indeterminate,
            format!("{verb} {} {end}", names.join(", ")),
        );
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
    let outcome = if policy.header.expects_some {
        Outcome::Indeterminate
    } else {
        Outcome::NotApplicable
    };
    Verdict::new(root, outcome, "selected nothing")
}

/// The verdict of a script that ran to its end.
fn settle(
    object: NodeId,
    said: Vec<Said>,
    missing: Option<String>,
    why_unsound: impl FnOnce() -> Option<String>,
) -> Verdict {
    let mut fails: Vec<Remark> = Vec::new();
    let mut reviews: Vec<Remark> = Vec::new();
    let (mut excused, mut unsure) = (None, None);
    for said in said {
        match said {
            Said::Fail(remark) => fails.push(remark),
            Said::Review(remark) => reviews.push(remark),
            Said::NotApplicable(reason) => excused = excused.or(Some(reason)),
            Said::Indeterminate(reason) => unsure = unsure.or(Some(reason)),
        }
    }
    if excused.is_some() && !(fails.is_empty() && reviews.is_empty()) {
        let reason = "the policy said both that it does not apply and that something is wrong";
        return Verdict::new(object, Outcome::Error, reason);
    }
    if !fails.is_empty() {
        fails.append(&mut reviews);
        return Verdict {
            object,
            gone: None,
            outcome: Outcome::Fail,
            reason: String::new(),
            findings: fails,
        };
    }
    if let Some(reason) = unsure.or(missing) {
        return Verdict::new(object, Outcome::Indeterminate, reason);
    }
    if !reviews.is_empty() {
        let reason = reviews[0].message.clone();
        return Verdict {
            object,
            gone: None,
            outcome: Outcome::Review,
            reason,
            findings: reviews,
        };
    }
    if let Some(reason) = why_unsound() {
        return Verdict::new(object, Outcome::Indeterminate, reason);
    }
    match excused {
        Some(reason) => Verdict::new(object, Outcome::NotApplicable, reason),
        None => Verdict::new(object, Outcome::Pass, String::new()),
    }
}

/// The verdict of a script that did not run to its end.
fn stopped(object: NodeId, error: &EvalAltResult, said: Vec<Said>, policy: &Policy) -> Verdict {
    let inner = error.unwrap_inner();
    if let EvalAltResult::ErrorRuntime(value, _) = inner
        && let Some(Indeterminate(reason)) = value.clone().try_cast::<Indeterminate>()
    {
        // What was found before is true all the same.
        let fails: Vec<Remark> = said
            .into_iter()
            .filter_map(|said| {
                if let Said::Fail(remark) = said {
                    Some(remark)
                } else {
                    None
                }
            })
            .collect();
        if fails.is_empty() {
            return Verdict::new(object, Outcome::Indeterminate, reason);
        }
        return Verdict {
            object,
            gone: None,
            outcome: Outcome::Fail,
            reason: String::new(),
            findings: fails,
        };
    }
    let limit = match inner {
        EvalAltResult::ErrorTerminated(reason, _) => Some(reason.to_string()),
        EvalAltResult::ErrorTooManyOperations(_) => Some("operations".to_owned()),
        EvalAltResult::ErrorTooManyVariables(_) => Some("variables".to_owned()),
        EvalAltResult::ErrorStackOverflow(_) => Some("call depth".to_owned()),
        EvalAltResult::ErrorDataTooLarge(what, _) => Some(format!("data size: {what}")),
        _ => None,
    };
    if let Some(limit) = limit {
        return Verdict::new(object, Outcome::Error, format!("{LIMIT}{limit}"));
    }
    let position = [inner.position(), error.position()]
        .into_iter()
        .find(|position| !position.is_none());
    let message = crate::context::message(&without_position(inner));
    let source = policy
        .source
        .error_at(position.unwrap_or(rhai::Position::NONE), message);
    Verdict::new(
        object,
        Outcome::Error,
        format!("the script failed at {source}"),
    )
}

/// The text of an engine error without the engine's own way of writing places.
fn without_position(error: &EvalAltResult) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("Runtime error: ").unwrap_or(&text);
    let end = text
        .rfind(" (line ")
        .filter(|at| text[*at..].ends_with(')'))
        .unwrap_or(text.len());
    text[..end].to_owned()
}
