//! What `assize.toml` says, held against what there is.

use std::sync::Arc;

use assize_finding::{Disabled, Override};
use assize_snapshot::{Kind, Kinds, nearest};

use crate::{
    config::{Baseline, Options},
    error::ProjectError,
    given::GivenKinds,
    load::{check_name, named_kind},
    packs::Packs,
    recorded::Recorded,
    scoped::{ResolvedScope, Scopes, resolved},
    settings::{RuleSettings, Settings},
};

/// The kinds that are given to snapshots: `kind` to all, the others by pattern.
pub(crate) fn given_kinds(
    options: &Options,
    kind: Option<Arc<Kind>>,
    kinds: &Kinds,
) -> Result<GivenKinds, ProjectError> {
    let by_files = options.settings.snapshots.iter().map(|one| {
        let kind = named_kind(kinds, &one.kind);
        let kind =
            kind.map_err(|error| ProjectError::Configuration(format!("{}: {error}", one.place)));
        Ok((one.files.clone(), kind?))
    });
    Ok(GivenKinds {
        all: kind,
        by_files: by_files.collect::<Result<_, ProjectError>>()?,
        base: options.settings.base.clone(),
    })
}

pub(crate) fn scopes_of(
    settings: &Settings,
    ids: &[&str],
    packs: &Packs,
) -> Result<Scopes, ProjectError> {
    let scopes = settings.scopes.iter().map(|scope| {
        let rules = resolved(scope.rules.clone(), ids, packs)?;
        let files = scope.files.clone();
        Ok(ResolvedScope { files, rules })
    });
    let scopes = scopes.collect::<Result<Vec<_>, ProjectError>>()?;
    Ok(Scopes::new(scopes, settings.base.clone()))
}

/// What is told of all reports: what was turned off, and the severities that were set.
pub(crate) fn told(rules: &RuleSettings, scopes: &Scopes) -> (Vec<Disabled>, Vec<Override>) {
    let disabled = rules.disabled.iter().map(|(rule, reason, _)| Disabled {
        rule: rule.clone(),
        reason: reason.clone(),
        files: None,
    });
    let overrides = rules.severity.iter().map(|(rule, severity, _)| Override {
        rule: rule.clone(),
        severity: *severity,
        files: None,
    });
    let (of_scopes, overrides_of_scopes) = scopes.told();
    (
        disabled.chain(of_scopes).collect(),
        overrides.chain(overrides_of_scopes).collect(),
    )
}

/// A limit on the compliance with something that nobody knows would never be kept.
pub(crate) fn check_compliance(
    settings: &Settings,
    ids: &[&str],
    packs: &Packs,
) -> Result<(), ProjectError> {
    for (name, line) in &settings.gate.compliance {
        if check_name(name, ids).is_ok() || packs.framework_of(name).is_some() {
            continue;
        }
        let frameworks = packs.iter().flat_map(|(_, pack)| pack.frameworks.keys());
        let known = packs
            .iter()
            .map(|(pack, _)| pack)
            .chain(frameworks.map(String::as_str));
        let hint = nearest(name, known);
        let hint = hint.map_or(String::new(), |nearest| {
            format!("; did you mean `{nearest}`?")
        });
        let message = format!(
            "{}: there is no framework or pack `{name}`{hint}",
            line.place
        );
        return Err(ProjectError::Configuration(message));
    }
    Ok(())
}

/// The run to compare with, with the present names of rules.
pub(crate) fn baseline_of(
    options: &Options,
    ids: &[&str],
    packs: &Packs,
) -> Result<Option<Recorded>, ProjectError> {
    let mut recorded = match &options.baseline {
        None => return Ok(None),
        Some(Baseline::Report(path)) => Recorded::read(path)?,
        Some(Baseline::Ratchet(ratchet)) => ratchet.recorded(),
    };
    recorded.rename(ids, packs);
    Ok(Some(recorded))
}
