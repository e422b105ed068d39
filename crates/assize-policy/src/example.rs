//! Runs the examples of a policy's page: each is a snapshot with the verdict that the policy must give.

use std::sync::Arc;

use assize_finding::Outcome;
use assize_snapshot::{Kinds, parse_time};

use crate::{
    expectation::{Expectation, names_its_kind},
    judge::Judge,
    limits::Limits,
    page::PageExample,
    policy::Policy,
    policy_set::PolicySet,
    scene::{Scene, collected_at},
    shared::Shared,
    siblings::Siblings,
    verdict::Verdict,
};

/// How one example went.
#[derive(Debug, Clone)]
pub struct ExampleResult {
    /// The policy's id.
    pub policy: String,
    /// The page.
    pub path: String,
    /// The heading above the example.
    pub title: String,
    /// The line of its opening fence.
    pub line: u32,
    /// What it expects, as its info string says.
    pub expected: String,
    /// Why it failed; `None` if the policy did what the example says.
    pub failure: Option<String>,
}

/// Runs all examples of a policy's page.
pub fn run_examples(policy: &Policy, kinds: &Kinds, limits: &Limits) -> Vec<ExampleResult> {
    let run = |example: &PageExample| ExampleResult {
        policy: policy.id.clone(),
        path: policy.page.path.clone(),
        title: example.title.clone(),
        line: example.line,
        expected: example.info.clone(),
        failure: run_example(policy, example, kinds, limits).err(),
    };
    policy.page.examples.iter().map(run).collect()
}

fn run_example(
    policy: &Policy,
    example: &PageExample,
    kinds: &Kinds,
    limits: &Limits,
) -> Result<(), String> {
    let staged = Staged::of(policy, example, kinds)?;
    let own = staged.variant(policy, limits)?;
    let set = PolicySet::new(vec![own], *limits);
    let judge = Judge::new(&set, staged.now);
    staged.compare(&staged.verdicts(&judge, &set.policies()[0]))
}

/// An example with its snapshots read and checked, to be judged as often as one likes.
pub(crate) struct Staged {
    pub(crate) expectation: Expectation,
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

    /// Whether that is what the example expects.
    pub(crate) fn compare(&self, verdicts: &[Verdict]) -> Result<(), String> {
        let earlier = self.scene.earlier.as_deref();
        self.expectation
            .compare(&self.scene.snapshot, earlier, verdicts)
    }
}
