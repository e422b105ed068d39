//! Where in the text of a schema a field is described.

use assize_snapshot::Kind;
use serde_json::Value as Json;

/// Schemas that are said of one value, references followed.
const MOST_BRANCHES: usize = 64;

/// A place in a schema, with the way to it.
type Place<'s> = (&'s Json, String);

/// The JSON Pointer of the schema of a path such as `AcceptedDomain[].DomainName`.
pub(crate) fn of(kind: &Kind, path: &str) -> Option<String> {
    let root = kind.schema_json();
    let mut place = (root, String::new());
    for step in path.split('.') {
        let name = step.trim_end_matches("[]");
        place = branches(root, place)
            .into_iter()
            .find_map(|branch| below(&branch, &["properties", name]))?;
        for _ in 0..step.matches("[]").count() {
            place = branches(root, place)
                .into_iter()
                .find_map(|branch| below(&branch, &["items"]))?;
        }
    }
    Some(place.1)
}

fn below<'s>((schema, pointer): &Place<'s>, names: &[&str]) -> Option<Place<'s>> {
    let mut place = (*schema, pointer.clone());
    for name in names {
        let token = name.replace('~', "~0").replace('/', "~1");
        place = (place.0.get(*name)?, format!("{}/{token}", place.1));
    }
    Some(place)
}

/// What is said of one value: the schema itself, what it refers to, and the branches of combinations.
fn branches<'s>(root: &'s Json, place: Place<'s>) -> Vec<Place<'s>> {
    let mut found: Vec<Place<'s>> = Vec::new();
    let mut waiting = vec![place];
    while let Some(place) = waiting.pop() {
        let is_known = found.iter().any(|(own, _)| std::ptr::eq(*own, place.0));
        if found.len() >= MOST_BRANCHES || is_known {
            continue;
        }
        for word in ["oneOf", "anyOf", "allOf"] {
            let count = place
                .0
                .get(word)
                .and_then(Json::as_array)
                .map_or(0, Vec::len);
            let parts = place
                .0
                .get(word)
                .and_then(Json::as_array)
                .into_iter()
                .flatten()
                .take(count);
            waiting.extend(
                parts
                    .enumerate()
                    .map(|(nth, part)| (part, format!("{}/{word}/{nth}", place.1))),
            );
        }
        let target = place
            .0
            .get("$ref")
            .and_then(Json::as_str)
            .and_then(|text| text.strip_prefix('#'));
        waiting
            .extend(target.and_then(|pointer| Some((root.pointer(pointer)?, pointer.to_owned()))));
        found.push(place);
    }
    found
}
