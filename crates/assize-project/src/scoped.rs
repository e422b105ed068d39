//! Policies that judge some files in another way: `[[scope]]` in `assize.toml`.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use assize_finding::{Disabled, Later, Override};
use assize_policy::{Limits, Page, Policy, PolicyCell, PolicySet, pack_of};

use crate::{
    error::ProjectError,
    glob::Glob,
    load::{names, present_name},
    packs::Packs,
    parameters::{Setting, set_parameters},
    place::Base,
    settings::{ParamSetting, RuleSettings},
};

/// The scopes of a run, with the policies of each combination that some file is in.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    scopes: Vec<ResolvedScope>,
    base: Base,
    sets: Mutex<HashMap<Vec<usize>, (usize, Arc<PolicySet>)>>,
}

/// A scope, with the present names of rules.
#[derive(Debug)]
pub(crate) struct ResolvedScope {
    pub(crate) files: Glob,
    pub(crate) rules: RuleSettings,
}

/// What policies of a scope are made with.
pub(crate) struct Making<'m> {
    pub(crate) packs: &'m Packs,
    pub(crate) limits: Limits,
    /// What holds everywhere.
    pub(crate) global: &'m [ParamSetting],
    /// What the command line sets, which outranks scopes.
    pub(crate) flags: &'m [String],
}

impl Scopes {
    /// Scopes with their names resolved.
    pub(crate) fn new(scopes: Vec<ResolvedScope>, base: Base) -> Self {
        Self {
            scopes,
            base,
            sets: Mutex::default(),
        }
    }

    /// The scopes that a file is in, in their order.
    pub(crate) fn around(&self, path: &Path) -> Vec<usize> {
        if self.scopes.is_empty() {
            return Vec::new();
        }
        let path = self.base.relative(path);
        let numbered = self.scopes.iter().enumerate();
        numbered
            .filter(|(_, scope)| scope.files.matches(&path))
            .map(|(nth, _)| nth)
            .collect()
    }

    pub(crate) fn get(&self, nth: usize) -> &ResolvedScope {
        &self.scopes[nth]
    }

    /// Makes the policies of each scope once, so that its mistakes are told before anything is judged.
    pub(crate) fn prove(&self, set: &PolicySet, making: &Making<'_>) -> Result<(), ProjectError> {
        for nth in 0..self.scopes.len() {
            self.set(&[nth], set, making)?;
        }
        Ok(())
    }

    /// The policies of files in these scopes, with a number that tells them from others; `None` where they are those of all.
    pub(crate) fn set(
        &self,
        around: &[usize],
        set: &PolicySet,
        making: &Making<'_>,
    ) -> Result<Option<(usize, Arc<PolicySet>)>, ProjectError> {
        let changes = |nth: &&usize| {
            let rules = &self.scopes[**nth].rules;
            !rules.params.is_empty() || !rules.disabled.is_empty()
        };
        let around: Vec<usize> = around.iter().filter(changes).copied().collect();
        if around.is_empty() {
            return Ok(None);
        }
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((number, made)) = sets.get(&around) {
            return Ok(Some((*number, Arc::clone(made))));
        }
        let made = Arc::new(self.make(&around, set, making)?);
        let number = sets.len();
        sets.insert(around, (number, Arc::clone(&made)));
        Ok(Some((number, made)))
    }

    fn make(
        &self,
        around: &[usize],
        set: &PolicySet,
        making: &Making<'_>,
    ) -> Result<PolicySet, ProjectError> {
        let rules = || around.iter().map(|nth| &self.scopes[*nth].rules);
        let is_off = |id: &str| {
            let mut disabled = rules().flat_map(|rules| &rules.disabled);
            disabled.any(|(rule, ..)| names(rule, id))
        };
        let params = || rules().flat_map(|rules| &rules.params);
        let is_set = |id: &str| params().any(|param| names(&param.owner, id));
        let (mut kept, mut changed) = (Vec::new(), Vec::new());
        for cell in set.cells().iter().filter(|cell| !is_off(&cell.id)) {
            if is_set(&cell.id) {
                changed.push(again(cell, making)?);
            } else {
                kept.push(Arc::clone(cell));
            }
        }
        let is_meant = |owner: &str| {
            changed
                .iter()
                .any(|policy: &Policy| names(owner, &policy.id))
        };
        let flags = making.flags.iter().map(|text| Setting::read(text));
        let flags = flags.collect::<Result<Vec<_>, _>>()?;
        let written = making.global.iter().chain(params()).map(Setting::from);
        let settings: Vec<Setting<'_>> = written
            .chain(flags)
            .filter(|setting| is_meant(setting.owner))
            .collect();
        set_parameters(&mut changed, settings, making.packs)?;
        kept.extend(changed.into_iter().map(PolicyCell::from).map(Arc::new));
        kept.sort_by(|left, right| left.id.cmp(&right.id));
        Ok(PolicySet::of(kept, making.limits))
    }

    /// What scopes turn off, and the severities that they set, for reports.
    pub(crate) fn told(&self) -> (Vec<Disabled>, Vec<Override>) {
        let (mut disabled, mut overrides) = (Vec::new(), Vec::new());
        for scope in &self.scopes {
            let files = Some(scope.files.as_str().to_owned());
            disabled.extend(
                scope
                    .rules
                    .disabled
                    .iter()
                    .map(|(rule, reason, _)| Disabled {
                        rule: rule.clone(),
                        reason: reason.clone(),
                        files: files.clone(),
                    }),
            );
            overrides.extend(
                scope
                    .rules
                    .severity
                    .iter()
                    .map(|(rule, severity, _)| Override {
                        rule: rule.clone(),
                        severity: *severity,
                        files: files.clone(),
                    }),
            );
        }
        (disabled, overrides)
    }
}

/// A policy as it was before anybody set its parameters.
fn again(cell: &PolicyCell, making: &Making<'_>) -> Result<Policy, ProjectError> {
    let policy = cell.policy();
    let shared = making.packs.shared(pack_of(&cell.id));
    // Reports take the page from the policy that judges everywhere else.
    let page = Later::new(|| Page::read("", ""));
    Ok(Policy::in_pack(
        &cell.id,
        policy.source.clone(),
        page,
        &shared,
        &making.limits,
    )?)
}

/// Puts the present names of rules in the place of former ones, and refuses those that nobody has.
pub(crate) fn resolved(
    mut rules: RuleSettings,
    ids: &[&str],
    packs: &Packs,
) -> Result<RuleSettings, ProjectError> {
    let check = |rule: &mut String, place: &str| {
        *rule = present_name(rule, ids, packs).to_owned();
        crate::load::check_name(rule, ids)
            .map_err(|error| ProjectError::Configuration(format!("{place}: {error}")))
    };
    for (rule, _, place) in &mut rules.severity {
        check(rule, place)?;
    }
    for (rule, _, place) in &mut rules.disabled {
        check(rule, place)?;
    }
    for param in &mut rules.params {
        check(&mut param.owner, &param.place)?;
    }
    Ok(rules)
}
