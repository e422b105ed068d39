//! Values and errors as text.

use assize_policy::evaluate::{Evaluated, EvaluationError};
use assize_report::escape_control;
use serde_json::json;

/// A value with its type and its place.
pub(super) struct Shown<'e> {
    pub(super) evaluated: &'e Evaluated,
    /// The name of the snapshot.
    pub(super) snapshot: &'e str,
}

impl Shown<'_> {
    pub(super) fn text(&self) -> String {
        let Evaluated {
            name,
            type_name,
            value,
            is_cut,
            place,
            said,
        } = self.evaluated;
        let mut text = format!("{value:#}\n");
        if value.is_null() {
            text = "()\n".to_owned();
        }
        let mut about = vec![(*type_name).to_owned()];
        if let Some(name) = name {
            about[0] = format!("{name}: {type_name}");
        }
        if *is_cut {
            about.push("cut off".to_owned());
        }
        if let Some(place) = place {
            let path = if place.path.is_empty() {
                "the snapshot"
            } else {
                &place.path
            };
            let absent = if place.is_absent { " is not there" } else { "" };
            about.push(format!(
                "{path}{absent} at {}:{}:{}",
                self.snapshot, place.position.line, place.position.column
            ));
        }
        text.push_str(&format!("  {}\n", about.join(", ")));
        for line in said {
            text.push_str(&format!("  {line}\n"));
        }
        safe(&text)
    }

    pub(super) fn json(&self) -> String {
        let Evaluated {
            name,
            type_name,
            value,
            is_cut,
            place,
            said,
        } = self.evaluated;
        let mut object = json!({ "value": value, "type": type_name });
        if let Some(name) = name {
            object["name"] = json!(name);
        }
        if *is_cut {
            object["cut"] = json!(true);
        }
        if let Some(place) = place {
            object["place"] = json!({
                "file": self.snapshot, "path": place.path, "pointer": place.pointer,
                "line": place.position.line, "column": place.position.column, "absent": place.is_absent,
            });
        }
        if !said.is_empty() {
            object["said"] = json!(said);
        }
        safe(&format!("{object}\n"))
    }
}

fn safe(text: &str) -> String {
    text.lines()
        .map(|line| escape_control(line).into_owned() + "\n")
        .collect()
}

/// What went wrong, with the line and a mark below the place.
pub(super) fn error(text: &str, error: &EvaluationError) -> String {
    let lead = if error.is_indeterminate {
        "indeterminate: "
    } else {
        ""
    };
    let message = format!("{lead}{}", error.message);
    let Some(region) = error.region else {
        return message;
    };
    let Some(line) = text
        .lines()
        .nth(region.start.line.saturating_sub(1) as usize)
    else {
        return message;
    };
    let before = region.start.column.saturating_sub(1) as usize;
    let end = if region.end.line == region.start.line {
        region.end.column
    } else {
        region.start.column + 1
    };
    let width = end.saturating_sub(region.start.column).clamp(1, 80) as usize;
    let start: String = line.chars().take(before).collect();
    let cut = start.chars().count().saturating_sub(60);
    let shown: String = line.chars().skip(cut).take(120).collect();
    let shown = shown.replace('\t', " ");
    format!(
        "{}:{}: {message}\n{shown}\n{}{}",
        region.start.line,
        region.start.column,
        " ".repeat(before - cut.min(before)),
        "^".repeat(width)
    )
}
