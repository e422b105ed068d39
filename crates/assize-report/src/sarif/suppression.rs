use assize_finding::{Location, ValueKind, Waiver};
use serde_json::Value;
use serde_sarif::sarif::Suppression;

use super::{artifact::ArtifactPlace, properties::properties, region::location};
use crate::{escape_control, state_text};

/// A waiver as a suppression. Only what is in force gets here: readers take any suppression for one, whatever its status.
pub(crate) fn suppression(waiver: &Waiver) -> Suppression {
    let place = Location {
        pointer: None,
        path: String::new(),
        region: Some(waiver.region),
        value_kind: ValueKind::Value,
        absent: false,
        excerpt: None,
        line_hash: None,
        content: None,
    };
    let mut suppression = Suppression::builder()
        .kind("external")
        .status("accepted")
        .justification(escape_control(&state_text::acceptance(waiver)).into_owned())
        .location(location(&ArtifactPlace::outside(&waiver.file), &place))
        .build();
    let text = |name, text: &str| Some((name, Value::from(text)));
    suppression.properties = properties([
        // Microsoft's readers look for this name.
        text("expiryUtc", &format!("{}T23:59:59Z", waiver.expires)),
        text("assize/owner", &waiver.owner),
        text("assize/reason", &waiver.reason),
        waiver
            .ticket
            .as_deref()
            .and_then(|ticket| text("assize/ticket", ticket)),
        waiver
            .approver
            .as_deref()
            .and_then(|approver| text("assize/approver", approver)),
    ]);
    suppression
}
