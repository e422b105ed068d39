//! Runs a policy through the interpreter, and turns what it said into verdicts.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use assize_finding::Outcome;
use assize_snapshot::{NodeId, Snapshot, Symbol, name_of};
use rhai::{CallFnOptions, Dynamic, EvalAltResult, Scope};

use crate::{
    budget::{self, TotalTime},
    context::{self, Installed, Subject},
    judge::Judge,
    node::Indeterminate,
    policy::Policy,
    siblings::Siblings,
    verdict::{Remark, Said, Verdict},
};

/// How the reason of a verdict begins whose policy hit a limit.
pub(crate) const LIMIT: &str = "limit ";

/// One call of the function that judges.
pub(crate) struct Call {
    pub(crate) subject: Subject,
    /// The object in the earlier snapshot.
    pub(crate) before: Option<NodeId>,
    /// What the function is called with: values of snapshots, by the snapshot's slot, or nothing.
    pub(crate) arguments: Vec<Option<(u16, NodeId)>>,
}

impl Call {
    pub(crate) fn check(object: NodeId) -> Self {
        Self {
            subject: Subject { object, gone: None },
            before: None,
            arguments: vec![Some((0, object))],
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
    /// The policy's time on this snapshot.
    total: TotalTime,
    /// What the thread had spent on other work when the policy began.
    aside: Duration,
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
        let total = judge.limits.total_time + grace.min(Duration::from_mins(10));
        Self {
            judge,
            snapshot,
            earlier: earlier.map(|earlier| &**earlier),
            policy,
            installed,
            total: TotalTime::of(total),
            aside: budget::time_aside(),
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
        let aside = budget::time_aside().saturating_sub(self.aside);
        budget::start(&self.judge.limits, self.total.later(aside));
        let entry = self.policy.entry();
        let Call {
            subject,
            before,
            arguments,
        } = call;
        let run = || {
            // Made here, where the verdict remembers what it reads.
            let arguments = arguments.into_iter().map(|argument| match argument {
                Some((slot, object)) => {
                    context::with(|context| context.whole_or_part(slot, object))
                }
                None => Ok(Dynamic::UNIT),
            });
            let arguments = arguments.collect::<Result<Vec<Dynamic>, _>>()?;
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
        return Verdict::found(object, Outcome::Fail, String::new(), fails);
    }
    if let Some(reason) = unsure.or(missing) {
        return Verdict::new(object, Outcome::Indeterminate, reason);
    }
    if !reviews.is_empty() {
        let reason = reviews[0].message.clone();
        return Verdict::found(object, Outcome::Review, reason, reviews);
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
        return Verdict::found(object, Outcome::Fail, String::new(), fails);
    }
    if let Some(limit) = limit_of(inner) {
        return Verdict::new(object, Outcome::Error, format!("{LIMIT}{limit}"));
    }
    let (position, message) = position_and_message(error, policy);
    let source = policy.error_at(position.unwrap_or(rhai::Position::NONE), message);
    Verdict::new(
        object,
        Outcome::Error,
        format!("the script failed at {source}"),
    )
}

/// The limit that an error says was hit.
fn limit_of(inner: &EvalAltResult) -> Option<String> {
    match inner {
        EvalAltResult::ErrorTerminated(reason, _) => Some(reason.to_string()),
        EvalAltResult::ErrorTooManyOperations(_) => Some("operations".to_owned()),
        EvalAltResult::ErrorTooManyVariables(_) => Some("variables".to_owned()),
        EvalAltResult::ErrorStackOverflow(_) => Some("call depth".to_owned()),
        EvalAltResult::ErrorDataTooLarge(what, _) => Some(format!("data size: {what}")),
        _ => None,
    }
}

/// Where a script failed, and why.
pub(crate) fn position_and_message(
    error: &EvalAltResult,
    policy: &Policy,
) -> (Option<rhai::Position>, String) {
    let inner = error.unwrap_inner();
    let position = [inner.position(), error.position()]
        .into_iter()
        .find(|position| !position.is_none())
        .or_else(|| self_reading(inner, policy));
    let message = match (limit_of(inner), inner) {
        (Some(limit), _) => format!("{LIMIT}{limit}"),
        (None, EvalAltResult::ErrorDataRace(..)) => SELF_READING.to_owned(),
        _ => context::message(&without_position(inner)),
    };
    (position, message)
}

/// What the engine calls a data race: it holds the variable that a chain of calls begins with until the chain is at its end.
const SELF_READING: &str = "the function reads the variable that its own chain of calls begins with; put the list into a variable of its own first, `let list = ..;`";

/// Where the chain is in which that happened; the engine does not say.
fn self_reading(error: &EvalAltResult, policy: &Policy) -> Option<rhai::Position> {
    let EvalAltResult::ErrorDataRace(what, _) = error else {
        return None;
    };
    let mut methods = policy.self_reading.iter();
    let found = methods.find(|(name, _)| what.ends_with(&format!("'{name}'")));
    let first = policy.self_reading.first();
    found.or(first).map(|(_, position)| *position)
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
