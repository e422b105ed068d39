//! The one check: snapshots in, verdicts out, in a fixed order.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
};

use assize_finding::{Artifact, Evaluation, Fingerprint, Judged, Outcome, Role, Span, Summary};
use assize_policy::{Judge, NoSiblings, Siblings};
use assize_snapshot::{Place, Problem, ReadError, Reader, Snapshot};
use sha2::{Digest, Sha256};

use crate::{
    error::ProjectError,
    estate::{EstateOf, Estates},
    files,
    judged::{self, PolicyVerdicts},
    load::Project,
    locate::{Locator, Mark},
    queue,
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

/// One file of a run.
enum Item {
    File(PathBuf),
    Bytes { name: String, bytes: Vec<u8> },
    Refused { path: PathBuf, reason: String },
}

struct Worker {
    reader: Reader,
    judge: Judge,
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
        let items = items(inputs);
        let estates = self.estates(&items);
        let threads = match self.options.jobs {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            jobs => jobs,
        };
        let state = || Worker {
            reader: Reader::default(),
            judge: Judge::new(&self.set, self.options.now),
        };
        let work = |worker: &mut Worker, index: usize| {
            let item = &items[index];
            let judge = || self.judge_item(worker, item, estates.as_ref(), wanted);
            // A mistake in assize costs this file and no other; without a verdict it is no pass.
            catch_unwind(AssertUnwindSafe(judge)).unwrap_or_else(|_| {
                *worker = state();
                let path = match item {
                    Item::File(path) | Item::Refused { path, .. } => self.display(path),
                    Item::Bytes { name, .. } => name.clone(),
                };
                Ok(self.unreadable(path, "assize itself failed on it; please report this"))
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
        let policies = self.set.policies();
        let is_general = |id: &str| {
            let mut found = policies.iter().filter(|policy| policy.id == id);
            found.any(|policy| policy.header.judges_every_kind())
        };
        let has_others = policies
            .iter()
            .any(|policy| !policy.header.judges_every_kind());
        let rules = self.run.rules.iter();
        rules
            .map(|rule| has_others && is_general(&rule.id))
            .collect()
    }

    fn estates(&self, items: &[Item]) -> Option<Arc<Estates>> {
        if !self
            .set
            .policies()
            .iter()
            .any(|policy| policy.uses_estate())
        {
            return None;
        }
        let paths: Vec<PathBuf> = items
            .iter()
            .filter_map(|item| {
                if let Item::File(path) = item {
                    Some(path.clone())
                } else {
                    None
                }
            })
            .collect();
        Some(Arc::new(Estates::find(&paths, &self.kinds)))
    }

    fn judge_item(
        &self,
        worker: &mut Worker,
        item: &Item,
        estates: Option<&Arc<Estates>>,
        wanted: Wanted,
    ) -> Result<Judged, ProjectError> {
        match item {
            Item::Refused { path, reason } => Ok(self.unreadable(self.display(path), reason)),
            Item::Bytes { name, bytes } => {
                self.judge_bytes(worker, name.clone(), bytes.clone(), None, wanted)
            }
            Item::File(path) => match files::read_snapshot(path, worker.reader.buffer()) {
                Ok(bytes) => {
                    let estate = estates.map(|estates| (estates, path.as_path()));
                    self.judge_bytes(worker, self.display(path), bytes, estate, wanted)
                }
                Err(error) => Ok(self.unreadable(self.display(path), &error.to_string())),
            },
        }
    }

    fn judge_bytes(
        &self,
        worker: &mut Worker,
        path: String,
        bytes: Vec<u8>,
        estate: Option<(&Arc<Estates>, &Path)>,
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
            let mut headers = self.set.policies().iter().map(|policy| &policy.header);
            // What is said of the evidence alone is no judgement, unless nothing else was asked for.
            let is_judged = headers.clone().any(|header| header.kind == kind.name())
                || self.set.policies().len() > 0
                    && headers.all(|header| header.judges_every_kind());
            if !is_judged {
                let message = format!("no selected policy judges the kind `{}`", kind.name());
                snapshot
                    .problems
                    .push(Problem::note("input/no-policy", Place::File, message));
            }
        }
        let snapshot = Arc::new(snapshot);
        let siblings: Arc<dyn Siblings> = match estate {
            Some((estates, path)) => Arc::new(EstateOf::new(estates, &self.kinds, &snapshot, path)),
            None => Arc::new(NoSiblings),
        };
        let policies = self.set.policies().iter().filter(|policy| {
            let kind = artifact.kind.as_deref();
            kind.is_some_and(|kind| policy.header.judges(kind))
        });
        let verdicts = policies.map(|policy| PolicyVerdicts {
            policy,
            verdicts: worker.judge.judge(&snapshot, policy, &siblings),
        });
        let verdicts = verdicts.collect();
        let judged = judged::judged(self, artifact, &snapshot, verdicts, wanted);
        if let Some(snapshot) = Arc::into_inner(snapshot) {
            worker.reader.recycle(snapshot.document);
        }
        Ok(judged)
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

fn items(inputs: Vec<Input>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let is_alone = inputs.len() == 1;
    for input in inputs {
        match input {
            Input::Bytes { name, bytes } => items.push(Item::Bytes { name, bytes }),
            Input::Path(path) => {
                for found in files::snapshots(&path) {
                    match found {
                        // A file that two inputs name is judged once.
                        Ok(path) if is_alone || seen.insert(path.clone()) => items.push(Item::File(path)),
                        Ok(_) => {}
                        Err((path, reason)) => items.push(Item::Refused { path, reason }),
                    }
                }
            }
        }
    }
    items
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
