use std::io::{self, Write};

use assize_finding::{Finding, Judged, Outcome, Run, Status, Summary};

use crate::{
    Options, Reporter, csv::controls, csv_row::write_row, fold::Fold, format::About,
    itemised::Itemised, place::KeyedPath,
};

pub(crate) const ABOUT: About = About::new("action-plan");

/// What has to be done, as a table that people fill in: a row for each failure, and one for each reason that kept objects from being
/// judged. The last columns are empty but for the fingerprint, by which a row is found again in the next plan.
pub(crate) struct ActionPlan<W> {
    out: W,
}

const COLUMNS: [&str; 15] = [
    "Control ID",
    "Policy",
    "Requirement",
    "Result",
    "Severity",
    "Snapshot",
    "Object",
    "Finding",
    "How to fix",
    "Owner",
    "Status",
    "Non-compliance reason",
    "Remediation completion date",
    "Justification",
    "Fingerprint",
];

impl<W: Write> ActionPlan<W> {
    pub(crate) fn new(_options: &Options, out: W) -> Self {
        Self { out }
    }

    fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        let cells = [
            row.controls,
            row.policy,
            row.requirement,
            row.outcome.as_str(),
            row.severity,
            row.file,
            row.object,
            row.finding,
            row.fix,
            "",
            "",
            "",
            "",
            "",
            row.fingerprint,
        ];
        write_row(&mut self.out, cells)
    }
}

struct Row<'a> {
    controls: &'a str,
    policy: &'a str,
    requirement: &'a str,
    outcome: Outcome,
    severity: &'a str,
    file: &'a str,
    object: &'a str,
    finding: &'a str,
    fix: &'a str,
    fingerprint: &'a str,
}

impl<W: Write> Itemised for ActionPlan<W> {
    fn finding(
        &mut self,
        run: &Run,
        file: &str,
        outcome: Outcome,
        finding: &Finding,
    ) -> io::Result<()> {
        // What somebody accepts needs no action yet.
        if finding.waiver.is_some() {
            return Ok(());
        }
        let rule = run.rule(finding.rule);
        let fix = finding.fix.as_deref().or(rule.fix.as_deref());
        let fix = match outcome {
            Outcome::Review => "Look at it and decide",
            _ => fix.unwrap_or_default(),
        };
        self.row(&Row {
            controls: &controls(rule),
            policy: &rule.id,
            requirement: &rule.title,
            outcome,
            severity: finding.severity.as_str(),
            file,
            object: &KeyedPath(&finding.location).to_string(),
            finding: &finding.message,
            fix,
            fingerprint: &finding.fingerprint.to_string(),
        })
    }

    fn fold(&mut self, run: &Run, file: &str, fold: &Fold<'_>) -> io::Result<()> {
        let verdict = fold.first;
        let rule = run.rule(verdict.rule);
        let objects = fold.objects.iter();
        let mut objects: Vec<String> = objects
            .map(|object| KeyedPath(object).to_string())
            .collect();
        if fold.unnamed() > 0 && !objects.is_empty() {
            objects.push(format!("and {} more", fold.unnamed()));
        }
        let fix = match verdict.outcome {
            Outcome::Indeterminate => "Collect what is missing and check again",
            Outcome::Error => "Mend the policy and check again",
            _ => "Look at it and decide",
        };
        self.row(&Row {
            controls: &controls(rule),
            policy: &rule.id,
            requirement: &rule.title,
            outcome: verdict.outcome,
            severity: rule.severity.as_str(),
            file,
            object: &objects.join(", "),
            finding: &verdict.reason,
            fix,
            fingerprint: &verdict.fingerprint.to_string(),
        })
    }
}

impl<W: Write> Reporter for ActionPlan<W> {
    fn begin(&mut self, _run: &Run) -> io::Result<()> {
        write_row(&mut self.out, COLUMNS)
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        self.items(run, judged)
    }

    fn finish(&mut self, _run: &Run, _summary: &Summary, _status: &Status) -> io::Result<()> {
        self.out.flush()
    }
}
