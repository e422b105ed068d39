use std::{ops::Deref, sync::LazyLock};

use crate::Rule;

/// A rule that is made when somebody first asks for it: a run knows many rules and mentions few.
pub struct RuleCell(LazyLock<Rule, Box<dyn FnOnce() -> Rule + Send>>);

impl RuleCell {
    /// A rule that `make` makes at its first use.
    pub fn new(make: impl FnOnce() -> Rule + Send + 'static) -> Self {
        Self(LazyLock::new(Box::new(make)))
    }
}

impl From<Rule> for RuleCell {
    fn from(rule: Rule) -> Self {
        Self::new(move || rule)
    }
}

impl Deref for RuleCell {
    type Target = Rule;

    fn deref(&self) -> &Rule {
        &self.0
    }
}

impl std::fmt::Debug for RuleCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.deref().fmt(f)
    }
}
