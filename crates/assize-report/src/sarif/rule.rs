use assize_finding::{Rule, Severity};
use serde_json::Value;
use serde_sarif::sarif::{
    MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor,
};

use super::{result::level, uri::is_web_address};
use crate::escape::is_unsafe;

/// GitHub's limit for both descriptions, in characters.
const MOST_CHARACTERS: usize = 1024;

/// The descriptor of a rule. It depends on the rule alone, never on what was found. `most_tags` bounds its tags.
pub(crate) fn descriptor(rule: &Rule, most_tags: usize) -> ReportingDescriptor {
    let title = first_of([&rule.title, &rule.id]);
    let description = first_of([&rule.description, &rule.title, &rule.id]);
    let default_level = Value::from(level(rule.severity).to_string());
    let help_uri = rule.help_uri.as_deref().filter(|uri| is_web_address(uri));
    let mut descriptor = ReportingDescriptor::builder()
        .id(rule.id.as_str())
        .short_description(plain(&sentence(title)))
        .full_description(plain(&sentence(description)))
        .help(help(rule, description))
        .default_configuration(
            ReportingConfiguration::builder()
                .level(default_level)
                .build(),
        )
        .properties(rule_properties(rule, most_tags))
        .build();
    descriptor.name = pascal_case(&rule.id).filter(|name| *name != rule.id);
    descriptor.help_uri = help_uri.map(str::to_owned);
    descriptor
}

/// The rule's page, and for viewers that know no Markdown what it says first.
fn help(rule: &Rule, description: &str) -> MultiformatMessageString {
    let mut text = sentence(description);
    if let Some(fix) = &rule.fix {
        text = format!("{text}\n\nFix: {}", sentence(fix));
    }
    let mut help = MultiformatMessageString::builder()
        .text(visible(&text))
        .build();
    help.markdown = (!rule.help.trim().is_empty()).then(|| visible(&rule.help));
    help
}

fn rule_properties(rule: &Rule, most_tags: usize) -> PropertyBag {
    let mut members = std::collections::BTreeMap::new();
    members.insert("precision".to_owned(), Value::from("very-high"));
    members.insert(
        "assize/severity".to_owned(),
        Value::from(rule.severity.as_str()),
    );
    if let Some(score) = security_severity(rule.severity) {
        members.insert("security-severity".to_owned(), Value::from(score));
    }
    if let Some(source) = &rule.source {
        members.insert("assize/source".to_owned(), Value::from(source.as_str()));
    }
    if let Some(kind) = &rule.kind {
        members.insert("assize/kind".to_owned(), Value::from(kind.as_str()));
    }
    // GitHub reads `security-severity` only of rules with this tag.
    let mut tags = vec!["security".to_owned()];
    for tag in rule.controls.iter().map(ToString::to_string) {
        if tags.len() < most_tags && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    PropertyBag::builder()
        .tags(tags)
        .additional_properties(members)
        .build()
}

/// A score inside the band that GitHub calls by the same word. A score of 0 would say that the rule is harmless.
fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

fn first_of<const N: usize>(texts: [&str; N]) -> &str {
    texts
        .into_iter()
        .map(str::trim)
        .find(|text| !text.is_empty())
        .unwrap_or("rule")
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    let stop = if text.ends_with('.') { "" } else { "." };
    format!("{text}{stop}")
}

fn plain(text: &str) -> MultiformatMessageString {
    let mut text = visible(text);
    if let Some((at, _)) = text.char_indices().nth(MOST_CHARACTERS) {
        // Room for the ellipsis and the full stop.
        let keep = text[..at]
            .char_indices()
            .rev()
            .nth(1)
            .map_or(0, |(index, _)| index);
        text.truncate(keep);
        text.push_str("….");
    }
    MultiformatMessageString::builder().text(text).build()
}

/// Drops what controls or hides text; line feeds and tabs stay.
fn visible(text: &str) -> String {
    let stays = |character: &char| matches!(character, '\n' | '\t') || !is_unsafe(*character);
    text.chars().filter(stays).collect()
}

/// `exchange-online/dkim-enabled` as `ExchangeOnlineDkimEnabled`; `None` where nothing is left or it is too long.
fn pascal_case(id: &str) -> Option<String> {
    let mut name = String::with_capacity(id.len());
    let words = id.split(|character: char| !character.is_alphanumeric());
    for word in words {
        let mut characters = word.chars();
        name.extend(characters.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(characters.as_str());
    }
    (!name.is_empty() && name.chars().count() <= 255).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{pascal_case, plain};

    #[test]
    fn names_are_pascal_case() {
        assert_eq!(
            pascal_case("exchange-online/dkim"),
            Some("ExchangeOnlineDkim".to_owned())
        );
        assert_eq!(pascal_case("--/"), None);
    }

    #[test]
    fn descriptions_keep_the_limit() {
        assert_eq!(plain(&"é".repeat(1024)).text.chars().count(), 1024);
        let cut = plain(&"é".repeat(1025)).text;
        assert!(cut.ends_with("é….") && cut.chars().count() == 1024);
    }
}
