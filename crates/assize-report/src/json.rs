use std::io::{self, Write};

use assize_finding::{Judged, Run, Status, Summary};

use crate::{
    Reporter,
    json_stream::{JsonArray, write_json, write_open_object},
    json_v1::{
        ArtifactV1, EvaluationV1, FindingV1, ParameterV1, RuleV1, StatusV1, SummaryV1, ToolV1,
    },
};

/// The format `json-v1`: every verdict, for programs.
///
/// ```json
/// {"assizeReport": 1,
///  "tool": {"name": "assize", "version": "0.1.0"},
///  "now": "2026-11-22T12:00:00Z",
///  "parameters": [{"rule", "name", "value"}],
///  "rules": [{"id", "title", "severity", "kind", "description", "fix", "helpUri", "controls": [{"framework", "id"}]}],
///  "files": [{
///    "path", "role": "snapshot", "kind", "length", "sha256", "encoding": "UTF-8",
///    "findings": [FINDING],
///    "evaluations": [{"rule", "outcome", "reason", "object": LOCATION, "fingerprint", "findings": [FINDING]}]}],
///  "summary": {
///    "snapshots": {"read", "judged"},
///    "evaluations": {"total", "pass", "fail", "notApplicable", "indeterminate", "review", "error"},
///    "failures": {"total", "critical", "high", "medium", "low", "info"},
///    "input": {"total", "incomplete"}},
///  "status": {"exit": "findings", "code": 1, "reason"}}
/// ```
///
/// * FINDING is `{"rule", "severity", "message", "location": LOCATION, "related": [{"file", "location": LOCATION,
///   "message"}], "fix", "fingerprint", "incomplete"}`; `file` is the path of another file. A file's own `findings` are what no policy made: bad JSON, schema violations.
/// * LOCATION is `{"pointer", "path", "region": {"start": {"line", "column"}, "end": {"line", "column"}}, "valueKind",
///   "absent"}`: `pointer` is an RFC 6901 JSON Pointer into the file as written, `path` names list elements by identity,
///   lines and columns count from 1, columns in UTF-16 code units, the end is exclusive. Where `absent` is true, `path` names
///   the field that is not there, and `pointer` and `region` show the object that lacks it.
/// * `rule` is a rule's id. `outcome` is one of `pass`, `fail`, `notApplicable`, `indeterminate`, `review`, `error`, and
///   `exit` one of `clean`, `findings`, `usage`, `nothingChecked`, `incomplete`. A parameter's `value` is JSON as text.
/// * What is not known is left out: `kind`, `fix`, `helpUri`, `sha256`, `encoding`, `pointer`, `region`. An empty `reason` and
///   empty `related` and `findings` of an evaluation are left out, too, and so are `absent` and `incomplete` where false.
///
/// Members may be added under version 1; none is removed or changes its meaning.
pub(crate) struct Json<W> {
    out: W,
    files: JsonArray,
}

impl<W: Write> Json<W> {
    pub(crate) fn new(out: W) -> Self {
        Self {
            out,
            files: JsonArray::default(),
        }
    }
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
        out.write_all(b"],\n\"rules\":[")?;
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
        out.write_all(b"],\n\"summary\":")?;
        write_json(out, &SummaryV1::new(summary))?;
        out.write_all(b",\n\"status\":")?;
        write_json(out, &StatusV1::new(status))?;
        out.write_all(b"}\n")?;
        out.flush()
    }
}
