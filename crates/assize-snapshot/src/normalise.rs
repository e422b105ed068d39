//! Makes one form of the many that an export can have, as the schema's annotations say, and refuses what is ambiguous.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    document::{Document, NodeId},
    keys::{self, Symbol},
    parse,
    problem::{Place, Problem},
    shape::{ShapeId, Shapes, Spelling},
    spelling,
    tape::{Entry, Tag},
    value::Value,
    wrapper::{more_pages, wrapped_list},
};

/// Problems of one document that are reported one by one.
const MAX_PROBLEMS: usize = 100;

/// What normalisation did to a document.
#[derive(Debug, Default)]
pub(crate) struct Normalised {
    pub(crate) problems: Vec<Problem>,
    /// How many values were written in another form than the schema's.
    pub(crate) changes: u64,
    /// Where values begin that cannot be read; all of them, however many are reported.
    pub(crate) unsound: Vec<u32>,
}

/// Normalises the value at `root` and everything in it.
pub(crate) fn normalise(document: &mut Document, shapes: &Shapes, root: NodeId) -> Normalised {
    if !shapes.get(shapes.root()).touches {
        return Normalised::default();
    }
    let mut pass = Pass {
        document,
        shapes,
        done: Normalised::default(),
        work: vec![(root, shapes.root())],
        names: FxHashMap::default(),
    };
    while let Some((node, shape)) = pass.work.pop() {
        if shapes.get(shape).touches {
            pass.value(node, shape);
        }
    }
    pass.done
}

struct Pass<'d> {
    document: &'d mut Document,
    shapes: &'d Shapes,
    done: Normalised,
    work: Vec<(NodeId, ShapeId)>,
    /// What a name of the document means in a shape; looking it up takes a comparison with every name of the schema.
    names: FxHashMap<(ShapeId, Symbol), Option<(Symbol, ShapeId)>>,
}

impl Pass<'_> {
    fn value(&mut self, node: NodeId, id: ShapeId) {
        let shape = self.shapes.get(id);
        if shape.is_list {
            self.list(node);
        }
        if let Some(spelling) = shape.spelling {
            self.scalar(node, spelling);
        }
        match self.document.entry(node).tag() {
            Tag::Object => self.object(node, id),
            Tag::Array => {
                if let Some(items) = shape.items.filter(|items| self.shapes.get(*items).touches) {
                    // The work is a stack: what comes first goes in last.
                    let children = self.document.children(node).rev();
                    self.work.extend(children.map(|child| (child, items)));
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, node: NodeId, id: ShapeId) {
        if let Some(member) = self.shapes.get(id).flatten {
            self.flatten(node, member, id);
        }
        let mut renamed = false;
        // The work is a stack: what comes first goes in last.
        for child in self.document.children(node).rev() {
            let entry = self.document.entry(child);
            let Some((name, property)) = self.meaning(id, entry.key()) else {
                continue;
            };
            if name != entry.key() {
                self.document.rewrite(child, entry.with_key(name));
                renamed = true;
            }
            self.work.push((child, property));
        }
        if renamed {
            self.report_repeated(node, id);
        }
    }

    /// The name in the schema, and the shape, of a member of an object, whatever it is called.
    fn meaning(&mut self, id: ShapeId, key: Symbol) -> Option<(Symbol, ShapeId)> {
        let shape = self.shapes.get(id);
        if let Some(property) = shape.property(key) {
            return Some((key, property));
        }
        if let Some(known) = self.names.get(&(id, key)) {
            return *known;
        }
        let name = self.document.key_text(key);
        let means = |(own, property): &&(Symbol, ShapeId)| {
            let own = keys::name_of(*own);
            let others = &self.shapes.get(*property).other_names;
            own == name
                || shape.ignore_case && own.eq_ignore_ascii_case(name)
                || others.iter().any(|other| other == name)
        };
        let found = shape.properties.iter().find(means).copied();
        self.names.insert((id, key), found);
        found
    }

    /// Two members of different names that became one field: nobody can know which holds.
    fn report_repeated(&mut self, node: NodeId, id: ShapeId) {
        let mut seen = FxHashMap::default();
        for child in self.document.children(node) {
            let Some(earlier) = seen.insert(self.document.entry(child).key(), child) else {
                continue;
            };
            let earlier = self.document.written_name(earlier);
            let later = self.document.written_name(child);
            if earlier == later {
                // The parser has seen this one.
                continue;
            }
            let name = self.document.name(child);
            let (rule, message) = if id == self.shapes.root() {
                let message =
                    format!("the section `{name}` is given twice: as `{earlier}` and as `{later}`");
                ("input/ambiguous-section", message)
            } else {
                let message =
                    format!("the field `{name}` is given twice: as `{earlier}` and as `{later}`");
                ("input/duplicate-key", message)
            };
            self.report(
                child,
                Problem::incomplete(rule, Place::Node(child), message),
            );
        }
    }

    /// Lifts the members of one member into the object itself. The object's own members win over nested ones of the same
    /// name.
    fn flatten(&mut self, node: NodeId, member: Symbol, id: ShapeId) {
        let name = keys::name_of(member);
        let ignore_case = self.shapes.get(id).ignore_case;
        let Some(nested) = self.document.written_member(node, &name, ignore_case) else {
            return;
        };
        if self.document.entry(nested).tag() != Tag::Object {
            return;
        }
        let outer: Vec<Entry> = self
            .document
            .children(node)
            .filter(|child| *child != nested)
            .map(|child| self.document.entry(child))
            .collect();
        let taken: FxHashSet<Symbol> = outer.iter().map(|entry| self.name_in(id, *entry)).collect();
        self.report_contradictions(node, nested, id);
        let inner = self.document.children(nested);
        let mut entries: Vec<Entry> = inner.map(|child| self.document.entry(child)).collect();
        entries.retain(|entry| !taken.contains(&self.name_in(id, *entry)));
        entries.extend(outer);
        let first = self.document.append(&entries);
        let object = self.document.entry(node);
        self.rewrite(node, object.with_children(first, entries.len() as u32));
    }

    /// A field that is given inside and outside, and not alike: nobody can know which of the two holds.
    fn report_contradictions(&mut self, node: NodeId, nested: NodeId, id: ShapeId) {
        let mut outside = FxHashMap::default();
        for outer in self
            .document
            .children(node)
            .filter(|child| *child != nested)
        {
            outside.insert(self.name_in(id, self.document.entry(outer)), outer);
        }
        for inner in self.document.children(nested) {
            let name = self.name_in(id, self.document.entry(inner));
            let Some(outer) = outside.get(&name).copied() else {
                continue;
            };
            let text = |node: NodeId| &self.document.text()[self.document.span(node).range()];
            if text(inner) != text(outer) {
                let name = self.document.name(inner).to_owned();
                let message = format!("the field `{name}` is given twice, and the two differ");
                let problem =
                    Problem::incomplete("input/duplicate-key", Place::Node(inner), message);
                self.report(inner, problem);
            }
        }
    }

    fn name_in(&mut self, id: ShapeId, entry: Entry) -> Symbol {
        self.meaning(id, entry.key())
            .map_or(entry.key(), |(name, _)| name)
    }

    fn list(&mut self, node: NodeId) {
        let entry = self.document.entry(node);
        let empty = Entry::new(Tag::Array, entry.key(), entry.start, 0, 0);
        match self.document.value(node) {
            Value::Array => {
                let only = self.document.children(node).next().filter(|_| entry.b == 1);
                if only.is_some_and(|child| self.document.entry(child).tag() == Tag::Null) {
                    self.rewrite(node, empty);
                }
            }
            Value::Null => self.rewrite(node, empty),
            Value::Text(text) if text.is_empty() => self.rewrite(node, empty),
            Value::Text(text) if spelling::is_truncated(&text) => {
                let message = format!(
                    "`{text}` stands where a list was cut off; collect again with a larger `-Depth`"
                );
                self.refuse(node, "input/truncated", message);
            }
            _ => self.lone_element(node),
        }
    }

    /// A list that is wrapped, or that collapsed to its only element.
    fn lone_element(&mut self, node: NodeId) {
        let entry = self.document.entry(node);
        let Some(list) = wrapped_list(self.document, node) else {
            let element = self.document.append(&[entry.with_key(Symbol::NONE)]);
            let list = Entry::new(Tag::Array, entry.key(), entry.start, element, 1);
            self.rewrite(node, list);
            return;
        };
        for problem in more_pages(self.document, node) {
            // What is missing is missing from the list.
            self.report(list, problem);
        }
        let list = self.document.entry(list);
        self.rewrite(node, list.with_key(entry.key()));
    }

    fn scalar(&mut self, node: NodeId, spelling: Spelling) {
        let entry = self.document.entry(node);
        let (key, start) = (entry.key(), entry.start);
        let escaped = entry.tag() == Tag::EscapedText;
        let outcome = match (self.document.value(node), spelling) {
            // An empty text is how PowerShell and CSV write "not set".
            (Value::Text(text), _) if text.trim().is_empty() => {
                Ok(Entry::new(Tag::Null, key, start, 0, 0))
            }
            (Value::Text(text), Spelling::Time { utc }) => spelling::time(&text, utc)
                .map(|micros| Entry::with_i64(Tag::Time, key, start, micros)),
            (Value::Text(text), Spelling::Duration) => spelling::duration(&text)
                .map(|micros| Entry::with_i64(Tag::Duration, key, start, micros)),
            (Value::Text(text), Spelling::Version) => {
                spelling::version(&text).map(|parts| self.version(key, start, parts))
            }
            (Value::Text(text), Spelling::Boolean) => match spelling::boolean(&text) {
                Some(value) => Ok(boolean(value, key, start)),
                None => return,
            },
            (Value::Text(text), Spelling::Number) => match number(&text, key, start, escaped) {
                Some(entry) => Ok(entry),
                None => return,
            },
            (Value::Int(value @ (0 | 1)), Spelling::Boolean) => Ok(boolean(value == 1, key, start)),
            (Value::Object, spelling) => self.object_as_scalar(node, spelling),
            _ => return,
        };
        match outcome {
            Ok(changed) => {
                // Text in the usual form is no change worth counting.
                let usual = matches!(entry.tag(), Tag::Text) && !self.is_unusual(entry, spelling);
                self.document.rewrite(node, changed);
                self.done.changes += u64::from(!usual);
            }
            Err(message) => self.refuse(node, "input/unreadable-value", message),
        }
    }

    fn is_unusual(&self, entry: Entry, spelling: Spelling) -> bool {
        match spelling {
            Spelling::Time { .. } => self.document.string(entry).contains("Date("),
            Spelling::Boolean | Spelling::Number => true,
            Spelling::Duration | Spelling::Version => false,
        }
    }

    fn version(&mut self, key: Symbol, start: u32, parts: [u64; 4]) -> Entry {
        self.document.versions.push(parts);
        Entry::new(
            Tag::Version,
            key,
            start,
            self.document.versions.len() as u32 - 1,
            0,
        )
    }

    /// .NET objects that stand for one value: `{"value", "DateTime"}`, `TimeSpan` and `Version`.
    fn object_as_scalar(&mut self, node: NodeId, spelling: Spelling) -> Result<Entry, String> {
        let entry = self.document.entry(node);
        let (key, start) = (entry.key(), entry.start);
        let member = |name: &str| {
            self.document
                .written_member(node, name, true)
                .map(|member| self.document.value(member))
        };
        match spelling {
            Spelling::Time { utc } => match member("value") {
                Some(Value::Text(text)) => Ok(Entry::with_i64(
                    Tag::Time,
                    key,
                    start,
                    spelling::time(&text, utc)?,
                )),
                _ => Err("an object stands where a time was expected".to_owned()),
            },
            Spelling::Duration => match member("Ticks") {
                // A tick is 100 nanoseconds.
                Some(Value::Int(ticks)) => {
                    Ok(Entry::with_i64(Tag::Duration, key, start, ticks / 10))
                }
                _ => {
                    Err("an object without `Ticks` stands where a duration was expected".to_owned())
                }
            },
            Spelling::Version => {
                let mut parts = [0; 4];
                for (part, name) in parts
                    .iter_mut()
                    .zip(["Major", "Minor", "Build", "Revision"])
                {
                    *part = match member(name) {
                        // -1 is .NET's "not given".
                        Some(Value::Int(value)) => u64::try_from(value).unwrap_or(0),
                        None if name != "Major" => 0,
                        _ => {
                            return Err(format!(
                                "an object without `{name}` stands where a version was expected"
                            ));
                        }
                    };
                }
                Ok(self.version(key, start, parts))
            }
            // A PowerShell switch.
            Spelling::Boolean => match member("IsPresent") {
                Some(Value::Bool(value)) => Ok(boolean(value, key, start)),
                _ => Err("an object stands where a switch was expected".to_owned()),
            },
            Spelling::Number => Err("an object stands where a number was expected".to_owned()),
        }
    }

    fn rewrite(&mut self, node: NodeId, entry: Entry) {
        self.document.rewrite(node, entry);
        self.done.changes += 1;
    }

    /// Makes a value unreadable: whoever needs it learns why.
    fn refuse(&mut self, node: NodeId, rule: &'static str, message: String) {
        let entry = self.document.entry(node);
        self.document.refusals.push(message.clone());
        let refusal = self.document.refusals.len() as u32 - 1;
        self.document.rewrite(
            node,
            Entry::new(Tag::Unreadable, entry.key(), entry.start, refusal, 0),
        );
        self.report(node, Problem::incomplete(rule, Place::Node(node), message));
    }

    fn report(&mut self, unsound: NodeId, problem: Problem) {
        self.done.unsound.push(self.document.entry(unsound).start);
        if self.done.problems.len() < MAX_PROBLEMS {
            self.done.problems.push(problem);
        }
    }
}

fn boolean(value: bool, key: Symbol, start: u32) -> Entry {
    let tag = if value { Tag::True } else { Tag::False };
    Entry::new(tag, key, start, 0, 0)
}

/// A number that is written as a string, quotes and all at `start`.
fn number(text: &str, key: Symbol, start: u32, escaped: bool) -> Option<Entry> {
    if !parse::is_number(text) {
        return None;
    }
    match text.parse::<i64>() {
        Ok(value) if text != "-0" => Some(Entry::with_i64(Tag::Int, key, start, value)),
        // The entry's text is what stands between the quotes, so it cannot hold escapes.
        _ => (!escaped).then(|| Entry::new(Tag::Number, key, start, text.len() as u32, 1)),
    }
}
