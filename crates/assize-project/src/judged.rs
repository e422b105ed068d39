//! Turns verdicts and problems into what reports are made of.

use std::collections::HashMap;

use assize_finding::{
    Artifact, Evaluation, Finding, Fingerprint, Judged, Location, Outcome, Related, RuleIndex,
};
use assize_policy::{Origin, Place, Policy, Trace, Verdict};
use assize_snapshot::{NodeId, Problem, Snapshot};
use sha2::{Digest, Sha256};

use crate::{
    check::Wanted,
    explain::Places,
    load::Project,
    locate::{Locator, Mark, nowhere},
    others::Others,
};

/// The verdicts of one policy.
pub(crate) struct PolicyVerdicts<'p> {
    pub(crate) policy: &'p Policy,
    pub(crate) verdicts: Vec<Verdict>,
    /// What each verdict was made of; empty where nobody asked.
    pub(crate) traces: Vec<Option<Trace>>,
}

/// What a snapshot is reported with.
pub(crate) struct Report<'p> {
    pub(crate) project: &'p Project,
    pub(crate) artifact: Artifact,
    pub(crate) snapshot: &'p Snapshot,
    pub(crate) others: Others,
    pub(crate) wanted: Wanted,
}

impl Report<'_> {
    /// Reports a snapshot.
    pub(crate) fn judged(self, policies: Vec<PolicyVerdicts<'_>>) -> Judged {
        let (project, snapshot, wanted) = (self.project, self.snapshot, self.wanted);
        let locator = Locator::new(snapshot.document.text(), Some(snapshot), wanted)
            .with_earlier(self.others.earlier_snapshot());
        let mut marks: Vec<Mark> = snapshot.problems.iter().map(mark_of).collect();
        let verdicts = policies.iter().flat_map(|policy| &policy.verdicts);
        for verdict in verdicts.filter(|verdict| is_located(verdict, wanted)) {
            marks.push(mark_of_object(verdict));
            let findings = verdict.findings.iter();
            marks.extend(findings.map(|finding| mark_at(finding.place)));
        }
        let mut places = locator.locate(&marks).into_iter();
        let related = self.others.related(project, &policies);
        let of_values = Places::of(
            snapshot,
            self.others.earlier_snapshot(),
            &policies,
            &related,
        );
        let mut build = Build {
            project,
            kind: self.artifact.kind.as_deref().unwrap_or_default(),
            source: &snapshot.source,
            snapshot: wanted.contents.then_some(snapshot),
            contents: HashMap::new(),
            related: &related,
            seen: HashMap::new(),
        };
        let findings = snapshot
            .problems
            .iter()
            .zip(&mut places)
            .map(|(problem, place)| build.problem(problem, place))
            .collect();
        let mut evaluations =
            Vec::with_capacity(policies.iter().map(|policy| policy.verdicts.len()).sum());
        for PolicyVerdicts {
            policy,
            verdicts,
            traces,
        } in policies
        {
            let rule = project.rule(&policy.id);
            let mut traces = traces.into_iter();
            for verdict in verdicts {
                let mut evaluation = if is_located(&verdict, wanted) {
                    build.evaluation(rule, policy, verdict, &mut places)
                } else {
                    unlocated(rule, verdict)
                };
                let trace = traces.next().flatten();
                evaluation.trace = trace.map(|trace| project.told(policy, &trace, &of_values));
                evaluations.push(evaluation);
            }
        }
        Judged {
            artifact: self.artifact,
            findings,
            evaluations,
        }
    }
}

/// Reports a file that is no snapshot.
pub(crate) fn refused(
    project: &Project,
    artifact: Artifact,
    text: &str,
    problem: &Problem,
    wanted: Wanted,
) -> Judged {
    let place = Locator::new(text, None, wanted)
        .locate(&[mark_of(problem)])
        .remove(0);
    let path = artifact.path.clone();
    let mut build = Build {
        project,
        kind: "",
        source: &path,
        snapshot: None,
        contents: HashMap::new(),
        related: &HashMap::new(),
        seen: HashMap::new(),
    };
    let findings = vec![build.problem(problem, place)];
    Judged {
        artifact,
        findings,
        evaluations: Vec::new(),
    }
}

fn is_located(verdict: &Verdict, wanted: Wanted) -> bool {
    wanted.passes || !matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable)
}

fn mark_of(problem: &Problem) -> Mark {
    match problem.place {
        assize_snapshot::Place::File => Mark::File,
        assize_snapshot::Place::Text(span) => Mark::Text(span),
        assize_snapshot::Place::Node(node) => Mark::Node(node),
    }
}

fn mark_of_object(verdict: &Verdict) -> Mark {
    match verdict.gone {
        Some(node) => Mark::Gone {
            near: verdict.object,
            node,
        },
        None => Mark::Node(verdict.object),
    }
}

pub(crate) fn mark_at(place: Place) -> Mark {
    match place {
        Place::Node(node) => Mark::Node(node),
        Place::Absent(object, field) => Mark::Absent(object, field),
        Place::Gone { near, node } => Mark::Gone { near, node },
    }
}

fn unlocated(rule: RuleIndex, verdict: Verdict) -> Evaluation {
    Evaluation {
        rule,
        outcome: verdict.outcome,
        reason: verdict.reason,
        object: nowhere(),
        fingerprint: Fingerprint::default(),
        findings: Vec::new(),
        trace: None,
        baseline: None,
    }
}

/// The beginning of a hash that tells one text from another.
fn short_hash(text: &str) -> String {
    let hash = Sha256::digest(text);
    let start = hash.iter().take(16);
    start.map(|byte| format!("{byte:02x}")).collect()
}

struct Build<'p> {
    project: &'p Project,
    kind: &'p str,
    source: &'p str,
    /// Where somebody asked for what places hold.
    snapshot: Option<&'p Snapshot>,
    /// What is at places, hashed: many findings may be at one.
    contents: HashMap<NodeId, Option<String>>,
    /// The places in other files that findings refer to.
    related: &'p HashMap<Origin, Related>,
    /// How often a rule said something at a path: a second finding there must not have the identity of the first.
    seen: HashMap<Fingerprint, u32>,
}

impl Build<'_> {
    fn evaluation(
        &mut self,
        rule: RuleIndex,
        policy: &Policy,
        verdict: Verdict,
        places: &mut impl Iterator<Item = Location>,
    ) -> Evaluation {
        let object = places.next().unwrap_or_else(nowhere);
        let verdict_rule = format!("{} verdict", policy.id);
        let fingerprint = self.fingerprint(&verdict_rule, &object);
        let findings = verdict.findings.into_iter().map(|finding| {
            let mut location = places.next().unwrap_or_else(nowhere);
            location.content = self.content(finding.place);
            Finding {
                rule,
                severity: policy.header.severity,
                message: finding.message,
                fingerprint: self.fingerprint(&policy.id, &location),
                location,
                related: self.related_of(finding.origin),
                fix: None,
                incomplete: false,
                waiver: None,
                baseline: None,
            }
        });
        let findings = findings.collect();
        Evaluation {
            rule,
            outcome: verdict.outcome,
            reason: verdict.reason,
            object,
            fingerprint,
            findings,
            trace: None,
            baseline: None,
        }
    }

    /// A hash of what a place holds, whatever its spelling; of a very large value there is none.
    fn content(&mut self, place: Place) -> Option<String> {
        let snapshot = self.snapshot?;
        match place {
            Place::Node(node) => {
                let hash = || snapshot.content(node).map(|text| short_hash(&text));
                self.contents.entry(node).or_insert_with(hash).clone()
            }
            Place::Absent(..) | Place::Gone { .. } => Some(short_hash("absent")),
        }
    }

    fn related_of(&self, origin: Option<Origin>) -> Vec<Related> {
        let related = origin.and_then(|origin| self.related.get(&origin));
        related.cloned().into_iter().collect()
    }

    fn problem(&mut self, problem: &Problem, location: Location) -> Finding {
        Finding {
            rule: self.project.rule(&problem.rule),
            severity: problem.severity,
            message: problem.message.clone(),
            fingerprint: self.fingerprint(&problem.rule, &location),
            location,
            related: Vec::new(),
            fix: None,
            incomplete: problem.incomplete,
            waiver: None,
            baseline: None,
        }
    }

    fn fingerprint(&mut self, rule: &str, location: &Location) -> Fingerprint {
        let parts = [rule, self.kind, self.source, &location.path];
        let first = Fingerprint::of(&parts);
        let count = self.seen.entry(first).or_default();
        *count += 1;
        match count {
            1 => first,
            nth => Fingerprint::of(&[parts[0], parts[1], parts[2], parts[3], &nth.to_string()]),
        }
    }
}
