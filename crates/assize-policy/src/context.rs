//! What a running verdict knows and what it has said. Library functions reach it through the thread they run on.

use std::{cell::RefCell, sync::Arc};

use assize_snapshot::{Counterparts, NodeId, Snapshot, Symbol, Value, name_of, nearest};
use rhai::{Dynamic, EvalAltResult, ImmutableString, Position};

use crate::{
    node::{Duration, Id, Indeterminate, Node, Time, Version},
    policy::Policy,
    reference::is_reference,
    siblings::Siblings,
    verdict::{Origin, Other, Place, Said},
};

/// The result of a library function.
pub(crate) type Answer<T> = Result<T, Box<EvalAltResult>>;

/// Strings whose origin is remembered within one verdict.
const REMEMBERED_STRINGS: usize = 4_096;
/// Siblings that one verdict may read.
const MOST_SIBLINGS: usize = 256;
/// Characters of a message or a reason that are kept.
const LONGEST_MESSAGE: usize = 1_000;

pub(crate) struct Context {
    snapshots: Vec<Loaded>,
    siblings: Arc<dyn Siblings>,
    /// What was found of the earlier snapshot in the judged one.
    counterparts: Counterparts,
    pub(crate) policy: Arc<Policy>,
    pub(crate) subject: Subject,
    pub(crate) said: Vec<Said>,
    /// Set when something was missing, so that a script which catches the error does not pass all the same.
    pub(crate) missing: Option<String>,
    /// The first error of the library: some functions of the engine drop the errors of their callbacks.
    pub(crate) error: Option<String>,
    /// Sections that were read.
    pub(crate) touched: Vec<Symbol>,
    /// Strings that were read: the engine drops a string's tag in assignments, so its origin is found by its text.
    strings: Vec<NodeId>,
    /// The same for the strings of other snapshots.
    other_strings: Vec<(u16, NodeId)>,
    /// Fields that were read and not there.
    absent: Vec<(u16, NodeId, Symbol)>,
}

/// A snapshot that a verdict reads.
struct Loaded {
    snapshot: Arc<Snapshot>,
    role: Role,
    /// How many values the other snapshots before it have: with this, one number stands for a value of any of them.
    first: usize,
}

/// What a snapshot is to a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Judged,
    Other(Other),
    /// Data of a pack, read like a snapshot.
    Reference,
}

/// What a verdict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The object; of one that is gone, the nearest value that enclosed it.
    pub(crate) object: NodeId,
    /// The object in the earlier snapshot, where it is gone from the judged one.
    pub(crate) gone: Option<NodeId>,
}

impl Subject {
    fn place(self) -> Place {
        match self.gone {
            Some(node) => Place::Gone {
                near: self.object,
                node,
            },
            None => Place::Node(self.object),
        }
    }
}

thread_local! {
    static CONTEXT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

/// Runs library code with the context of the verdict.
pub(crate) fn with<T>(work: impl FnOnce(&mut Context) -> Answer<T>) -> Answer<T> {
    CONTEXT.with_borrow_mut(|context| match context {
        Some(context) => work(context),
        None => Err("policies cannot read snapshots outside a verdict".into()),
    })
}

/// Puts a context in place for a policy's verdicts on a snapshot, and takes it away at the end, however that comes.
pub(crate) struct Installed {
    /// Only [`Installed::new`] makes one.
    _private: (),
}

impl Installed {
    pub(crate) fn new(
        snapshot: Arc<Snapshot>,
        earlier: Option<Arc<Snapshot>>,
        policy: Arc<Policy>,
        siblings: Arc<dyn Siblings>,
    ) -> Self {
        let subject = Subject {
            object: snapshot.root(),
            gone: None,
        };
        let judged = Loaded {
            snapshot,
            role: Role::Judged,
            first: 0,
        };
        let earlier = earlier.map(|snapshot| Loaded {
            snapshot,
            role: Role::Other(Other::Earlier),
            first: 0,
        });
        CONTEXT.set(Some(Context {
            snapshots: std::iter::once(judged).chain(earlier).collect(),
            siblings,
            counterparts: Counterparts::default(),
            policy,
            subject,
            said: Vec::new(),
            missing: None,
            error: None,
            touched: Vec::new(),
            strings: Vec::new(),
            other_strings: Vec::new(),
            absent: Vec::new(),
        }));
        Self { _private: () }
    }

    /// Prepares the next verdict.
    #[expect(
        clippy::unused_self,
        reason = "having one is the proof that the context is in place"
    )]
    pub(crate) fn begin(&self, subject: Subject) {
        CONTEXT.with_borrow_mut(|context| {
            if let Some(context) = context {
                context.subject = subject;
                context.said.clear();
                context.missing = None;
                context.error = None;
                context.touched.clear();
                context.strings.clear();
                context.other_strings.clear();
                context.absent.clear();
            }
        });
    }

    /// What the verdict said, what it missed, and the sections it read.
    #[expect(
        clippy::unused_self,
        reason = "having one is the proof that the context is in place"
    )]
    pub(crate) fn end(&self) -> (Vec<Said>, Option<String>, Vec<Symbol>, Option<String>) {
        CONTEXT.with_borrow_mut(|context| {
            context.as_mut().map_or_else(Default::default, |context| {
                (
                    std::mem::take(&mut context.said),
                    context.missing.take(),
                    std::mem::take(&mut context.touched),
                    context.error.take(),
                )
            })
        })
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        CONTEXT.set(None);
    }
}

/// An error that makes the verdict indeterminate.
pub(crate) fn indeterminate<T>(reason: impl Into<String>) -> Answer<T> {
    let reason = Indeterminate(reason.into());
    Err(EvalAltResult::ErrorRuntime(Dynamic::from(reason), Position::NONE).into())
}

/// An error of the policy, remembered by the verdict.
pub(crate) fn refuse<T>(message: String) -> Answer<T> {
    with(|context| context.refuse(message))
}

impl Context {
    pub(crate) fn snapshot(&self, node: Node) -> &Arc<Snapshot> {
        &self.snapshots[usize::from(node.slot)].snapshot
    }

    /// Where the values of a snapshot come from, for messages about what is missing there.
    fn whence(&self, slot: u16) -> String {
        let loaded = &self.snapshots[usize::from(slot)];
        let kind = loaded.snapshot.kind.as_ref();
        match loaded.role {
            Role::Judged | Role::Reference => String::new(),
            Role::Other(Other::Earlier) => " of the earlier snapshot".to_owned(),
            Role::Other(Other::Sibling(_)) => {
                let name = kind.map_or("", |kind| kind.name());
                format!(" of the `{name}` snapshot")
            }
        }
    }

    /// The number that stands for a value, as the tag that the engine carries along with scalars: 0 is nowhere, a positive tag is
    /// one more than the value's index in the judged snapshot, a negative one counts through the other snapshots.
    #[inline]
    pub(crate) fn tag_of(&self, slot: u16, node: NodeId) -> i32 {
        if slot == 0 {
            let tag = i32::try_from(node.0).ok();
            return tag.and_then(|index| index.checked_add(1)).unwrap_or(0);
        }
        let index = self.snapshots[usize::from(slot)].first + node.0 as usize;
        i32::try_from(index).map_or(0, |index| -1 - index)
    }

    /// The value behind a tag.
    fn node_of(&self, tag: i32) -> Option<(u16, NodeId)> {
        if tag >= 0 {
            let index = u32::try_from(tag).ok()?.checked_sub(1)?;
            return Some((0, NodeId(index)));
        }
        let index = usize::try_from(-1 - i64::from(tag)).ok()?;
        let slot = self
            .snapshots
            .iter()
            .skip(1)
            .rposition(|own| own.first <= index)?
            + 1;
        let node = u32::try_from(index - self.snapshots[slot].first).ok()?;
        Some((u16::try_from(slot).ok()?, NodeId(node)))
    }

    pub(crate) fn id(&self, node: Node) -> NodeId {
        match node.id {
            Id::Root => self.snapshot(node).root(),
            Id::Value(id) => id,
        }
    }

    /// Says that something is missing: the verdict will not be a pass.
    pub(crate) fn miss<T>(&mut self, reason: String) -> Answer<T> {
        self.missing.get_or_insert_with(|| reason.clone());
        indeterminate(reason)
    }

    /// A value for the script.
    #[inline]
    pub(crate) fn dynamic(&mut self, slot: u16, id: NodeId) -> Answer<Dynamic> {
        let snapshot = &self.snapshots[usize::from(slot)].snapshot;
        let mut value = match snapshot.document.value(id) {
            Value::Array | Value::Object => {
                return Ok(Dynamic::from(Node {
                    slot,
                    id: Id::Value(id),
                }));
            }
            Value::Null => Dynamic::UNIT,
            Value::Bool(value) => Dynamic::from_bool(value),
            Value::Int(value) => Dynamic::from_int(value),
            Value::Number(text) => Dynamic::from_float(text.parse().unwrap_or(f64::NAN)),
            Value::Text(text) => {
                let value = ImmutableString::from(text.as_ref()).into();
                if slot == 0 {
                    if self.strings.len() < REMEMBERED_STRINGS {
                        self.strings.push(id);
                    }
                } else if self.other_strings.len() < REMEMBERED_STRINGS {
                    self.other_strings.push((slot, id));
                }
                value
            }
            Value::Time(micros) => Dynamic::from(Time(micros)),
            Value::Duration(micros) => Dynamic::from(Duration(micros)),
            Value::Version(parts) => Dynamic::from(Version(parts)),
            Value::Unreadable(reason) => {
                let whence = self.whence(slot);
                let reason = format!("`{}`{whence} cannot be read: {reason}", snapshot.path(id));
                return self.miss(reason);
            }
        };
        value.set_tag(self.tag_of(slot, id));
        Ok(value)
    }

    /// A field of an object, by the name that the script uses.
    #[inline]
    pub(crate) fn field(&mut self, node: Node, name: Symbol) -> Answer<Dynamic> {
        if node.id == Id::Root {
            return self.section(node, name);
        }
        let id = self.id(node);
        match self.snapshots[usize::from(node.slot)]
            .snapshot
            .document
            .member(id, name)
        {
            Some(member) => self.dynamic(node.slot, member),
            None => self.no_field(node.slot, id, &name_of(name), Some(name)),
        }
    }

    /// A section of a snapshot: one that was not collected makes the verdict indeterminate.
    fn section(&mut self, node: Node, name: Symbol) -> Answer<Dynamic> {
        let snapshot = Arc::clone(self.snapshot(node));
        let root = snapshot.root();
        if let Some(reason) = snapshot.why_missing(name) {
            let whence = self.whence(node.slot);
            return self.miss(format!(
                "section `{}`{whence} was not collected: {reason}",
                name_of(name)
            ));
        }
        match snapshot.document.member(root, name) {
            Some(member) => {
                if node.slot == 0 && !self.touched.contains(&name) {
                    self.touched.push(name);
                }
                if node.slot != 0 && !snapshot.is_sound(member) {
                    let reason = format!(
                        "section `{}`{} is not as its schema says",
                        name_of(name),
                        self.whence(node.slot)
                    );
                    self.missing.get_or_insert(reason);
                }
                self.dynamic(node.slot, member)
            }
            None if snapshot.knows_field(root, name) == Some(false) => {
                self.no_field(node.slot, root, &name_of(name), Some(name))
            }
            None => {
                let whence = self.whence(node.slot);
                self.miss(format!(
                    "section `{}`{whence} was not collected",
                    name_of(name)
                ))
            }
        }
    }

    /// A field that is not there: nothing if the schema knows it, an error otherwise.
    pub(crate) fn no_field(
        &mut self,
        slot: u16,
        id: NodeId,
        name: &str,
        symbol: Option<Symbol>,
    ) -> Answer<Dynamic> {
        let snapshot = &self.snapshots[usize::from(slot)].snapshot;
        if snapshot.document.value(id) == Value::Array {
            let count = snapshot.document.children(id).len();
            return match name {
                "len" => Ok(Dynamic::from_int(count as i64)),
                "is_empty" => Ok(Dynamic::from_bool(count == 0)),
                _ => self.refuse(format!(
                    "a list has no field `{name}`; take an element first"
                )),
            };
        }
        // No schema says what the rows of reference data have.
        if is_reference(snapshot) && snapshot.fields(id).is_empty() {
            return Ok(Dynamic::UNIT);
        }
        let known = symbol.is_some_and(|symbol| snapshot.knows_field(id, symbol).unwrap_or(false));
        if !known {
            let fields = snapshot.fields(id);
            let place = Some(snapshot.path(id))
                .filter(|path| !path.is_empty())
                .unwrap_or_else(|| "the snapshot".to_owned());
            let hint = match nearest(name, fields.iter().map(String::as_str)) {
                Some(nearest) => format!("; did you mean `{nearest}`?"),
                None => String::new(),
            };
            return self.refuse(format!(
                "the schema knows no field `{name}` in `{place}`{hint}"
            ));
        }
        let mut value = Dynamic::UNIT;
        if let Some(symbol) = symbol {
            self.absent.push((slot, id, symbol));
            value.set_tag(self.tag_of(slot, id));
        }
        Ok(value)
    }

    /// An error of the policy, remembered in case something drops it on its way out.
    fn refuse<T>(&mut self, message: String) -> Answer<T> {
        self.error.get_or_insert_with(|| message.clone());
        Err(message.into())
    }

    /// The one snapshot of a kind in the estate.
    pub(crate) fn sibling(&mut self, kind: &str) -> Answer<Node> {
        let others = self.siblings.others(kind);
        match (self.is_of(kind), others.as_slice()) {
            (true, []) => Ok(Node {
                slot: 0,
                id: Id::Root,
            }),
            (false, [number]) => self.member(*number),
            (false, []) => self.miss(format!("no `{kind}` snapshot of the same estate was given")),
            (is_own, several) => {
                let count = several.len() + usize::from(is_own);
                self.miss(format!(
                    "{count} `{kind}` snapshots of the same estate were given, and the policy needs one"
                ))
            }
        }
    }

    /// All snapshots of a kind in the estate, the judged one first.
    pub(crate) fn siblings(&mut self, kind: &str) -> Answer<Vec<Node>> {
        if let Some(reason) = self.siblings.why_partial() {
            return self.miss(reason);
        }
        let others = self.siblings.others(kind);
        if others.len() > MOST_SIBLINGS {
            let count = others.len();
            return self.miss(format!(
                "the estate has {count} other `{kind}` snapshots, and a policy reads at most {MOST_SIBLINGS}"
            ));
        }
        let own = self.is_of(kind).then_some(Ok(Node {
            slot: 0,
            id: Id::Root,
        }));
        own.into_iter()
            .chain(others.into_iter().map(|number| self.member(number)))
            .collect()
    }

    /// Whether the estate has a snapshot of a kind.
    pub(crate) fn has_sibling(&self, kind: &str) -> bool {
        self.is_of(kind) || !self.siblings.others(kind).is_empty()
    }

    fn is_of(&self, kind: &str) -> bool {
        let own = self.snapshots[0].snapshot.kind.as_ref();
        own.is_some_and(|own| own.answers_to(kind))
    }

    /// A sibling, read at its first use.
    fn member(&mut self, number: usize) -> Answer<Node> {
        let role = Role::Other(Other::Sibling(number));
        let known = self.snapshots.iter().position(|own| own.role == role);
        let slot = match known {
            Some(slot) => slot,
            None => match self.siblings.snapshot(number) {
                Ok(snapshot) => self.add(snapshot, role),
                Err(reason) => return self.miss(reason),
            },
        };
        let slot = u16::try_from(slot).map_err(|_| "too many snapshots in one verdict")?;
        Ok(Node { slot, id: Id::Root })
    }

    /// The reference data that the policy means by a name.
    pub(crate) fn reference(&mut self, name: &str) -> Answer<Node> {
        let policy = Arc::clone(&self.policy);
        let found = policy.shared.references.find(policy.pack(), name);
        let content = found.and_then(|found| found.content().map_err(|error| error.to_string()));
        let content = match content {
            Ok(content) => content,
            Err(message) => return self.refuse(message),
        };
        let known = self
            .snapshots
            .iter()
            .position(|own| Arc::ptr_eq(&own.snapshot, content));
        let slot = known.unwrap_or_else(|| self.add(Arc::clone(content), Role::Reference));
        let slot = u16::try_from(slot).map_err(|_| "too many files in one verdict")?;
        let id = Id::Value(content.root());
        Ok(Node { slot, id })
    }

    /// The name of a snapshot's kind.
    pub(crate) fn kind_name(&self, slot: u16) -> String {
        let kind = self.snapshots[usize::from(slot)].snapshot.kind.as_ref();
        kind.map(|kind| kind.name().to_owned()).unwrap_or_default()
    }

    fn add(&mut self, snapshot: Arc<Snapshot>, role: Role) -> usize {
        let first = match self.snapshots.last() {
            Some(last) if last.role != Role::Judged => last.first + last.snapshot.document.len(),
            _ => 0,
        };
        self.snapshots.push(Loaded {
            snapshot,
            role,
            first,
        });
        self.snapshots.len() - 1
    }

    /// Where a value came from: a place in the judged snapshot, and the value itself where it is one of another snapshot.
    pub(crate) fn place(&mut self, value: &Dynamic) -> (Place, Option<Origin>) {
        let Some((slot, node)) = self.source_of(value) else {
            return (self.subject.place(), None);
        };
        let of = match self.snapshots[usize::from(slot)].role {
            Role::Judged => return (self.own_place(value, node), None),
            Role::Reference => return (self.subject.place(), None),
            Role::Other(of) => of,
        };
        let origin = Some(Origin { of, node });
        if of != Other::Earlier {
            return (self.subject.place(), origin);
        }
        let (judged, earlier) = (&self.snapshots[0].snapshot, &self.snapshots[1].snapshot);
        let place = match self.counterparts.find(earlier, node, judged) {
            (near, true) => Place::Node(near),
            (near, false) => Place::Gone { near, node },
        };
        (place, origin)
    }

    /// The place of a value of the judged snapshot, or of a field that is not there.
    fn own_place(&self, value: &Dynamic, node: NodeId) -> Place {
        let mut absent = self.absent.iter().rev();
        let field = absent
            .find(|(slot, object, _)| (*slot, *object) == (0, node))
            .filter(|_| value.is_unit());
        field.map_or(Place::Node(node), |(_, object, field)| {
            Place::Absent(*object, *field)
        })
    }

    /// The value of a snapshot that a value of the script is, or was.
    fn source_of(&self, value: &Dynamic) -> Option<(u16, NodeId)> {
        let value = value.flatten_clone();
        if let Some(node) = value.clone().try_cast::<Node>() {
            return Some((node.slot, self.id(node)));
        }
        if let Some(source) = self.node_of(value.tag()) {
            return Some(source);
        }
        let text = value.into_immutable_string().ok()?;
        if text.is_empty() {
            return None;
        }
        let is_same = |slot: u16, id: NodeId| {
            let document = &self.snapshots[usize::from(slot)].snapshot.document;
            matches!(document.value(id), Value::Text(own) if *own == *text.as_str())
        };
        let mut judged = self.strings.iter().rev().map(|id| (0, *id));
        judged.find(|(slot, id)| is_same(*slot, *id)).or_else(|| {
            let mut others = self.other_strings.iter().rev().copied();
            others.find(|(slot, id)| is_same(*slot, *id))
        })
    }

    /// Notes what the policy says.
    pub(crate) fn say(&mut self, said: Said, limit: usize) -> Answer<()> {
        if self.said.len() >= limit {
            return Err(EvalAltResult::ErrorTerminated(
                format!("findings: more than {limit}").into(),
                Position::NONE,
            )
            .into());
        }
        self.said.push(said);
        Ok(())
    }
}

/// A message in one piece of bounded length.
pub(crate) fn message(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(LONGEST_MESSAGE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
