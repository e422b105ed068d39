use std::fmt::Write as _;

use assize_finding::{Judged, Run};
use serde_json::Value as Json;

use crate::error::ProjectError;

/// Days for which a waiver holds where nobody says for how many.
const DAYS: i64 = 90;

/// Characters of a fingerprint that are enough to tell it.
const SHORTEST: usize = 8;

/// What somebody decided about a finding.
#[derive(Debug, Clone)]
pub struct NewWaiver {
    /// Who answers for it.
    pub owner: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it holds, as `YYYY-MM-DD` in UTC; without it, some months from now.
    pub expires: Option<String>,
    /// Where it is written down elsewhere.
    pub ticket: Option<String>,
    /// Who agreed.
    pub approver: Option<String>,
}

/// A finding that can be waived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its fingerprint.
    pub fingerprint: String,
    /// The rule.
    pub rule: String,
    /// The keyed path.
    pub path: String,
    /// What was found.
    pub message: String,
}

impl Found {
    /// The findings of policies in what was judged, and what the objects are that failed.
    pub fn of(run: &Run, judged: &Judged) -> Vec<Self> {
        let mut all = Vec::new();
        for evaluation in &judged.evaluations {
            for finding in &evaluation.findings {
                all.push(Self {
                    fingerprint: finding.fingerprint.to_string(),
                    rule: run.rule(finding.rule).id.clone(),
                    path: finding.location.path.clone(),
                    message: finding.message.clone(),
                });
            }
        }
        all
    }

    /// The finding with a fingerprint, or with one that begins so.
    pub fn find<'f>(all: &'f [Self], wanted: &str) -> Result<&'f Self, ProjectError> {
        let refuse = |message: String| Err(ProjectError::Unknown(message));
        if wanted.len() < SHORTEST || !wanted.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return refuse(format!(
                "`{wanted}` is no fingerprint; expected at least {SHORTEST} of its 32 hexadecimal digits, as `--format json` shows them"
            ));
        }
        let wanted = wanted.to_ascii_lowercase();
        let mut found = all
            .iter()
            .filter(|finding| finding.fingerprint.starts_with(&wanted));
        let Some(first) = found.next() else {
            return refuse(format!(
                "no finding has the fingerprint {wanted}; there are {} findings",
                all.len()
            ));
        };
        if found.any(|other| other.fingerprint != first.fingerprint) {
            return refuse(format!(
                "several findings have a fingerprint that begins with {wanted}; write more of it"
            ));
        }
        Ok(first)
    }
}

/// The findings in a report of the formats json and SARIF.
pub fn findings_in_report(text: &str) -> Result<Vec<Found>, ProjectError> {
    let report: Json = serde_json::from_str(text.trim_start_matches('\u{FEFF}'))
        .map_err(|error| ProjectError::Unknown(format!("the report is no JSON: {error}")))?;
    if report.get("assizeReport").is_some() {
        let findings = each(&report, "files")
            .flat_map(|file| each(file, "evaluations"))
            .flat_map(|evaluation| each(evaluation, "findings"));
        return Ok(findings.filter_map(of_json).collect());
    }
    if report.get("runs").is_some() {
        let results = each(&report, "runs").flat_map(|run| each(run, "results"));
        return Ok(results.filter_map(of_sarif).collect());
    }
    Err(ProjectError::Unknown(
        "the file is no report of assize; expected one of `--format json` or `--format sarif`"
            .to_owned(),
    ))
}

fn each<'j>(value: &'j Json, name: &str) -> impl Iterator<Item = &'j Json> + use<'j> {
    value
        .get(name)
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
}

fn text(value: &Json, pointer: &str) -> Option<String> {
    Some(value.pointer(pointer)?.as_str()?.to_owned())
}

fn of_json(finding: &Json) -> Option<Found> {
    Some(Found {
        fingerprint: text(finding, "/fingerprint")?,
        rule: text(finding, "/rule")?,
        path: text(finding, "/location/path")?,
        message: text(finding, "/message").unwrap_or_default(),
    })
}

fn of_sarif(result: &Json) -> Option<Found> {
    let is_failed = matches!(
        text(result, "/kind").as_deref(),
        None | Some("fail" | "review")
    );
    let place = "/locations/0/logicalLocations/0/fullyQualifiedName";
    is_failed.then_some(())?;
    Some(Found {
        fingerprint: text(result, "/fingerprints/assize~1v1")?,
        rule: text(result, "/ruleId")?,
        path: text(result, place).unwrap_or_default(),
        message: text(result, "/message/text").unwrap_or_default(),
    })
}

/// The entry of `waivers.toml` for a finding. `now` is today.
pub fn waiver_entry(found: &Found, new: &NewWaiver, now: i64) -> Result<String, ProjectError> {
    for (what, text) in [("owner", &new.owner), ("reason", &new.reason)] {
        if text.trim().is_empty() {
            return Err(ProjectError::Unknown(format!(
                "the {what} of a waiver is empty"
            )));
        }
    }
    let expires = match &new.expires {
        Some(day) => day.clone(),
        None => some_days_after(now),
    };
    check_day(&expires, now)?;
    let mut entry = String::from("[[waiver]]\n");
    // A pattern has no way to mean a star or a question mark, and the whole snapshot has no path.
    let is_path = !found.path.is_empty() && !found.path.contains(['*', '?']);
    let fields = [
        ("rule", Some(&found.rule)),
        ("path", is_path.then_some(&found.path)),
        ("fingerprint", (!is_path).then_some(&found.fingerprint)),
        ("owner", Some(&new.owner)),
        ("reason", Some(&new.reason)),
        ("ticket", new.ticket.as_ref()),
        ("approver", new.approver.as_ref()),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            // Writing to a `String` cannot fail.
            let _ = writeln!(entry, "{name} = {}", toml_text(value));
        }
    }
    let _ = writeln!(entry, "expires = {expires}");
    Ok(entry)
}

/// A string of TOML; JSON's escapes are TOML's but for the slash and surrogates, which JSON's writer does not use.
fn toml_text(text: &str) -> String {
    let mut written = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            _ if character.is_control() || is_hidden(character) => {
                let _ = write!(written, "\\U{:08X}", character as u32);
            }
            _ => written.push(character),
        }
    }
    written.push('"');
    written
}

/// Characters that turn the direction of a line, or are not seen.
fn is_hidden(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn some_days_after(now: i64) -> String {
    let later = now.saturating_add(DAYS * 86_400 * 1_000_000);
    assize_snapshot::format_time(later)
        .chars()
        .take(10)
        .collect()
}

/// A date that is one, and not over.
fn check_day(day: &str, now: i64) -> Result<(), ProjectError> {
    let shape = day.len() == 10
        && day.bytes().enumerate().all(|(at, byte)| {
            if matches!(at, 4 | 7) {
                byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        });
    let time = assize_snapshot::parse_time(&format!("{day}T23:59:59Z"), false);
    match time {
        Ok(end) if shape && end >= now => Ok(()),
        Ok(_) if shape => Err(ProjectError::Unknown(format!(
            "a waiver that expires on {day} would be over already"
        ))),
        _ => Err(ProjectError::Unknown(format!(
            "`{day}` is no day; expected one such as 2027-03-31"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> Found {
        Found {
            fingerprint: "8c225b3865190e9dca9f2977f6a7de23".to_owned(),
            rule: "own/x".to_owned(),
            path: "RemoteDomain[*].\"a\\b\"".to_owned(),
            message: String::new(),
        }
    }

    fn new(expires: &str) -> NewWaiver {
        NewWaiver {
            owner: "mail@contoso.com".to_owned(),
            reason: "a \"test\"\n\u{202E}".to_owned(),
            expires: Some(expires.to_owned()),
            ticket: None,
            approver: Some("CISO".to_owned()),
        }
    }

    const NOW: i64 = 1_795_867_200_000_000; // 2026-11-28T12:00:00Z

    #[test]
    fn an_entry_means_one_finding_and_holds_what_it_is_given() {
        let entry = waiver_entry(&found(), &new("2026-11-28"), NOW).unwrap();
        assert_eq!(
            entry,
            "[[waiver]]\nrule = \"own/x\"\nfingerprint = \"8c225b3865190e9dca9f2977f6a7de23\"\nowner = \"mail@contoso.com\"\nreason = \"a \\\"test\\\"\\n\\U0000202E\"\napprover = \"CISO\"\nexpires = 2026-11-28\n"
        );
        let named = Found {
            path: "A[\"b\\c\"].D".to_owned(),
            ..found()
        };
        let entry = waiver_entry(&named, &new("2026-11-28"), NOW).unwrap();
        assert!(
            entry.contains("path = \"A[\\\"b\\\\c\\\"].D\"\n"),
            "{entry}"
        );
    }

    #[test]
    fn days_are_days() {
        let mut without = new("");
        without.expires = None;
        let entry = waiver_entry(&found(), &without, NOW).unwrap();
        assert!(entry.ends_with("expires = 2027-02-26\n"), "{entry}");
        for day in ["2026-11-27", "2026-02-30", "30.11.2026", "2026-1-1", ""] {
            assert!(waiver_entry(&found(), &new(day), NOW).is_err(), "{day}");
        }
    }

    #[test]
    fn fingerprints_may_be_shortened() {
        let all = [found()];
        assert!(Found::find(&all, "8C225B38").is_ok());
        for wrong in ["8c22", "00000000", "not hexadecimal"] {
            assert!(Found::find(&all, wrong).is_err(), "{wrong}");
        }
    }
}
