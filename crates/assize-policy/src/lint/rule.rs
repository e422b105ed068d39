use assize_finding::Severity;

/// A lint, as people read of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LintRule {
    /// `lint/unknown-field`.
    pub id: &'static str,
    /// How bad a case of it is.
    pub severity: Severity,
    /// One sentence, without a full stop, that says what is in order.
    pub title: &'static str,
    /// Its page: what it finds, why that matters, what is wrong and what is right.
    pub page: &'static str,
}

impl LintRule {
    /// The first paragraph of the page.
    pub fn description(&self) -> &'static str {
        let paragraphs = self.page.split("\n\n").map(str::trim);
        let mut text = paragraphs.filter(|paragraph| !paragraph.starts_with('#'));
        text.next().unwrap_or_default()
    }
}
