//! Parameters that are set from outside.

use assize_finding::Parameter;
use assize_policy::Policy;
use assize_snapshot::nearest;

use crate::{error::ProjectError, load::present_name, packs::Packs, settings::ParamSetting};

/// Sets parameters; of two for one name the later counts. What is said of one policy outranks what is said of its pack.
pub(crate) fn set_parameters(
    policies: &mut [Policy],
    settings: Vec<Setting<'_>>,
    packs: &Packs,
) -> Result<Vec<Parameter>, ProjectError> {
    let ids: Vec<String> = policies.iter().map(|policy| policy.id.clone()).collect();
    let known: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (of_one, of_pack): (Vec<_>, Vec<_>) = settings
        .into_iter()
        .partition(|setting| known.contains(&present_name(setting.owner, &known, packs)));
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut push = |parameter: Parameter| {
        let is_other = |own: &Parameter| own.rule != parameter.rule || own.name != parameter.name;
        parameters.retain(is_other);
        parameters.push(parameter);
    };
    for setting in of_pack {
        push(set_in_pack(policies, &setting, &known).map_err(|error| setting.place(error))?);
    }
    for setting in of_one {
        let id = present_name(setting.owner, &known, packs);
        if let Some(policy) = policies.iter_mut().find(|policy| policy.id == id) {
            push(set_in_policy(policy, id, &setting).map_err(|error| setting.place(error))?);
        }
    }
    Ok(parameters)
}

/// `owner.name=value`; the owner is a policy or a pack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'t> {
    pub(crate) owner: &'t str,
    name: &'t str,
    value: &'t str,
    /// Where a file says so.
    place: Option<&'t str>,
}

impl<'t> From<&'t ParamSetting> for Setting<'t> {
    fn from(param: &'t ParamSetting) -> Self {
        Self {
            owner: &param.owner,
            name: &param.name,
            value: &param.value,
            place: Some(&param.place),
        }
    }
}

impl<'t> Setting<'t> {
    /// Puts the place before an error.
    fn place(&self, error: ProjectError) -> ProjectError {
        match self.place {
            Some(place) => ProjectError::Configuration(format!("{place}: {error}")),
            None => error,
        }
    }

    /// Reads `owner.name=value`.
    pub(crate) fn read(text: &'t str) -> Result<Self, ProjectError> {
        let split = text
            .split_once('=')
            .and_then(|(path, value)| Some((path.rsplit_once('.')?, value)));
        match split {
            Some(((owner, name), value)) => Ok(Self {
                owner,
                name,
                value,
                place: None,
            }),
            None => Err(ProjectError::Unknown(format!(
                "`{text}` is no parameter; expected `policy/id.name=value` or `pack.name=value`"
            ))),
        }
    }
}

fn set_in_policy(
    policy: &mut Policy,
    owner: &str,
    setting: &Setting<'_>,
) -> Result<Parameter, ProjectError> {
    let Setting { name, value, .. } = *setting;
    policy.set(name, value).map_err(ProjectError::Unknown)?;
    let value = policy.params().find(|(own, _)| *own == name);
    Ok(Parameter {
        rule: owner.to_owned(),
        name: name.to_owned(),
        value: value
            .map(|(_, value)| value.to_string())
            .unwrap_or_default(),
    })
}

/// Sets a parameter for every policy of a pack.
fn set_in_pack(
    policies: &mut [Policy],
    setting: &Setting<'_>,
    ids: &[&str],
) -> Result<Parameter, ProjectError> {
    let mut set = None;
    for policy in policies.iter_mut() {
        if policy.pack() == Some(setting.owner) {
            if !policy.shares(setting.name) {
                return Err(ProjectError::Unknown(no_pack_parameter(policy, setting)));
            }
            set = Some(set_in_policy(policy, setting.owner, setting)?);
        }
    }
    set.ok_or_else(|| {
        let packs = ids.iter().filter_map(|id| id.rsplit_once('/'));
        let names = ids.iter().copied().chain(packs.map(|(pack, _)| pack));
        let hint = nearest(setting.owner, names);
        let hint = hint.map_or(String::new(), |nearest| {
            format!("; did you mean `{nearest}`?")
        });
        ProjectError::Unknown(format!(
            "no policy or pack `{}` takes part in this run{hint}",
            setting.owner
        ))
    })
}

fn no_pack_parameter(policy: &Policy, setting: &Setting<'_>) -> String {
    let Setting { owner, name, .. } = setting;
    let names: Vec<&str> = policy
        .shared_params()
        .map(|param| param.name.as_str())
        .collect();
    let hint = match nearest(name, names.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None if names.is_empty() => {
            "it has none; a parameter of one policy is set by `policy/id.name=value`".to_owned()
        }
        None => format!("it has {}", names.join(", ")),
    };
    format!("pack `{owner}` has no parameter `{name}`; {hint}")
}
