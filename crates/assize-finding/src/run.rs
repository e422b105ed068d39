use serde::Serialize;

use crate::{Later, Rule, RuleIndex};

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
}

impl Run {
    /// The rule behind an index.
    pub fn rule(&self, index: RuleIndex) -> &Rule {
        &self.rules[index.0 as usize]
    }
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
