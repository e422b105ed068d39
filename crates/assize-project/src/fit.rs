//! Whether a policy fits the schemas of its kinds.

use std::sync::Arc;

use assize_finding::{Position, Region};
use assize_policy::{Policy, SourceError};
use assize_snapshot::{Kind, Kinds, nearest};

/// A policy must name a kind that exists and select fields that its schema has: a typo there would select nothing for ever.
pub(crate) fn check_against_kind(policy: Policy, kinds: &Kinds) -> Result<Policy, SourceError> {
    let error = |message: String, word: &str| SourceError {
        path: policy.source.path.clone(),
        region: region_of(&policy.source.text, word),
        message,
    };
    if policy.header.judges_every_kind() {
        return Ok(policy);
    }
    let judged = policy.header.kinds.iter().map(|name| {
        let found = kinds.iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| {
            let hint = kinds.nearest(name).map_or(String::new(), |nearest| {
                format!("; did you mean `{nearest}`?")
            });
            error(format!("there is no kind `{name}`{hint}"), name)
        })
    });
    let judged: Vec<&Arc<Kind>> = judged.collect::<Result<_, _>>()?;
    policy.check_estate_kinds(|name| {
        let hint = match (kinds.find(name), kinds.nearest(name)) {
            (Some(_), _) => return Ok(()),
            (None, Some(nearest)) => format!("; did you mean `{nearest}`?"),
            (None, None) => String::new(),
        };
        Err(format!("there is no kind `{name}`{hint}"))
    })?;
    if let Some(query) = policy.boundless_queries().next() {
        let message = format!(
            "the query `{query}` does not begin with the name of a section, such as `$.Section[*]`"
        );
        return Err(error(message, query));
    }
    for kind in judged {
        if let Err((message, word)) = check_fields(&policy, kind) {
            return Err(error(message, &word));
        }
    }
    Ok(policy)
}

/// The schema of a kind must have the fields that a policy selects; else what is wrong, and the field.
fn check_fields(policy: &Policy, kind: &Kind) -> Result<(), (String, String)> {
    let fields: Vec<String> = kind
        .shapes()
        .field_names()
        .map(assize_snapshot::name_of)
        .collect();
    let mut selected = policy.selected_names().into_iter();
    let Some(unknown) = selected.find(|selected| !fields.contains(selected)) else {
        return Ok(());
    };
    let hint = nearest(&unknown, fields.iter().map(String::as_str));
    let hint = hint.map_or(String::new(), |nearest| {
        format!("; did you mean `{nearest}`?")
    });
    let name = kind.name();
    Err((
        format!("the schema of kind `{name}` has no field `{unknown}`{hint}"),
        unknown,
    ))
}

/// Where a word first stands in a text.
fn region_of(text: &str, word: &str) -> Region {
    let at = text.find(word).unwrap_or(0);
    let mut cursor = assize_snapshot::PositionCursor::new(text);
    let start = cursor.position(at as u32);
    let end = cursor.position((at + word.len()) as u32);
    Region {
        start,
        end: if end > start {
            end
        } else {
            Position::new(start.line, start.column + 1)
        },
    }
}
