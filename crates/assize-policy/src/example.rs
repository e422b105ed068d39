//! Runs the examples of a policy's page and its cases: each is a snapshot with the verdict that the policy must give.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use assize_finding::Outcome;
use assize_snapshot::{Kinds, parse_time};

use crate::{
    case::{Case, CaseFile},
    expectation::{Difference, Expectation, Observation, names_its_kind},
    judge::Judge,
    limits::Limits,
    page::PageExample,
    policy::Policy,
    policy_set::PolicySet,
    scene::{Scene, collected_at},
    shared::Shared,
    siblings::Siblings,
    trace::{Counts, Rewritten, Scenery, Watched},
    verdict::{Place, Verdict},
};

/// How one example went.
#[derive(Debug, Clone)]
pub struct ExampleResult {
    /// The policy's id.
    pub policy: String,
    /// The page, or the file of cases.
    pub path: String,
    /// The heading above the example, or the name of the case.
    pub title: String,
    /// The line of its opening fence, or where the case begins.
    pub line: u32,
    /// What it expects, as its info string says.
    pub expected: String,
    /// Why it failed; `None` if the policy did what the example says.
    pub failure: Option<Failure>,
    /// How long it took, the reading of its snapshots included.
    pub time: Duration,
    /// Where the policy did something else: what its verdicts were made of.
    pub explained: Vec<Explained>,
}

/// What a verdict was made of that an example does not expect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The verdict.
    pub outcome: Outcome,
    /// The keyed path of the judged object.
    pub object: String,
    /// What it was made of; places have no lines, since most examples are patches.
    pub trace: assize_finding::Trace,
}

/// Verdicts of one example that are explained.
const MOST_EXPLAINED: usize = 2;

/// Why an example failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It could not be run.
    Unusable(String),
    /// The policy said something else.
    Differs {
        /// A line for each thing: `-` before what is missing, `+` before what is unexpected, blanks before what is neither.
        difference: String,
        /// What the policy said.
        found: Vec<Observation>,
    },
}

impl Failure {
    /// The reason, or the difference, in one or more lines.
    pub fn text(&self) -> &str {
        match self {
            Self::Unusable(text)
            | Self::Differs {
                difference: text, ..
            } => text,
        }
    }
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self::Unusable(reason)
    }
}

impl From<Difference> for Failure {
    fn from(difference: Difference) -> Self {
        Self::Differs {
            difference: difference.text,
            found: difference.found,
        }
    }
}

/// Runs all examples of a policy's page.
pub fn run_examples(policy: &Policy, kinds: &Kinds, limits: &Limits) -> Vec<ExampleResult> {
    let run = |example: &PageExample| {
        let stage = || Staged::of(policy, example, kinds);
        let (path, info) = (&policy.page.path, &example.info);
        result(policy, path, example, info, limits, stage)
    };
    policy.page.examples.iter().map(run).collect()
}

/// Runs the cases of a file. `read` gives the text of the snapshots that they begin with.
pub fn run_cases(
    policy: &Policy,
    file: &CaseFile,
    read: impl Fn(&str) -> Result<String, String>,
    kinds: &Kinds,
    limits: &Limits,
) -> Vec<ExampleResult> {
    let run = |case: &Case| {
        let stage = || case.staged(policy, &read, kinds);
        let info = &case.example.info;
        result(policy, &file.path, &case.example, info, limits, stage)
    };
    file.cases.iter().map(run).collect()
}

fn result(
    policy: &Policy,
    path: &str,
    example: &PageExample,
    info: &str,
    limits: &Limits,
    stage: impl FnOnce() -> Result<Staged, String>,
) -> ExampleResult {
    let started = Instant::now();
    let mut explained = Vec::new();
    let run = || -> Result<(), Failure> {
        let staged = stage()?;
        let outcome = staged.run(policy, limits)?;
        if outcome.is_err() {
            explained = staged.explain(policy, limits).unwrap_or_default();
        }
        Ok(outcome?)
    };
    let failure = run().err();
    ExampleResult {
        policy: policy.id.clone(),
        path: path.to_owned(),
        title: example.title.clone(),
        line: example.line,
        expected: info.to_owned(),
        failure,
        time: started.elapsed(),
        explained,
    }
}

impl Case {
    /// The case with its snapshots read.
    pub(crate) fn staged(
        &self,
        policy: &Policy,
        read: impl Fn(&str) -> Result<String, String>,
        kinds: &Kinds,
    ) -> Result<Staged, String> {
        let example = self.with_bases(read)?;
        Staged::expecting(policy, &example, self.expectation.clone(), kinds)
    }
}

/// An example with its snapshots read and checked, to be judged as often as one likes.
pub(crate) struct Staged {
    expectation: Expectation,
    scene: Scene,
    siblings: Arc<dyn Siblings>,
    /// What the policy shares, with the reference data that the example brings.
    shared: Arc<Shared>,
    is_plain: bool,
    /// The clock that it is judged by.
    pub(crate) now: i64,
}

impl Staged {
    /// Reads the blocks of an example.
    pub(crate) fn of(
        policy: &Policy,
        example: &PageExample,
        kinds: &Kinds,
    ) -> Result<Self, String> {
        let expectation = Expectation::parse(&example.info, names_its_kind(policy))?;
        Self::expecting(policy, example, expectation, kinds)
    }

    /// Reads the blocks of an example whose info string was read.
    pub(crate) fn expecting(
        policy: &Policy,
        example: &PageExample,
        expectation: Expectation,
        kinds: &Kinds,
    ) -> Result<Self, String> {
        if let Some(kind) = &expectation.kind
            && !policy.header.judges(kind)
        {
            return Err(format!("the policy does not judge the kind `{kind}`"));
        }
        let mut scene = Scene::of(policy, example, expectation.kind.as_deref(), kinds)?;
        let now = match &expectation.now {
            Some(text) => parse_time(text, true).map_err(|error| format!("`now`: {error}"))?,
            None => collected_at(&scene.snapshot)
                .ok_or("the example has no `collectedAt`; say `now=...` after the verdict")?,
        };
        // Policies of every kind judge what is wrong with a snapshot.
        if !expectation.allows(Outcome::Indeterminate) && !policy.header.judges_every_kind() {
            scene.check_soundness()?;
        }
        let references = std::mem::take(&mut scene.references);
        Ok(Self {
            is_plain: references.is_empty() && expectation.params.is_empty(),
            expectation,
            shared: policy.shared_with(references),
            siblings: Arc::new(std::mem::take(&mut scene.estate)),
            scene,
            now,
        })
    }

    /// A policy as the example wants it: with its parameters and its reference data, everything else by default.
    pub(crate) fn variant(&self, policy: &Policy, limits: &Limits) -> Result<Policy, String> {
        let own = policy.afresh(&self.shared, limits);
        let mut own = own.map_err(|error| error.to_string())?;
        for (name, value) in &self.expectation.params {
            own.set(name, value)?;
        }
        Ok(own)
    }

    /// Whether the example wants a policy as it is by default.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Lets the policy judge, and says whether it does as expected.
    fn run(&self, policy: &Policy, limits: &Limits) -> Result<Result<(), Difference>, String> {
        let own = self.variant(policy, limits)?;
        let set = PolicySet::new(vec![own], *limits);
        let judge = Judge::new(&set, self.now);
        Ok(self.compare(&self.verdicts(&judge, &set.policies()[0])))
    }

    /// What a policy says of the example.
    pub(crate) fn verdicts(&self, judge: &Judge, policy: &Arc<Policy>) -> Vec<Verdict> {
        let snapshot = &self.scene.snapshot;
        match &self.scene.earlier {
            Some(earlier) => {
                let earlier = Ok(Arc::clone(earlier));
                judge.judge_change(snapshot, &earlier, policy, &self.siblings)
            }
            None => judge.judge(snapshot, policy, &self.siblings),
        }
    }

    /// Watches a policy judge the example, and adds to how often something happened at each probe; the outcomes. The error says
    /// why it cannot be watched.
    pub(crate) fn watch(
        &self,
        policy: &Policy,
        rewritten: &Rewritten,
        limits: &Limits,
        counts: &mut [Counts],
    ) -> Result<Vec<Outcome>, String> {
        let set = PolicySet::new(vec![self.variant(policy, limits)?], *limits);
        let own = &set.policies()[0];
        let earlier = self.scene.earlier.clone().map(Ok);
        let scenery = Scenery {
            snapshot: &self.scene.snapshot,
            earlier: earlier.as_ref(),
            siblings: &self.siblings,
        };
        let (found, happened) = Watched::of(rewritten, own, limits, self.now).judge_all(scenery)?;
        if found != self.verdicts(&Judge::new(&set, self.now), own) {
            return Err("the policy gave another verdict while it was watched".to_owned());
        }
        for (count, own) in counts.iter_mut().zip(happened) {
            count.add(own);
        }
        Ok(found.into_iter().map(|verdict| verdict.outcome).collect())
    }

    /// What the verdicts were made of that the example does not expect, the first few of them.
    fn explain(&self, policy: &Policy, limits: &Limits) -> Result<Vec<Explained>, String> {
        let set = PolicySet::new(vec![self.variant(policy, limits)?], *limits);
        let own = &set.policies()[0];
        let mut chosen = self.verdicts(&Judge::new(&set, self.now), own);
        // What is allowed comes last, and of the others what calls for something comes first.
        chosen.sort_by_key(|verdict| {
            let is_quiet = matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable);
            (self.expectation.allows(verdict.outcome), is_quiet)
        });
        chosen.truncate(MOST_EXPLAINED);
        let earlier = self.scene.earlier.clone().map(Ok);
        let scenery = Scenery {
            snapshot: &self.scene.snapshot,
            earlier: earlier.as_ref(),
            siblings: &self.siblings,
        };
        let traces = Watched::new(own, limits, self.now)?.trace(scenery, &chosen);
        let explained = chosen.iter().zip(traces).filter_map(|(verdict, trace)| {
            let place = Place::Node(verdict.object);
            Some(Explained {
                outcome: verdict.outcome,
                object: scenery.path(place),
                trace: trace?.told(&own.source, false, &mut |place| scenery.place(place)),
            })
        });
        Ok(explained.collect())
    }

    /// Whether that is what the example expects.
    pub(crate) fn compare(&self, verdicts: &[Verdict]) -> Result<(), Difference> {
        let earlier = self.scene.earlier.as_deref();
        self.expectation
            .compare(&self.scene.snapshot, earlier, verdicts)
    }
}
