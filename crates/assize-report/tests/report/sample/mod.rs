//! A run with every outcome and nasty names, and files of any size.

mod build;
mod files;

use std::io::Write;

use assize_finding::{
    Control, ExitStatus, Framework, Judged, Parameter, Repository, Rule, RuleIndex, Run, Severity,
    Status, Summary,
};
use assize_report::{Format, Options, reporter};

pub(crate) use files::{files, large_file};

const DKIM: RuleIndex = RuleIndex(0);
const MAIL_FLOW: RuleIndex = RuleIndex(1);
const INVALID_JSON: RuleIndex = RuleIndex(2);
const NEVER_RUN: RuleIndex = RuleIndex(3);
const SCHEMA: RuleIndex = RuleIndex(4);
const BANNER: RuleIndex = RuleIndex(5);

/// What a snapshot can hold to trick a terminal, a viewer or a reader.
const NASTY: &str = "\u{1b}[2J\u{9b}31m\u{202e}gpj\u{200b}\t\r\n[x](1) {0} `\\` <b>|&\"";

/// The whole output of the sample run.
pub(crate) fn render(format: Format, options: &Options) -> String {
    render_files(format, options, &files())
}

/// The whole output of a run with these files.
pub(crate) fn render_files(format: Format, options: &Options, files: &[Judged]) -> String {
    let mut out = Vec::new();
    write_files(format, options, files, &mut out);
    String::from_utf8(out).expect("output is UTF-8")
}

/// Writes a run with these files.
pub(crate) fn write_files<W: Write>(format: Format, options: &Options, files: &[Judged], out: W) {
    let run = run();
    let mut summary = Summary::default();
    let mut reporter = reporter(format, options, out);
    reporter.begin(&run).expect("the sink takes all");
    for judged in files {
        summary.add(judged, |_| false);
        reporter.judged(&run, judged).expect("the sink takes all");
    }
    reporter
        .finish(&run, &summary, &status())
        .expect("the sink takes all");
}

/// How the sample run ends.
pub(crate) fn status() -> Status {
    let reason = "2 verdicts are in error and 1 file could not be read".to_owned();
    Status {
        exit: ExitStatus::Incomplete,
        reason,
    }
}

/// What is known before the sample run.
pub(crate) fn run() -> Run {
    let parameter = Parameter {
        rule: "exchange-online/dkim-enabled".to_owned(),
        name: "parked".to_owned(),
        value: "[\"parked.example\"]".to_owned(),
    };
    Run {
        version: "0.1.0".to_owned(),
        now: "2026-11-22T12:00:00Z".to_owned(),
        rules: rules().into_iter().map(Into::into).collect(),
        parameters: vec![parameter],
        disabled: Vec::new(),
        overrides: Vec::new(),
        has_waivers: false,
        has_baseline: false,
        frameworks: vec![cis()].into(),
        repository: Some(repository()),
    }
}

fn repository() -> Repository {
    Repository {
        uri: "https://github.com/contoso/configuration".to_owned(),
        revision: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
        branch: Some("main".to_owned()),
    }
}

/// The other framework is described by no pack.
fn cis() -> Framework {
    Framework {
        id: "cis-m365-v6".to_owned(),
        name: "CIS Microsoft 365 Foundations Benchmark".to_owned(),
        version: "v6.0.0".to_owned(),
        url: "https://www.cisecurity.org/benchmark/microsoft_365".to_owned(),
        titles: vec![("2.1.3".to_owned(), "Mail is signed".to_owned())],
    }
}

/// In the order of the constants above.
fn rules() -> Vec<Rule> {
    let web = "https://learn.microsoft.com/defender-office-365/dkim?view=o365#enable";
    let numbers = 0..12;
    // Each CIS control is there twice.
    let cis = numbers
        .clone()
        .map(|number| control("cis-m365-v6", format!("2.1.{}", number / 2)));
    let scuba = numbers.map(|number| control("scuba", format!("MS.EXO.{number}.1v1")));
    let dkim = Rule {
        help: "## What it checks\n\nDKIM, for `[every]` domain.".to_owned(),
        fix: Some("run `Set-DkimSigningConfig -Enabled $true`".to_owned()),
        help_uri: Some(web.to_owned()),
        controls: cis.chain(scuba).collect(),
        ..rule(
            "exchange-online/dkim-enabled",
            "Every domain signs with DKIM",
            Severity::High,
        )
    };
    let mail_flow = Rule {
        help_uri: Some("not an address".to_owned()),
        ..rule(
            "exchange-online/mail-flow",
            "No rule forwards mail",
            Severity::Critical,
        )
    };
    let schema = Rule {
        description: "Too long. ".repeat(120),
        ..rule(
            "schema/exchange-online",
            "Snapshots have the right shape",
            Severity::Medium,
        )
    };
    vec![
        dkim,
        mail_flow,
        Rule {
            kind: None,
            ..rule("input/invalid-json", "Every input is JSON", Severity::High)
        },
        rule(
            "linux/never-run",
            "Nothing is found by this rule",
            Severity::Low,
        ),
        schema,
        rule("web/banner", "The banner names nobody", Severity::Info),
    ]
}

fn rule(id: &str, title: &str, severity: Severity) -> Rule {
    Rule {
        id: id.to_owned(),
        title: title.to_owned(),
        severity,
        kind: id.split('/').next().map(str::to_owned),
        description: format!("{title}, and this is the paragraph that says more."),
        help: String::new(),
        fix: None,
        help_uri: None,
        controls: Vec::new(),
        source: None,
    }
}

fn control(framework: &str, id: String) -> Control {
    Control {
        framework: framework.to_owned(),
        id,
    }
}
