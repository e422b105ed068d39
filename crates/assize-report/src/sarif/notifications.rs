use std::{
    collections::HashSet,
    io::{self, Write},
};

use assize_finding::{Judged, Outcome, RuleIndex, Run};
use serde_json::Value;
use serde_sarif::sarif::{Notification, ReportingDescriptorReference};

use super::{artifact::ArtifactPlace, message::message, region::location};
use crate::{
    json_stream::{JsonArray, write_json},
    statement::Statement,
    summary_text::count,
};

/// The most notifications of a log. Each belongs to a result, so what is over is counted and not lost.
const MOST: u64 = 1000;

/// What kept the tool from doing its work. Notifications come after the results, so they wait here as JSON.
#[derive(Default)]
pub(crate) struct Notifications {
    json: Vec<u8>,
    array: JsonArray,
    kept: u64,
    left_out: u64,
}

impl Notifications {
    /// Adds what one artifact gives rise to. A policy that fails on many of its objects for one reason is told of once.
    pub(crate) fn add(
        &mut self,
        run: &Run,
        judged: &Judged,
        artifact: &ArtifactPlace,
    ) -> io::Result<()> {
        let mut told: HashSet<(RuleIndex, &str)> = HashSet::new();
        for statement in Statement::all(judged).filter(|statement| statement.incomplete) {
            let is_error = statement.outcome == Outcome::Error;
            if is_error && !told.insert((statement.rule, statement.text)) {
                continue;
            }
            if self.kept == MOST {
                self.left_out += 1;
                continue;
            }
            self.kept += 1;
            self.push(&notification(run, &statement, artifact))?;
        }
        Ok(())
    }

    /// Adds a warning that concerns the whole run.
    pub(crate) fn warn(&mut self, text: &str) -> io::Result<()> {
        let warning = Notification::builder().level(Value::from("warning"));
        self.push(&warning.message(message([text])).build())
    }

    /// Writes the member `toolExecutionNotifications`.
    pub(crate) fn write<W: Write>(&mut self, out: &mut W) -> io::Result<()> {
        if self.left_out > 0 {
            let left_out = count(self.left_out, "further notification");
            self.warn(&format!("{left_out} left out; the results are complete"))?;
        }
        out.write_all(b"\"toolExecutionNotifications\":[")?;
        out.write_all(&self.json)?;
        out.write_all(b"]")
    }

    fn push(&mut self, notification: &Notification) -> io::Result<()> {
        self.array.separate(&mut self.json)?;
        write_json(&mut self.json, notification)
    }
}

fn notification(run: &Run, statement: &Statement<'_>, artifact: &ArtifactPlace) -> Notification {
    let id = &run.rule(statement.rule).id;
    let text = match statement.outcome {
        Outcome::Error => format!("The policy '{id}' failed: {}", statement.text),
        _ => statement.text.to_owned(),
    };
    let rule = ReportingDescriptorReference::builder()
        .id(id.as_str())
        .index(i64::from(statement.rule.0))
        .build();
    Notification::builder()
        .level(Value::from("error"))
        .message(message([text.as_str()]))
        .associated_rule(rule)
        .locations(vec![location(artifact, statement.location)])
        .build()
}
