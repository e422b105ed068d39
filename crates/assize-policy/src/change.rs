//! Judges what changed: each object in an earlier snapshot and in the judged one.

use std::{collections::HashSet, sync::Arc};

use assize_finding::Outcome;
use assize_snapshot::{Counterparts, NodeId, Pair, Snapshot, name_of, pairs};

use crate::{
    context::Subject,
    interpretation::{Call, Interpretation, LIMIT},
    judge::{Judge, is_left_out, is_of_further_kind, not_part, select, why_absent},
    limits::Limits,
    node::Node,
    policy::Policy,
    select::Query,
    siblings::Siblings,
    verdict::Verdict,
};

impl Judge {
    /// The verdicts of a policy over time: one for each object that it selects in either snapshot. Where there is no earlier
    /// snapshot, `earlier` says why, and no verdict can be reached.
    pub fn judge_change(
        &self,
        snapshot: &Arc<Snapshot>,
        earlier: &Result<Arc<Snapshot>, String>,
        policy: &Arc<Policy>,
        siblings: &Arc<dyn Siblings>,
    ) -> Vec<Verdict> {
        let earlier = match earlier {
            Ok(earlier) => earlier,
            Err(reason) => return self.undecided(snapshot, policy, reason),
        };
        if let Some(reason) = why_not_earlier(snapshot, earlier) {
            return self.undecided(snapshot, policy, &reason);
        }
        if let (Some(verdict), Some(_)) = (not_part(snapshot, policy), not_part(earlier, policy)) {
            return vec![verdict];
        }
        let selection = match Selection::of(snapshot, earlier, policy, &self.limits) {
            Ok(selection) => selection,
            Err(verdict) => return vec![verdict],
        };
        let selected = pairs(earlier, &selection.before, snapshot, &selection.after);
        let mut change = Change {
            earlier,
            snapshot,
            counterparts: Counterparts::default(),
            why_one_sided: selection.why_one_sided,
            interpretation: Interpretation::new(
                self,
                snapshot,
                Some(earlier),
                policy,
                siblings,
                selected.len(),
            ),
        };
        let mut verdicts: Vec<Verdict> = selected.iter().map(|pair| change.verdict(pair)).collect();
        verdicts.extend(
            selection
                .missing
                .into_iter()
                .map(|(object, reason)| Verdict::new(object, Outcome::Indeterminate, reason)),
        );
        if verdicts.is_empty() {
            verdicts.push(nothing_selected(snapshot, earlier, policy));
        }
        verdicts
    }

    /// One verdict for each object of the judged snapshot, all for the same reason.
    fn undecided(&self, snapshot: &Snapshot, policy: &Policy, reason: &str) -> Vec<Verdict> {
        if let Some(verdict) = not_part(snapshot, policy) {
            return vec![verdict];
        }
        let objects = match select(snapshot, policy, &self.limits) {
            Ok(selection) => selection.objects,
            Err(verdict) if verdict.outcome == Outcome::Error => return vec![verdict],
            Err(_) => Vec::new(),
        };
        let objects = if objects.is_empty() {
            vec![snapshot.root()]
        } else {
            objects
        };
        let verdict = |object| Verdict::new(object, Outcome::Indeterminate, reason);
        objects.into_iter().map(verdict).collect()
    }
}

/// Why a snapshot cannot be what the judged one was before.
fn why_not_earlier(snapshot: &Snapshot, earlier: &Snapshot) -> Option<String> {
    let name = |snapshot: &Snapshot| {
        let kind = snapshot.kind.as_ref();
        kind.map(|kind| kind.name().to_owned())
    };
    let (kind, earlier_kind) = (name(snapshot), name(earlier));
    if kind != earlier_kind {
        let named = earlier_kind.map_or_else(
            || "of no known kind".to_owned(),
            |name| format!("of the kind `{name}`"),
        );
        return Some(format!("the earlier snapshot is {named}"));
    }
    if let Some(reason) = snapshot.why_other_source(earlier) {
        return Some(format!(
            "the earlier snapshot is of another source: {reason}"
        ));
    }
    match (snapshot.collected_at(), earlier.collected_at()) {
        (Err(reason), _) => Some(format!(
            "nobody can know which snapshot is the earlier one: {reason}"
        )),
        (_, Err(reason)) => Some(format!(
            "nobody can know when the earlier snapshot was taken: {reason}"
        )),
        (Ok(Some(now)), Ok(Some(before))) if before >= now => Some(format!(
            "the snapshot given as the earlier one is not earlier: it was taken at {}, and the judged one at {}",
            assize_snapshot::format_time(before),
            assize_snapshot::format_time(now)
        )),
        // What does not say when it was taken is earlier because the caller says so.
        _ => None,
    }
}

/// What a policy selects in both snapshots.
struct Selection {
    before: Vec<NodeId>,
    after: Vec<NodeId>,
    /// Objects of the judged snapshot that cannot be judged, and why.
    missing: Vec<(NodeId, String)>,
    /// Why an object that only one snapshot has may be in the other one as well.
    why_one_sided: Option<String>,
}

impl Selection {
    fn of(
        snapshot: &Snapshot,
        earlier: &Snapshot,
        policy: &Policy,
        limits: &Limits,
    ) -> Result<Self, Verdict> {
        let mut selection = Self {
            before: Vec::new(),
            after: Vec::new(),
            missing: Vec::new(),
            why_one_sided: why_one_sided(snapshot, earlier, policy),
        };
        if policy.queries.is_empty() {
            selection.before.push(earlier.root());
            selection.after.push(snapshot.root());
        }
        let is_absent_in_both = |query: &Query| {
            query.section().is_some_and(|section| {
                is_left_out(snapshot, section) && is_left_out(earlier, section)
            })
        };
        // Of sections that stand for each other, one is enough; what neither snapshot has is no loss beside another one.
        let may_lack = (policy.header.expects_any || is_of_further_kind(snapshot, policy))
            && !policy.queries.iter().all(is_absent_in_both);
        for query in &policy.queries {
            if may_lack && is_absent_in_both(query) {
                continue;
            }
            selection.add(query, snapshot, earlier, limits)?;
        }
        for objects in [&mut selection.before, &mut selection.after] {
            // Two queries may select one object; it is judged once.
            let mut seen = HashSet::new();
            objects.retain(|object| seen.insert(*object));
        }
        let judged: HashSet<NodeId> = selection.after.iter().copied().collect();
        let root = snapshot.root();
        let mut seen = HashSet::new();
        selection.missing.retain(|(object, reason)| {
            (*object == root || !judged.contains(object)) && seen.insert((*object, reason.clone()))
        });
        Ok(selection)
    }

    /// Adds what one query selects.
    fn add(
        &mut self,
        query: &Query,
        snapshot: &Snapshot,
        earlier: &Snapshot,
        limits: &Limits,
    ) -> Result<(), Verdict> {
        let root = snapshot.root();
        let objects = |snapshot: &Snapshot| {
            let found = query.select(&snapshot.document, snapshot.root(), limits);
            found.map_err(|limit| Verdict::new(root, Outcome::Error, format!("{LIMIT}{limit}")))
        };
        let (now, then) = (why_missing(snapshot, query), why_missing(earlier, query));
        match (then, now) {
            (None, None) => {
                self.before.extend(objects(earlier)?);
                self.after.extend(objects(snapshot)?);
            }
            (_, Some(reason)) => self.missing.push((root, reason)),
            (Some(reason), None) => {
                let reason = format!("in the earlier snapshot, {reason}");
                let found = objects(snapshot)?;
                if found.is_empty() {
                    self.missing.push((root, reason));
                } else {
                    let each = found.into_iter().map(|object| (object, reason.clone()));
                    self.missing.extend(each);
                }
            }
        }
        let most = limits.selected;
        if self.before.len() > most || self.after.len() > most || self.missing.len() > most {
            let reason = format!("{LIMIT}selected objects: more than {most}");
            return Err(Verdict::new(root, Outcome::Error, reason));
        }
        Ok(())
    }
}

/// Why nobody can know what a query should select.
fn why_missing(snapshot: &Snapshot, query: &Query) -> Option<String> {
    let mut sections = query.section().into_iter().chain(query.other_sections());
    sections.find_map(|section| why_absent(snapshot, section))
}

fn why_one_sided(snapshot: &Snapshot, earlier: &Snapshot, policy: &Policy) -> Option<String> {
    for (snapshot, which) in [
        (snapshot, "the snapshot"),
        (earlier, "the earlier snapshot"),
    ] {
        if let Some(reason) = snapshot.why_partial() {
            return Some(format!("{which} is not complete: {reason}"));
        }
        for section in policy.queries.iter().filter_map(Query::section) {
            let member = snapshot.document.member(snapshot.root(), section);
            if member.is_some_and(|member| !snapshot.is_sound(member)) {
                let name = name_of(section);
                return Some(format!(
                    "section `{name}` of {which} is not as its schema says"
                ));
            }
        }
    }
    None
}

fn nothing_selected(snapshot: &Snapshot, earlier: &Snapshot, policy: &Policy) -> Verdict {
    let root = snapshot.root();
    if let Some(reason) = why_one_sided(snapshot, earlier, policy) {
        let reason = format!("selected nothing, and {reason}");
        return Verdict::new(root, Outcome::Indeterminate, reason);
    }
    Verdict::selected_nothing(root, policy.header.expects_some)
}

/// A policy's run over the pairs of two snapshots.
struct Change<'j> {
    earlier: &'j Snapshot,
    snapshot: &'j Snapshot,
    counterparts: Counterparts,
    why_one_sided: Option<String>,
    interpretation: Interpretation<'j>,
}

impl Change<'_> {
    fn verdict(&mut self, pair: &Pair) -> Verdict {
        let subject = self.subject(pair);
        let undecided = |reason: &str| Verdict {
            gone: subject.gone,
            ..Verdict::new(subject.object, Outcome::Indeterminate, reason)
        };
        if pair.in_doubt {
            return undecided(
                "several objects have the same key, or none, and have changed, so nobody can know which of them was which",
            );
        }
        if let (None, _) | (_, None) = (pair.before, pair.after)
            && let Some(reason) = &self.why_one_sided
        {
            return undecided(reason);
        }
        let verdict = self.interpretation.verdict(Call {
            subject,
            before: pair.before,
            arguments: vec![
                pair.before.map(|before| (Node::EARLIER, before)),
                pair.after.map(|after| (0, after)),
            ],
        });
        match self.earlier.why_partial() {
            // Nobody else reports what is wrong with the earlier snapshot.
            Some(reason) if verdict.outcome == Outcome::Pass => {
                undecided(&format!("the earlier snapshot is not complete: {reason}"))
            }
            _ => verdict,
        }
    }

    fn subject(&mut self, pair: &Pair) -> Subject {
        match (pair.after, pair.before) {
            (Some(object), _) => Subject { object, gone: None },
            (None, None) => Subject {
                object: self.snapshot.root(),
                gone: None,
            },
            (None, Some(before)) => {
                let (object, is_there) =
                    self.counterparts.find(self.earlier, before, self.snapshot);
                // What is still there is no longer selected.
                let gone = (!is_there).then_some(before);
                Subject { object, gone }
            }
        }
    }
}
