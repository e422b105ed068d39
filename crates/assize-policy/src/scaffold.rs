//! Drafts of policies: a script and its page whose examples run, made from the example of a kind.
//!
//! What a draft checks is a guess that its author replaces; that it runs is none. Each draft is compiled and its examples are run
//! before it is handed out.

mod candidate;
mod write;

use std::sync::Arc;

use assize_finding::Severity;
use assize_snapshot::{Kind, Kinds, NodeId, Reader, Snapshot};

use crate::{
    example::run_examples, limits::Limits, page::Page, policy::Policy, select::Query,
    source::Source,
};

use candidate::Candidate;

/// Fields that are tried before a query is given up.
const TRIES: usize = 40;

/// What a draft shall be.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The id of the policy.
    pub id: String,
    /// What is judged; without it, the first section with objects that have a field to check.
    pub select: Option<String>,
    /// How bad a failure is.
    pub severity: Severity,
    /// What is in order; without it, the words of the id.
    pub title: Option<String>,
}

/// A policy that was drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The script.
    pub script: String,
    /// The page.
    pub page: String,
    /// The field that it checks, as its author would write it.
    pub field: String,
}

/// Drafts a policy for a kind, or says why there is none.
pub fn draft(wish: &Wish, kind: &Arc<Kind>, kinds: &Kinds) -> Result<Draft, String> {
    let snapshot = example_of(kind, kinds)?;
    let queries = match &wish.select {
        Some(query) => vec![query.clone()],
        None => sections(&snapshot),
    };
    let mut last = format!(
        "the example of the kind `{}` has no section with objects; say what is judged with `--select QUERY`",
        kind.name()
    );
    for query in &queries {
        match draft_for(wish, query, &snapshot, kind, kinds) {
            Ok(draft) => return Ok(draft),
            Err(message) => last = message,
        }
    }
    Err(last)
}

fn example_of(kind: &Arc<Kind>, kinds: &Kinds) -> Result<Snapshot, String> {
    let name = kind.name();
    let text = kind
        .example()
        .ok_or_else(|| format!("the kind `{name}` has no `example.json` to draft a policy from"))?;
    let document = Reader::default()
        .read(text.as_bytes().to_vec())
        .map_err(|error| format!("the example of the kind `{name}` cannot be read: {error}"))?;
    Snapshot::new(document, kinds, Some(kind)).map_err(|error| error.to_string())
}

/// Queries for the elements of each section that is a list of objects, in the order of the example.
fn sections(snapshot: &Snapshot) -> Vec<String> {
    let document = &snapshot.document;
    let has_objects = |section: &NodeId| {
        let mut elements = document.children(*section);
        elements.next().is_some_and(|first| {
            document.value(*section) == assize_snapshot::Value::Array
                && document.value(first) == assize_snapshot::Value::Object
        })
    };
    document
        .children(snapshot.root())
        .filter(has_objects)
        .map(|section| write::query_of(document.name(section)))
        .collect()
}

fn draft_for(
    wish: &Wish,
    query: &str,
    snapshot: &Snapshot,
    kind: &Arc<Kind>,
    kinds: &Kinds,
) -> Result<Draft, String> {
    let limits = Limits::default();
    let parsed = Query::parse(query)?;
    let objects = parsed.select(&snapshot.document, snapshot.root(), &limits)?;
    if objects.is_empty() {
        return Err(nothing_selected(query, snapshot, kind));
    }
    let candidates = Candidate::all(snapshot, &objects, &parsed);
    for candidate in candidates.iter().take(TRIES) {
        for with_section in [true, false] {
            let draft = write::draft(wish, kind.name(), query, candidate, with_section);
            if runs(&draft, wish, kinds, &limits) {
                return Ok(draft);
            }
        }
    }
    Err(format!(
        "no field of what `{query}` selects in the example of `{}` is the same in all objects and can be checked; select other objects",
        kind.name()
    ))
}

fn nothing_selected(query: &str, snapshot: &Snapshot, kind: &Kind) -> String {
    let document = &snapshot.document;
    let sections: Vec<&str> = document
        .children(snapshot.root())
        .map(|section| document.name(section))
        .collect();
    let asked = query.trim_start_matches("$.").split(['.', '[']).next();
    let nearest = asked
        .filter(|asked| !sections.contains(asked))
        .and_then(|asked| assize_snapshot::nearest(asked, sections.iter().copied()));
    let hint = match nearest {
        Some(nearest) => format!("did you mean `{}`?", write::query_of(nearest)),
        None => format!("its sections are {}", sections.join(", ")),
    };
    format!(
        "`{query}` selects nothing in the example of the kind `{}`; {hint}",
        kind.name()
    )
}

/// Whether a draft compiles and does what its page says.
fn runs(draft: &Draft, wish: &Wish, kinds: &Kinds, limits: &Limits) -> bool {
    let source = Source {
        path: format!("{}.rhai", wish.id),
        text: draft.script.clone(),
    };
    let page = Page::read(&format!("{}.md", wish.id), &draft.page);
    let Ok(policy) = Policy::new(&wish.id, source, page, limits) else {
        return false;
    };
    let results = run_examples(&policy, kinds, limits);
    results.len() >= 3 && results.iter().all(|result| result.failure.is_none())
}
