use std::{
    collections::HashMap,
    fmt::Write as _,
    io::{self, Write},
};

use assize_finding::{
    ExitStatus, Finding, Judged, Location, Outcome, RuleIndex, Run, Status, Summary,
};

use crate::{
    Needs, Options, Reporter,
    format::About,
    html::Safe,
    place::{KeyedPath, Place},
    state_text::acceptance,
};

pub(crate) const ABOUT: About = About {
    extensions: &["xml"],
    needs: Needs {
        passes: true,
        ..Needs::NOTHING
    },
    ..About::new("junit")
};

/// JUnit XML as Jenkins, GitLab and Azure Pipelines read it.
///
/// A suite is a snapshot: that is what a build has handed in, and it is known whole when it comes, so that nothing waits. Views group
/// tests by their class, which is the policy, written `pack.policy` because they take what stands before the last dot for
/// the package. GitLab drops tests that share class and name, so the name says object and file.
///
/// A failed verdict is a failure, one that could not be reached an error, and what calls for a person or does not apply is skipped. The last
/// suite is the run itself: a run that judged nothing must not look like one in which all is well.
pub(crate) struct Junit<W> {
    out: W,
}

impl<W: Write> Junit<W> {
    pub(crate) fn new(_options: &Options, out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Reporter for Junit<W> {
    fn begin(&mut self, _run: &Run) -> io::Result<()> {
        writeln!(self.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(self.out, "<testsuites name=\"assize\">")
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        let cases = cases(run, judged);
        let properties = [
            ("kind", judged.artifact.kind.as_deref().unwrap_or_default()),
            ("clock", &run.now),
            ("assize", &run.version),
        ];
        self.suite(run, &judged.artifact.path, &cases, &properties)
    }

    fn finish(&mut self, run: &Run, summary: &Summary, status: &Status) -> io::Result<()> {
        let nothing = status.exit == ExitStatus::NothingChecked || summary.judged == 0;
        let failed = nothing || matches!(status.exit, ExitStatus::Incomplete | ExitStatus::Usage);
        let case = Case {
            class: "assize.run".to_owned(),
            name: "everything could be judged".to_owned(),
            line: None,
            result: failed.then(|| Said {
                element: "error",
                kind: "run",
                message: status.reason.clone(),
                text: String::new(),
            }),
        };
        self.suite(run, "assize", &[case], &[("assize", &run.version)])?;
        writeln!(self.out, "</testsuites>")?;
        self.out.flush()
    }
}

/// A test as JUnit knows it.
struct Case {
    class: String,
    name: String,
    line: Option<u32>,
    /// Nothing for a pass.
    result: Option<Said>,
}

/// What is said of a test that did not pass.
struct Said {
    element: &'static str,
    kind: &'static str,
    message: String,
    text: String,
}

impl<W: Write> Junit<W> {
    fn suite(
        &mut self,
        run: &Run,
        file: &str,
        cases: &[Case],
        properties: &[(&str, &str)],
    ) -> io::Result<()> {
        let out = &mut self.out;
        let count = |element| {
            let results = cases.iter().filter_map(|case| case.result.as_ref());
            results.filter(|said| said.element == element).count()
        };
        writeln!(
            out,
            "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\" timestamp=\"{}\">",
            Safe(file),
            cases.len(),
            count("failure"),
            count("error"),
            count("skipped"),
            Safe(&run.now),
        )?;
        writeln!(out, "<properties>")?;
        for (name, value) in properties.iter().filter(|(_, value)| !value.is_empty()) {
            let value = Safe(value);
            writeln!(out, "<property name=\"{name}\" value=\"{value}\"/>")?;
        }
        writeln!(out, "</properties>")?;
        for case in cases {
            write_case(out, file, case)?;
        }
        writeln!(out, "</testsuite>")
    }
}

fn write_case(out: &mut impl Write, file: &str, case: &Case) -> io::Result<()> {
    write!(
        out,
        "<testcase classname=\"{}\" name=\"{}\" time=\"0\" file=\"{}\"",
        Safe(&case.class),
        Safe(&case.name),
        Safe(file),
    )?;
    if let Some(line) = case.line {
        write!(out, " line=\"{line}\"")?;
    }
    let Some(said) = &case.result else {
        return writeln!(out, "/>");
    };
    let (element, message) = (said.element, Safe(&said.message));
    write!(out, "><{element} message=\"{message}\"")?;
    if element == "skipped" {
        return writeln!(out, "/></testcase>");
    }
    // The text is made of safe parts.
    let Said { kind, text, .. } = said;
    writeln!(out, " type=\"{kind}\">{text}</{element}></testcase>")
}

/// All that is said of one artifact.
fn cases(run: &Run, judged: &Judged) -> Vec<Case> {
    let mut names = Names {
        file: &judged.artifact.path,
        seen: HashMap::new(),
    };
    let mut cases = Vec::new();
    for finding in &judged.findings {
        let element = if finding.incomplete {
            "error"
        } else {
            "failure"
        };
        let findings = std::slice::from_ref(finding);
        let said = found(run, names.file, element, findings).or_else(|| accepted(findings));
        cases.push(names.case(run, finding.rule, &finding.location, said));
    }
    for verdict in &judged.evaluations {
        let reason = |element, kind| Said {
            element,
            kind,
            message: format!("{}: {}", verdict.outcome, verdict.reason),
            text: String::new(),
        };
        let said = match verdict.outcome {
            Outcome::Pass => None,
            Outcome::Fail => found(run, names.file, "failure", &verdict.findings)
                .or_else(|| accepted(&verdict.findings))
                .or_else(|| Some(reason("failure", "fail"))),
            Outcome::Indeterminate => Some(reason("error", "indeterminate")),
            Outcome::Error => Some(reason("error", "error")),
            Outcome::Review => found(run, names.file, "skipped", &verdict.findings)
                .or_else(|| accepted(&verdict.findings))
                .or_else(|| Some(reason("skipped", "review"))),
            Outcome::NotApplicable => Some(reason("skipped", "notApplicable")),
        };
        cases.push(names.case(run, verdict.rule, &verdict.object, said));
    }
    cases
}

/// What is said of findings that are all accepted.
fn accepted(findings: &[Finding]) -> Option<Said> {
    let waiver = findings.iter().find_map(|own| own.waiver.as_deref())?;
    Some(Said {
        element: "skipped",
        kind: "waived",
        message: format!("waived: {}", acceptance(waiver)),
        text: String::new(),
    })
}

/// Findings that nobody accepts as one result: views show the message of the first, and the text of all.
fn found(run: &Run, file: &str, element: &'static str, findings: &[Finding]) -> Option<Said> {
    let findings = || findings.iter().filter(|finding| finding.waiver.is_none());
    let first = findings().next()?;
    let more = match findings().count() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let lead = if element == "skipped" { "review: " } else { "" };
    let mut text = String::new();
    for finding in findings() {
        let location = &finding.location;
        let place = Place { file, location }.to_string();
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "{} {}: {}",
            finding.severity,
            Safe(&place),
            Safe(&finding.message)
        );
        if !location.path.is_empty() {
            let _ = writeln!(text, "  path: {}", Safe(&KeyedPath(location).to_string()));
        }
        let fix = finding.fix.as_ref().or(run.rule(finding.rule).fix.as_ref());
        if let Some(fix) = fix {
            let _ = writeln!(text, "  fix: {}", Safe(fix));
        }
    }
    Some(Said {
        element,
        kind: first.severity.as_str(),
        message: format!("{lead}{}{more}", first.message),
        text,
    })
}

/// Names of tests, each used once.
struct Names<'a> {
    file: &'a str,
    seen: HashMap<(RuleIndex, &'a str), u32>,
}

impl<'a> Names<'a> {
    fn case(
        &mut self,
        run: &Run,
        rule: RuleIndex,
        object: &'a Location,
        result: Option<Said>,
    ) -> Case {
        let mut name = match object.path.as_str() {
            "" => self.file.to_owned(),
            path => format!("{path} in {}", self.file),
        };
        let times = self.seen.entry((rule, &object.path)).or_default();
        *times += 1;
        if *times > 1 {
            // Writing to a `String` cannot fail.
            let _ = write!(name, " ({times})");
        }
        Case {
            class: run.rule(rule).id.replace('/', "."),
            name,
            line: object.region.map(|region| region.start.line),
            result,
        }
    }
}
