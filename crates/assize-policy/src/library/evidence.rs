//! What a snapshot says of how it was taken: for policies that judge the evidence and not what it is about.

use assize_snapshot::{NodeId, Snapshot, Value, intern};
use rhai::{Array, Dynamic, EvalAltResult, Map, Module, Position};

use super::Facts;
use super::function::LibraryFunction;
use crate::{
    context::{self, Answer, Context},
    engine::function,
    node::{Id, Node, Time},
};

/// Values that were cut off, or commands that failed, of one snapshot; a policy needs no more to say so.
const MOST: usize = 1_000;

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "collected_at",
        &["collected_at(snapshot: object) -> time?"],
        "When a snapshot was taken, or nothing where it does not say.",
    ),
    LibraryFunction::new(
        "collector",
        &["collector(snapshot: object) -> facts?"],
        "What a snapshot says of its collector, such as `.name` and `.version`; nothing where it says nothing.",
    ),
    LibraryFunction::new(
        "collector_errors",
        &["collector_errors(snapshot: object) -> list of map {command: any, message: any}"],
        "The commands that failed while a snapshot was taken.",
    ),
    LibraryFunction::new(
        "lists_errors",
        &["lists_errors(snapshot: object) -> bool"],
        "Whether a snapshot has a list of the commands that failed, be it empty; without one, nobody knows.",
    ),
    LibraryFunction::new(
        "source_of",
        &["source_of(snapshot: object) -> facts"],
        "What a snapshot was taken of, texts by name, such as `.tenant`; names that it lacks are nothing.",
    ),
    LibraryFunction::new(
        "kind_of",
        &["kind_of(snapshot: object) -> text"],
        "The name of the kind of a snapshot.",
    ),
    LibraryFunction::new(
        "is_raw",
        &["is_raw(snapshot: object) -> bool"],
        "Whether a snapshot is an export as its tool wrote it, without our envelope around it.",
    ),
    LibraryFunction::new(
        "has_path",
        &["has_path(snapshot: object, path: text) -> bool"],
        "Whether there is something at a keyed path such as `nodes[ADFS01].HttpSys`, case ignored.",
    ),
    LibraryFunction::new(
        "truncations",
        &["truncations(snapshot: object) -> list of any"],
        "The values of which only what PowerShell leaves below its `-Depth` was written; each is a place for `fail`, and its path as text.",
    ),
];

/// Adds the functions. Each takes a snapshot: `snapshot`, or another one as a whole.
pub(crate) fn add(module: &mut Module) {
    function!(module, "collected_at", |node: Node| of(node, collected_at));
    function!(module, "collector", |node: Node| of(node, collector));
    function!(module, "collector_errors", |node: Node| of(
        node,
        collector_errors
    ));
    function!(module, "lists_errors", |node: Node| of(
        node,
        |_, snapshot, _| Ok(snapshot.lists_errors())
    ));
    function!(module, "source_of", |node: Node| of(
        node,
        |_, snapshot, _| {
            let facts = snapshot.source_facts().into_iter();
            Ok(Facts::new(facts.map(|(name, text)| (name, text.into()))))
        }
    ));
    function!(module, "kind_of", |node: Node| of(
        node,
        |_, snapshot, _| {
            let kind = snapshot.kind.as_ref();
            Ok(kind.map(|kind| kind.name().to_owned()).unwrap_or_default())
        }
    ));
    function!(module, "is_raw", |node: Node| of(
        node,
        |_, snapshot, _| Ok(snapshot.is_raw())
    ));
    function!(module, "has_path", |node: Node, path: &str| of(
        node,
        |context, snapshot, slot| has_path(context, snapshot, slot, path)
    ));
    function!(module, "truncations", |node: Node| of(
        node,
        |_, snapshot, slot| {
            let places = snapshot.truncations(MOST).into_iter();
            let places = places.map(|id| {
                Dynamic::from(Node {
                    slot,
                    id: Id::Value(id),
                })
            });
            Ok(places.collect::<Array>())
        }
    ));
}

/// Works on a snapshot as a whole.
fn of<T>(node: Node, work: impl FnOnce(&mut Context, &Snapshot, u16) -> Answer<T>) -> Answer<T> {
    context::with(|context| {
        let snapshot = std::sync::Arc::clone(context.snapshot(node));
        if node.id != Id::Root {
            return Err("this function takes a whole snapshot, such as `snapshot`".into());
        }
        work(context, &snapshot, node.slot)
    })
}

fn collected_at(context: &mut Context, snapshot: &Snapshot, slot: u16) -> Answer<Dynamic> {
    let micros = match snapshot.collected_at() {
        Ok(Some(micros)) => micros,
        Ok(None) => return Ok(Dynamic::UNIT),
        Err(reason) => return context.miss(reason),
    };
    let mut time = Dynamic::from(Time(micros));
    let document = &snapshot.document;
    if let Some(member) = document.written_member(document.root(), "collectedAt", false) {
        time.set_tag(context.tag_of(slot, member));
    }
    Ok(time)
}

/// Members with one value, by name.
fn collector(context: &mut Context, snapshot: &Snapshot, slot: u16) -> Answer<Dynamic> {
    let Some(collector) = snapshot.collector() else {
        return Ok(Dynamic::UNIT);
    };
    let document = &snapshot.document;
    if document.value(collector) != Value::Object {
        let name = context.dynamic(slot, collector)?;
        return Ok(Dynamic::from(Facts::new([("name".to_owned(), name)])));
    }
    let mut facts = Vec::new();
    for member in document.children(collector) {
        facts.push((
            document.name(member).to_owned(),
            context.dynamic(slot, member)?,
        ));
    }
    Ok(Dynamic::from(Facts::new(facts)))
}

fn collector_errors(context: &mut Context, snapshot: &Snapshot, slot: u16) -> Answer<Array> {
    let errors = snapshot.collector_errors();
    if errors.len() > MOST {
        let limit = format!("data size: more than {MOST} errors of the collector");
        return Err(EvalAltResult::ErrorTerminated(limit.into(), Position::NONE).into());
    }
    let mut list = Array::new();
    for error in errors {
        let mut text = |node: Option<NodeId>| match node {
            Some(node) => context.dynamic(slot, node),
            None => Ok(Dynamic::UNIT),
        };
        let mut map = Map::new();
        map.insert("command".into(), text(error.command)?);
        map.insert("message".into(), text(error.message)?);
        list.push(map.into());
    }
    Ok(list)
}

/// What lies in a section that was not collected may be there or not.
fn has_path(context: &mut Context, snapshot: &Snapshot, slot: u16, path: &str) -> Answer<bool> {
    let root = snapshot.root();
    let name = path.trim();
    let name = name[..name.find(['.', '[']).unwrap_or(name.len())].trim();
    let fields = snapshot.fields(root);
    let known = fields.iter().find(|own| super::same_text(own, name));
    let Some(section) = known else {
        return context.no_field(slot, root, name, None).map(|_| false);
    };
    // Reads the section as a policy does, so that the verdict knows of it.
    let whole = Node { slot, id: Id::Root };
    let _ = context.field(whole, intern(section))?;
    let found = snapshot.at_path(path);
    let is_there = found.is_some_and(|found| snapshot.document.value(found) != Value::Null);
    let collected = snapshot.document.member_named(root, section);
    if !is_there && !collected.is_some_and(|section| snapshot.is_sound(section)) {
        return context.miss(format!("section `{section}` is not as its schema says"));
    }
    Ok(is_there)
}
