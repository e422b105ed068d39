//! The one check: snapshots in, verdicts out, in a fixed order.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
};

use assize_finding::{Artifact, BaselineCounts, Judged, Role, Span, Summary};
use assize_policy::{Judge, Meter, PolicySet, Scenery, Siblings};
use assize_snapshot::{Place, Problem, Reader, Snapshot};
use sha2::{Digest, Sha256};

use crate::{
    after::After,
    error::ProjectError,
    estate::{EstateOf, Estates},
    explain::WatchedPolicies,
    item::Item,
    judged::{self, PolicyVerdicts, Report},
    load::Project,
    others::Others,
    queue,
    settings::Level,
    since::Earlier,
    unread::read_problem,
};

/// What a run computes beyond the verdicts, because some report shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent wishes")]
pub struct Wanted {
    /// The lines around each place.
    pub excerpts: bool,
    /// GitHub's hash of each place's line.
    pub line_hashes: bool,
    /// The SHA-256 of each file.
    pub sha256: bool,
    /// Where each object is that passed.
    pub passes: bool,
    /// A hash of what each finding is about.
    pub contents: bool,
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
    /// Policies that explained a verdict.
    watched: WatchedPolicies,
    /// For files that other policies judge, by the number of the set.
    scoped: HashMap<usize, Judge>,
    /// Room for the estate of the next item.
    estate: Option<Arc<EstateOf>>,
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
        let mut after = After::new(self);
        let mut summary = Summary {
            baseline: after.compares().then(BaselineCounts::default),
            ..Summary::default()
        };
        let general = self.general_rules();
        let wanted = Wanted {
            contents: wanted.contents || self.waivers.need_contents() || after.compares(),
            ..wanted
        };
        let mut hand_over = |mut judged: Judged, path: Option<&Path>| {
            after.apply(&mut judged, path);
            summary.add(&judged, |rule| general[rule.0 as usize]);
            take(judged)
        };
        for index in 0..self.broken.len() {
            hand_over(self.judged_broken(index, wanted), None)?;
        }
        let items = Arc::new(Item::all(inputs));
        let threads = self.options.threads();
        let estates = Arc::new(Estates::new(&items, &self.kinds, &self.given, threads));
        let state = || Worker {
            reader: Reader::default(),
            judge: Judge::learning(&self.set, self.options.now),
            watched: WatchedPolicies::new(),
            scoped: HashMap::new(),
            estate: None,
        };
        let judged = self.judged_items(&items);
        let work = |worker: &mut Worker, nth: usize| {
            let index = judged[nth];
            let item = &items[index];
            let among = Among {
                item,
                index,
                is_alone: judged.len() == 1,
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
        let mut done = 0;
        queue::in_order(
            judged.len(),
            threads,
            state,
            work,
            |judged: Result<Judged, ProjectError>| {
                let path = items[done].path();
                done += 1;
                hand_over(judged?, path)
            },
        )?;
        for judged in after.end(&mut summary) {
            summary.add(&judged, |_| false);
            take(judged)?;
        }
        Ok(summary)
    }

    /// The items that are judged, by their indexes: all but those that are only the estate of one.
    fn judged_items(&self, items: &[Item]) -> Vec<usize> {
        let explain = self.options.explain.as_ref();
        let only = explain.and_then(|explain| explain.only.as_deref());
        let is_judged = |item: &Item| only.is_none() || item.path() == only;
        (0..items.len())
            .filter(|index| is_judged(&items[*index]))
            .collect()
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
            source: None,
            schema: None,
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
        let given = self.given.of(&document, among.item.path()).cloned();
        let mut snapshot = Snapshot::new(document, &self.kinds, given.as_ref())?;
        artifact.source = Some(snapshot.source.clone()).filter(|source| !source.is_empty());
        self.note_normalised(&mut snapshot);
        let around = among
            .item
            .path()
            .map_or(Vec::new(), |path| self.scopes.around(path));
        let scoped = self.scopes.set(&around, &self.set, &self.making())?;
        let set = scoped.as_ref().map_or(&self.set, |(_, set)| set);
        if let Some(kind) = &snapshot.kind {
            artifact.kind = Some(kind.name().to_owned());
            artifact.schema = wanted.sha256.then(|| kind.fingerprint().to_owned());
        }
        self.note_no_policy(set, &mut snapshot);
        let snapshot = Arc::new(snapshot);
        let of_kind = artifact.kind.as_deref().map(|kind| set.of_kind(kind));
        let Worker {
            reader,
            judge,
            scoped: others,
            watched,
            estate: room,
        } = worker;
        let judge = match &scoped {
            None => judge,
            Some((number, set)) => others
                .entry(*number)
                .or_insert_with(|| Judge::learning(set, self.options.now)),
        };
        if let Some(of_kind) = of_kind {
            judge.learn(of_kind);
        }
        // Policies over time judge only where there is something earlier to compare with.
        let known = of_kind.map_or(&[][..], |of_kind| &of_kind.policies);
        let policies = known
            .iter()
            .filter(|policy| self.since.is_some() || !policy.header.over_time);
        let estate = EstateOf::again(room.take(), among.estates, among.index);
        let kept = Arc::clone(&estate);
        let siblings = Arc::clone(&estate) as Arc<dyn Siblings>;
        let is_over_time = policies.clone().any(|policy| policy.header.over_time);
        let since = self.since.as_ref().filter(|_| is_over_time);
        let found = since.map(|since| since.of(&snapshot, among.item, among.is_alone, reader));
        let (earlier, others) = self.others(found, estate);
        let mut verdicts = Vec::with_capacity(known.len());
        verdicts.extend(policies.map(|policy| {
            let profile = self.options.profile.as_ref();
            let meter = profile.map(|profile| (profile, Meter::start()));
            let verdicts = if policy.header.over_time {
                judge.judge_change(&snapshot, &earlier, policy, &siblings)
            } else {
                judge.judge(&snapshot, policy, &siblings)
            };
            if let Some((profile, meter)) = meter {
                profile.add(&policy.id, meter.spent(), verdicts.len());
            }
            let scenery = Scenery {
                snapshot: &snapshot,
                earlier: policy.header.over_time.then_some(&earlier),
                siblings: &siblings,
            };
            let traces = self.traces(watched, policy, scenery, &verdicts);
            PolicyVerdicts {
                policy,
                verdicts,
                traces,
            }
        }));
        let report = Report {
            project: self,
            artifact,
            snapshot: &snapshot,
            others,
            wanted,
        };
        let judged = report.judged(verdicts);
        drop(siblings);
        *room = kept.emptied();
        if let Some(snapshot) = Arc::into_inner(snapshot) {
            reader.recycle(snapshot.document);
        }
        Ok(judged)
    }

    /// Says that values are written in another form than the schema's, where somebody wants to know.
    fn note_normalised(&self, snapshot: &mut Snapshot) {
        let count = snapshot.normalised;
        if count > 0 && self.options.settings.on.normalised_input != Level::Ignore {
            let message = format!("{count} values are written in another form than the schema's");
            let problem = Problem::note("input/normalised", Place::File, message);
            snapshot.problems.push(problem);
        }
    }

    /// Says that no policy of a set judges a snapshot, where none does.
    fn note_no_policy(&self, set: &PolicySet, snapshot: &mut Snapshot) {
        let Some(kind) = &snapshot.kind else { return };
        let mut policies = set
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
            let problem = Problem::note("input/no-policy", Place::File, message);
            snapshot.problems.push(problem);
        }
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
}

/// The SHA-256 of a text.
pub(crate) fn digest(text: &str) -> String {
    hex(&Sha256::digest(text))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The bytes of a region that was counted in a text.
pub(crate) fn span_of(text: &str, region: assize_finding::Region) -> Span {
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
