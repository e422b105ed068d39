//! A policy: its source compiled, its header read, its page beside it.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use assize_finding::{Control, Later, Rule};
use assize_snapshot::Shapes;
use rhai::{AST, ASTNode, Dynamic, Expr, FnCallExpr, ImmutableString, Stmt};

use crate::{
    engine,
    header::{self, Header, Param},
    limits::Limits,
    page::Page,
    proof::Proof,
    reference::{Reference, References},
    select::Query,
    shared::Shared,
    source::{Source, SourceError},
    trace::Probes,
    value::ParamValue,
};

/// Objects after which compiling a policy costs less than it saves.
const PROOF_PAYS: usize = 200;

/// A policy that compiled.
#[derive(Debug)]
pub struct Policy {
    /// The id: its path below the folder of policies, without the extension.
    pub id: String,
    /// What it says of itself.
    pub header: Header,
    /// Its page; empty where there is none.
    pub page: Later<Page>,
    /// Its source.
    pub source: Source,
    pub(crate) ast: AST,
    pub(crate) queries: Vec<Query>,
    /// The values of the parameters: the header's in its order, then those of the pack.
    pub(crate) values: Vec<(ImmutableString, ParamValue)>,
    /// Names that follow a dot somewhere.
    pub(crate) properties: BTreeSet<String>,
    /// What it has in common with others.
    pub(crate) shared: Arc<Shared>,
    /// Variables that functions in arguments see and that nothing is ever assigned to.
    pub(crate) captured: BTreeSet<String>,
    /// Methods whose function sees the variable that the chain of calls begins with, and where they stand.
    pub(crate) self_reading: Vec<(String, rhai::Position)>,
    /// It asks for sibling snapshots.
    uses_estate: bool,
    /// The kinds of siblings that it asks for by name.
    estate_kinds: Vec<(String, rhai::Position)>,
    proof: OnceLock<Proof>,
    /// Objects that the policy was given to judge so far.
    judged: AtomicUsize,
    /// What is watched in it, if it was written anew to be watched; the source is the one before.
    probes: Option<Arc<Probes>>,
}

impl Policy {
    /// Compiles a policy that shares nothing with others.
    pub fn new(id: &str, source: Source, page: Page, limits: &Limits) -> Result<Self, SourceError> {
        Self::in_pack(id, source, page, &Arc::default(), limits)
    }

    /// What stands for a policy that ships but cannot be compiled: it passes nothing.
    ///
    /// # Panics
    ///
    /// Never: the script is written here.
    pub fn unsound(id: &str, kinds: &[&str], error: &SourceError) -> Self {
        let reason =
            format!("the policy does not compile: {error}").replace(['"', '\\', '\n'], " ");
        let text = format!(
            "const POLICY = #{{ title: \"{id}\", severity: \"high\", kind: {kinds:?} }};\nfn check(all) {{ indeterminate(\"{reason}\") }}"
        );
        let source = Source {
            path: error.path.clone(),
            text,
        };
        Self::new(id, source, Page::default(), &Limits::default())
            .expect("the script is written here, out of plain words")
    }

    /// Compiles a policy of a pack.
    pub fn in_pack(
        id: &str,
        source: Source,
        page: impl Into<Later<Page>>,
        shared: &Arc<Shared>,
        limits: &Limits,
    ) -> Result<Self, SourceError> {
        let started = Instant::now();
        let ast = engine::compile(&source, limits)?;
        let header = header::read(&source, &ast, &shared.params)?;
        let queries = header.select.iter().map(|text| {
            // Patterns take long to compile for their length.
            if started.elapsed() > limits.compile_time {
                return Err(source.error("limit compile time"));
            }
            Query::parse(text).map_err(|message| source.error(message))
        });
        let queries = queries.collect::<Result<Vec<_>, _>>()?;
        has_entry(&source, &ast, header.over_time)?;
        let mut names = Names::default();
        ast.walk(&mut |path| names.visit(path));
        let declared = || header.params.iter().chain(&shared.params);
        let params: Vec<&str> = declared().map(|param| param.name.as_str()).collect();
        for (name, position) in &names.params {
            if !params.contains(&name.as_str()) {
                let hint = assize_snapshot::nearest(name, params.iter().copied());
                let hint = hint.map_or(String::new(), |nearest| {
                    format!("; did you mean `{nearest}`?")
                });
                return Err(source.error_at(
                    *position,
                    format!("the policy has no parameter `{name}`{hint}"),
                ));
            }
        }
        // A captured variable looks like a global one inside its closure; it is a parameter of the closure's function.
        let is_declared = |name: &str| {
            names.declared.contains(name)
                || ast
                    .iter_functions()
                    .any(|function| function.params.contains(&name))
        };
        for (name, position) in &names.globals {
            if name == engine::EARLIER && !header.over_time {
                let message = "only policies with `over: \"time\"` see `earlier`";
                return Err(source.error_at(*position, message));
            }
            if !engine::GLOBALS.contains(&name.as_str()) && !is_declared(name) {
                let hint = assize_snapshot::nearest(name, engine::GLOBALS);
                let hint = hint.map_or(String::new(), |nearest| {
                    format!("; did you mean `{nearest}`?")
                });
                return Err(
                    source.error_at(*position, format!("there is no variable `{name}`{hint}"))
                );
            }
        }
        let pack = id.rsplit_once('/').map(|(pack, _)| pack);
        for (name, position) in &names.references {
            if let Err(message) = shared.references.find(pack, name) {
                return Err(source.error_at(*position, message));
            }
        }
        let values = declared()
            .map(|param| (param.name.as_str().into(), param.default.clone()))
            .collect();
        Ok(Self {
            id: id.to_owned(),
            header,
            page: page.into(),
            source,
            ast,
            queries,
            values,
            properties: names.properties,
            captured: &names.captured - &names.assigned,
            self_reading: names.self_reading,
            shared: Arc::clone(shared),
            uses_estate: names.estate,
            estate_kinds: names.estate_kinds,
            proof: OnceLock::new(),
            judged: AtomicUsize::new(0),
            probes: None,
        })
    }

    /// The same policy, written anew to be watched.
    pub(crate) fn watched(&self, ast: AST, probes: Arc<Probes>) -> Self {
        let mut names = Names::default();
        ast.walk(&mut |path| names.visit(path));
        Self {
            id: self.id.clone(),
            header: self.header.clone(),
            page: Page::default().into(),
            source: self.source.clone(),
            ast,
            queries: self.queries.clone(),
            values: self.values.clone(),
            properties: names.properties,
            captured: &names.captured - &names.assigned,
            self_reading: names.self_reading,
            shared: Arc::clone(&self.shared),
            uses_estate: self.uses_estate,
            estate_kinds: self.estate_kinds.clone(),
            proof: OnceLock::new(),
            judged: AtomicUsize::new(0),
            probes: Some(probes),
        }
    }

    /// An error at a place that the script engine reports.
    pub(crate) fn error_at(&self, position: rhai::Position, message: String) -> SourceError {
        let position = match &self.probes {
            Some(probes) => probes.original(&self.source, position),
            None => position,
        };
        self.source.error_at(position, message)
    }

    /// The pack: the first part of the id, if it has more than one.
    pub fn pack(&self) -> Option<&str> {
        self.id.rsplit_once('/').map(|(pack, _)| pack)
    }

    /// Sets a parameter from text.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), String> {
        let Some((_, value)) = self.values.iter_mut().find(|(own, _)| own == name) else {
            let known = self.declared_params().map(|param| param.name.as_str());
            let hint = match assize_snapshot::nearest(name, known.clone()) {
                Some(nearest) => format!("; did you mean `{nearest}`?"),
                None if self.values.is_empty() => "; it has none".to_owned(),
                None => format!("; it has {}", known.collect::<Vec<_>>().join(", ")),
            };
            return Err(format!(
                "policy `{}` has no parameter `{name}`{hint}",
                self.id
            ));
        };
        *value = value
            .replaced_by(text)
            .map_err(|error| format!("parameter `{}.{name}`: {error}", self.id))?;
        Ok(())
    }

    /// The parameters that it reads: its own, then those of its pack.
    pub fn declared_params(&self) -> impl Iterator<Item = &Param> + Clone {
        self.header.params.iter().chain(&self.shared.params)
    }

    /// The parameters of its pack.
    pub fn shared_params(&self) -> impl Iterator<Item = &Param> {
        self.shared.params.iter()
    }

    /// Whether a parameter is its pack's.
    pub fn shares(&self, name: &str) -> bool {
        self.shared_params().any(|param| param.name == name)
    }

    /// The reference data of its run.
    pub fn references(&self) -> &References {
        &self.shared.references
    }

    /// What it shares with others, with reference data of its own if some is given.
    pub(crate) fn shared_with(&self, given: Vec<Reference>) -> Arc<Shared> {
        if given.is_empty() {
            return Arc::clone(&self.shared);
        }
        Arc::new(Shared {
            params: self.shared.params.clone(),
            references: Arc::new(self.shared.references.with(given)),
        })
    }

    /// The policy anew, with the parameters as they are by default.
    pub(crate) fn afresh(
        &self,
        shared: &Arc<Shared>,
        limits: &Limits,
    ) -> Result<Self, SourceError> {
        Self::in_pack(
            &self.id,
            self.source.clone(),
            Page::default(),
            shared,
            limits,
        )
    }

    /// The policy with another source, and without a page.
    pub(crate) fn rewritten(
        &self,
        source: Source,
        limits: &Limits,
    ) -> Result<Arc<Self>, SourceError> {
        Self::in_pack(&self.id, source, Page::default(), &self.shared, limits).map(Arc::new)
    }

    /// Whether it asks for sibling snapshots.
    pub fn uses_estate(&self) -> bool {
        self.uses_estate
    }

    /// The kinds of sibling snapshots that it asks for by name, each once.
    pub(crate) fn estate_names(&self) -> BTreeSet<&str> {
        self.estate_kinds
            .iter()
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// The name of the function that judges.
    pub(crate) fn entry(&self) -> &'static str {
        if self.header.over_time {
            "change"
        } else {
            "check"
        }
    }

    /// Looks up the kinds of sibling snapshots that it asks for by name; the error says that there is no such kind.
    pub fn check_estate_kinds(
        &self,
        find: impl Fn(&str) -> Result<(), String>,
    ) -> Result<(), SourceError> {
        for (name, position) in &self.estate_kinds {
            find(name).map_err(|message| self.source.error_at(*position, message))?;
        }
        Ok(())
    }

    /// The compiled `check`, once the policy has so many objects to judge that compiling it pays; parameters are settled by
    /// then.
    pub(crate) fn proof(&self, shapes: Option<&Shapes>, objects: usize) -> Option<&Proof> {
        if let Some(proof) = self.proof.get() {
            return Some(proof);
        }
        let before = self.judged.fetch_add(objects, Ordering::Relaxed);
        (before.saturating_add(objects) >= PROOF_PAYS)
            .then(|| self.proof.get_or_init(|| Proof::of(self, shapes)))
    }

    /// Queries that do not begin with the name of a section: nobody can know whether what they select was collected.
    pub fn boundless_queries(&self) -> impl Iterator<Item = &str> {
        let queries = self.header.select.iter().zip(&self.queries);
        queries
            .filter(|(_, query)| !query.is_root() && query.section().is_none())
            .map(|(text, _)| text.as_str())
    }

    /// Whether a name follows a dot somewhere in it.
    pub fn reads(&self, name: &str) -> bool {
        self.properties.contains(name)
    }

    /// The field names that its queries use.
    pub fn selected_names(&self) -> Vec<String> {
        self.queries.iter().flat_map(Query::names).collect()
    }

    pub(crate) fn param(&self, name: &str) -> Option<Dynamic> {
        self.values
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_dynamic().clone())
    }

    /// The parameters as they are set, as JSON.
    pub fn params(&self) -> impl Iterator<Item = (&str, serde_json::Value)> {
        self.values
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_json()))
    }

    /// What reports say of the policy.
    pub fn rule(&self) -> Rule {
        let title = &self.header.title;
        let or_title = |text: &str| {
            if text.is_empty() {
                title.clone()
            } else {
                text.to_owned()
            }
        };
        let controls: Vec<Control> = self.header.controls.clone();
        Rule {
            id: self.id.clone(),
            title: title.clone(),
            severity: self.header.severity,
            kind: Some(self.header.kind_names()),
            description: or_title(&self.page.description),
            help: or_title(&self.page.help),
            fix: self.page.fix.clone(),
            help_uri: self.page.link.clone(),
            controls,
            source: None,
        }
    }
}

#[derive(Default)]
struct Names {
    properties: BTreeSet<String>,
    params: Vec<(String, rhai::Position)>,
    /// Variables that no function declares.
    globals: Vec<(String, rhai::Position)>,
    /// Variables that some function declares.
    declared: BTreeSet<String>,
    /// Variables that functions in arguments see.
    captured: BTreeSet<String>,
    /// Variables that something is assigned to.
    assigned: BTreeSet<String>,
    self_reading: Vec<(String, rhai::Position)>,
    estate: bool,
    estate_kinds: Vec<(String, rhai::Position)>,
    /// Reference data that is asked for by a plain name.
    references: Vec<(String, rhai::Position)>,
}

/// The functions that ask for siblings.
const ESTATE: [&str; 3] = ["estate", "estate_all", "has_estate"];

/// A policy has the one function that judges.
fn has_entry(source: &Source, ast: &AST, over_time: bool) -> Result<(), SourceError> {
    let has = |name: &str, count: usize| {
        ast.iter_functions()
            .any(|function| function.name == name && function.params.len() == count)
    };
    let message = match (over_time, has("check", 1), has("change", 2)) {
        (false, true, false) | (true, false, true) => return Ok(()),
        // The one that is never called would be believed to judge.
        (false, _, true) => {
            "the policy has a function `change`, but its `POLICY` does not say `over: \"time\"`"
        }
        (true, true, true) => {
            "the policy has `check` and `change`; a policy over time has `change` alone"
        }
        (false, ..) => "the policy has no function `check` with one parameter, the judged object",
        (true, ..) => {
            "the policy has no function `change` with two parameters, the object before and after"
        }
    };
    Err(source.error(message))
}

impl Names {
    fn visit(&mut self, path: &[ASTNode<'_>]) -> bool {
        // The header is data: nothing in it is a name to look up.
        if let Some(ASTNode::Stmt(Stmt::Var(parts, ..))) = path.first()
            && parts.0.name == "POLICY"
        {
            return true;
        }
        match path.last() {
            Some(ASTNode::Expr(Expr::Property(names, _))) => {
                self.properties.insert(names.2.to_string());
            }
            Some(ASTNode::Expr(Expr::FnCall(call, _)) | ASTNode::Stmt(Stmt::FnCall(call, _))) => {
                self.estate(call);
                if let ("reference", Some(Expr::StringConstant(name, position))) =
                    (call.name.as_str(), call.args.first())
                {
                    self.references.push((name.to_string(), *position));
                }
            }
            // `"dns".estate()` is the same call.
            Some(ASTNode::Expr(Expr::MethodCall(call, position))) => {
                self.estate(call);
                if reads_its_chain(path, call) {
                    self.self_reading.push((call.name.to_string(), *position));
                }
            }
            Some(ASTNode::Stmt(Stmt::Share(variables))) => {
                let names = variables.iter().map(|(name, _)| name.name.to_string());
                self.captured.extend(names);
            }
            Some(ASTNode::Stmt(Stmt::Assignment(parts))) => {
                self.assigned.extend(chain_variable(&parts.1.lhs));
            }
            Some(ASTNode::Expr(Expr::Dot(parts, ..))) => {
                if let (Expr::Variable(variable, ..), Some((name, position))) =
                    (&parts.lhs, first_property(&parts.rhs))
                    && variable.1 == "params"
                {
                    self.params.push((name, position));
                }
            }
            Some(ASTNode::Stmt(Stmt::Var(parts, ..))) => {
                self.declared.insert(parts.0.name.to_string());
            }
            Some(ASTNode::Stmt(Stmt::For(parts, _))) => {
                self.declared.insert(parts.0.name.to_string());
            }
            Some(ASTNode::Expr(Expr::Variable(variable, None, position)))
                if variable.0.is_none() =>
            {
                self.globals.push((variable.1.to_string(), *position));
            }
            _ => {}
        }
        true
    }
}

impl Names {
    fn estate(&mut self, call: &FnCallExpr) {
        if !ESTATE.contains(&call.name.as_str()) {
            return;
        }
        self.estate = true;
        if let Some(Expr::StringConstant(kind, position)) = call.args.first() {
            self.estate_kinds.push((kind.to_string(), *position));
        }
    }
}

/// The variable that a chain begins with: `x` in `x.a[0].b`.
fn chain_variable(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Variable(variable, ..) => Some(variable.1.to_string()),
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => chain_variable(&parts.lhs),
        _ => None,
    }
}

/// Whether the function that a method takes sees the variable with which the chain around the method begins.
fn reads_its_chain(path: &[ASTNode<'_>], call: &FnCallExpr) -> bool {
    let Some(Expr::Stmt(block)) = call.args.first() else {
        return false;
    };
    let Some(Stmt::Share(captured)) = block.statements().first() else {
        return false;
    };
    let chain = path.iter().rev().skip(1).map_while(|node| match node {
        ASTNode::Expr(chain @ (Expr::Dot(..) | Expr::Index(..))) => Some(*chain),
        _ => None,
    });
    let begins = chain.last().and_then(chain_variable);
    begins.is_some_and(|variable| captured.iter().any(|(name, _)| name.name == variable))
}

/// The property that a chain begins with: `a` in `.a.b`.
fn first_property(expression: &Expr) -> Option<(String, rhai::Position)> {
    match expression {
        Expr::Property(names, position) => Some((names.2.to_string(), *position)),
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => first_property(&parts.lhs),
        _ => None,
    }
}
