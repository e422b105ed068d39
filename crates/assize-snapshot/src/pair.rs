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
    let mut groups: HashMap<Vec<KeyStep>, Group> = HashMap::new();
    for (nth, object) in before.iter().enumerate() {
        let group = groups.entry(earlier.keyed_way(*object)).or_default();
        group.before.push(nth);
    }
    let mut order = Vec::new();
    for (nth, object) in after.iter().enumerate() {
        let way = later.keyed_way(*object);
        let group = groups.entry(way.clone()).or_default();
        if group.after.is_empty() {
            order.push(way);
        }
        group.after.push(nth);
    }
    let mut contents = Contents {
        earlier,
        later,
        before,
        after,
        left: MOST_COMPARED,
    };
    // What was found for each object of the later snapshot: its partner, and whether that is in doubt.
    let mut partners: Vec<(Option<usize>, bool)> = vec![(None, false); after.len()];
    let mut is_taken = vec![false; before.len()];
    let mut doubtful_gone = vec![false; before.len()];
    for way in &order {
        let Some(group) = groups.get(way) else {
            continue;
        };
        let settled = group.settle(way, &mut contents);
        for (nth, partner, in_doubt) in settled {
            partners[nth] = (partner, in_doubt);
            if let Some(partner) = partner {
                is_taken[partner] = true;
            }
        }
        let in_doubt = group.after.iter().any(|nth| partners[*nth].1);
        for nth in &group.before {
            doubtful_gone[*nth] = in_doubt;
        }
    }
    let present = partners
        .iter()
        .zip(after)
        .map(|((partner, in_doubt), object)| Pair {
            before: partner.map(|nth| before[nth]),
            after: Some(*object),
            in_doubt: *in_doubt,
        });
    let gone = (0..before.len())
        .filter(|nth| !is_taken[*nth])
        .map(|nth| Pair {
            before: Some(before[nth]),
            after: None,
            in_doubt: doubtful_gone[nth],
        });
    present.chain(gone).collect()
}

/// The objects that one keyed way leads to, as indexes.
#[derive(Default)]
struct Group {
    before: Vec<usize>,
    after: Vec<usize>,
}

impl Group {
    /// The partner of each object of the later snapshot, and whether that is in doubt.
    fn settle(
        &self,
        way: &[KeyStep],
        contents: &mut Contents<'_>,
    ) -> Vec<(usize, Option<usize>, bool)> {
        let is_single = self.before.len() <= 1 && self.after.len() <= 1;
        if is_single && !way.contains(&KeyStep::Nameless) {
            return vec![(self.after[0], self.before.first().copied(), false)];
        }
        if self.before.is_empty() {
            return self.after.iter().map(|nth| (*nth, None, false)).collect();
        }
        // Equal objects stand for each other only within one list: above them, too, something may have changed places.
        let is_direct = way
            .iter()
            .rev()
            .skip(1)
            .all(|step| matches!(step, KeyStep::Member(_)));
        let equal = is_direct.then(|| contents.equal(self)).flatten();
        let Some((equal, mut rest)) = equal else {
            let mut rest: VecDeque<usize> = self.before.iter().copied().collect();
            let doubtful = self.after.iter().map(|nth| (*nth, rest.pop_front(), true));
            return doubtful.collect();
        };
        let mut settled = Vec::with_capacity(self.after.len());
        for (nth, partner) in equal {
            let in_doubt = partner.is_none() && !rest.is_empty();
            settled.push((nth, partner, in_doubt));
        }
        for (_, partner, in_doubt) in &mut settled {
            if *in_doubt {
                *partner = rest.pop_front();
            }
        }
        settled
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

/// Objects of the later snapshot with their equals, and what is left of the earlier one.
type Equals = (Vec<(usize, Option<usize>)>, VecDeque<usize>);

impl Contents<'_> {
    fn equal(&mut self, group: &Group) -> Option<Equals> {
        let mut known: HashMap<String, VecDeque<usize>> = HashMap::new();
        for nth in &group.before {
            let text = self.text(self.earlier, self.before[*nth])?;
            known.entry(text).or_default().push_back(*nth);
        }
        let mut found = Vec::with_capacity(group.after.len());
        for nth in &group.after {
            let text = self.text(self.later, self.after[*nth])?;
            let partner = known.get_mut(&text).and_then(VecDeque::pop_front);
            found.push((*nth, partner));
        }
        let mut rest: Vec<usize> = known.into_values().flatten().collect();
        rest.sort_unstable();
        Some((found, rest.into()))
    }

    fn text(&mut self, snapshot: &Snapshot, node: NodeId) -> Option<String> {
        let mut text = String::new();
        let shape = snapshot.shape_of(node);
        push_content(snapshot, shape, node, &mut text, self.left).then_some(())?;
        self.left -= text.len().min(self.left);
        Some(text)
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
