//! One change of a snapshot that breaks its schema.

use serde_json::{Value as Json, json};

use super::{
    edit::{self, Spot},
    value::Maker,
};

/// Breaks one place, and says how.
pub(super) fn spoil(data: &mut Json, maker: &mut Maker<'_>) -> Option<String> {
    let spots = edit::spots(data, maker);
    let spot = maker.random.pick(&spots)?;
    match maker.random.below(4) {
        0 => {
            let required: Vec<&Spot<'_>> = spots.iter().filter(|own| !own.is_optional).collect();
            let spot = maker.random.pick(&required)?;
            edit::remove(data, &spot.pointer);
            Some(format!("without {}", name(&spot.pointer)))
        }
        1 => {
            *data.pointer_mut(&spot.pointer)? = Json::Null;
            Some(format!("{} is null", name(&spot.pointer)))
        }
        2 => {
            let objects = spots
                .iter()
                .filter(|own| data.pointer(&own.pointer).is_some_and(Json::is_object));
            let objects: Vec<&Spot<'_>> = objects.collect();
            let spot = maker.random.pick(&objects)?;
            let value = data.pointer_mut(&spot.pointer)?;
            value["x-unheard-of"] = json!({ "a": [1, null] });
            Some(format!("{} has an unknown member", name(&spot.pointer)))
        }
        _ => {
            let value = data.pointer_mut(&spot.pointer)?;
            let others = [
                json!([]),
                json!({}),
                json!("x"),
                json!(-7),
                json!(0.5),
                json!(true),
                json!([[null]]),
                json!({ "a": 1 }),
            ];
            let others: Vec<Json> = others
                .into_iter()
                .filter(|other| !same_type(other, value))
                .collect();
            *value = maker.random.pick(&others)?.clone();
            Some(format!("{} is {value}", name(&spot.pointer)))
        }
    }
}

fn name(pointer: &str) -> String {
    format!("`/data{pointer}`")
}

fn same_type(left: &Json, right: &Json) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}
