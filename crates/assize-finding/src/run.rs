use serde::Serialize;

use crate::{Framework, Later, Repository, Rule, RuleIndex, Severity};

/// What is known of a run before it judges anything.
#[derive(Debug)]
pub struct Run {
    /// The version of assize.
    pub version: String,
    /// The one clock of the run, RFC 3339 in UTC: every policy takes this for now.
    pub now: String,
    /// Every rule that was loaded, whether it finds something or not, sorted by id.
    pub rules: Vec<Later<Rule>>,
    /// Parameters that were set from outside.
    pub parameters: Vec<Parameter>,
    /// Policies that the configuration turned off, with the reason: they judge nothing, and nobody shall overlook that.
    pub disabled: Vec<Disabled>,
    /// Severities that the configuration set.
    pub overrides: Vec<Override>,
    /// Findings may be waived, so that formats which say it of one say it of all.
    pub has_waivers: bool,
    /// There is an earlier run to compare with.
    pub has_baseline: bool,
    /// The frameworks that packs describe, by id.
    pub frameworks: Later<Vec<Framework>>,
    /// The version of the files, where it is known.
    pub repository: Option<Repository>,
}

impl Run {
    /// The rule behind an index.
    pub fn rule(&self, index: RuleIndex) -> &Rule {
        &self.rules[index.0 as usize]
    }

    /// A framework that a pack describes.
    pub fn framework(&self, id: &str) -> Option<&Framework> {
        self.frameworks.iter().find(|framework| framework.id == id)
    }

    /// The name and version of a framework; its id where no pack describes it.
    pub fn framework_name(&self, id: &str) -> String {
        self.framework(id)
            .map_or_else(|| id.to_owned(), Framework::full_name)
    }
}

/// A policy, or a pack, that the configuration turned off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disabled {
    /// The id of the policy, or the name of the pack.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// The files in which it is off; everywhere, where there is none.
    pub files: Option<String>,
}

/// A severity that the configuration set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Override {
    /// The id of the policy, or the name of the pack.
    pub rule: String,
    /// The severity.
    pub severity: Severity,
    /// The files in which it holds; everywhere, where there is none.
    pub files: Option<String>,
}

/// A policy parameter that was set from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// The policy's id; the name of the pack, where the parameter was set for all of its policies.
    pub rule: String,
    /// The parameter.
    pub name: String,
    /// Its value as JSON.
    pub value: String,
}
