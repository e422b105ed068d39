//! One change of a snapshot that leaves it as its schema wants it.

use serde_json::Value as Json;

use super::value::{Maker, is_required};

/// A place in a document and what its schema says of it.
pub(super) struct Spot<'m> {
    pub(super) pointer: String,
    /// The name of the field that it is, or that it is an element of.
    pub(super) field: String,
    pub(super) schema: &'m Json,
    /// It may be left out.
    pub(super) is_optional: bool,
}

/// Places that are considered.
const MOST_SPOTS: usize = 20_000;

/// The places of a document that the schema knows.
pub(super) fn spots<'m>(data: &Json, maker: &Maker<'m>) -> Vec<Spot<'m>> {
    let root = Spot {
        pointer: String::new(),
        field: String::new(),
        schema: maker.resolved(maker.root()),
        is_optional: false,
    };
    let mut spots = vec![root];
    let mut next = 0;
    while next < spots.len() && spots.len() < MOST_SPOTS {
        let below = below(data, &spots[next], maker);
        spots.extend(below);
        next += 1;
    }
    spots
}

fn below<'m>(data: &Json, spot: &Spot<'m>, maker: &Maker<'m>) -> Vec<Spot<'m>> {
    match data.pointer(&spot.pointer) {
        Some(Json::Object(members)) => {
            let known = members.keys().filter_map(|name| {
                let schema = spot.schema.get("properties")?.get(name)?;
                Some(Spot {
                    pointer: format!(
                        "{}/{}",
                        spot.pointer,
                        name.replace('~', "~0").replace('/', "~1")
                    ),
                    field: name.clone(),
                    schema: maker.resolved(schema),
                    is_optional: !is_required(spot.schema, name),
                })
            });
            known.collect()
        }
        Some(Json::Array(elements)) => {
            let Some(items) = spot.schema.get("items") else {
                return Vec::new();
            };
            let schema = maker.resolved(items);
            let of = |at: usize| Spot {
                pointer: format!("{}/{at}", spot.pointer),
                field: spot.field.clone(),
                schema,
                is_optional: true,
            };
            (0..elements.len()).map(of).collect()
        }
        _ => Vec::new(),
    }
}

/// Changes one place.
pub(super) fn edit(data: &mut Json, maker: &mut Maker<'_>) {
    let spots = spots(data, maker);
    let Some(spot) = maker.random.pick(&spots) else {
        return;
    };
    if spot.is_optional && maker.random.one_in(3) {
        remove(data, &spot.pointer);
        return;
    }
    let schema = spot.schema;
    let depth = spot.pointer.matches('/').count();
    let Some(value) = data.pointer_mut(&spot.pointer) else {
        return;
    };
    match value {
        Json::Array(elements) if !maker.random.one_in(4) => {
            let double = maker
                .random
                .pick(elements)
                .filter(|_| maker.random.one_in(3))
                .cloned();
            let more = double.or_else(|| {
                let items = schema.get("items")?;
                Some(maker.value(items, &spot.field, depth + 1))
            });
            elements.extend(more);
        }
        // Most of a snapshot is far down; the whole is made anew seldom enough.
        Json::Object(_) if depth < 2 => {}
        _ => *value = maker.value(schema, &spot.field, depth),
    }
}

/// Takes a member or an element out.
pub(super) fn remove(data: &mut Json, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return;
    };
    match data.pointer_mut(parent) {
        Some(Json::Object(members)) => {
            members.shift_remove(&name.replace("~1", "/").replace("~0", "~"));
        }
        Some(Json::Array(elements)) => {
            if let Some(at) = name.parse::<usize>().ok().filter(|at| *at < elements.len()) {
                elements.remove(at);
            }
        }
        _ => {}
    }
}
