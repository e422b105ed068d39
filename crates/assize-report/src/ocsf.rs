use std::io::{self, Write};

use assize_finding::{Judged, Outcome, Pointer, Rule, Run, Severity, Status, Summary};
use serde_json::{Value, json};

use crate::{
    Needs, Options, Reporter, escape_control, format::About, json_stream::write_json,
    place::KeyedPath, state_text::acceptance, statement::Statement,
};

pub(crate) const ABOUT: About = About {
    needs: Needs {
        passes: true,
        ..Needs::NOTHING
    },
    ..About::new("ocsf")
};

/// The version of the schema.
const VERSION: &str = "1.5.0";

/// OCSF, for what collects events: a Compliance Finding (class 2003) for each finding and each verdict without findings, one on a line.
///
/// Its time is the clock of the run, in milliseconds, and its identity our fingerprint, so that a run that is sent twice is known.
pub(crate) struct Ocsf<W> {
    out: W,
}

impl<W: Write> Ocsf<W> {
    pub(crate) fn new(_options: &Options, out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Reporter for Ocsf<W> {
    fn begin(&mut self, _run: &Run) -> io::Result<()> {
        Ok(())
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        let time = milliseconds(&run.now);
        for statement in Statement::all(judged) {
            let mut event = event(run, judged, &statement);
            event["time"] = time.into();
            write_json(&mut self.out, &event)?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn finish(&mut self, _run: &Run, _summary: &Summary, _status: &Status) -> io::Result<()> {
        self.out.flush()
    }
}

fn event(run: &Run, judged: &Judged, statement: &Statement<'_>) -> Value {
    let rule = run.rule(statement.rule);
    let said = if statement.text.is_empty() {
        &rule.title
    } else {
        statement.text
    };
    let (severity_id, severity) = severity(statement, rule);
    let mut event = json!({
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        "category_uid": 2,
        "category_name": "Findings",
        "activity_id": 1,
        "activity_name": "Create",
        "type_uid": 200_301,
        "type_name": "Compliance Finding: Create",
        "severity_id": severity_id,
        "severity": severity,
        "status_id": 1,
        "status": "New",
        "message": escape_control(said),
        "metadata": {
            "version": VERSION,
            "product": { "name": "assize", "vendor_name": "assize", "version": run.version },
        },
        "finding_info": {
            "uid": statement.fingerprint.to_string(),
            "title": escape_control(&rule.title),
            "desc": escape_control(&rule.description),
        },
        "compliance": compliance(run, rule, statement),
        "resources": [resource(judged, statement)],
    });
    if let Some(waiver) = statement.waiver {
        event["status_id"] = 3.into();
        event["status"] = "Suppressed".into();
        event["status_detail"] = escape_control(&acceptance(waiver)).into();
    }
    if let Some(fix) = statement.fix(rule) {
        event["remediation"] = json!({ "desc": escape_control(fix) });
        if let Some(link) = &rule.help_uri {
            event["remediation"]["references"] = json!([escape_control(link)]);
        }
    }
    event
}

/// How bad it is; what is in order or does not apply only informs.
fn severity(statement: &Statement<'_>, rule: &Rule) -> (u8, &'static str) {
    if matches!(statement.outcome, Outcome::Pass | Outcome::NotApplicable) {
        return (1, "Informational");
    }
    match statement.severity.unwrap_or(rule.severity) {
        Severity::Critical => (5, "Critical"),
        Severity::High => (4, "High"),
        Severity::Medium => (3, "Medium"),
        Severity::Low => (2, "Low"),
        Severity::Info => (1, "Informational"),
    }
}

fn compliance(run: &Run, rule: &Rule, statement: &Statement<'_>) -> Value {
    // A warning means that information is missing.
    let (status_id, status) = match statement.outcome {
        Outcome::Pass => (1, "Pass"),
        Outcome::Fail => (3, "Fail"),
        Outcome::Indeterminate | Outcome::Review | Outcome::Error => (2, "Warning"),
        Outcome::NotApplicable => (99, "Not applicable"),
    };
    let mut standards: Vec<String> = rule
        .controls
        .iter()
        .map(|control| run.framework_name(&control.framework))
        .collect();
    standards.sort();
    standards.dedup();
    let mut requirements: Vec<String> = rule.controls.iter().map(ToString::to_string).collect();
    requirements.dedup();
    json!({
        "control": rule.id,
        "standards": standards,
        "requirements": requirements,
        "status_id": status_id,
        "status": status,
        "status_detail": statement.outcome.as_str(),
    })
}

/// The object, in the file that it stands in.
fn resource(judged: &Judged, statement: &Statement<'_>) -> Value {
    let location = statement.location;
    let start = location.start();
    let path = KeyedPath(location).to_string();
    let file = escape_control(&judged.artifact.path);
    let mut resource = json!({
        "uid": if path.is_empty() { file.to_string() } else { format!("{file}#{path}") },
        "name": if path.is_empty() { file.to_string() } else { path },
        "data": {
            "file": file,
            "pointer": location.pointer.as_ref().map_or("", Pointer::as_str),
            "line": start.line,
            "column": start.column,
        },
    });
    if let Some(kind) = &judged.artifact.kind {
        resource["type"] = escape_control(kind).into();
    }
    resource
}

/// A time like `2026-11-22T12:00:00Z` in milliseconds since 1970. Parts of a second are left out, and what is no such time is 0.
fn milliseconds(time: &str) -> i64 {
    let numbers: Vec<i64> = time
        .split(|character: char| !character.is_ascii_digit())
        .map_while(|part| part.parse().ok())
        .collect();
    let [year, month, day, hour, minute, second, ..] = numbers[..] else {
        return 0;
    };
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) {
        return 0;
    }
    // Years that begin in March end with the day that comes and goes.
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days = year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469;
    (days * 86_400 + hour * 3600 + minute * 60 + second) * 1000
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn times_are_counted() {
        assert_eq!(milliseconds("1970-01-01T00:00:00Z"), 0);
        assert_eq!(milliseconds("2000-02-29T23:59:59Z"), 951_868_799_000);
        assert_eq!(milliseconds("2026-11-22T12:00:00.5Z"), 1_795_348_800_000);
        assert_eq!(milliseconds("now"), 0);
    }
}
