//! Loads what a run needs: kinds, policies, their parameters.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::Arc,
};

use assize_finding::{Parameter, Position, Region, Rule, RuleCell, RuleIndex, Run, Severity};
use assize_policy::{
    Limits, Page, Policy, PolicyCell, PolicySet, Shared, ShippedPolicy, Source, SourceError,
    shipped_policies,
};
use assize_snapshot::{Kind, Kinds, nearest};

use crate::{
    config::Options,
    error::ProjectError,
    files::{self, display_path},
    packs::Packs,
    rules,
    since::Since,
};

/// Everything that is known before the first snapshot is read.
#[derive(Debug)]
pub struct Project {
    /// The snapshot kinds.
    pub kinds: Arc<Kinds>,
    /// The policies.
    pub set: PolicySet,
    /// Policies that cannot judge, and why.
    pub broken: Vec<BrokenPolicy>,
    /// The packs.
    pub packs: Packs,
    /// The run.
    pub run: Run,
    pub(crate) options: Options,
    pub(crate) kind: Option<Arc<Kind>>,
    pub(crate) since: Option<Since>,
    rule_indexes: HashMap<String, RuleIndex>,
}

/// A policy that cannot judge.
#[derive(Debug, Clone)]
pub struct BrokenPolicy {
    /// Its id.
    pub id: String,
    /// What is wrong with it, and where.
    pub error: SourceError,
    /// Its source.
    pub text: String,
}

/// A policy as found, before it is compiled.
enum Candidate {
    Shipped(ShippedPolicy),
    Own { source: Source, page: Page },
}

impl Project {
    /// Loads a project.
    pub fn load(mut options: Options) -> Result<Self, ProjectError> {
        let packs = Packs::load(&options)?;
        let kinds = load_kinds(&options)?;
        let kind = options
            .kind
            .as_deref()
            .map(|name| named_kind(&kinds, name))
            .transpose()?;
        let candidates = find_policies(&options)?;
        let ids: Vec<&str> = candidates.keys().map(String::as_str).collect();
        for name in options.select.iter_mut().chain(&mut options.ignore) {
            *name = present_name(name, &ids, &packs).to_owned();
        }
        for name in options.select.iter().chain(&options.ignore) {
            check_name(name, &ids)?;
        }
        let wanted = |id: &str| {
            (options.select.is_empty() || options.select.iter().any(|name| names(name, id)))
                && !options.ignore.iter().any(|name| names(name, id))
        };
        let mut shared: HashMap<String, Arc<Shared>> = HashMap::new();
        let (mut cells, mut policies, mut broken) = (Vec::new(), Vec::new(), Vec::new());
        for (id, candidate) in candidates.into_iter().filter(|(id, _)| wanted(id)) {
            let pack = id.rsplit_once('/').map_or("", |(pack, _)| pack);
            let (source, page) = match candidate {
                Candidate::Shipped(policy) if waits(policy, &options, &packs, &kinds) => {
                    cells.push(Arc::new(waiting(policy, &packs, options.limits)));
                    continue;
                }
                Candidate::Shipped(policy) => policy.read(),
                Candidate::Own { source, page } => (source, page),
            };
            let text = source.text.clone();
            let shared = shared
                .entry(pack.to_owned())
                .or_insert_with(|| packs.shared(pack));
            let compiled = Policy::in_pack(&id, source, page, shared, &options.limits);
            match compiled.and_then(|policy| check_against_kind(policy, &kinds)) {
                Ok(policy) => policies.push(policy),
                Err(error) => broken.push(BrokenPolicy { id, error, text }),
            }
        }
        let parameters = set_parameters(&mut policies, &options.params, &packs)?;
        cells.extend(policies.into_iter().map(PolicyCell::from).map(Arc::new));
        cells.sort_by(|left, right| left.id.cmp(&right.id));
        let judged = cells.iter().flat_map(|cell| {
            let kinds = cell.kinds.iter();
            kinds.map(|kind| (kind.as_str(), cell.id.as_str()))
        });
        packs.references().settle(judged);
        let (rules, rule_indexes) = numbered(&cells, &broken, &kinds);
        let now = format_time(options.now);
        let run = Run {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            now,
            rules,
            parameters,
        };
        let set = PolicySet::of(cells, options.limits);
        let kinds = Arc::new(kinds);
        let since = options.since.as_deref().map(|place| {
            let threads = options.threads();
            Since::open(place, &kinds, kind.as_ref(), threads)
        });
        Ok(Self {
            since: since.transpose()?,
            kinds,
            set,
            broken,
            packs,
            run,
            options,
            kind,
            rule_indexes,
        })
    }

    /// The index of a rule that the run has.
    pub(crate) fn rule(&self, id: &str) -> RuleIndex {
        // Every reserved rule is in the table; the first rule stands in for one that was forgotten there.
        self.rule_indexes.get(id).copied().unwrap_or(RuleIndex(0))
    }

    /// A path as reports show it.
    pub(crate) fn display(&self, path: &Path) -> String {
        display_path(path, &self.options.root)
    }
}

/// Whether a shipped policy can wait for a snapshot of its kind: nothing from outside can make a difference to it.
fn waits(policy: ShippedPolicy, options: &Options, packs: &Packs, kinds: &Kinds) -> bool {
    let is_shipped = |name: &str| {
        name == "*" || {
            let mut kinds = kinds.iter();
            kinds.any(|kind| kind.name() == name && kind.is_shipped())
        }
    };
    options.params.is_empty()
        && packs.is_shipped(pack_of(policy.id))
        && policy.kinds.iter().all(|kind| is_shipped(kind))
}

fn pack_of(id: &str) -> &str {
    id.rsplit_once('/').map_or("", |(pack, _)| pack)
}

/// A shipped policy that is compiled when it is needed. Tests compile them all.
fn waiting(policy: ShippedPolicy, packs: &Packs, limits: Limits) -> PolicyCell {
    let shared = packs.later(pack_of(policy.id));
    let kinds = policy.kinds.iter().map(|kind| (*kind).to_owned()).collect();
    PolicyCell::new(policy.id, kinds, policy.over_time, move || {
        let (source, page) = policy.read();
        let shared = shared();
        Policy::in_pack(policy.id, source, page, &shared, &limits)
            .unwrap_or_else(|error| Policy::unsound(policy.id, policy.kinds, &error))
    })
}

/// All rules of a run, sorted by id, and where each stands.
fn numbered(
    cells: &[Arc<PolicyCell>],
    broken: &[BrokenPolicy],
    kinds: &Kinds,
) -> (Vec<RuleCell>, HashMap<String, RuleIndex>) {
    let of_policy = |cell: &Arc<PolicyCell>| {
        let policy = Arc::clone(cell);
        (
            cell.id.clone(),
            RuleCell::new(move || policy.policy().rule()),
        )
    };
    let known = |rule: Rule| (rule.id.clone(), RuleCell::from(rule));
    let mut rules: Vec<(String, RuleCell)> = cells.iter().map(of_policy).collect();
    rules.extend(broken.iter().map(broken_rule).map(known));
    rules.extend(rules::reserved(kinds).into_iter().map(known));
    rules.sort_by(|left, right| left.0.cmp(&right.0));
    let (ids, rules): (Vec<String>, Vec<RuleCell>) = rules.into_iter().unzip();
    let indexes = ids.into_iter().zip((0..).map(RuleIndex));
    (rules, indexes.collect())
}

fn load_kinds(options: &Options) -> Result<Kinds, ProjectError> {
    let mut kinds = Kinds::shipped()?;
    for folder in &options.kinds {
        let read = |error| ProjectError::Read {
            path: folder.clone(),
            error,
        };
        let found = files::folders_with(folder, "schema.json").map_err(read)?;
        if found.is_empty() {
            return Err(ProjectError::Empty {
                path: folder.clone(),
                what: "kind (a folder with a `schema.json`)",
            });
        }
        for path in found {
            let schema = path.join("schema.json");
            let schema_text = files::read_text(&schema).map_err(|error| ProjectError::Read {
                path: schema.clone(),
                error,
            })?;
            let example = files::read_text(&path.join("example.json")).ok();
            let name = path.canonicalize().unwrap_or(path);
            let name = name.file_name().unwrap_or_default().to_string_lossy();
            let unusable = |error| ProjectError::Schema {
                path: schema.clone(),
                error,
            };
            let kind = Kind::new(&name, &schema_text, example.as_deref()).map_err(unusable)?;
            kind.check().map_err(unusable)?;
            kinds.add(kind);
        }
    }
    Ok(kinds)
}

fn named_kind(kinds: &Kinds, name: &str) -> Result<Arc<Kind>, ProjectError> {
    kinds.find(name).cloned().ok_or_else(|| {
        let hint = kinds.nearest(name).map_or_else(
            || {
                format!(
                    "the kinds are {}",
                    kinds
                        .iter()
                        .map(|kind| kind.name())
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            },
            |nearest| format!("did you mean `{nearest}`?"),
        );
        ProjectError::Unknown(format!("there is no kind `{name}`; {hint}"))
    })
}

fn find_policies(options: &Options) -> Result<BTreeMap<String, Candidate>, ProjectError> {
    let mut found: BTreeMap<String, Candidate> = BTreeMap::new();
    for shipped in shipped_policies() {
        found.insert(shipped.id.to_owned(), Candidate::Shipped(shipped));
    }
    let mut own: BTreeMap<String, String> = BTreeMap::new();
    for folder in &options.policies {
        let read = |error| ProjectError::Read {
            path: folder.clone(),
            error,
        };
        let scripts = files::policies(folder).map_err(read)?;
        if scripts.is_empty() {
            return Err(ProjectError::Empty {
                path: folder.clone(),
                what: "policy (a `.rhai` file, or a folder of them)",
            });
        }
        for (id, path) in scripts {
            let shown = display_path(&path, &options.root);
            if let Some(first) = own.insert(id.clone(), shown.clone()) {
                return Err(ProjectError::SameId {
                    id,
                    first,
                    second: shown,
                });
            }
            let text = files::read_text(&path).map_err(|error| ProjectError::Read {
                path: path.clone(),
                error,
            })?;
            let page_path = path.with_extension("md");
            let page_text = if page_path.is_file() {
                files::read_text(&page_path).map_err(|error| ProjectError::Read {
                    path: page_path.clone(),
                    error,
                })?
            } else {
                String::new()
            };
            let page = Page::read(&display_path(&page_path, &options.root), &page_text);
            found.insert(
                id,
                Candidate::Own {
                    source: Source { path: shown, text },
                    page,
                },
            );
        }
    }
    Ok(found)
}

/// Whether a name from the command line, an id or a pack, means a policy.
fn names(name: &str, id: &str) -> bool {
    name == id
        || id
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// The present name of a policy that was renamed. A former id means nothing while a policy has it.
fn present_name<'n>(name: &'n str, ids: &[&str], packs: &'n Packs) -> &'n str {
    if ids.iter().any(|id| names(name, id)) {
        name
    } else {
        packs.resolve(name)
    }
}

fn check_name(name: &str, ids: &[&str]) -> Result<(), ProjectError> {
    if ids.iter().any(|id| names(name, id)) {
        return Ok(());
    }
    let packs = ids
        .iter()
        .filter_map(|id| id.rsplit_once('/').map(|(pack, _)| pack));
    let hint = match nearest(name, ids.iter().copied().chain(packs)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`assize list policies` shows them".to_owned(),
    };
    Err(ProjectError::Unknown(format!(
        "there is no policy or pack `{name}`; {hint}"
    )))
}

/// A policy must name a kind that exists and select fields that its schema has: a typo there would select nothing for ever.
fn check_against_kind(policy: Policy, kinds: &Kinds) -> Result<Policy, SourceError> {
    let error = |message: String, word: &str| SourceError {
        path: policy.source.path.clone(),
        region: region_of(&policy.source.text, word),
        message,
    };
    if policy.header.judges_every_kind() {
        return Ok(policy);
    }
    let judged = policy.header.kinds.iter().map(|name| {
        let found = kinds.iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| {
            let hint = kinds.nearest(name).map_or(String::new(), |nearest| {
                format!("; did you mean `{nearest}`?")
            });
            error(format!("there is no kind `{name}`{hint}"), name)
        })
    });
    let judged: Vec<&Arc<Kind>> = judged.collect::<Result<_, _>>()?;
    policy.check_estate_kinds(|name| {
        let hint = match (kinds.find(name), kinds.nearest(name)) {
            (Some(_), _) => return Ok(()),
            (None, Some(nearest)) => format!("; did you mean `{nearest}`?"),
            (None, None) => String::new(),
        };
        Err(format!("there is no kind `{name}`{hint}"))
    })?;
    if let Some(query) = policy.boundless_queries().next() {
        let message = format!(
            "the query `{query}` does not begin with the name of a section, such as `$.Section[*]`"
        );
        return Err(error(message, query));
    }
    for kind in judged {
        if let Err((message, word)) = check_fields(&policy, kind) {
            return Err(error(message, &word));
        }
    }
    Ok(policy)
}

/// The schema of a kind must have the fields that a policy selects; else what is wrong, and the field.
fn check_fields(policy: &Policy, kind: &Kind) -> Result<(), (String, String)> {
    let fields: Vec<String> = kind
        .shapes()
        .field_names()
        .map(assize_snapshot::name_of)
        .collect();
    let mut selected = policy.selected_names().into_iter();
    let Some(unknown) = selected.find(|selected| !fields.contains(selected)) else {
        return Ok(());
    };
    let hint = nearest(&unknown, fields.iter().map(String::as_str));
    let hint = hint.map_or(String::new(), |nearest| {
        format!("; did you mean `{nearest}`?")
    });
    let name = kind.name();
    Err((
        format!("the schema of kind `{name}` has no field `{unknown}`{hint}"),
        unknown,
    ))
}

/// Where a word first stands in a text.
fn region_of(text: &str, word: &str) -> Region {
    let at = text.find(word).unwrap_or(0);
    let mut cursor = assize_snapshot::PositionCursor::new(text);
    let start = cursor.position(at as u32);
    let end = cursor.position((at + word.len()) as u32);
    Region {
        start,
        end: if end > start {
            end
        } else {
            Position::new(start.line, start.column + 1)
        },
    }
}

/// Sets the parameters that the command line names. What is said of one policy outranks what is said of its pack.
fn set_parameters(
    policies: &mut [Policy],
    settings: &[String],
    packs: &Packs,
) -> Result<Vec<Parameter>, ProjectError> {
    let settings: Vec<Setting<'_>> = settings
        .iter()
        .map(|text| Setting::read(text))
        .collect::<Result<_, _>>()?;
    let ids: Vec<String> = policies.iter().map(|policy| policy.id.clone()).collect();
    let known: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (of_one, of_pack): (Vec<_>, Vec<_>) = settings
        .into_iter()
        .partition(|setting| known.contains(&present_name(setting.owner, &known, packs)));
    let mut parameters = Vec::new();
    for setting in of_pack {
        parameters.push(set_in_pack(policies, &setting, &known)?);
    }
    for setting in of_one {
        let id = present_name(setting.owner, &known, packs);
        if let Some(policy) = policies.iter_mut().find(|policy| policy.id == id) {
            parameters.push(set_in_policy(policy, id, &setting)?);
        }
    }
    Ok(parameters)
}

/// `owner.name=value`; the owner is a policy or a pack.
struct Setting<'t> {
    owner: &'t str,
    name: &'t str,
    value: &'t str,
}

impl<'t> Setting<'t> {
    fn read(text: &'t str) -> Result<Self, ProjectError> {
        let split = text
            .split_once('=')
            .and_then(|(path, value)| Some((path.rsplit_once('.')?, value)));
        match split {
            Some(((owner, name), value)) => Ok(Self { owner, name, value }),
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

fn broken_rule(broken: &BrokenPolicy) -> Rule {
    Rule {
        id: broken.id.clone(),
        title: format!("The policy `{}` does not compile", broken.id),
        severity: Severity::High,
        kind: None,
        description: "The policy could not be read; what it checks is unknown.".to_owned(),
        help: "The policy could not be read; what it checks is unknown.".to_owned(),
        fix: Some("Mend the policy at the place shown.".to_owned()),
        help_uri: None,
        controls: Vec::new(),
    }
}

/// RFC 3339 in UTC.
fn format_time(micros: i64) -> String {
    assize_snapshot::format_time(micros)
}
