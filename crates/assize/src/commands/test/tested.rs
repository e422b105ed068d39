//! What was tested, and how it went.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use assize_policy::{ExampleResult, Limits, Policy, run_cases, run_examples};
use assize_project::{PolicyCases, Project, in_parallel, policy_cases};

use super::Selection;
use crate::failure::Failure;

/// How all that was tested went, in the order of the policies' ids.
pub(super) struct Tested {
    pub(super) policies: Vec<TestedPolicy>,
    /// The files of cases, by the policies' ids.
    pub(super) cases: BTreeMap<String, PolicyCases>,
}

/// How a policy did.
pub(super) struct TestedPolicy {
    pub(super) id: String,
    /// The examples of its page.
    pub(super) examples: Vec<ExampleResult>,
    /// Its cases.
    pub(super) cases: Vec<ExampleResult>,
    /// Why there is nothing to run: it does not compile, or its page has no example.
    pub(super) wrong: Option<String>,
}

impl Tested {
    /// Runs what is wanted, several policies at a time.
    pub(super) fn run(selection: &Selection, project: &Project) -> Result<Self, Failure> {
        let cases = policy_cases(&selection.files, Path::new("."))?;
        let cells = project.set.cells().iter();
        let cells: Vec<_> = cells.filter(|cell| selection.may_want(&cell.id)).collect();
        let mut policies = Vec::new();
        let work = |index: usize| {
            let policy = cells[index].policy();
            test(policy, cases.get(&policy.id), selection, project)
        };
        let done: Result<(), Failure> = in_parallel(cells.len(), work, |policy| {
            policies.extend(policy);
            Ok(())
        });
        done?;
        let broken = project.broken.iter();
        let broken = broken.filter(|broken| selection.may_want(&broken.id));
        policies.extend(broken.map(|broken| TestedPolicy {
            id: broken.id.clone(),
            examples: Vec::new(),
            cases: Vec::new(),
            wrong: Some(broken.error.to_string()),
        }));
        policies.sort_by(|left, right| left.id.cmp(&right.id));
        Ok(Self { policies, cases })
    }

    pub(super) fn passed(&self) -> usize {
        let results = self.policies.iter().flat_map(TestedPolicy::results);
        results.filter(|result| result.failure.is_none()).count()
    }

    pub(super) fn failed(&self) -> usize {
        self.policies.iter().map(TestedPolicy::failed).sum()
    }
}

impl TestedPolicy {
    pub(super) fn results(&self) -> impl Iterator<Item = &ExampleResult> {
        self.examples.iter().chain(&self.cases)
    }

    pub(super) fn failed(&self) -> usize {
        let failed = self.results().filter(|result| result.failure.is_some());
        failed.count() + usize::from(self.wrong.is_some())
    }

    pub(super) fn time(&self) -> Duration {
        self.results().map(|result| result.time).sum()
    }
}

/// Runs what is wanted of a policy; `None` where that is nothing.
fn test(
    policy: &Arc<Policy>,
    cases: Option<&PolicyCases>,
    selection: &Selection,
    project: &Project,
) -> Option<TestedPolicy> {
    let limits = Limits::default();
    let wants_all = selection.wants(&policy.id);
    let titles = policy
        .page
        .examples
        .iter()
        .map(|example| example.title.as_str());
    let titles = titles.chain(cases.iter().flat_map(|cases| cases.file.names()));
    let is_wanted = |title: &str| selection.wants_title(&policy.id, title);
    if !wants_all && !titles.into_iter().any(is_wanted) {
        return None;
    }
    let mut examples = run_examples(policy, &project.kinds, &limits);
    let mut others = cases.map_or_else(Vec::new, |own| {
        let read = |name: &str| own.read_base(name);
        run_cases(policy, &own.file, read, &project.kinds, &limits)
    });
    examples.retain(|result| is_wanted(&result.title));
    others.retain(|result| is_wanted(&result.title));
    let lacks = wants_all && policy.page.examples.is_empty();
    Some(TestedPolicy {
        id: policy.id.clone(),
        examples,
        cases: others,
        wrong: lacks.then(|| "its page has no example".to_owned()),
    })
}
