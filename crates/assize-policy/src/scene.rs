//! What an example of a page sets up: the judged snapshot, its siblings, the earlier snapshot.

use std::sync::Arc;

use assize_snapshot::{Kind, Kinds, Reader, Snapshot, format_time};
use serde_json::Value as Json;

use crate::{
    header::EVERY_KIND,
    page::{Given, PageExample},
    policy::Policy,
    reference::Reference,
    siblings::Siblings,
};

/// The snapshots of an example.
pub(crate) struct Scene {
    pub(crate) snapshot: Arc<Snapshot>,
    /// For policies over time.
    pub(crate) earlier: Option<Arc<Snapshot>>,
    pub(crate) estate: Estate,
    /// Reference data that the example brings.
    pub(crate) references: Vec<Reference>,
}

/// The other snapshots of an example.
#[derive(Default, Clone)]
pub(crate) struct Estate(pub(crate) Vec<Arc<Snapshot>>);

impl Siblings for Estate {
    fn others(&self, kind: &str) -> Vec<usize> {
        let is_wanted = |snapshot: &Snapshot| {
            let own = snapshot.kind.as_ref();
            own.is_some_and(|own| own.answers_to(kind))
        };
        (0..self.0.len())
            .filter(|number| is_wanted(&self.0[*number]))
            .collect()
    }

    fn snapshot(&self, number: usize) -> Result<Arc<Snapshot>, String> {
        let snapshot = self.0.get(number).map(Arc::clone);
        snapshot.ok_or_else(|| format!("there is no sibling {number}"))
    }
}

impl Scene {
    /// Reads the blocks of an example. `named` is the kind that it names, for policies that judge every kind.
    pub(crate) fn of(
        policy: &Policy,
        example: &PageExample,
        named: Option<&str>,
        kinds: &Kinds,
    ) -> Result<Self, String> {
        let own = policy.header.first_kind();
        let kind = match named.or_else(|| (own != EVERY_KIND).then_some(own)) {
            Some(name) => Some(find(kinds, name)?),
            None => None,
        };
        let whole = whole(&example.text, example.base.as_deref(), kind)?;
        let snapshot = Arc::new(snapshot(&whole, kinds, kind)?);
        if snapshot.kind.is_none() {
            return Err(
                "the example is of no known kind; say `kind=NAME` after the verdict".to_owned(),
            );
        }
        let mut estate = Estate::default();
        let mut earlier = None;
        let mut references = Vec::new();
        for given in &example.given {
            match &given.of {
                Given::Sibling(name) => {
                    let kind = Some(find(kinds, name)?);
                    let sibling = self::whole(&given.text, given.base.as_deref(), kind)
                        .and_then(|whole| self::snapshot(&whole, kinds, kind))
                        .map_err(|error| format!("the sibling of kind `{name}`: {error}"))?;
                    estate.0.push(Arc::new(sibling));
                }
                Given::Earlier if earlier.is_some() => {
                    return Err("the example has two earlier snapshots".to_owned());
                }
                Given::Reference(name) => references.push(reference(policy, name, &given.text)?),
                Given::Earlier => earlier = Some((given.text.as_str(), given.base.as_deref())),
            }
        }
        let earlier = match (policy.header.over_time, earlier) {
            (false, Some(_)) => {
                return Err(
                    "only policies with `over: \"time\"` have an earlier snapshot".to_owned(),
                );
            }
            (false, None) => None,
            (true, text) => {
                let before = collected_at(&snapshot).map(|now| now - DAY);
                let earlier = earlier_snapshot(text.unwrap_or(("{}", None)), before, kinds, kind);
                let earlier = earlier.map_err(|error| format!("the earlier snapshot: {error}"))?;
                Some(Arc::new(earlier))
            }
        };
        Ok(Self {
            snapshot,
            earlier,
            estate,
            references,
        })
    }

    /// Says what is wrong with one of the snapshots: a verdict over it would prove nothing.
    pub(crate) fn check_soundness(&self) -> Result<(), String> {
        let snapshots = std::iter::once(&self.snapshot)
            .chain(&self.earlier)
            .chain(&self.estate.0);
        for snapshot in snapshots {
            if let Some(problem) = snapshot.problems.iter().find(|problem| problem.incomplete) {
                return Err(format!(
                    "the example is no sound snapshot: {}",
                    problem.message
                ));
            }
        }
        Ok(())
    }
}

/// A day in microseconds.
const DAY: i64 = 86_400_000_000;

/// When a snapshot was taken.
pub(crate) fn collected_at(snapshot: &Snapshot) -> Option<i64> {
    snapshot.collected_at().ok().flatten()
}

/// A block as reference data of a pack, the policy's own unless the name says another.
fn reference(policy: &Policy, name: &str, text: &str) -> Result<Reference, String> {
    let (pack, own) = name
        .rsplit_once('/')
        .unwrap_or((policy.pack().unwrap_or_default(), name));
    let reference = Reference::new(pack, own, "the block", text.to_owned());
    reference
        .check()
        .map_err(|error| format!("the reference data `{name}`: {error}"))?;
    Ok(reference)
}

fn find<'k>(kinds: &'k Kinds, name: &str) -> Result<&'k Arc<Kind>, String> {
    kinds.find(name).ok_or_else(|| {
        let hint = kinds.nearest(name).map_or(String::new(), |nearest| {
            format!("; did you mean `{nearest}`?")
        });
        format!("there is no kind `{name}`{hint}")
    })
}

/// The earlier snapshot, taken when the block says, else a day before the judged one.
fn earlier_snapshot(
    (text, base): (&str, Option<&str>),
    before: Option<i64>,
    kinds: &Kinds,
    kind: Option<&Arc<Kind>>,
) -> Result<Snapshot, String> {
    let patch = parse(text)?;
    let says_when = match &patch {
        Json::Object(members) => {
            members.contains_key("collectedAt") || members.contains_key("assizeSnapshot")
        }
        Json::Array(operations) => operations.iter().any(|operation| {
            operation
                .get("path")
                .is_some_and(|path| path == "/collectedAt")
        }),
        _ => false,
    } || base.is_some();
    let mut whole = whole(text, base, kind)?;
    if let (false, Some(before), Some(members)) = (says_when, before, whole.as_object_mut())
        && members.contains_key("collectedAt")
    {
        members.insert("collectedAt".to_owned(), Json::from(format_time(before)));
    }
    snapshot(&whole, kinds, kind)
}

fn parse(text: &str) -> Result<Json, String> {
    serde_json::from_str(text).map_err(|error| format!("the example is no JSON: {error}"))
}

/// A block as a whole snapshot: it is one, or a patch on the example of its kind, or on a snapshot that is given.
fn whole(text: &str, base: Option<&str>, kind: Option<&Arc<Kind>>) -> Result<Json, String> {
    let patch = parse(text)?;
    let has_base = base.is_some();
    let base = || {
        if let Some(text) = base {
            return serde_json::from_str(text)
                .map_err(|error| format!("the base is no JSON: {error}"));
        }
        let kind = kind.ok_or(
            "the example is no whole snapshot; say `kind=NAME` after the verdict of a patch",
        )?;
        let text = kind
            .example()
            .ok_or_else(|| format!("kind `{}` has no example to patch", kind.name()))?;
        serde_json::from_str::<Json>(text)
            .map_err(|error| format!("the example of kind `{}` is no JSON: {error}", kind.name()))
    };
    Ok(match &patch {
        // A base as it is may be a list, which no merge would leave.
        Json::Object(members) if has_base && members.is_empty() => base()?,
        Json::Object(members) if has_base || !members.contains_key("assizeSnapshot") => {
            let mut whole = base()?;
            json_patch::merge(&mut whole, &patch);
            whole
        }
        Json::Array(operations)
            if operations
                .first()
                .is_some_and(|operation| operation.get("op").is_some()) =>
        {
            let mut whole = base()?;
            let operations: json_patch::Patch = serde_json::from_value(patch)
                .map_err(|error| format!("the example is no JSON Patch: {error}"))?;
            // Each copy can double the snapshot.
            if operations
                .iter()
                .any(|operation| matches!(operation, json_patch::PatchOperation::Copy(_)))
            {
                return Err("the patch copies; write what it adds".to_owned());
            }
            json_patch::patch(&mut whole, &operations)
                .map_err(|error| format!("the patch does not fit: {error}"))?;
            whole
        }
        _ => patch,
    })
}

/// A whole snapshot, read as a file would be.
pub(crate) fn snapshot(
    whole: &Json,
    kinds: &Kinds,
    kind: Option<&Arc<Kind>>,
) -> Result<Snapshot, String> {
    let document = Reader::default()
        .read(format!("{whole:#}").into_bytes())
        .map_err(|error| error.to_string())?;
    Snapshot::new(document, kinds, kind).map_err(|error| error.to_string())
}
