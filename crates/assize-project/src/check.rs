//! The one check: snapshots in, verdicts out, in a fixed order.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::Arc,
};

use assize_finding::{Artifact, Evaluation, Fingerprint, Judged, Outcome, Role, Span, Summary};
use assize_policy::{Judge, Policy, Siblings};
use assize_snapshot::{Place, Problem, ReadError, Reader, Snapshot};
use sha2::{Digest, Sha256};

use crate::{
    error::ProjectError,
    estate::{EstateOf, Estates},
    item::Item,
    judged::{self, PolicyVerdicts, Report},
    load::Project,
    locate::{Locator, Mark},
    others::Others,
    queue,
    since::Earlier,
};

/// What a run computes beyond the verdicts, because some report shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent wishes")]
pub struct Wanted {
    /// The lines around each place.
    pub excerpts: bool,
    /// GitHub's hash of each place's line.
    pub line_hashes: bool,
    /// The SHA-256 of each file.
    pub sha256: bool,
    /// Where each object is that passed.
    pub passes: bool,
}

/// A snapshot to be judged.
#[derive(Debug, Clone)]
pub enum Input {
    /// A file, or a folder to search.
    Path(PathBuf),
    /// Bytes that were read already, from standard input, with the name to report them under.
    Bytes {
        /// The name.
        name: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

struct Worker {
    reader: Reader,
    judge: Judge,
}

/// An item beside the others of its run.
struct Among<'r> {
    item: &'r Item,
    index: usize,
    /// It is the only one.
    is_alone: bool,
    estates: &'r Arc<Estates>,
}

impl Project {
    /// Judges inputs and hands over each artifact's verdicts, always in the same order: policies that do not compile, then the
    /// inputs as given, the files of a folder by name. Nothing is kept of a file once its verdicts are handed over.
    pub fn check<E: From<ProjectError>>(
        &self,
        inputs: Vec<Input>,
        wanted: Wanted,
        mut take: impl FnMut(Judged) -> Result<(), E>,
    ) -> Result<Summary, E> {
        let mut summary = Summary::default();
        let general = self.general_rules();
        let mut hand_over = |judged: Judged| {
            summary.add(&judged, |rule| general[rule.0 as usize]);
            take(judged)
        };
        for index in 0..self.broken.len() {
            hand_over(self.judged_broken(index, wanted))?;
        }
        let items = Arc::new(Item::all(inputs));
        let threads = self.options.threads();
        let kind = self.kind.as_ref();
        let estates = Arc::new(Estates::new(&items, &self.kinds, kind, threads));
        let state = || Worker {
            reader: Reader::default(),
            judge: Judge::learning(&self.set, self.options.now),
        };
        let work = |worker: &mut Worker, index: usize| {
            let item = &items[index];
            let among = Among {
                item,
                index,
                is_alone: items.len() == 1,
                estates: &estates,
            };
            let judge = || self.judge_item(worker, &among, wanted);
            // A mistake in assize costs this file and no other; without a verdict it is no pass.
            catch_unwind(AssertUnwindSafe(judge)).unwrap_or_else(|_| {
                *worker = state();
                Ok(self.unreadable(
                    self.display_item(item),
                    "assize itself failed on it; please report this",
                ))
            })
        };
        queue::in_order(
            items.len(),
            threads,
            state,
            work,
            |judged: Result<Judged, ProjectError>| hand_over(judged?),
        )?;
        Ok(summary)
    }

    /// For each rule, whether it is a policy that judges every kind beside others that judge one.
    fn general_rules(&self) -> Vec<bool> {
        let policies = self.set.cells();
        let mut general = vec![false; self.run.rules.len()];
        if policies.iter().any(|policy| !policy.judges_every_kind()) {
            for policy in policies.iter().filter(|policy| policy.judges_every_kind()) {
                general[self.rule(&policy.id).0 as usize] = true;
            }
        }
        general
    }

    /// Whether all that was selected are policies over time, and there is nothing earlier to compare with.
    pub fn lacks_since(&self) -> bool {
        let policies = self.set.cells();
        let is_selected = !self.options.select.is_empty() && !policies.is_empty();
        is_selected
            && self.broken.is_empty()
            && self.since.is_none()
            && policies.iter().all(|policy| policy.over_time)
    }

    pub(crate) fn display_item(&self, item: &Item) -> String {
        match item {
            Item::File { path, .. } | Item::Refused { path, .. } => self.display(path),
            Item::Bytes { name, .. } => name.clone(),
        }
    }

    fn judge_item(
        &self,
        worker: &mut Worker,
        among: &Among<'_>,
        wanted: Wanted,
    ) -> Result<Judged, ProjectError> {
        let path = self.display_item(among.item);
        match among.item {
            Item::Refused { reason, .. } => Ok(self.unreadable(path, reason)),
            item => match item.bytes(worker.reader.buffer()) {
                Ok(bytes) => self.judge_bytes(worker, path, bytes, among, wanted),
                Err(error) => Ok(self.unreadable(path, &error.to_string())),
            },
        }
    }

    fn judge_bytes(
        &self,
        worker: &mut Worker,
        path: String,
        bytes: Vec<u8>,
        among: &Among<'_>,
        wanted: Wanted,
    ) -> Result<Judged, ProjectError> {
        let mut artifact = Artifact {
            path,
            role: Role::Snapshot,
            kind: None,
            length: bytes.len() as u64,
            sha256: wanted.sha256.then(|| hex(&Sha256::digest(&bytes))),
            encoding: None,
        };
        let document = match worker.reader.read(bytes) {
            Ok(document) => document,
            Err(error) => {
                let (problem, text) = read_problem(error);
                return Ok(judged::refused(self, artifact, &text, &problem, wanted));
            }
        };
        artifact.encoding = Some(document.encoding());
        let mut snapshot = Snapshot::new(document, &self.kinds, self.kind.as_ref())?;
        if let Some(kind) = &snapshot.kind {
            artifact.kind = Some(kind.name().to_owned());
            let mut policies = self
                .set
                .cells()
                .iter()
                .filter(|policy| self.since.is_some() || !policy.over_time);
            // What is said of the evidence alone is no judgement, unless nothing else was asked for.
            let is_judged = policies
                .clone()
                .any(|policy| policy.names_kind(kind.name()))
                || policies.clone().next().is_some()
                    && policies.all(|policy| policy.judges_every_kind());
            if !is_judged {
                let message = format!("no selected policy judges the kind `{}`", kind.name());
                snapshot
                    .problems
                    .push(Problem::note("input/no-policy", Place::File, message));
            }
        }
        let snapshot = Arc::new(snapshot);
        let of_kind = artifact.kind.as_deref().map(|kind| self.set.of_kind(kind));
        if let Some(of_kind) = of_kind {
            worker.judge.learn(of_kind);
        }
        // Policies over time judge only where there is something earlier to compare with.
        let policies: Vec<&Arc<Policy>> = of_kind
            .iter()
            .flat_map(|of_kind| &of_kind.policies)
            .filter(|policy| self.since.is_some() || !policy.header.over_time)
            .collect();
        let estate = Arc::new(EstateOf::new(among.estates, among.index));
        let siblings = Arc::clone(&estate) as Arc<dyn Siblings>;
        let is_over_time = policies.iter().any(|policy| policy.header.over_time);
        let since = self.since.as_ref().filter(|_| is_over_time);
        let found =
            since.map(|since| since.of(&snapshot, among.item, among.is_alone, &mut worker.reader));
        let (earlier, others) = self.others(found, estate);
        let verdicts = policies.into_iter().map(|policy| PolicyVerdicts {
            policy,
            verdicts: if policy.header.over_time {
                let judge = &worker.judge;
                judge.judge_change(&snapshot, &earlier, policy, &siblings)
            } else {
                worker.judge.judge(&snapshot, policy, &siblings)
            },
        });
        let verdicts = verdicts.collect();
        let report = Report {
            project: self,
            artifact,
            snapshot: &snapshot,
            others,
            wanted,
        };
        let judged = report.judged(verdicts);
        if let Some(snapshot) = Arc::into_inner(snapshot) {
            worker.reader.recycle(snapshot.document);
        }
        Ok(judged)
    }

    /// The earlier snapshot, and all that findings may refer to.
    fn others(
        &self,
        found: Option<Result<Earlier, String>>,
        estate: Arc<EstateOf>,
    ) -> (Result<Arc<Snapshot>, String>, Others) {
        let mut others = Others {
            earlier: None,
            estate,
        };
        let earlier = match found {
            None => Err("no earlier snapshot was given".to_owned()),
            Some(Err(reason)) => Err(reason),
            Some(Ok(Earlier { snapshot, path })) => {
                others.earlier = Some((Arc::clone(&snapshot), self.display(&path)));
                Ok(snapshot)
            }
        };
        (earlier, others)
    }

    fn unreadable(&self, path: String, reason: &str) -> Judged {
        let artifact = Artifact {
            path,
            role: Role::Snapshot,
            kind: None,
            length: 0,
            sha256: None,
            encoding: None,
        };
        let problem = Problem::incomplete(
            "input/unreadable-file",
            Place::File,
            format!("the file cannot be read: {reason}"),
        );
        judged::refused(self, artifact, "", &problem, Wanted::default())
    }

    /// A policy that cannot judge is one verdict in error, at the place of its mistake.
    fn judged_broken(&self, index: usize, wanted: Wanted) -> Judged {
        let broken = &self.broken[index];
        let text = broken.text.as_str();
        let artifact = Artifact {
            path: broken.error.path.clone(),
            role: Role::Policy,
            kind: None,
            length: text.len() as u64,
            sha256: wanted.sha256.then(|| hex(&Sha256::digest(text))),
            encoding: None,
        };
        let span = span_of(text, broken.error.region);
        let object = Locator::new(text, None, wanted)
            .locate(&[Mark::Text(span)])
            .remove(0);
        let evaluation = Evaluation {
            rule: self.rule(&broken.id),
            outcome: Outcome::Error,
            reason: format!("the policy does not compile: {}", broken.error.message),
            fingerprint: Fingerprint::of(&[&broken.id, "", "", "", "compile"]),
            object,
            findings: Vec::new(),
        };
        Judged {
            artifact,
            findings: Vec::new(),
            evaluations: vec![evaluation],
        }
    }
}

/// What to report of bytes that are no document, and the text in which the place lies.
fn read_problem(error: ReadError) -> (Problem, String) {
    match error {
        ReadError::Empty => {
            let message = "the file is empty, so nobody can know whether the collector found nothing or failed";
            (
                Problem::incomplete("input/empty", Place::File, message),
                String::new(),
            )
        }
        ReadError::TooLarge => {
            let message = "the file is larger than 4 GiB, the largest that a snapshot may be";
            (
                Problem::incomplete("input/unreadable-file", Place::File, message),
                String::new(),
            )
        }
        ReadError::Encoding(error) => {
            let end = error.sound.len() as u32;
            let place = Place::Text(Span::new(end, end));
            (
                Problem::incomplete("input/encoding", place, error.message),
                error.sound,
            )
        }
        ReadError::Syntax { error, text } => {
            let start = error.offset;
            let width = text[start as usize..]
                .chars()
                .next()
                .map_or(0, char::len_utf8) as u32;
            let place = Place::Text(Span::new(start, start + width));
            (
                Problem::incomplete("input/invalid-json", place, error.message),
                text,
            )
        }
    }
}

/// The SHA-256 of a text.
pub(crate) fn digest(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The bytes of a region that was counted in a text.
fn span_of(text: &str, region: assize_finding::Region) -> Span {
    let offset = |position: assize_finding::Position| {
        let line_start: usize = text
            .split_inclusive('\n')
            .take(position.line as usize - 1)
            .map(str::len)
            .sum();
        let mut units = position.column - 1;
        let line = text.get(line_start..).unwrap_or_default();
        let taken: usize = line
            .chars()
            .take_while(|character| {
                let width = character.len_utf16() as u32;
                let inside = units >= width && *character != '\n';
                units = units.saturating_sub(width);
                inside
            })
            .map(char::len_utf8)
            .sum();
        (line_start + taken).min(text.len()) as u32
    };
    Span::new(offset(region.start), offset(region.end))
}
