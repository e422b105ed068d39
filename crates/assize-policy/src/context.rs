//! What a running verdict knows and what it has said. Library functions reach it through the thread they run on.

mod estate;
mod index;
mod origin;

use std::{cell::RefCell, sync::Arc};

use assize_snapshot::{Counterparts, NodeId, Snapshot, Symbol, Value, name_of, nearest};
use rhai::{Dynamic, EvalAltResult, ImmutableString, Position};

use crate::{
    budget,
    node::{Duration, Id, Indeterminate, Node, Time, Version},
    policy::Policy,
    reference::is_reference,
    siblings::Siblings,
    verdict::{Other, Said},
};

use index::Index;
pub(crate) use index::Likeness;
use origin::ReadString;
pub(crate) use origin::Subject;

/// The result of a library function.
pub(crate) type Answer<T> = Result<T, Box<EvalAltResult>>;

/// Strings whose origin is remembered within one verdict.
const REMEMBERED_STRINGS: usize = 4_096;
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
    /// Strings that were read: the engine drops a string's tag in assignments, so its origin is found by what it is.
    strings: Vec<ReadString>,
    /// The same for the strings of other snapshots.
    other_strings: Vec<ReadString>,
    /// Lists whose elements were looked up; they stay from verdict to verdict.
    indexes: Vec<Arc<Index>>,
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
            indexes: Vec::new(),
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

/// Whether functions in arguments see a variable of the policy, to which nothing is ever assigned.
pub(crate) fn is_captured(variable: &str) -> bool {
    CONTEXT.with_borrow(|context| {
        let context = context.as_ref();
        context.is_some_and(|context| context.policy.captured.contains(variable))
    })
}

/// What the verdict is about that is being made.
pub(crate) fn subject() -> Option<Subject> {
    CONTEXT.with_borrow(|context| context.as_ref().map(|context| context.subject))
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

    /// Something that encloses an object that the script has. If it is not as its schema says, the verdict will not be a pass.
    pub(crate) fn enclosing(&mut self, slot: u16, object: NodeId) -> Answer<Dynamic> {
        let snapshot = &self.snapshots[usize::from(slot)].snapshot;
        if object != snapshot.root() && !snapshot.is_sound(object) {
            let path = snapshot.path(object);
            let whence = self.whence(slot);
            let reason =
                format!("`{path}`{whence}, which the policy reads, is not as its schema says");
            self.missing.get_or_insert(reason);
        }
        self.whole_or_part(slot, object)
    }

    /// A judged object for the script: a snapshot as a whole, or a value of it.
    pub(crate) fn whole_or_part(&mut self, slot: u16, object: NodeId) -> Answer<Dynamic> {
        let whole = Node { slot, id: Id::Root };
        if self.id(whole) == object {
            return Ok(Dynamic::from(whole));
        }
        self.dynamic(slot, object)
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
                let value = ImmutableString::from(text.as_ref());
                let strings = if slot == 0 {
                    &mut self.strings
                } else {
                    &mut self.other_strings
                };
                if strings.len() < REMEMBERED_STRINGS {
                    strings.push(ReadString::new(slot, id, &value));
                }
                value.into()
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

    /// The reference data that the policy means by a name.
    pub(crate) fn reference(&mut self, name: &str) -> Answer<Node> {
        let policy = Arc::clone(&self.policy);
        let found = policy.shared.references.find(policy.pack(), name);
        let read = || found?.content().map_err(|error| error.to_string());
        let content = budget::aside(read);
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
    // There are no more characters than bytes, so most messages need no counting.
    if text.len() <= LONGEST_MESSAGE {
        return text.to_owned();
    }
    match text.char_indices().nth(LONGEST_MESSAGE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
