use assize_finding::{Location, Pointer, Region, ValueKind};
use serde_json::Value;
use serde_sarif::sarif;

use super::{artifact::ArtifactPlace, properties::properties};

/// A place in an artifact: the region of text and the value that is there.
///
/// A place that is a whole file gets the empty region at its beginning: GitHub refuses results without a region.
pub(crate) fn location(artifact: &ArtifactPlace, place: &Location) -> sarif::Location {
    let beginning = place.start();
    let whole_file = Region {
        start: beginning,
        end: beginning,
    };
    let physical = sarif::PhysicalLocation::builder()
        .artifact_location(artifact.location())
        .region(region(place.region.unwrap_or(whole_file)))
        .build();
    let mut location = sarif::Location::builder()
        .physical_location(physical)
        .build();
    location.logical_locations = logical(place).map(|logical| vec![logical]);
    location
}

fn region(region: Region) -> sarif::Region {
    sarif::Region::builder()
        .start_line(i64::from(region.start.line))
        .start_column(i64::from(region.start.column))
        .end_line(i64::from(region.end.line))
        .end_column(i64::from(region.end.column))
        .build()
}

/// The value as a logical location; `None` for a whole document.
fn logical(place: &Location) -> Option<sarif::LogicalLocation> {
    if place.path.is_empty() {
        return None;
    }
    let kind = match place.value_kind {
        ValueKind::Object => "object",
        ValueKind::Array => "array",
        ValueKind::Property => "property",
        ValueKind::Value => "value",
    };
    let pointer = place.pointer.as_ref().map(Pointer::as_str);
    let mut logical = sarif::LogicalLocation::builder()
        .fully_qualified_name(place.path.as_str())
        // The absent field would be a member, whatever the object that lacks it is.
        .kind(if place.absent { "property" } else { kind })
        .build();
    logical.name = name(place);
    logical.properties = properties([
        pointer.map(|pointer| ("assize/pointer", Value::from(pointer))),
        place.absent.then_some(("assize/absent", Value::Bool(true))),
    ]);
    Some(logical)
}

/// The last part of the place: a member's name or an index. `None` where it cannot be told from the path.
fn name(place: &Location) -> Option<String> {
    let name = if place.absent {
        // The pointer shows the parent. A dot inside brackets belongs to an identity.
        place
            .path
            .rsplit('.')
            .next()
            .filter(|last| !last.contains(']'))?
            .to_owned()
    } else {
        place.pointer.as_ref()?.tokens().last()?.into_owned()
    };
    (!name.is_empty()).then_some(name)
}
