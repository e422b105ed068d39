//! A generated snapshot and what belongs to it, as JSON and as snapshots.

use std::{fmt::Write, sync::Arc};

use assize_snapshot::{Kinds, format_time, parse_time};
use serde_json::{Map, Value as Json};

use crate::{
    judge::Judge,
    policy::Policy,
    scene::{Estate, Scene, collected_at, snapshot},
    siblings::Siblings,
    verdict::Verdict,
};

/// A day in microseconds.
const DAY: i64 = 86_400_000_000;

/// A snapshot as JSON, in its envelope.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    pub(super) kind: String,
    pub(super) json: Json,
}

/// All that a policy is given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Setting {
    pub(super) judged: Part,
    earlier: Option<Part>,
    siblings: Vec<Part>,
}

/// A setting as snapshots, with the clock of the judged one.
pub(crate) struct Staged {
    pub(super) scene: Scene,
    siblings: Arc<dyn Siblings>,
    pub(super) now: i64,
}

/// The data of a snapshot, in an envelope or not.
pub(super) fn data_of(whole: &mut Json) -> &mut Json {
    if whole.get("data").is_some() {
        &mut whole["data"]
    } else {
        whole
    }
}

impl Setting {
    pub(super) fn new(kind: &str, json: Json) -> Self {
        let kind = kind.to_owned();
        Self {
            judged: Part { kind, json },
            earlier: None,
            siblings: Vec::new(),
        }
    }

    /// Sets the earlier snapshot, taken a day before.
    pub(super) fn set_earlier(&mut self, mut json: Json) {
        let taken = self.judged.json.get("collectedAt").and_then(Json::as_str);
        let taken = taken.and_then(|text| parse_time(text, true).ok());
        if let (Some(taken), Some(members)) = (taken, json.as_object_mut()) {
            members.insert(
                "collectedAt".to_owned(),
                Json::from(format_time(taken - DAY)),
            );
        }
        let kind = self.judged.kind.clone();
        self.earlier = Some(Part { kind, json });
    }

    pub(super) fn add_sibling(&mut self, kind: &str, json: Json) {
        let kind = kind.to_owned();
        self.siblings.push(Part { kind, json });
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        std::iter::once(&self.judged)
            .chain(&self.earlier)
            .chain(&self.siblings)
    }

    pub(super) fn parts_mut(&mut self) -> impl Iterator<Item = &mut Part> {
        std::iter::once(&mut self.judged)
            .chain(&mut self.earlier)
            .chain(&mut self.siblings)
    }

    /// The setting without its sibling of a number, if it has so many.
    pub(super) fn without_sibling(&self, number: usize) -> Option<Self> {
        let mut less = self.clone();
        (number < less.siblings.len()).then(|| less.siblings.remove(number))?;
        Some(less)
    }

    pub(crate) fn scene(&self, kinds: &Kinds) -> Result<Staged, String> {
        let read = |part: &Part| snapshot(&part.json, kinds, kinds.find(&part.kind)).map(Arc::new);
        let scene = Scene {
            snapshot: read(&self.judged)?,
            earlier: self.earlier.as_ref().map(read).transpose()?,
            estate: Estate(self.siblings.iter().map(read).collect::<Result<_, _>>()?),
            references: Vec::new(),
        };
        let now = collected_at(&scene.snapshot).unwrap_or_default();
        let siblings = Arc::new(scene.estate.clone());
        Ok(Staged {
            scene,
            siblings,
            now,
        })
    }

    /// Whether every part is as its schema says.
    pub(super) fn follows_schema(&self, kinds: &Kinds) -> bool {
        self.scene(kinds)
            .is_ok_and(|staged| staged.scene.check_soundness().is_ok())
    }

    /// The setting as blocks of a page: patches where they are shorter than the whole.
    pub(super) fn blocks(&self, kinds: &Kinds, is_broken: bool) -> String {
        let mut text = String::new();
        let earlier = self.earlier.iter().map(|part| ("earlier".to_owned(), part));
        let siblings = self
            .siblings
            .iter()
            .map(|part| (format!("sibling {}", part.kind), part));
        let verdict = if is_broken { "indeterminate" } else { "pass" };
        let judged = [(verdict.to_owned(), &self.judged)];
        for (info, part) in earlier.chain(siblings).chain(judged) {
            let _ = write!(text, "```json {info}\n{}\n```\n\n", part.shortest(kinds));
        }
        text
    }

    /// How much there is to read.
    pub(super) fn size(&self, kinds: &Kinds) -> usize {
        self.parts().map(|part| part.shortest(kinds).len()).sum()
    }
}

impl Part {
    /// A merge patch on the example of the kind, or the whole if that is shorter.
    fn shortest(&self, kinds: &Kinds) -> String {
        let whole = format!("{:#}", self.json);
        let base = self.base(kinds);
        let patch = base.and_then(|base| patch(&base, &self.json));
        match patch.map(|patch| format!("{patch:#}")) {
            Some(patch) if patch.len() <= whole.len() => patch,
            _ => whole,
        }
    }

    /// The example of the kind.
    pub(super) fn base(&self, kinds: &Kinds) -> Option<Json> {
        let text = kinds.find(&self.kind)?.example()?.to_owned();
        serde_json::from_str(&text).ok()
    }
}

/// The merge patch (RFC 7396) that makes one value of another; there is none where a new member is null.
fn patch(from: &Json, to: &Json) -> Option<Json> {
    let (Json::Object(before), Json::Object(after)) = (from, to) else {
        return (!holds_null(to)).then(|| to.clone());
    };
    let mut patch = Map::new();
    for (name, value) in after {
        match before.get(name) {
            Some(own) if own == value => {}
            Some(own @ Json::Object(_)) if value.is_object() => {
                patch.insert(name.clone(), self::patch(own, value)?);
            }
            _ if holds_null(value) => return None,
            _ => {
                patch.insert(name.clone(), value.clone());
            }
        }
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        patch.insert(name.clone(), Json::Null);
    }
    Some(Json::Object(patch))
}

/// Whether a merge would drop something of a value. What is in a list is taken as it is.
fn holds_null(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Object(members) => members.values().any(holds_null),
        _ => false,
    }
}

impl Staged {
    pub(super) fn verdicts(&self, judge: &Judge, policy: &Arc<Policy>) -> Vec<Verdict> {
        let snapshot = &self.scene.snapshot;
        match &self.scene.earlier {
            Some(earlier) => {
                judge.judge_change(snapshot, &Ok(Arc::clone(earlier)), policy, &self.siblings)
            }
            None => judge.judge(snapshot, policy, &self.siblings),
        }
    }
}
