//! Snapshots that nobody thought of: random ones that follow the schema of a kind, and ones that break it in one place. Whatever
//! they are, a policy gives each object one verdict, and none of them is an error.
//!
//! Everything follows from a seed. Values come from the schema, from the example of the kind (so that what refers to each other
//! often does), and from near the constants that the policy compares with.

mod edit;
mod pool;
mod random;
mod setting;
mod shrink;
mod spoil;
mod value;

use assize_finding::Outcome;
use assize_snapshot::{Kind, Kinds};

use crate::{
    header::EVERY_KIND, judge::Judge, limits::Limits, policy::Policy, policy_set::PolicySet,
    verdict::Verdict,
};
use pool::Pool;
use random::Random;
use setting::Setting;

/// How often a snapshot is made anew that turned out not to follow its schema.
const ATTEMPTS: u32 = 20;
/// Counter-examples of one policy that are shown; one mistake tends to show in many ways.
const MOST_FOUND: usize = 3;

/// How a policy did with generated snapshots.
#[derive(Debug, Clone, Default)]
pub struct Generation {
    /// The policy's id.
    pub policy: String,
    /// Snapshots that follow the schema.
    pub valid: u32,
    /// Snapshots that break it.
    pub invalid: u32,
    /// Snapshots that could not be made: what was generated did not follow the schema.
    pub rejected: u32,
    /// Where the policy went wrong.
    pub found: Vec<CounterExample>,
}

/// A snapshot that a policy cannot judge.
#[derive(Debug, Clone)]
pub struct CounterExample {
    /// What is special about the snapshot, if it breaks its schema.
    pub broken: Option<String>,
    /// What is wrong with the verdicts.
    pub wrong: String,
    /// The snapshot, and what belongs to it, as blocks for the page.
    pub blocks: String,
}

/// What is known of a policy while snapshots are generated for it.
pub(crate) struct Generator<'p> {
    policy: &'p Policy,
    kinds: &'p Kinds,
    set: PolicySet,
    pool: Pool,
    random: Random,
}

/// Lets a policy judge `count` generated snapshots, a quarter of which break their schema.
pub fn generate(
    policy: &Policy,
    kinds: &Kinds,
    limits: &Limits,
    count: u32,
    seed: u64,
) -> Result<Generation, String> {
    let mut generator = Generator::new(policy, kinds, limits, seed)?;
    let mut generation = Generation {
        policy: policy.id.clone(),
        ..Generation::default()
    };
    for number in 0..count {
        if generation.found.len() >= MOST_FOUND {
            break;
        }
        generator.try_one(number % 4 == 3, &mut generation);
    }
    Ok(generation)
}

impl<'p> Generator<'p> {
    pub(crate) fn new(
        policy: &'p Policy,
        kinds: &'p Kinds,
        limits: &Limits,
        seed: u64,
    ) -> Result<Self, String> {
        let own = policy.afresh(&policy.shared, limits);
        let own = own.map_err(|error| error.to_string())?;
        // The same seed gives each policy snapshots of its own.
        let salt = policy.id.bytes().fold(seed, |salt, byte| {
            salt.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        Ok(Self {
            policy,
            kinds,
            set: PolicySet::new(vec![own], *limits),
            pool: Pool::of(&policy.source.text),
            random: Random::new(salt),
        })
    }

    fn try_one(&mut self, broken: bool, generation: &mut Generation) {
        let Some(mut setting) = self.valid_setting() else {
            generation.rejected += 1;
            return;
        };
        let broken = if broken {
            self.spoil(&mut setting)
        } else {
            None
        };
        if broken.is_some() {
            generation.invalid += 1;
        } else {
            generation.valid += 1;
        }
        let Some(wrong) = self.wrong(&setting) else {
            return;
        };
        let setting = shrink::shrink(setting, self.kinds, |smaller| {
            let is_alike = |new: String| alike(&new, &wrong);
            (broken.is_some() || smaller.follows_schema(self.kinds))
                && self.wrong(smaller).is_some_and(is_alike)
        });
        if generation.found.iter().any(|own| alike(&own.wrong, &wrong)) {
            return;
        }
        generation.found.push(CounterExample {
            blocks: setting.blocks(self.kinds, broken.is_some()),
            broken,
            wrong,
        });
    }

    /// A snapshot that follows its schema, with siblings and an earlier one where the policy wants them.
    pub(crate) fn valid_setting(&mut self) -> Option<Setting> {
        (0..ATTEMPTS).find_map(|_| {
            let setting = self.setting()?;
            setting.follows_schema(self.kinds).then_some(setting)
        })
    }

    fn setting(&mut self) -> Option<Setting> {
        let own = self.policy.header.kinds.iter().map(String::as_str);
        let all = self.kinds.iter().map(|kind| kind.name());
        let names: Vec<&str> = if self.policy.header.judges_every_kind() {
            all.collect()
        } else {
            own.filter(|name| *name != EVERY_KIND).collect()
        };
        let kind = self.kinds.find(self.random.pick(&names)?)?;
        let judged = self.snapshot(kind)?;
        let mut setting = Setting::new(kind.name(), judged);
        if self.policy.header.over_time {
            let earlier = self.random.one_in(3);
            let earlier = if earlier {
                self.snapshot(kind)?
            } else {
                setting.judged.json.clone()
            };
            let earlier = self.edited(kind, earlier);
            setting.set_earlier(earlier);
        }
        for name in self.policy.estate_names() {
            for _ in 0..self.random.pick_number(&[0, 1, 1, 1, 2]) {
                let kind = self.kinds.find(name)?;
                let sibling = self.snapshot(kind)?;
                setting.add_sibling(kind.name(), sibling);
            }
        }
        Some(setting)
    }

    /// A snapshot of a kind: its example with changes, or one made from the schema alone.
    fn snapshot(&mut self, kind: &Kind) -> Option<serde_json::Value> {
        let mut whole: serde_json::Value = serde_json::from_str(kind.example()?).ok()?;
        if self.random.one_in(3) {
            let pool = self.pool.with_example(&whole);
            let data = value::Maker::new(kind.schema_json(), &pool, &mut self.random).whole();
            *setting::data_of(&mut whole) = data;
            return Some(whole);
        }
        Some(self.edited(kind, whole))
    }

    fn edited(&mut self, kind: &Kind, mut whole: serde_json::Value) -> serde_json::Value {
        let pool = self.pool.with_example(&whole);
        let times = self.random.below(5);
        let mut maker = value::Maker::new(kind.schema_json(), &pool, &mut self.random);
        for _ in 0..=times {
            edit::edit(setting::data_of(&mut whole), &mut maker);
        }
        whole
    }

    /// Breaks the judged snapshot, or one beside it, in one place; what was done to it.
    fn spoil(&mut self, setting: &mut Setting) -> Option<String> {
        let mut parts: Vec<_> = setting.parts_mut().collect();
        let at = if self.random.one_in(3) {
            self.random.below(parts.len())
        } else {
            0
        };
        let part = parts.get_mut(at)?;
        let kind = self.kinds.find(&part.kind)?;
        let pool = self.pool.with_example(&part.json);
        let mut maker = value::Maker::new(kind.schema_json(), &pool, &mut self.random);
        spoil::spoil(setting::data_of(&mut part.json), &mut maker)
    }

    /// What is wrong with the verdicts on a snapshot; `None` where nothing is.
    fn wrong(&self, setting: &Setting) -> Option<String> {
        let scene = setting.scene(self.kinds).ok()?;
        let judge = Judge::new(&self.set, scene.now);
        unbalanced(&scene.verdicts(&judge, &self.set.policies()[0]))
    }
}

/// Whether two reasons speak of one mistake: they differ in what comes of the snapshot alone.
fn alike(left: &str, right: &str) -> bool {
    let head = |text: &str| {
        text.chars()
            .take(60)
            .filter(|c| !c.is_ascii_digit())
            .collect::<String>()
    };
    head(left) == head(right)
}

/// What is wrong with verdicts, whatever the policy and the snapshot.
fn unbalanced(verdicts: &[Verdict]) -> Option<String> {
    if verdicts.is_empty() {
        return Some("there is no verdict".to_owned());
    }
    let mut seen = std::collections::HashSet::new();
    for verdict in verdicts {
        let has_findings = matches!(verdict.outcome, Outcome::Fail | Outcome::Review);
        let has_reason = !matches!(verdict.outcome, Outcome::Fail | Outcome::Pass);
        if verdict.outcome == Outcome::Error {
            return Some(format!("error: {}", verdict.reason));
        }
        if has_findings == verdict.findings.is_empty() || has_reason == verdict.reason.is_empty() {
            return Some(format!(
                "the verdict {} has {} findings and the reason `{}`",
                verdict.outcome,
                verdict.findings.len(),
                verdict.reason
            ));
        }
        // What cannot be selected is told at one place, as often as there are reasons.
        if verdict.outcome != Outcome::Indeterminate && !seen.insert((verdict.object, verdict.gone))
        {
            return Some("an object has two verdicts".to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is generated is valid by the check that all snapshots pass, and the same for the same seed.
    #[test]
    fn generated_snapshots_follow_their_schema() {
        let (kinds, limits) = (Kinds::shipped().unwrap(), Limits::default());
        let (mut made, mut wanted) = (0, 0);
        for shipped in crate::shipped_policies().step_by(9) {
            let policy = shipped.compile(&limits).unwrap();
            let mut generator = Generator::new(&policy, &kinds, &limits, 7).unwrap();
            let mut again = Generator::new(&policy, &kinds, &limits, 7).unwrap();
            for _ in 0..20 {
                let setting = generator.valid_setting();
                assert_eq!(setting, again.valid_setting());
                wanted += 1;
                let Some(setting) = setting else { continue };
                made += 1;
                let scene = setting.scene(&kinds).unwrap();
                assert!(scene.scene.check_soundness().is_ok(), "{}", policy.id);
            }
        }
        assert!(made * 20 >= wanted * 19, "{made} of {wanted}");
    }

    #[test]
    fn a_policy_that_stumbles_is_found_out_and_the_snapshot_is_small() {
        let source = crate::Source {
            path: "p.rhai".to_owned(),
            text: "const POLICY = #{ title: \"T\", severity: \"low\", kind: \"certificates\", select: \"$.Certificate[*]\" };\nfn check(c) { if c.Issuer.len() == 0 { fail(c, \"x\"); } }".to_owned(),
        };
        let limits = Limits::default();
        let policy = Policy::new("p", source, crate::Page::default(), &limits).unwrap();
        let kinds = Kinds::shipped().unwrap();
        let generation = generate(&policy, &kinds, &limits, 100, 1).unwrap();
        let found = &generation.found[0];
        assert!(found.wrong.starts_with("error: "), "{}", found.wrong);
        assert!(found.blocks.len() < 600, "{}", found.blocks);
    }
}
