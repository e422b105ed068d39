//! What may be written at a place.

use assize_finding::Span;
use assize_policy::{
    LibraryFunction, library_functions,
    syntax::{Expr, ExprKind},
};

use assize_snapshot::SchemaField;

use super::{
    Scene,
    cursor::{Cursor, Here},
    fields,
    header::{FIELDS, SEVERITIES},
    library, names,
};

/// Suggestions that are given at most.
const MOST: usize = 500;

/// What a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Field,
    Param,
    Variable,
    Function,
    Global,
    Word,
    Kind,
    Value,
    Control,
    Member,
}

/// Something that may be written.
#[derive(Debug, Clone)]
pub(crate) struct Suggestion {
    pub(crate) label: String,
    pub(crate) what: What,
    /// A few words beside it.
    pub(crate) detail: String,
    /// What it means, in Markdown.
    pub(crate) doc: String,
    /// What is written, with `$1` and `$0` for places to fill in; the label where it is empty.
    pub(crate) snippet: String,
}

impl Suggestion {
    fn new(
        what: What,
        label: impl Into<String>,
        detail: impl Into<String>,
        doc: impl Into<String>,
    ) -> Self {
        Self {
            label: label.into(),
            what,
            detail: detail.into(),
            doc: doc.into(),
            snippet: String::new(),
        }
    }
}

/// The suggestions for a place, and what they take the place of.
pub(crate) struct Suggestions {
    pub(crate) span: Span,
    pub(crate) list: Vec<Suggestion>,
}

/// What may be written at a place.
pub(crate) fn at(scene: &Scene<'_>, offset: u32) -> Suggestions {
    let here = Here::at(scene, offset);
    let mut list = match here.cursor {
        Cursor::Nothing => Vec::new(),
        Cursor::Name => in_scope(scene, offset),
        Cursor::Member(object) => members(scene, object),
        Cursor::Argument("reference") => references(scene),
        Cursor::Argument(_) => kinds(scene),
        Cursor::Compared(value) => values(scene, value),
        Cursor::HeaderName => header_names(scene),
        Cursor::HeaderText(name) => header_texts(scene, name),
    };
    list.truncate(MOST);
    Suggestions {
        span: here.span,
        list,
    }
}

fn in_scope(scene: &Scene<'_>, offset: u32) -> Vec<Suggestion> {
    let mut list: Vec<Suggestion> = Vec::new();
    for local in names::visible(scene.tree, offset) {
        if !list.iter().any(|own| own.label == local.name.text) {
            list.push(Suggestion::new(
                What::Variable,
                &local.name.text,
                local.what,
                "",
            ));
        }
    }
    let is_seen = |name: &str| name != "earlier" || scene.header.is_over_time();
    let globals = library::GLOBALS.iter().filter(|(name, _)| is_seen(name));
    list.extend(globals.map(|(name, doc)| Suggestion::new(What::Global, *name, "", *doc)));
    list.extend(own_functions(scene));
    list.extend(
        library_functions()
            .filter(|known| known.is_function())
            .map(function),
    );
    list.extend(library::WORDS.map(|word| Suggestion::new(What::Word, word, "", "")));
    list
}

fn own_functions<'a>(scene: &Scene<'a>) -> impl Iterator<Item = Suggestion> + use<'a> {
    let source = scene.source;
    let callable = scene
        .tree
        .functions
        .iter()
        .filter(|own| own.name.text != "check" && own.name.text != "change");
    callable.map(move |own| {
        let params: Vec<&str> = own.params.iter().map(|param| param.text.as_str()).collect();
        let signature = format!("{}({})", own.name.text, params.join(", "));
        let doc = own.comment.map(|span| plain_comment(&source[span.range()]));
        Suggestion {
            snippet: call_snippet(&own.name.text, params.len()),
            ..Suggestion::new(
                What::Function,
                &own.name.text,
                signature,
                doc.unwrap_or_default(),
            )
        }
    })
}

fn function(known: &LibraryFunction) -> Suggestion {
    let is_way = |way: &&&str| {
        way.strip_prefix(known.name)
            .is_some_and(|rest| rest.starts_with('('))
    };
    let way = known
        .signatures
        .iter()
        .find(is_way)
        .copied()
        .unwrap_or(known.name);
    Suggestion {
        snippet: call_snippet(known.name, library::params(way).len()),
        ..Suggestion::new(What::Function, known.name, way, library::words(known))
    }
}

fn call_snippet(name: &str, params: usize) -> String {
    if params == 0 {
        format!("{name}()")
    } else {
        format!("{name}($1)$0")
    }
}

/// A comment without its slashes.
pub(crate) fn plain_comment(comment: &str) -> String {
    let lines = comment.lines().map(|line| {
        let line = line.trim().trim_start_matches('/').trim_start_matches('*');
        line.trim_end_matches("*/").trim()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn members(scene: &Scene<'_>, object: &Expr) -> Vec<Suggestion> {
    if fields::is_params(object) {
        let params = scene.params().into_iter();
        return params
            .map(|(name, doc)| Suggestion::new(What::Param, name, "", doc))
            .collect();
    }
    let mut list: Vec<Suggestion> = Vec::new();
    for field in fields::of(scene, object) {
        if !list.iter().any(|own| own.label == field.name) {
            let doc = fields::page(&field.name, &field);
            list.push(Suggestion::new(
                What::Field,
                &field.name,
                fields::summary(&field),
                doc,
            ));
        }
    }
    list.extend(methods(scene, object));
    list
}

/// The functions of the library that a value has behind its dot.
fn methods(scene: &Scene<'_>, object: &Expr) -> Vec<Suggestion> {
    let of = scene.types().expression(object.id);
    let suggestion = |known: &'static LibraryFunction| {
        let way = library::ways_on(known, &of).first().copied()?;
        let snippet = if way.contains('(') {
            call_snippet(known.name, library::params(way).len())
        } else {
            String::new()
        };
        Some(Suggestion {
            snippet,
            ..Suggestion::new(What::Function, known.name, way, library::words(known))
        })
    };
    library_functions().filter_map(suggestion).collect()
}

fn kinds(scene: &Scene<'_>) -> Vec<Suggestion> {
    let kinds = scene.project.kinds.iter();
    kinds
        .map(|kind| Suggestion::new(What::Kind, kind.name(), kind.title(), ""))
        .collect()
}

fn references(scene: &Scene<'_>) -> Vec<Suggestion> {
    let all = scene.project.packs.references().iter();
    let named = all.map(|reference| {
        let own = reference.pack == scene.pack;
        let name = if own {
            reference.name.clone()
        } else {
            format!("{}/{}", reference.pack, reference.name)
        };
        Suggestion::new(What::Value, name, "reference data", "")
    });
    named.collect()
}

fn values(scene: &Scene<'_>, value: &Expr) -> Vec<Suggestion> {
    let texts = scene.types().expression(value.id).texts().cloned();
    let texts = texts.or_else(|| match &value.kind {
        ExprKind::Field { object, name, .. } => {
            fields::named(scene, object, &name.text).map(|field| field.values.into_iter().collect())
        }
        _ => None,
    });
    let what = &scene.source[value.span.range()];
    let texts = texts.into_iter().flatten();
    texts
        .map(|text| Suggestion::new(What::Value, text, what, ""))
        .collect()
}

fn header_names(scene: &Scene<'_>) -> Vec<Suggestion> {
    let is_missing = |name: &&(&str, &str)| scene.header.member(name.0).is_none();
    let missing = FIELDS.iter().filter(is_missing);
    let suggestion = |(name, doc): &(&str, &str)| Suggestion {
        snippet: match *name {
            "controls" => "controls: [\"$1\"],$0".to_owned(),
            "params" => "params: #{ $1: #{ doc: \"$2\", \"default\": $3 } },$0".to_owned(),
            name => format!("{name}: \"$1\",$0"),
        },
        ..Suggestion::new(What::Member, *name, "", *doc)
    };
    missing.map(suggestion).collect()
}

fn header_texts(scene: &Scene<'_>, name: &str) -> Vec<Suggestion> {
    let fixed = |texts: &[&str]| {
        let texts = texts.iter();
        texts
            .map(|text| Suggestion::new(What::Value, *text, "", ""))
            .collect()
    };
    match name {
        "severity" => fixed(&SEVERITIES),
        "expect" => fixed(&["some", "any"]),
        "over" => fixed(&["time"]),
        "kind" => {
            let mut list = kinds(scene);
            list.push(Suggestion::new(What::Kind, "*", "every kind", ""));
            list
        }
        "select" => sections(scene),
        "controls" => controls(scene),
        _ => Vec::new(),
    }
}

/// Queries for the sections of the kind.
fn sections(scene: &Scene<'_>) -> Vec<Suggestion> {
    let Some(kind) = scene.kind() else {
        return Vec::new();
    };
    let schema = kind.schema();
    let section = |field: &SchemaField| {
        let place = schema.place(field.place);
        let list = if place.items.is_some() { "[*]" } else { "" };
        let doc = fields::page_of_place(&field.name, place, field.is_required);
        Suggestion::new(What::Value, format!("$.{}{list}", field.name), "", doc)
    };
    schema
        .place(schema.root())
        .fields
        .iter()
        .map(section)
        .collect()
}

fn controls(scene: &Scene<'_>) -> Vec<Suggestion> {
    let mut list: Vec<Suggestion> = Vec::new();
    // What the own pack says of a control counts before what others say.
    let (own, others): (Vec<_>, Vec<_>) = scene
        .project
        .packs
        .iter()
        .partition(|(name, _)| *name == scene.pack);
    for (id, note) in own
        .iter()
        .chain(&others)
        .flat_map(|(_, pack)| &pack.controls)
    {
        if !list.iter().any(|known| known.label == *id) {
            let detail = if note.verified { "" } else { "not verified" };
            list.push(Suggestion::new(What::Control, id, detail, &note.title));
        }
    }
    list
}
