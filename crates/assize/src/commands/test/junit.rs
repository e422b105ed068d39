//! What was tested, as JUnit writes it: a suite for each policy, a case for each example.

use std::{fmt::Write, time::Duration};

use assize_policy::{ExampleResult, Failure};
use assize_report::escape_control;

use super::{Tested, tested::TestedPolicy};

pub(super) fn write(tested: &Tested) -> String {
    let time = tested.policies.iter().map(TestedPolicy::time).sum();
    let failed = tested.failed();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"assize\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" time=\"{}\">\n",
        tested.passed() + failed,
        seconds(time)
    );
    for policy in &tested.policies {
        suite(&mut text, policy);
    }
    text.push_str("</testsuites>\n");
    text
}

fn suite(text: &mut String, policy: &TestedPolicy) {
    let id = escape(&policy.id);
    let tests = policy.results().count() + usize::from(policy.wrong.is_some());
    let _ = writeln!(
        text,
        "  <testsuite name=\"{id}\" tests=\"{tests}\" failures=\"{}\" errors=\"0\" skipped=\"0\" time=\"{}\">",
        policy.failed(),
        seconds(policy.time())
    );
    if let Some(wrong) = &policy.wrong {
        let _ = writeln!(
            text,
            "    <testcase name=\"the policy can be tested\" classname=\"{id}\" time=\"0.000\">"
        );
        failure(text, "unusable", wrong);
        text.push_str("    </testcase>\n");
    }
    for result in policy.results() {
        case(text, result, &id);
    }
    text.push_str("  </testsuite>\n");
}

fn case(text: &mut String, result: &ExampleResult, id: &str) {
    let _ = write!(
        text,
        "    <testcase name=\"{}\" classname=\"{id}\" file=\"{}\" line=\"{}\" time=\"{}\"",
        escape(&result.title),
        escape(&result.path),
        result.line,
        seconds(result.time)
    );
    let Some(failed) = &result.failure else {
        text.push_str("/>\n");
        return;
    };
    text.push_str(">\n");
    let kind = match failed {
        Failure::Unusable(_) => "unusable",
        Failure::Differs { .. } => "difference",
    };
    let whole = format!(
        "{}:{}: expected: {}\n{}",
        result.path,
        result.line,
        result.expected,
        failed.text()
    );
    failure(text, kind, &whole);
    text.push_str("    </testcase>\n");
}

fn failure(text: &mut String, kind: &str, whole: &str) {
    let first = whole.lines().next().unwrap_or_default();
    let lines: Vec<String> = whole.lines().map(escape).collect();
    let _ = writeln!(
        text,
        "      <failure message=\"{}\" type=\"{kind}\">{}</failure>",
        escape(first),
        lines.join("\n")
    );
}

fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

/// A text as a part of XML, which takes no control characters in any form.
fn escape(text: &str) -> String {
    let text = escape_control(text);
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{FFFE}' | '\u{FFFF}' => escaped.push('\u{FFFD}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_holds_any_text() {
        assert_eq!(escape("<a b=\"&\">"), "&lt;a b=&quot;&amp;&quot;&gt;");
        let strange = escape("\u{1b}[31m\u{FFFF}\0");
        assert!(
            !strange.contains(['\u{1b}', '\u{FFFF}', '\0']),
            "{strange:?}"
        );
    }
}
