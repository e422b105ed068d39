//! What was tested, for people.

use std::fmt::Write;

use assize_policy::ExampleResult;
use assize_report::{escape_control, trace_text};

use super::Tested;

/// Failures, and with `verbose` what passed as well.
pub(super) fn write(tested: &Tested, verbose: bool) -> String {
    let mut text = String::new();
    for policy in &tested.policies {
        if let Some(wrong) = &policy.wrong {
            let (id, wrong) = (escape_control(&policy.id), escape_control(wrong));
            let _ = writeln!(text, "FAIL  {id}: {wrong}");
        }
        for result in policy.results() {
            if result.failure.is_some() || verbose {
                text.push_str(&describe(result));
            }
        }
    }
    let (passed, failed) = (tested.passed(), tested.failed());
    let _ = writeln!(text, "{passed} passed, {failed} failed");
    text
}

fn describe(result: &ExampleResult) -> String {
    let word = if result.failure.is_some() {
        "FAIL"
    } else {
        "ok"
    };
    let mut text = format!(
        "{word:<4}  {}:{}: {}\n",
        escape_control(&result.path),
        result.line,
        escape_control(&result.title),
    );
    if let Some(failure) = &result.failure {
        let _ = writeln!(text, "  expected: {}", escape_control(&result.expected));
        for line in failure.text().lines() {
            let _ = writeln!(text, "  {}", escape_control(line));
        }
    }
    for explained in &result.explained {
        let object = match explained.object.as_str() {
            "" => "the snapshot".into(),
            path => escape_control(path),
        };
        let _ = writeln!(text, "  why {} at {object}:", explained.outcome);
        let drawn = trace_text(&explained.trace, &explained.object, false);
        for line in drawn.lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}
