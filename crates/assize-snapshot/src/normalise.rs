//! Makes one form of the many that an export can have, as the schema's annotations say, and refuses what is ambiguous.

use crate::{
    document::{Document, NodeId},
    keys::{self, Symbol},
    problem::{Place, Problem},
    shape::{Shape, ShapeId, Shapes, Spelling},
    spelling,
    tape::{Entry, Tag},
    value::Value,
};

/// Problems of one document that are reported one by one.
const MAX_PROBLEMS: usize = 100;

/// What normalisation did to a document.
#[derive(Debug, Default)]
pub(crate) struct Normalised {
    pub(crate) problems: Vec<Problem>,
    /// How many values were written in another form than the schema's.
    pub(crate) changes: u64,
}

/// Normalises the value at `root` and everything in it.
pub(crate) fn normalise(document: &mut Document, shapes: &Shapes, root: NodeId) -> Normalised {
    let mut pass = Pass {
        document,
        shapes,
        done: Normalised::default(),
        work: vec![(root, shapes.root())],
    };
    while let Some((node, shape)) = pass.work.pop() {
        if shapes.get(shape).touches {
            pass.value(node, shapes.get(shape));
        }
    }
    pass.done
}

struct Pass<'d> {
    document: &'d mut Document,
    shapes: &'d Shapes,
    done: Normalised,
    work: Vec<(NodeId, ShapeId)>,
}

impl Pass<'_> {
    fn value(&mut self, node: NodeId, shape: &Shape) {
        if shape.is_list {
            self.list(node);
        }
        if let Some(spelling) = shape.spelling {
            self.scalar(node, spelling);
        }
        match self.document.entry(node).tag() {
            Tag::Object => self.object(node, shape),
            Tag::Array => {
                if let Some(items) = shape.items {
                    self.work
                        .extend(self.document.children(node).map(|child| (child, items)));
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, node: NodeId, shape: &Shape) {
        if let Some(member) = shape.flatten {
            self.flatten(node, member, shape.ignore_case);
        }
        for child in self.document.children(node) {
            let key = self.document.entry(child).key();
            let known = shape.property(key).or_else(|| self.rename(child, shape));
            if let Some(property) = known {
                self.work.push((child, property));
            }
        }
    }

    /// Gives a member its name in the schema, where it goes by another.
    fn rename(&mut self, child: NodeId, shape: &Shape) -> Option<ShapeId> {
        let name = self.document.name(child).to_owned();
        let (own, property) = shape.properties.iter().find(|(own, property)| {
            shape.ignore_case && name.eq_ignore_ascii_case(&keys::name_of(*own))
                || self.shapes.get(*property).other_names.contains(&name)
        })?;
        let entry = self.document.entry(child);
        self.document.rewrite(child, entry.with_key(*own));
        Some(*property)
    }

    /// Lifts the members of one member into the object itself.
    fn flatten(&mut self, node: NodeId, member: Symbol, ignore_case: bool) {
        let name = keys::name_of(member);
        let Some(nested) = self.document.written_member(node, &name, ignore_case) else {
            return;
        };
        if self.document.entry(nested).tag() != Tag::Object {
            return;
        }
        let inner = self.document.children(nested);
        // The object's own members come last, so that they win over nested ones of the same name.
        let outer = self
            .document
            .children(node)
            .filter(|child| *child != nested);
        let entries: Vec<Entry> = inner
            .chain(outer)
            .map(|child| self.document.entry(child))
            .collect();
        let first = self.document.append(&entries);
        let object = self.document.entry(node);
        self.rewrite(
            node,
            Entry::new(
                Tag::Object,
                object.key(),
                object.start,
                first,
                entries.len() as u32,
            ),
        );
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
            _ => match wrapped_list(self.document, node) {
                Some(list) => {
                    self.report_more_pages(node);
                    let list = self.document.entry(list);
                    self.rewrite(node, list.with_key(entry.key()));
                }
                None => {
                    let element = self.document.append(&[entry.with_key(Symbol::NONE)]);
                    self.rewrite(
                        node,
                        Entry::new(Tag::Array, entry.key(), entry.start, element, 1),
                    );
                }
            },
        }
    }

    /// A list that says where its next page is was not collected whole.
    fn report_more_pages(&mut self, wrapper: NodeId) {
        for name in ["nextLink", "@odata.nextLink"] {
            let link = self.document.written_member(wrapper, name, false);
            if let Some(link) = link.filter(|link| self.document.entry(*link).tag() != Tag::Null) {
                let message =
                    format!("the list has a `{name}`: its other pages were not collected");
                self.report(Problem::incomplete(
                    "input/truncated",
                    Place::Node(link),
                    message,
                ));
            }
        }
    }

    fn scalar(&mut self, node: NodeId, spelling: Spelling) {
        let entry = self.document.entry(node);
        let (key, start) = (entry.key(), entry.start);
        let outcome = match (self.document.value(node), spelling) {
            (Value::Null, _) => return,
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
                Some(value) => Ok(Entry::new(
                    if value { Tag::True } else { Tag::False },
                    key,
                    start,
                    0,
                    0,
                )),
                None => return,
            },
            (Value::Text(text), Spelling::Number) => match number(&text, key, start) {
                Some(entry) => Ok(entry),
                None => return,
            },
            (Value::Int(value @ (0 | 1)), Spelling::Boolean) => Ok(Entry::new(
                if value == 1 { Tag::True } else { Tag::False },
                key,
                start,
                0,
                0,
            )),
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
            Spelling::Boolean | Spelling::Number => {
                Err("an object stands where a single value was expected".to_owned())
            }
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
        self.report(Problem::incomplete(rule, Place::Node(node), message));
    }

    fn report(&mut self, problem: Problem) {
        if self.done.problems.len() < MAX_PROBLEMS {
            self.done.problems.push(problem);
        }
    }
}

/// The list in `{"value": [...], "Count": n}` and `{"value": [...], "nextLink": ...}`.
pub(crate) fn wrapped_list(document: &Document, node: NodeId) -> Option<NodeId> {
    let entry = document.entry(node);
    if entry.tag() != Tag::Object {
        return None;
    }
    let only_wrapping = |child: NodeId| {
        matches!(
            document.name(child),
            "value" | "Count" | "count" | "nextLink"
        ) || document.name(child).starts_with('@')
    };
    let value = document.written_member(node, "value", false)?;
    (document.written(value).tag() == Tag::Array && document.children(node).all(only_wrapping))
        .then_some(value)
}

fn number(text: &str, key: Symbol, start: u32) -> Option<Entry> {
    if let Ok(value) = text.parse::<i64>() {
        return Some(Entry::with_i64(Tag::Int, key, start, value));
    }
    let is_json = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'e' | b'E' | b'+'));
    // The entry's text is what stands between the quotes.
    (is_json && text.parse::<f64>().is_ok_and(f64::is_finite))
        .then(|| Entry::new(Tag::Number, key, start + 1, text.len() as u32, 0))
}
