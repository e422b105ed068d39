use serde::Serialize;

use crate::Severity;

/// A rule's place in [`crate::Run::rules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct RuleIndex(pub u32);

/// Something that findings are reported under: a policy, or a reserved rule such as `input/invalid-json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// The id: the policy's path, such as `exchange-online/dkim-enabled`.
    pub id: String,
    /// One sentence, without a full stop, that says what is in order: "Every sending domain signs with DKIM".
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// The snapshot kind that the policy judges; `None` for reserved rules.
    pub kind: Option<String>,
    /// What the rule checks, as one plain paragraph.
    pub description: String,
    /// The rule's page in Markdown, without its examples.
    pub help: String,
    /// How to fix a failure, in one line.
    pub fix: Option<String>,
    /// The vendor's page on the subject, where the rule's page links one.
    pub help_uri: Option<String>,
    /// The controls of compliance frameworks that the rule bears on.
    pub controls: Vec<Control>,
    /// A hash of the policy's source; `None` for reserved rules.
    pub source: Option<String>,
}

/// A control of a compliance framework.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Control {
    /// The framework with its version, such as `cis-m365-v6`.
    pub framework: String,
    /// The control's id in it, such as `2.1.9`.
    pub id: String,
}

impl std::fmt::Display for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.framework, self.id)
    }
}
