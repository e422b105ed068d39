//! The examples of a page try each mutant, those first that have found most mistakes so far.

use std::{collections::BTreeMap, sync::Arc};

use assize_finding::Outcome;
use assize_snapshot::Kinds;

use super::{Mutant, mark, mutants};
use crate::{
    example::Staged, judge::Judge, limits::Limits, policy::Policy, policy_set::PolicySet,
    source::Source, verdict::Verdict,
};

/// Steps of one verdict of a mutant: mistakes make endless loops.
const OPERATIONS: u64 = 300_000;

/// What became of a mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// An example gave another verdict than it expects.
    Judged,
    /// An example ended in an error.
    Failed,
    /// It did not compile.
    Refused,
    /// The source says that it makes no difference, and why.
    Equivalent(String),
    /// No example noticed it.
    Survived,
}

/// A mutant and what became of it.
#[derive(Debug, Clone)]
pub struct MutantResult {
    /// The mistake.
    pub mutant: Mutant,
    /// What became of it.
    pub fate: Fate,
}

/// How the mutants of one policy fared.
#[derive(Debug, Clone)]
pub struct Mutation {
    /// The policy's id.
    pub policy: String,
    /// Its source.
    pub path: String,
    /// Why nothing was tried: an example fails before any mistake is made.
    pub unready: Option<String>,
    /// The mutants, in the order of the source.
    pub results: Vec<MutantResult>,
    /// Lines that say that a mistake in them makes no difference, though no mutant there survived.
    pub needless: Vec<u32>,
}

impl Mutation {
    /// How many of the mutants that make a difference were noticed, and how many those are.
    pub fn score(&self) -> (usize, usize) {
        let count = |is: fn(&Fate) -> bool| {
            let fates = self.results.iter().map(|result| &result.fate);
            fates.filter(|fate| is(fate)).count()
        };
        let survived = count(|fate| *fate == Fate::Survived);
        let equivalent = count(|fate| matches!(fate, Fate::Equivalent(_)));
        let all = self.results.len() - equivalent;
        (all - survived, all)
    }
}

/// Makes every mistake in a policy and runs the examples of its page on it.
pub fn mutate(policy: &Policy, kinds: &Kinds, limits: &Limits) -> Mutation {
    let mut mutation = Mutation {
        policy: policy.id.clone(),
        path: policy.source.path.clone(),
        unready: None,
        results: Vec::new(),
        needless: Vec::new(),
    };
    let smaller = Limits {
        operations: OPERATIONS.min(limits.operations),
        ..*limits
    };
    let trial = Trial::new(policy, kinds, &smaller)
        // An example may need more steps than most.
        .or_else(|_| Trial::new(policy, kinds, limits));
    match trial {
        Ok(mut trial) => {
            let mutants = mutants(&policy.source.text).into_iter();
            mutation.results = mutants.map(|mutant| trial.run(mutant)).collect();
            excuse(&mut mutation, &policy.source.text);
        }
        Err(reason) => mutation.unready = Some(reason),
    }
    mutation
}

/// Lets survivors be where the source says why.
fn excuse(mutation: &mut Mutation, source: &str) {
    for (line, reason) in mark::reasons(source) {
        let survivors = mutation
            .results
            .iter_mut()
            .filter(|result| result.fate == Fate::Survived && result.mutant.position.line == line);
        let mut any = false;
        for survivor in survivors {
            survivor.fate = Fate::Equivalent(reason.clone());
            any = true;
        }
        if !any {
            mutation.needless.push(line);
        }
    }
}

/// An example and how often it noticed a mistake.
struct Witness {
    staged: Staged,
    found: usize,
}

/// What all mutants of a policy share: the snapshots of the examples, and the judges.
struct Trial<'p> {
    policy: &'p Policy,
    limits: Limits,
    witnesses: Vec<Witness>,
    /// By their clock. A mutant uses no field that the policy does not use.
    judges: BTreeMap<i64, Judge>,
}

impl<'p> Trial<'p> {
    fn new(policy: &'p Policy, kinds: &Kinds, limits: &Limits) -> Result<Self, String> {
        let mut trial = Self {
            policy,
            limits: *limits,
            witnesses: Vec::new(),
            judges: BTreeMap::new(),
        };
        if policy.page.examples.is_empty() {
            return Err("its page has no example".to_owned());
        }
        let own = policy.rewritten(policy.source.clone(), limits);
        let own = own.map_err(|error| error.to_string())?;
        for example in &policy.page.examples {
            let fails = |reason: &str| format!("{}:{}: {reason}", policy.page.path, example.line);
            let staged = Staged::of(policy, example, kinds).map_err(|reason| fails(&reason))?;
            trial.learn(staged.now);
            let verdicts = trial.verdicts(&staged, &own)?;
            let compared = staged.compare(&verdicts);
            compared.map_err(|difference| fails(&difference.text))?;
            trial.witnesses.push(Witness { staged, found: 0 });
        }
        Ok(trial)
    }

    fn learn(&mut self, now: i64) {
        let make = || {
            let own = self.policy.afresh(&self.policy.shared, &self.limits);
            let set = PolicySet::new(own.into_iter().collect(), self.limits);
            Judge::interpreting(&set, now)
        };
        self.judges.entry(now).or_insert_with(make);
    }

    fn verdicts(&self, staged: &Staged, policy: &Arc<Policy>) -> Result<Vec<Verdict>, String> {
        let judge = &self.judges[&staged.now];
        if staged.is_plain() {
            return Ok(staged.verdicts(judge, policy));
        }
        let own = staged.variant(policy, &self.limits)?;
        Ok(staged.verdicts(judge, &Arc::new(own)))
    }

    fn run(&mut self, mutant: Mutant) -> MutantResult {
        let fate = self.fate(&mutant);
        MutantResult { mutant, fate }
    }

    fn fate(&mut self, mutant: &Mutant) -> Fate {
        let source = Source {
            path: self.policy.source.path.clone(),
            text: mutant.applied(&self.policy.source.text),
        };
        let Ok(policy) = self.policy.rewritten(source, &self.limits) else {
            return Fate::Refused;
        };
        for at in 0..self.witnesses.len() {
            let Some(fate) = self.noticed(&self.witnesses[at].staged, &policy) else {
                continue;
            };
            self.witnesses[at].found += 1;
            self.promote(at);
            return fate;
        }
        Fate::Survived
    }

    /// How an example notices a mutant, if it does.
    fn noticed(&self, staged: &Staged, policy: &Arc<Policy>) -> Option<Fate> {
        let Ok(verdicts) = self.verdicts(staged, policy) else {
            return Some(Fate::Refused);
        };
        staged.compare(&verdicts).err()?;
        let is_error = |verdict: &Verdict| verdict.outcome == Outcome::Error;
        Some(if verdicts.iter().any(is_error) {
            Fate::Failed
        } else {
            Fate::Judged
        })
    }

    /// Moves an example before those that have found less.
    fn promote(&mut self, at: usize) {
        let found = self.witnesses[at].found;
        let before = &self.witnesses[..at];
        let to = before.partition_point(|witness| witness.found >= found);
        self.witnesses[to..=at].rotate_right(1);
    }
}
