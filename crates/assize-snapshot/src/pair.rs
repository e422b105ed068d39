//! Finds the values of one snapshot in another that was taken of the same source at another time.

use std::collections::{HashMap, VecDeque};

use crate::{document::NodeId, path::KeyStep, shape::Shape, snapshot::Snapshot, value::Value};

/// Text that may be compared to tell objects apart which no key tells apart. What exceeds it stays in doubt.
const MOST_COMPARED: usize = 64 << 20;

/// An object in two snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The object in the earlier snapshot; `None` for one that is new.
    pub before: Option<NodeId>,
    /// The object in the later snapshot; `None` for one that is gone.
    pub after: Option<NodeId>,
    /// Several objects have the same key, or none, and have changed: nobody can know whether these two are one.
    pub in_doubt: bool,
}

/// Pairs the objects of two snapshots by their keyed paths: those of the later one in their order, then those that are gone.
///
/// Objects that share a key, or have none, are one where they are equal. What is left of them on one side only is new or gone;
/// what is left on both sides is in doubt.
pub fn pairs(
    earlier: &Snapshot,
    before: &[NodeId],
    later: &Snapshot,
    after: &[NodeId],
) -> Vec<Pair> {
    let mut keyed: Vec<Keyed> = Vec::with_capacity(before.len() + after.len());
    for (is_after, snapshot, objects) in [(false, earlier, before), (true, later, after)] {
        let objects = objects.iter().enumerate();
        keyed.extend(objects.map(|(nth, object)| Keyed::of(snapshot, *object, nth, is_after)));
    }
    // Objects with one key stand together, those of the earlier snapshot first.
    keyed.sort_unstable();
    let mut pairing = Pairing {
        contents: Contents {
            earlier,
            later,
            before,
            after,
            left: MOST_COMPARED,
        },
        partners: vec![Partner::default(); after.len()],
        gone: vec![Gone::Surely; before.len()],
    };
    for group in keyed.chunk_by(|left, right| left.key == right.key) {
        pairing.settle(group);
    }
    pairing.pairs()
}

/// An object with what identifies it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Keyed {
    /// The steps of its keyed path, in a form that ends of names cannot be mistaken in.
    key: String,
    is_after: bool,
    nth: usize,
    /// Some step is an element that nothing tells from the others.
    is_nameless: bool,
    /// Only the last step is an element of a list.
    is_direct: bool,
}

impl Keyed {
    fn of(snapshot: &Snapshot, object: NodeId, nth: usize, is_after: bool) -> Self {
        let way = snapshot.keyed_way(object);
        let mut key = String::new();
        for step in &way {
            match step {
                KeyStep::Member(name) => {
                    key.push('.');
                    push_text(name, &mut key);
                }
                KeyStep::Element(parts) => {
                    key.push('[');
                    for part in parts {
                        push_text(part, &mut key);
                    }
                }
                KeyStep::Nameless => key.push('?'),
            }
        }
        let is_member = |step: &KeyStep| matches!(step, KeyStep::Member(_));
        Self {
            key,
            is_after,
            nth,
            is_nameless: way.contains(&KeyStep::Nameless),
            is_direct: way.iter().rev().skip(1).all(is_member),
        }
    }
}

/// What was found for an object of the later snapshot.
#[derive(Clone, Copy, Default)]
struct Partner {
    before: Option<usize>,
    in_doubt: bool,
}

/// Whether an object of the earlier snapshot is gone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gone {
    No,
    Surely,
    InDoubt,
}

struct Pairing<'s> {
    contents: Contents<'s>,
    partners: Vec<Partner>,
    gone: Vec<Gone>,
}

impl Pairing<'_> {
    /// Pairs the objects that have one key.
    fn settle(&mut self, group: &[Keyed]) {
        let (before, after) = group.split_at(group.partition_point(|one| !one.is_after));
        match (before, after) {
            // What only one snapshot has is new, or gone.
            ([], _) | (_, []) => {}
            ([left], [right]) if !left.is_nameless => self.pair(right.nth, left.nth, false),
            _ => self.settle_many(before, after),
        }
    }

    /// Pairs objects that share a key, or have none: those that are equal, then, in doubt, what is left.
    fn settle_many(&mut self, before: &[Keyed], after: &[Keyed]) {
        // Equal objects stand for each other only within one list: above them, too, something may have changed places.
        let is_direct = before[0].is_direct;
        let equal = is_direct.then(|| self.contents.equal(before, after));
        let (mut left, mut right) = if let Some(equal) = equal.flatten() {
            for (after, before) in &equal.pairs {
                self.pair(*after, *before, false);
            }
            (equal.before, equal.after)
        } else {
            let nths = |side: &[Keyed]| side.iter().map(|one| one.nth).collect();
            (nths(before), nths(after))
        };
        if left.is_empty() || right.is_empty() {
            return;
        }
        for before in &left {
            self.gone[*before] = Gone::InDoubt;
        }
        while let Some(after) = right.pop_front() {
            match left.pop_front() {
                Some(before) => self.pair(after, before, true),
                None => self.partners[after].in_doubt = true,
            }
        }
    }

    fn pair(&mut self, after: usize, before: usize, in_doubt: bool) {
        self.partners[after] = Partner {
            before: Some(before),
            in_doubt,
        };
        self.gone[before] = Gone::No;
    }

    fn pairs(self) -> Vec<Pair> {
        let Contents { before, after, .. } = self.contents;
        let present = self.partners.iter().zip(after);
        let present = present.map(|(partner, object)| Pair {
            before: partner.before.map(|nth| before[nth]),
            after: Some(*object),
            in_doubt: partner.in_doubt,
        });
        let gone = self.gone.iter().zip(before);
        let gone = gone.filter(|(gone, _)| **gone != Gone::No);
        let gone = gone.map(|(gone, object)| Pair {
            before: Some(*object),
            after: None,
            in_doubt: *gone == Gone::InDoubt,
        });
        present.chain(gone).collect()
    }
}

/// The objects as text that is the same for equal objects.
struct Contents<'s> {
    earlier: &'s Snapshot,
    later: &'s Snapshot,
    before: &'s [NodeId],
    after: &'s [NodeId],
    /// How much text may still be compared.
    left: usize,
}

/// Objects that are equal, as pairs of after and before, and what is left of both sides.
struct Equals {
    pairs: Vec<(usize, usize)>,
    before: VecDeque<usize>,
    after: VecDeque<usize>,
}

impl Contents<'_> {
    fn equal(&mut self, before: &[Keyed], after: &[Keyed]) -> Option<Equals> {
        let mut known: HashMap<String, VecDeque<usize>> = HashMap::new();
        for one in before {
            let text = self.text(self.earlier, self.before[one.nth])?;
            known.entry(text).or_default().push_back(one.nth);
        }
        let mut equals = Equals {
            pairs: Vec::new(),
            before: VecDeque::new(),
            after: VecDeque::new(),
        };
        for one in after {
            let text = self.text(self.later, self.after[one.nth])?;
            match known.get_mut(&text).and_then(VecDeque::pop_front) {
                Some(before) => equals.pairs.push((one.nth, before)),
                None => equals.after.push_back(one.nth),
            }
        }
        equals.before.extend(known.into_values().flatten());
        equals.before.make_contiguous().sort_unstable();
        Some(equals)
    }

    fn text(&mut self, snapshot: &Snapshot, node: NodeId) -> Option<String> {
        let mut text = String::new();
        let shape = snapshot.shape_of(node);
        push_content(snapshot, shape, node, &mut text, self.left).then_some(())?;
        self.left -= text.len().min(self.left);
        Some(text)
    }
}

/// The longest content of a value that is of use to tell it from another one.
const LONGEST_CONTENT: usize = 1 << 20;

impl Snapshot {
    /// What a value holds, however it is spelt: members sorted, what changes by itself left out. `None` for what is very large.
    pub fn content(&self, node: NodeId) -> Option<String> {
        let mut text = String::new();
        let shape = self.shape_of(node);
        push_content(self, shape, node, &mut text, LONGEST_CONTENT).then_some(text)
    }
}

/// Appends a value with its members sorted and without what changes by itself; false where it gets longer than it may.
fn push_content(
    snapshot: &Snapshot,
    shape: Option<&Shape>,
    node: NodeId,
    text: &mut String,
    longest: usize,
) -> bool {
    let document = &snapshot.document;
    if text.len() > longest {
        return false;
    }
    match document.value(node) {
        Value::Array => {
            text.push('[');
            for child in document.children(node) {
                let below = snapshot.shape_below(shape, node, child);
                if !push_content(snapshot, below, child, text, longest) {
                    return false;
                }
                text.push(',');
            }
            text.push(']');
        }
        Value::Object => {
            let mut members: Vec<NodeId> = document.children(node).collect();
            members.sort_by_key(|member| document.name(*member));
            text.push('{');
            for member in members {
                let below = snapshot.shape_below(shape, node, member);
                if below.is_some_and(|below| below.is_volatile) {
                    continue;
                }
                push_text(document.name(member), text);
                text.push(':');
                if !push_content(snapshot, below, member, text, longest) {
                    return false;
                }
                text.push(',');
            }
            text.push('}');
        }
        Value::Null => text.push_str("null"),
        Value::Unreadable(_) => push_text(&document.raw_text(node), text),
        Value::Text(value) => push_text(&value, text),
        _ => text.push_str(&snapshot.key_text(node)),
    }
    true
}

/// A text with its length before it, so that its end cannot be mistaken.
fn push_text(value: &str, text: &mut String) {
    text.push_str(&value.len().to_string());
    text.push('"');
    text.push_str(value);
}

/// Finds values of an earlier snapshot in a later one; remembers what lists hold, so that many can be found.
#[derive(Debug, Default)]
pub struct Counterparts {
    lists: HashMap<NodeId, HashMap<KeyStep, Option<NodeId>>>,
}

impl Counterparts {
    /// The value that has the keyed path of a value of the earlier snapshot, and `true`; or the nearest one that encloses where it
    /// was, and `false`.
    pub fn find(&mut self, earlier: &Snapshot, node: NodeId, later: &Snapshot) -> (NodeId, bool) {
        let mut at = later.root();
        for step in earlier.keyed_way(node) {
            let child = match &step {
                KeyStep::Member(name) => later.document.member_named(at, name),
                KeyStep::Nameless => None,
                KeyStep::Element(_) if later.document.value(at) != Value::Array => None,
                KeyStep::Element(_) => {
                    let elements = self.lists.entry(at);
                    let elements = elements.or_insert_with(|| later.keyed_elements(at));
                    elements.get(&step).copied().flatten()
                }
            };
            match child {
                Some(child) => at = child,
                None => return (at, false),
            }
        }
        (at, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Kinds, Reader, intern};

    const SCHEMA: &str = r#"{"type": "object", "properties": {
        "Keyed": {"type": "array", "x-assize-key": "Name", "items": {"type": "object", "properties": {
            "Name": {"type": "string"}, "Flag": {"type": "boolean"},
            "Inner": {"type": "array", "x-assize-key": "Id", "items": {"type": "object"}}}}},
        "Plain": {"type": "array", "items": {"type": "object", "properties": {
            "etag": {"type": "string", "x-assize-volatile": true}}}},
        "Texts": {"type": "array", "items": {"type": "string"}}}}"#;

    fn snapshot(json: &str) -> Snapshot {
        let mut kinds = Kinds::default();
        kinds.add(Kind::new("sample", SCHEMA, None).unwrap());
        let document = Reader::default().read(json.as_bytes().to_vec()).unwrap();
        Snapshot::new(document, &kinds, kinds.find("sample")).unwrap()
    }

    fn elements(snapshot: &Snapshot, section: &str) -> Vec<NodeId> {
        let list = snapshot.document.member(snapshot.root(), intern(section));
        list.map(|list| snapshot.document.children(list).collect())
            .unwrap_or_default()
    }

    /// The pairs of a section, each as `before>after`, by the values of `v`, with `?` for doubt.
    fn shown(section: &str, before: &str, after: &str) -> Vec<String> {
        let (earlier, later) = (
            snapshot(&format!(r#"{{"{section}": {before}}}"#)),
            snapshot(&format!(r#"{{"{section}": {after}}}"#)),
        );
        let value = |snapshot: &Snapshot, node: Option<NodeId>| {
            let Some(node) = node else {
                return "-".to_owned();
            };
            let value = snapshot.document.member(node, intern("v")).unwrap_or(node);
            snapshot.key_text(value)
        };
        let paired = pairs(
            &earlier,
            &elements(&earlier, section),
            &later,
            &elements(&later, section),
        );
        let text = |pair: &Pair| {
            let doubt = if pair.in_doubt { "?" } else { "" };
            let (before, after) = (value(&earlier, pair.before), value(&later, pair.after));
            format!("{before}>{after}{doubt}")
        };
        paired.iter().map(text).collect()
    }

    #[test]
    fn keys_tell_which_is_which_in_any_order_and_case() {
        let before = r#"[{"Name": "a", "v": 1}, {"Name": "b", "v": 2}, {"Name": "c", "v": 3}]"#;
        let after = r#"[{"Name": "d", "v": 4}, {"Name": "C", "v": 5}, {"Name": "a", "v": 1}]"#;
        assert_eq!(shown("Keyed", before, after), ["->4", "3>5", "1>1", "2>-"]);
        assert_eq!(shown("Keyed", "[]", "[]"), Vec::<String>::new());
        assert_eq!(shown("Keyed", before, "[]"), ["1>-", "2>-", "3>-"]);
    }

    #[test]
    fn rows_with_one_key_are_told_apart_only_where_they_are_equal() {
        let two = r#"[{"Name": "a", "v": 1}, {"Name": "a", "v": 2}]"#;
        let swapped = r#"[{"Name": "a", "v": 2}, {"v": 1, "Name": "a"}]"#;
        assert_eq!(shown("Keyed", two, swapped), ["2>2", "1>1"]);
        let one = r#"[{"Name": "a", "v": 2}]"#;
        assert_eq!(shown("Keyed", two, one), ["2>2", "1>-"]);
        assert_eq!(shown("Keyed", one, two), ["->1", "2>2"]);
        let changed = r#"[{"Name": "a", "v": 3}, {"Name": "a", "v": 2}]"#;
        assert_eq!(shown("Keyed", two, changed), ["1>3?", "2>2"]);
        let other = r#"[{"Name": "a", "v": 3}]"#;
        assert_eq!(shown("Keyed", two, other), ["1>3?", "2>-?"]);
    }

    #[test]
    fn elements_without_a_key_are_never_told_apart_by_their_place() {
        assert_eq!(
            shown(
                "Plain",
                r#"[{"v": 1}, {"v": 2}]"#,
                r#"[{"v": 2}, {"v": 3}]"#
            ),
            ["2>2", "1>3?"]
        );
        assert_eq!(shown("Plain", r#"[{"v": 1}]"#, r#"[{"v": 2}]"#), ["1>2?"]);
        let etag = r#"[{"v": 1, "etag": "x"}]"#;
        assert_eq!(shown("Plain", r#"[{"v": 1, "etag": "y"}]"#, etag), ["1>1"]);
        assert_eq!(shown("Plain", r#"[{"v": 1}]"#, r#"[{"v": 1}]"#), ["1>1"]);
        assert_eq!(shown("Keyed", r#"[{"v": 1}]"#, r#"[{"v": 2}]"#), ["1>2?"]);
        assert_eq!(
            shown("Texts", r#"["a", "b"]"#, r#"["c", "A"]"#),
            ["->c", "a>A", "b>-"]
        );
        assert_eq!(shown("Texts", r#"["a", "a"]"#, r#"["a"]"#), ["a>a", "a>-"]);
    }

    #[test]
    fn what_is_gone_is_found_at_what_enclosed_it() {
        let earlier = snapshot(
            r#"{"Keyed": [{"Name": "x", "Flag": true}, {"Name": "A", "Flag": true, "Inner": [{"Id": 1}]}]}"#,
        );
        let later = snapshot(r#"{"Keyed": [{"Name": "a"}], "Plain": [{"v": 1}]}"#);
        let mut counterparts = Counterparts::default();
        let mut path = |node: NodeId| {
            let (near, is_there) = counterparts.find(&earlier, node, &later);
            (later.path(near), is_there)
        };
        let rows = elements(&earlier, "Keyed");
        let inner = earlier.document.member(rows[1], intern("Inner")).unwrap();
        assert_eq!(path(rows[0]), ("Keyed".to_owned(), false));
        assert_eq!(path(rows[1]), ("Keyed[a]".to_owned(), true));
        assert_eq!(path(inner), ("Keyed[a]".to_owned(), false));
        assert_eq!(path(earlier.root()), (String::new(), true));
        // Two rows with the key leave the list as the nearest.
        let twice = snapshot(r#"{"Keyed": [{"Name": "a"}, {"Name": "A"}]}"#);
        let found = Counterparts::default().find(&earlier, rows[1], &twice);
        assert_eq!((twice.path(found.0), found.1), ("Keyed".to_owned(), false));
    }

    #[test]
    fn contents_are_compared_within_a_bound() {
        let one = snapshot(r#"{"Plain": [{"v": "aaaaaaaaaaaaaaaaaaaa"}]}"#);
        let node = elements(&one, "Plain")[0];
        assert!(push_content(&one, None, node, &mut String::new(), 100));
        assert!(!push_content(&one, None, one.root(), &mut String::new(), 5));
    }
}
