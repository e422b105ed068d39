//! Lints of policies, reported as findings.

use std::{collections::BTreeMap, path::PathBuf};

use assize_finding::{Artifact, Finding, Fingerprint, Judged, Role, Span, Summary};
use assize_policy::{
    Fix, Lint, LintSubject, Page, Policy, Source, SourceError, lint, lint_pack, pack_of,
    syntax::Tree, types::Types,
};

use crate::{
    check::{Wanted, digest},
    error::ProjectError,
    files,
    fit::check_against_kind,
    load::Project,
    locate::{Locator, Mark},
};

/// A policy whose source was read, to be linted.
#[derive(Debug)]
pub(crate) struct Linted {
    pub(crate) id: String,
    pub(crate) source: Source,
    pub(crate) page: Page,
}

/// A change of a file that a lint is certain of.
#[derive(Debug, Clone)]
pub struct FileFix {
    /// The file, as reports show it.
    pub path: String,
    /// The rule.
    pub rule: &'static str,
    /// The line of the finding, from 1.
    pub line: u32,
    /// The change.
    pub fix: Fix,
}

/// The lints of one file.
#[derive(Debug)]
pub struct LintedFile {
    /// What was found, as a report shows it.
    pub judged: Judged,
    /// Its text.
    pub text: String,
    /// The changes that mend some of it.
    pub fixes: Vec<FileFix>,
}

impl Project {
    /// Lints policies and packs: those whose file lies at or below one of the paths, or all where none is given. Files come in
    /// the order of their names; `take` is given each.
    pub fn lint<E: From<ProjectError>>(
        &self,
        paths: &[PathBuf],
        wanted: Wanted,
        mut take: impl FnMut(LintedFile) -> Result<(), E>,
    ) -> Result<Summary, E> {
        let mut summary = Summary::default();
        let policies = self.sources();
        let ids: Vec<&str> = policies.iter().map(|policy| policy.id.as_str()).collect();
        let mut linted: BTreeMap<String, (String, Vec<Lint>)> = BTreeMap::new();
        for policy in policies
            .iter()
            .filter(|policy| self.is_below(&policy.source.path, paths))
        {
            let lints = self.lints_of(policy);
            linted.insert(
                policy.source.path.clone(),
                (policy.source.text.clone(), lints),
            );
        }
        for (path, text) in self.packs.files() {
            let shown = self.display(path);
            let name = path.parent().map(files::name_of).unwrap_or_default();
            let pack = self.packs.get(&name);
            if let Some(pack) = pack.filter(|_| self.is_below(&shown, paths)) {
                linted.insert(shown, (text.clone(), lint_pack(text, pack, &ids)));
            }
        }
        for (path, (text, lints)) in linted {
            let file = self.linted_file(path, text, lints, wanted);
            summary.policies += u64::from(file.judged.artifact.path.ends_with(".rhai"));
            summary.add(&file.judged, |_| false);
            for finding in &file.judged.findings {
                let nth = assize_finding::Severity::ALL
                    .iter()
                    .position(|severity| *severity == finding.severity);
                summary.failures[nth.unwrap_or(0)] += 1;
            }
            take(file)?;
        }
        Ok(summary)
    }

    /// The sources of the policies of the run, those that do not compile among them.
    fn sources(&self) -> Vec<Linted> {
        let sound = self.set.policies().iter().map(|policy| Linted {
            id: policy.id.clone(),
            source: policy.source.clone(),
            page: (*policy.page).clone(),
        });
        let broken = self.broken.iter().map(|broken| Linted {
            id: broken.id.clone(),
            source: Source {
                path: broken.error.path.clone(),
                text: broken.text.clone(),
            },
            page: broken.page.clone(),
        });
        sound.chain(broken).collect()
    }

    fn is_below(&self, shown: &str, paths: &[PathBuf]) -> bool {
        paths.is_empty()
            || paths.iter().any(|path| {
                let place = self.display(path);
                let place = place.trim_end_matches('/');
                place == "."
                    || shown == place
                    || shown
                        .strip_prefix(place)
                        .is_some_and(|rest| rest.starts_with('/'))
            })
    }

    fn lints_of(&self, policy: &Linted) -> Vec<Lint> {
        let source = policy.source.text.as_str();
        let tree = Tree::of(source);
        let shared = self.packs.shared(pack_of(&policy.id));
        let types = Types::of(source, &tree, &self.kinds, &shared.params);
        let compiled = Policy::in_pack(
            &policy.id,
            policy.source.clone(),
            Page::default(),
            &shared,
            &self.options.limits,
        );
        let error: Option<SourceError> = compiled
            .and_then(|policy| check_against_kind(policy, &self.kinds))
            .err();
        lint(&LintSubject {
            source,
            tree: &tree,
            types: &types,
            kinds: &self.kinds,
            page: Some(&policy.page),
            pack: self.packs.get(pack_of(&policy.id)),
            error: error.as_ref(),
        })
    }

    fn linted_file(
        &self,
        path: String,
        text: String,
        lints: Vec<Lint>,
        wanted: Wanted,
    ) -> LintedFile {
        let marks: Vec<Mark> = lints
            .iter()
            .map(|lint| Mark::Text(visible(lint.span, &text)))
            .collect();
        let places = Locator::new(&text, None, wanted).locate(&marks);
        let (mut findings, mut fixes) = (Vec::new(), Vec::new());
        let mut seen: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for (lint, location) in lints.iter().zip(places) {
            let words = text.get(lint.span.range()).unwrap_or_default();
            let nth = seen.entry((lint.rule, words)).or_default();
            *nth += 1;
            let fingerprint = Fingerprint::of(&[lint.rule, "", &path, words, &nth.to_string()]);
            fixes.extend(lint.fix.clone().map(|fix| FileFix {
                path: path.clone(),
                rule: lint.rule,
                line: location.start().line,
                fix,
            }));
            findings.push(Finding {
                rule: self.rule(lint.rule),
                severity: lint.severity,
                message: lint.message.clone(),
                location,
                related: Vec::new(),
                fix: lint.fix.as_ref().map(|fix| fix.title.clone()),
                fingerprint,
                incomplete: false,
                baseline: None,
                waiver: None,
            });
        }
        let artifact = Artifact {
            path,
            role: Role::Policy,
            kind: None,
            source: None,
            schema: None,
            length: text.len() as u64,
            sha256: wanted.sha256.then(|| digest(&text)),
            encoding: None,
        };
        let judged = Judged {
            artifact,
            findings,
            evaluations: Vec::new(),
        };
        LintedFile {
            judged,
            text,
            fixes,
        }
    }
}

/// A place that a report can show.
fn visible(span: Span, text: &str) -> Span {
    let end = text.len() as u32;
    let start = span.start.min(end);
    Span::new(start, span.end.clamp(start, end))
}

/// A text with changes made. Changes that overlap wait for the next time.
pub fn fixed(text: &str, fixes: &[FileFix]) -> (String, usize) {
    let mut edits: Vec<&(Span, String)> = Vec::new();
    let mut count = 0;
    for fix in fixes {
        let overlaps = |own: &(Span, String)| {
            edits.iter().any(|(other, _)| {
                own.0.start < other.end && other.start < own.0.end || own.0 == *other
            })
        };
        if !fix.fix.edits.iter().any(overlaps) {
            edits.extend(&fix.fix.edits);
            count += 1;
        }
    }
    edits.sort_by_key(|(span, _)| *span);
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (span, new) in edits {
        out.push_str(text.get(at..span.start as usize).unwrap_or_default());
        out.push_str(new);
        at = span.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (out, count)
}
