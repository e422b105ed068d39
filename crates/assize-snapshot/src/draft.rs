//! Drafts of kinds: a JSON Schema inferred from one export.
//!
//! One export shows what there was once, not what there may be. A draft says no more than it saw, and `x-assize-unsure` marks where
//! it guessed or could not know.

mod infer;
mod scalar;

use serde_json::{Map, Value as Json, json};

use crate::{
    document::{Document, NodeId},
    envelope,
    kind::{Kind, Kinds},
    problem::{Place, Problem},
    reader::Reader,
    snapshot::Snapshot,
    value::Value,
    wrapper::wrapped_list,
};

/// Members of an export that are enough to know it by.
const DETECTED_BY: usize = 4;

/// A kind that was drafted.
#[derive(Debug)]
pub struct KindDraft {
    /// Its schema.
    pub schema: Json,
    /// The export in the envelope.
    pub example: String,
    /// A snapshot that is not valid, and what is wrong with it, as the name of its file says.
    pub invalid: Option<(String, String)>,
    /// What else is wrong with the export itself, such as a list that was cut off.
    pub notes: Vec<String>,
    /// The sections, and how many elements each has.
    pub sections: Vec<(String, Option<usize>)>,
}

/// Drafts a kind from an export that was collected at some time, in RFC 3339.
pub fn draft(name: &str, document: &Document, collected_at: &str) -> Result<KindDraft, String> {
    let data = Data::of(name, document)?;
    let schema = data.schema(name, document);
    let example = data.example(name, document, collected_at);
    let (violations, notes) = problems(name, &schema, &example)?;
    if let Some(first) = violations.first() {
        return Err(format!(
            "the drafted schema does not fit the export itself: {first}; this is a mistake of the program"
        ));
    }
    Ok(KindDraft {
        invalid: data.invalid(name, &schema, collected_at),
        sections: data.counts(document),
        schema,
        example,
        notes,
    })
}

/// What violates a schema in a snapshot of its kind, and what else is to be said of the snapshot.
fn problems(name: &str, schema: &Json, text: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let document = Reader::default()
        .read(text.as_bytes().to_vec())
        .map_err(|error| error.to_string())?;
    let mut kinds = Kinds::default();
    let snapshot = Kind::new(name, &schema.to_string(), None)
        .and_then(|kind| kind.check().map(|()| kinds.add(kind)))
        .and_then(|()| Snapshot::new(document, &kinds, kinds.find(name)))
        .map_err(|error| error.to_string())?;
    let line = |problem: &Problem| match problem.place {
        Place::Node(node) => format!(
            "{}: {}",
            snapshot.document.pointer(node).as_str(),
            problem.message
        ),
        _ => problem.message.clone(),
    };
    let (violations, notes): (Vec<&Problem>, Vec<&Problem>) = snapshot
        .problems
        .iter()
        .partition(|problem| problem.rule.starts_with("schema/"));
    Ok((
        violations.into_iter().map(line).collect(),
        notes.into_iter().map(line).collect(),
    ))
}

/// The data of an export: an object of sections, or one list, which becomes a section.
enum Data {
    Sections(NodeId),
    List { section: String, list: NodeId },
}

impl Data {
    fn of(name: &str, document: &Document) -> Result<Self, String> {
        let root = document.root();
        let root = envelope::open(document).map_or(Some(root), |envelope| envelope.data);
        let root = root.ok_or("the envelope has no `data` to draft a kind from")?;
        let root = wrapped_list(document, root).unwrap_or(root);
        match document.value(root) {
            Value::Object if document.children(root).len() > 0 => Ok(Self::Sections(root)),
            Value::Array if document.children(root).len() > 0 => Ok(Self::List {
                section: section_name(name),
                list: root,
            }),
            _ => Err(
                "the export holds nothing to draft a kind from; expected an object or a list with members"
                    .to_owned(),
            ),
        }
    }

    fn schema(&self, name: &str, document: &Document) -> Json {
        let mut schema = Map::new();
        let mut say = |name: &str, value: Json| {
            schema.insert(name.to_owned(), value);
        };
        say(
            "$schema",
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        say("title", json!(title(name)));
        say(
            "description",
            json!("Drafted from one export. Say what is collected, and from what."),
        );
        say(
            "x-assize-unsure",
            json!(
                "Drafted from one export: fields that it did not have are missing, and what was always there may be left out elsewhere."
            ),
        );
        if let Some(detection) = self.detection(document) {
            say("x-assize-detect", json!([detection]));
        }
        say("type", json!("object"));
        say("properties", Json::Object(self.properties(document)));
        Json::Object(schema)
    }

    fn properties(&self, document: &Document) -> Map<String, Json> {
        match self {
            Self::List { section, list } => {
                let mut properties = Map::new();
                properties.insert(section.clone(), infer::section(document, *list));
                properties
            }
            Self::Sections(root) => document
                .children(*root)
                .map(|section| {
                    let name = document.name(section).to_owned();
                    (name, infer::section(document, section))
                })
                .collect(),
        }
    }

    /// How the export is known without an envelope, where its members have names.
    fn detection(&self, document: &Document) -> Option<Json> {
        match self {
            Self::Sections(root) => {
                let names = document.children(*root).map(|child| document.name(child));
                let names: Vec<&str> = names.take(DETECTED_BY).collect();
                Some(json!({ "members": names }))
            }
            Self::List { section, list } => {
                let names = infer::common_names(document, *list);
                let names: Vec<&String> = names.iter().take(DETECTED_BY).collect();
                (!names.is_empty()).then(|| json!({ "items": names, "section": section }))
            }
        }
    }

    fn text(document: &Document, node: NodeId) -> &str {
        &document.text()[document.span(node).range()]
    }

    fn example(&self, name: &str, document: &Document, collected_at: &str) -> String {
        let data = match self {
            Self::Sections(root) => Self::text(document, *root).to_owned(),
            Self::List { section, list } => {
                format!("{{ {}: {} }}", json!(section), Self::text(document, *list))
            }
        };
        in_envelope(name, &data, collected_at)
    }

    /// A section of another type than the one that the schema has for it.
    fn invalid(&self, name: &str, schema: &Json, collected_at: &str) -> Option<(String, String)> {
        let sections = schema.get("properties")?.as_object()?;
        sections.keys().find_map(|section| {
            for (word, value) in [("a-number", json!(42)), ("a-text", json!("none"))] {
                let data = json!({ section: value }).to_string();
                let text = in_envelope(name, &data, collected_at);
                let (violations, _) = problems(name, schema, &text).ok()?;
                if !violations.is_empty() {
                    let file = format!("{}-is-{word}.json", file_name(section));
                    return Some((file, text));
                }
            }
            None
        })
    }

    fn counts(&self, document: &Document) -> Vec<(String, Option<usize>)> {
        let count = |node: NodeId| {
            let node = wrapped_list(document, node).unwrap_or(node);
            matches!(document.value(node), Value::Array).then(|| document.children(node).len())
        };
        match self {
            Self::List { section, list } => vec![(section.clone(), count(*list))],
            Self::Sections(root) => document
                .children(*root)
                .map(|section| (document.name(section).to_owned(), count(section)))
                .collect(),
        }
    }
}

fn in_envelope(kind: &str, data: &str, collected_at: &str) -> String {
    format!(
        "{{
  \"assizeSnapshot\": 1,
  \"kind\": {},
  \"source\": {{ \"name\": \"example\" }},
  \"collectedAt\": {},
  \"collector\": {{ \"name\": \"unknown\" }},
  \"errors\": [],
  \"data\": {data}
}}
",
        json!(kind),
        json!(collected_at),
    )
}

/// `azure-lb` as the name of a section: `AzureLb`.
fn section_name(kind: &str) -> String {
    let words = kind.split(['-', '_', '.']);
    words
        .map(|word| {
            let mut characters = word.chars();
            let first = characters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(characters).collect::<String>()
        })
        .collect()
}

/// `azure-lb` as a title: `Azure lb`.
fn title(kind: &str) -> String {
    let words = kind.replace(['-', '_'], " ");
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => words,
    }
}

/// A name that any file system takes.
fn file_name(section: &str) -> String {
    let plain = |character: char| {
        if character.is_ascii_alphanumeric() {
            character.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    section.chars().take(60).map(plain).collect()
}
