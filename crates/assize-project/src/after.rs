//! What is done once, after judging: severities, waivers, the baseline, and what the configuration makes of all else.

use std::path::Path;

use assize_finding::{
    Artifact, Evaluation, Finding, Fingerprint, Judged, Location, Outcome, Region, Role, RuleIndex,
    Severity, Summary, ValueKind,
};

use crate::{
    baseline::Compared,
    compliance::Compliance,
    load::{Project, names},
    locate::nowhere,
    settings::Level,
    waivers::{Candidate, Flaw, Usage},
};

/// What is kept of the verdicts of a run until its end.
pub(crate) struct After<'p> {
    project: &'p Project,
    /// Nothing of what is here was asked for.
    is_idle: bool,
    /// The severity that each rule was given.
    severities: Vec<Option<Severity>>,
    usage: Usage,
    compliance: Compliance,
    compared: Option<Compared<'p>>,
}

impl<'p> After<'p> {
    pub(crate) fn new(project: &'p Project) -> Self {
        let settings = &project.options.settings;
        let count = project.run.rules.len();
        let compliance = Compliance::new(project);
        let compared = project.baseline.as_ref().map(Compared::new);
        let is_idle = settings.path().is_none()
            && project.waivers.is_empty()
            && compared.is_none()
            && project.settings_rules.severity.is_empty();
        let mut severities = Vec::new();
        if !is_idle {
            severities = vec![None; count];
            for (rule, severity, _) in &project.settings_rules.severity {
                for index in project.rules_named(rule) {
                    severities[index.0 as usize] = Some(*severity);
                }
            }
        }
        Self {
            project,
            is_idle,
            severities,
            usage: Usage::new(&project.waivers, if is_idle { 0 } else { count }),
            compliance,
            compared,
        }
    }

    /// Does it for one artifact.
    pub(crate) fn apply(&mut self, judged: &mut Judged, path: Option<&Path>) {
        if self.is_idle {
            return;
        }
        self.set_levels(judged);
        let around = path.map_or(Vec::new(), |path| self.project.scopes.around(path));
        let Judged {
            artifact,
            findings,
            evaluations,
        } = judged;
        for evaluation in evaluations.iter_mut() {
            self.usage.judged[evaluation.rule.0 as usize] = true;
            self.set_severity(evaluation, &around);
            self.waive(artifact, evaluation);
            self.compliance.add(evaluation);
        }
        if let Some(compared) = &mut self.compared {
            compared.compare(self.project, artifact, findings, evaluations);
        }
    }

    fn set_severity(&self, evaluation: &mut Evaluation, around: &[usize]) {
        if evaluation.findings.is_empty() {
            return;
        }
        let rule = &self.project.run.rule(evaluation.rule).id;
        let scopes = around
            .iter()
            .rev()
            .map(|nth| &self.project.scopes.get(*nth).rules.severity);
        let mut of_scope = scopes.flat_map(|severities| severities.iter().rev());
        let of_scope = of_scope
            .find(|(own, ..)| names(own, rule))
            .map(|(_, severity, _)| *severity);
        let given = of_scope.or(self.severities[evaluation.rule.0 as usize]);
        if let Some(severity) = given {
            for finding in &mut evaluation.findings {
                finding.severity = severity;
            }
        }
    }

    /// Failures and what a person has to look at can be accepted; what could not be judged cannot.
    fn waive(&mut self, artifact: &Artifact, evaluation: &mut Evaluation) {
        let waivers = &self.project.waivers;
        if waivers.is_empty() || !matches!(evaluation.outcome, Outcome::Fail | Outcome::Review) {
            return;
        }
        let rule = &self.project.run.rule(evaluation.rule).id;
        let now = self.project.options.now;
        let usage = &mut self.usage;
        let accepted = evaluation.findings.iter().map(|finding| {
            let candidate = Candidate {
                rule,
                file: &artifact.path,
                kind: artifact.kind.as_deref().unwrap_or_default(),
                source: artifact.source.as_deref().unwrap_or_default(),
                verdict: evaluation,
                finding,
            };
            let entry = usage.waiver(waivers, &candidate, now)?;
            Some(Box::new(entry.waiver.clone()))
        });
        let accepted: Vec<_> = accepted.collect();
        for (finding, waiver) in evaluation.findings.iter_mut().zip(accepted) {
            finding.waiver = waiver;
        }
    }

    /// What the table `on` makes of what no policy found.
    fn set_levels(&self, judged: &mut Judged) {
        let on = &self.project.options.settings.on;
        let level = |finding: &Finding| match self.project.run.rule(finding.rule).id.as_str() {
            "input/no-policy" => Some(on.no_matching_policy),
            "input/unknown-kind" => Some(on.unknown_file),
            "input/normalised" => Some(on.normalised_input),
            _ => None,
        };
        judged.findings.retain_mut(|finding| {
            let Some(level) = level(finding) else {
                return true;
            };
            (finding.severity, finding.incomplete) = weight(level);
            level != Level::Ignore
        });
        if on.empty_selection == Level::Ignore {
            return;
        }
        for evaluation in &judged.evaluations {
            if evaluation.outcome == Outcome::NotApplicable
                && evaluation.reason.starts_with("selected nothing")
            {
                let policy = &self.project.run.rule(evaluation.rule).id;
                let message = format!("`{policy}` {}", evaluation.reason);
                let parts = ["input/empty-selection", policy, &judged.artifact.path];
                judged.findings.push(Finding {
                    fingerprint: Fingerprint::of(&parts),
                    ..self.finding(
                        "input/empty-selection",
                        weight(on.empty_selection),
                        message,
                        nowhere(),
                    )
                });
            }
        }
    }

    fn finding(
        &self,
        rule: &str,
        (severity, incomplete): (Severity, bool),
        message: String,
        location: Location,
    ) -> Finding {
        Finding {
            rule: self.project.rule(rule),
            severity,
            message,
            location,
            related: Vec::new(),
            fix: None,
            fingerprint: Fingerprint::default(),
            incomplete,
            waiver: None,
            baseline: None,
        }
    }

    /// What there is to say of the files of configuration, and what the summary says of the whole run.
    pub(crate) fn end(mut self, summary: &mut Summary) -> Vec<Judged> {
        let mut files = Vec::new();
        if !self.is_idle {
            files.extend(self.unused_parameters());
            for nth in 0..self.project.waivers.files.len() {
                files.push(self.waiver_file(nth));
            }
            files.retain(|file: &Judged| !file.findings.is_empty());
            summary.compliance = std::mem::take(&mut self.compliance).counts();
        }
        if let Some(compared) = self.compared.take() {
            summary.gone = compared.end(self.project);
            if let Some(counts) = &mut summary.baseline {
                counts.absent = summary.gone.len() as u64;
            }
        }
        files
    }

    /// Whether there is something earlier to compare with.
    pub(crate) fn compares(&self) -> bool {
        self.compared.is_some()
    }

    fn waiver_file(&self, nth: usize) -> Judged {
        let file = &self.project.waivers.files[nth];
        let rules = |rule: &str| self.project.rules_named(rule);
        let notes = self.usage.notes(&self.project.waivers, nth, rules);
        let on = self.project.options.settings.on;
        let notes = notes
            .into_iter()
            .filter(|note| note.flaw != Flaw::Expired || on.expired_waiver != Level::Ignore);
        let found = notes.map(|note| {
            let weight = match note.flaw {
                Flaw::Expired => weight(on.expired_waiver),
                flaw => flaw.weight(),
            };
            (note.flaw.rule(), weight, note.message, note.region)
        });
        self.configuration(&file.path, &file.text, found.collect())
    }

    fn unused_parameters(&self) -> Option<Judged> {
        let settings = &self.project.options.settings;
        let level = settings.on.unused_parameter;
        let path = settings.path().filter(|_| level != Level::Ignore)?;
        let found = self.project.unused.iter().map(|param| {
            let message = format!(
                "`{}` does not run, so nobody reads its parameter `{}`",
                param.owner, param.name
            );
            (
                "config/unused-parameter",
                weight(level),
                message,
                param.region,
            )
        });
        Some(self.configuration(path, settings.text(), found.collect()))
    }

    fn configuration(
        &self,
        path: &str,
        text: &str,
        found: Vec<(&'static str, (Severity, bool), String, Region)>,
    ) -> Judged {
        let findings = found.into_iter().map(|(rule, weight, message, region)| {
            let location = Location {
                pointer: None,
                region: Some(region),
                value_kind: ValueKind::Value,
                excerpt: Some(crate::excerpt::excerpt(
                    text,
                    span_of(text, region),
                    region.start.line,
                )),
                ..nowhere()
            };
            let line = text
                .lines()
                .nth(region.start.line as usize - 1)
                .unwrap_or_default();
            Finding {
                fingerprint: Fingerprint::of(&[rule, path, line.trim(), &message]),
                ..self.finding(rule, weight, message, location)
            }
        });
        Judged {
            findings: findings.collect(),
            artifact: Artifact {
                path: path.to_owned(),
                role: Role::Configuration,
                kind: None,
                source: None,
                schema: None,
                length: text.len() as u64,
                sha256: None,
                encoding: None,
            },
            evaluations: Vec::new(),
        }
    }
}

fn span_of(text: &str, region: Region) -> assize_finding::Span {
    crate::check::span_of(text, region)
}

/// How bad a finding of a level is, and whether it keeps the run from being complete.
fn weight(level: Level) -> (Severity, bool) {
    match level {
        Level::Ignore | Level::Note => (Severity::Info, false),
        Level::Warn => (Severity::Medium, false),
        Level::Error => (Severity::High, true),
    }
}

/// The rules that a name means.
impl Project {
    pub(crate) fn rules_named(&self, name: &str) -> Vec<RuleIndex> {
        let mut found: Vec<RuleIndex> = self
            .set
            .cells()
            .iter()
            .filter(|cell| names(name, &cell.id))
            .map(|cell| self.rule(&cell.id))
            .collect();
        found.sort_unstable();
        found
    }
}
