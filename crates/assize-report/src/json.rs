use std::io::{self, Write};

use assize_finding::{Judged, Run, Status, Summary};
use serde::Serialize;

use crate::{
    Needs, Options, Reporter,
    format::About,
    json_stream::{JsonArray, write_json, write_open_object},
    json_v1::{
        ArtifactV1, DisabledV1, EvaluationV1, FindingV1, GoneV1, OverrideV1, ParameterV1, RuleV1,
        StatusV1, SummaryV1, ToolV1,
    },
};

pub(crate) const ABOUT: About = About {
    extensions: &["json"],
    needs: Needs {
        sha256: true,
        passes: true,
        contents: true,
        ..Needs::NOTHING
    },
    ..About::new("json")
};

/// The format `json-v1`: every verdict, for programs.
///
/// ```json
/// {"assizeReport": 1,
///  "tool": {"name": "assize", "version": "0.1.0"},
///  "now": "2026-11-22T12:00:00Z",
///  "parameters": [{"rule", "name", "value"}],
///  "disabled": [{"rule", "reason", "files"}], "overrides": [{"rule", "severity", "files"}],
///  "rules": [{"id", "title", "severity", "kind", "description", "fix", "helpUri", "controls": [{"framework", "id"}], "source"}],
///  "files": [{
///    "path", "role": "snapshot", "kind", "source", "schema", "length", "sha256", "encoding": "UTF-8",
///    "findings": [FINDING],
///    "evaluations": [{"rule", "outcome", "reason", "object": LOCATION, "fingerprint", "baselineState", "findings": [FINDING]}]}],
///  "gone": [{"rule", "severity", "message", "file", "path", "fingerprint"}],
///  "summary": {
///    "snapshots": {"read", "judged"},
///    "evaluations": {"total", "pass", "fail", "notApplicable", "indeterminate", "review", "error"},
///    "failures": {"total", "critical", "high", "medium", "low", "info"},
///    "waived",
///    "input": {"total", "incomplete"}, "configuration": {"total", "incomplete"},
///    "baseline": {"new", "unchanged", "updated", "absent"}},
///  "status": {"exit": "findings", "code": 1, "reason"}}
/// ```
///
/// * FINDING is `{"rule", "severity", "message", "location": LOCATION, "related": [{"file", "location": LOCATION,
///   "message"}], "fix", "fingerprint", "incomplete", "content", "waiver": {"file", "line", "owner", "reason", "expires",
///   "ticket", "approver"}, "baselineState"}`; `content` is a hash of what is at the place, a finding with a `waiver` counts for nothing; `file` is the path of another file. A file's own `findings` are what no policy made: bad JSON, schema violations.
/// * LOCATION is `{"pointer", "path", "region": {"start": {"line", "column"}, "end": {"line", "column"}}, "valueKind",
///   "absent"}`: `pointer` is an RFC 6901 JSON Pointer into the file as written, `path` names list elements by identity,
///   lines and columns count from 1, columns in UTF-16 code units, the end is exclusive. Where `absent` is true, `path` names
///   the field that is not there, and `pointer` and `region` show the object that lacks it.
/// * `rule` is a rule's id. `outcome` is one of `pass`, `fail`, `notApplicable`, `indeterminate`, `review`, `error`, and
///   `exit` one of `clean`, `findings`, `usage`, `nothingChecked`, `incomplete`. A parameter's `value` is JSON as text.
/// * A rule's `source` and a file's `schema` are hashes of the policy's source and of the kind's schema; a file's `source` is what
///   the snapshot was taken of. `gone` are the findings that the earlier run had and this one has not.
/// * What is not known is left out: `kind`, `fix`, `helpUri`, `sha256`, `encoding`, `pointer`, `region`. An empty `reason` and
///   empty `related` and `findings` of an evaluation are left out, too, and so are `absent` and `incomplete` where false.
///
/// Members may be added under version 1; none is removed or changes its meaning.
pub(crate) struct Json<W> {
    out: W,
    files: JsonArray,
}

impl<W: Write> Json<W> {
    pub(crate) fn new(_options: &Options, out: W) -> Self {
        Self {
            out,
            files: JsonArray::default(),
        }
    }
}

/// Writes a member that is a list, where the list holds something.
fn write_list<W: Write, T: Serialize>(
    out: &mut W,
    name: &str,
    elements: impl ExactSizeIterator<Item = T>,
) -> io::Result<()> {
    if elements.len() == 0 {
        return Ok(());
    }
    write!(out, ",\n\"{name}\":[")?;
    let mut array = JsonArray::default();
    for element in elements {
        array.push(out, &element)?;
    }
    out.write_all(b"]")
}

impl<W: Write> Reporter for Json<W> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        let out = &mut self.out;
        out.write_all(b"{\"assizeReport\":1,\n\"tool\":")?;
        write_json(
            out,
            &ToolV1 {
                name: "assize",
                version: &run.version,
            },
        )?;
        out.write_all(b",\n\"now\":")?;
        write_json(out, &run.now)?;
        out.write_all(b",\n\"parameters\":[")?;
        let mut parameters = JsonArray::default();
        for parameter in &run.parameters {
            let (rule, name, value) = (&parameter.rule, &parameter.name, &parameter.value);
            parameters.push(out, &ParameterV1 { rule, name, value })?;
        }
        out.write_all(b"]")?;
        write_list(out, "disabled", run.disabled.iter().map(DisabledV1::from))?;
        write_list(out, "overrides", run.overrides.iter().map(OverrideV1::from))?;
        out.write_all(b",\n\"rules\":[")?;
        let mut rules = JsonArray::default();
        for rule in &run.rules {
            rules.push(out, &RuleV1::new(rule))?;
        }
        out.write_all(b"],\n\"files\":[")
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        let out = &mut self.out;
        self.files.separate(out)?;
        write_open_object(out, &ArtifactV1::new(&judged.artifact))?;
        out.write_all(b",\n\"findings\":[")?;
        let mut findings = JsonArray::default();
        for finding in &judged.findings {
            findings.push(out, &FindingV1::new(run, finding))?;
        }
        out.write_all(b"],\n\"evaluations\":[")?;
        let mut evaluations = JsonArray::default();
        for evaluation in &judged.evaluations {
            evaluations.push(out, &EvaluationV1::new(run, evaluation))?;
        }
        out.write_all(b"]}")
    }

    fn finish(&mut self, _run: &Run, summary: &Summary, status: &Status) -> io::Result<()> {
        let out = &mut self.out;
        out.write_all(b"]")?;
        write_list(out, "gone", summary.gone.iter().map(GoneV1::from))?;
        out.write_all(b",\n\"summary\":")?;
        write_json(out, &SummaryV1::new(summary))?;
        out.write_all(b",\n\"status\":")?;
        write_json(out, &StatusV1::new(status))?;
        out.write_all(b"}\n")?;
        out.flush()
    }
}
