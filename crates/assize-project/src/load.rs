//! Loads what a run needs: kinds, policies, their parameters.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::Arc,
};

use assize_finding::{Fingerprint, Later, Rule, RuleIndex, Run, Severity};
use assize_policy::{
    Limits, Page, Policy, PolicyCell, PolicySet, Shared, ShippedPolicy, Source, SourceError,
    pack_of, shipped_policies,
};
use assize_snapshot::{Kind, Kinds, nearest};
use rustc_hash::FxHashMap;

use crate::{
    config::Options,
    configured::{baseline_of, check_compliance, given_kinds, scopes_of, told},
    error::ProjectError,
    files::{self, display_path},
    fit::check_against_kind,
    given::GivenKinds,
    packs::Packs,
    parameters::{Setting, set_parameters},
    recorded::Recorded,
    rules,
    scoped::{Making, Scopes, resolved},
    settings::{ParamSetting, RuleSettings},
    since::Since,
    waivers::{Known, Waivers},
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
    pub(crate) given: GivenKinds,
    pub(crate) since: Option<Since>,
    pub(crate) scopes: Scopes,
    /// What the configuration says of policies, with their present names.
    pub(crate) settings_rules: RuleSettings,
    /// Parameters of the configuration that nobody reads.
    pub(crate) unused: Vec<ParamSetting>,
    pub(crate) waivers: Waivers,
    /// The run to compare with.
    pub(crate) baseline: Option<Recorded>,
    rule_indexes: FxHashMap<String, RuleIndex>,
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
    /// Its page.
    pub page: Page,
}

/// A policy as found, before it is compiled.
enum Candidate {
    Shipped(ShippedPolicy),
    Own { source: Source, page: Later<Page> },
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
        let given = given_kinds(&options, kind, &kinds)?;
        let candidates = find_policies(&options)?;
        let ids: Vec<&str> = candidates.keys().map(String::as_str).collect();
        for name in options.select.iter_mut().chain(&mut options.ignore) {
            *name = present_name(name, &ids, &packs).to_owned();
        }
        for name in options.select.iter().chain(&options.ignore) {
            check_name(name, &ids)?;
        }
        let settings = Arc::clone(&options.settings);
        let rules = resolved(settings.rules.clone(), &ids, &packs)?;
        let scopes = scopes_of(&settings, &ids, &packs)?;
        check_compliance(&settings, &ids, &packs)?;
        let known = Known {
            ids: &ids,
            packs: &packs,
            now: options.now,
            root: &options.root,
        };
        let baseline = baseline_of(&options, &ids, &packs)?;
        let waivers = Waivers::load(&options.waivers, &settings, &known)?;
        let is_off = |id: &str| rules.disabled.iter().any(|(rule, ..)| names(rule, id));
        let wanted = |id: &str| {
            !is_off(id)
                && (options.select.is_empty() || options.select.iter().any(|name| names(name, id)))
                && !options.ignore.iter().any(|name| names(name, id))
        };
        let is_set = !options.params.is_empty() || !rules.params.is_empty();
        let mut shared: HashMap<String, Arc<Shared>> = HashMap::new();
        let (mut cells, mut policies, mut broken) = (Vec::new(), Vec::new(), Vec::new());
        for (id, candidate) in candidates.into_iter().filter(|(id, _)| wanted(id)) {
            let pack = pack_of(&id);
            let (source, page) = match candidate {
                Candidate::Shipped(policy) if waits(policy, is_set, &packs, &kinds) => {
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
            let page = Arc::new(page);
            let own = Arc::clone(&page);
            let later = Later::new(move || (**own).clone());
            let compiled = Policy::in_pack(&id, source, later, shared, &options.limits);
            match compiled.and_then(|policy| check_against_kind(policy, &kinds)) {
                Ok(policy) => policies.push(policy),
                Err(error) => broken.push(BrokenPolicy {
                    id,
                    error,
                    text,
                    page: (**page).clone(),
                }),
            }
        }
        let flags = options.params.iter().map(|text| Setting::read(text));
        let flags = flags.collect::<Result<Vec<_>, _>>()?;
        let runs = |param: &&ParamSetting| {
            policies
                .iter()
                .any(|policy| names(&param.owner, &policy.id))
        };
        let (used, unused): (Vec<_>, Vec<_>) = rules.params.iter().partition(runs);
        let unused = unused.into_iter().cloned().collect();
        let written = used.into_iter().map(Setting::from);
        let parameters = set_parameters(&mut policies, written.chain(flags).collect(), &packs)?;
        cells.extend(policies.into_iter().map(PolicyCell::from).map(Arc::new));
        cells.sort_by(|left, right| left.id.cmp(&right.id));
        let judged = cells.iter().flat_map(|cell| {
            let kinds = cell.kinds.iter();
            kinds.map(|kind| (kind.as_str(), cell.id.as_str()))
        });
        packs.references().settle(judged);
        let mut reserved = rules::reserved(&kinds);
        if options.lints {
            reserved.extend(rules::lints());
        }
        let (numbered_rules, rule_indexes) = numbered(&cells, &broken, reserved);
        let (disabled, overrides) = told(&rules, &scopes);
        let now = format_time(options.now);
        let run = Run {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            now,
            rules: numbered_rules,
            parameters,
            disabled,
            overrides,
            has_waivers: !waivers.is_empty(),
            has_baseline: baseline.is_some(),
            frameworks: packs.frameworks(),
            repository: None,
        };
        let set = PolicySet::of(cells, options.limits);
        let kinds = Arc::new(kinds);
        let since = options.since.as_deref().map(|place| {
            let threads = options.threads();
            Since::open(place, &kinds, &given, threads)
        });
        let project = Self {
            since: since.transpose()?,
            kinds,
            set,
            broken,
            packs,
            run,
            options,
            given,
            scopes,
            settings_rules: rules,
            unused,
            waivers,
            baseline,
            rule_indexes,
        };
        project.scopes.prove(&project.set, &project.making())?;
        Ok(project)
    }

    /// What policies of scopes are made with.
    pub(crate) fn making(&self) -> Making<'_> {
        Making {
            packs: &self.packs,
            limits: self.options.limits,
            global: &self.settings_rules.params,
            flags: &self.options.params,
        }
    }

    /// The index of a rule that the run has.
    pub(crate) fn rule(&self, id: &str) -> RuleIndex {
        // Every reserved rule is in the table; the first rule stands in for one that was forgotten there.
        self.rule_indexes.get(id).copied().unwrap_or(RuleIndex(0))
    }

    /// The kind of a name, or which one may have been meant.
    pub fn kind(&self, name: &str) -> Result<Arc<Kind>, ProjectError> {
        named_kind(&self.kinds, name)
    }

    /// A path as reports show it.
    pub(crate) fn display(&self, path: &Path) -> String {
        display_path(path, &self.options.root)
    }
}

/// Whether a shipped policy can wait for a snapshot of its kind: nothing from outside can make a difference to it.
fn waits(policy: ShippedPolicy, is_set: bool, packs: &Packs, kinds: &Kinds) -> bool {
    let is_shipped = |name: &str| {
        name == "*" || {
            let mut kinds = kinds.iter();
            kinds.any(|kind| kind.name() == name && kind.is_shipped())
        }
    };
    !is_set
        && packs.is_shipped(pack_of(policy.id))
        && policy.kinds.iter().all(|kind| is_shipped(kind))
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
    reserved: Vec<Rule>,
) -> (Vec<Later<Rule>>, FxHashMap<String, RuleIndex>) {
    let of_policy = |cell: &Arc<PolicyCell>| {
        let policy = Arc::clone(cell);
        (
            cell.id.clone(),
            Later::new(move || rule_of(policy.policy())),
        )
    };
    let known = |rule: Rule| (rule.id.clone(), Later::from(rule));
    let mut rules: Vec<(String, Later<Rule>)> = cells.iter().map(of_policy).collect();
    rules.extend(broken.iter().map(broken_rule).map(known));
    rules.extend(reserved.into_iter().map(known));
    rules.sort_by(|left, right| left.0.cmp(&right.0));
    let (ids, rules): (Vec<String>, Vec<Later<Rule>>) = rules.into_iter().unzip();
    let indexes = ids.into_iter().zip((0..).map(RuleIndex));
    (rules, indexes.collect())
}

/// What reports say of a policy, with the hash by which another source is known.
fn rule_of(policy: &Policy) -> Rule {
    Rule {
        source: Some(Fingerprint::of(&[&policy.source.text]).to_string()),
        ..policy.rule()
    }
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

/// The kind of a name on the command line.
pub(crate) fn named_kind(kinds: &Kinds, name: &str) -> Result<Arc<Kind>, ProjectError> {
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
            let page_path = display_path(&page_path, &options.root);
            let page = Later::new(move || Page::read(&page_path, &page_text));
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
pub(crate) fn names(name: &str, id: &str) -> bool {
    name == id
        || id
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// The present name of a policy that was renamed. A former id means nothing while a policy has it.
pub(crate) fn present_name<'n>(name: &'n str, ids: &[&str], packs: &'n Packs) -> &'n str {
    if ids.iter().any(|id| names(name, id)) {
        name
    } else {
        packs.resolve(name)
    }
}

pub(crate) fn check_name(name: &str, ids: &[&str]) -> Result<(), ProjectError> {
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
        source: None,
    }
}

/// RFC 3339 in UTC.
fn format_time(micros: i64) -> String {
    assize_snapshot::format_time(micros)
}
