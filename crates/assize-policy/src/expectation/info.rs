//! Reads info strings: `fail at A[x].B saying "too old", review with days=7 now=2026-01-01`.

use std::fmt::Write;

use assize_finding::Outcome;
use assize_snapshot::nearest;

use super::{Expectation, Expected};

const WORDS: [(&str, Outcome); 6] = [
    ("pass", Outcome::Pass),
    ("fail", Outcome::Fail),
    ("not_applicable", Outcome::NotApplicable),
    ("indeterminate", Outcome::Indeterminate),
    ("review", Outcome::Review),
    ("error", Outcome::Error),
];

/// A verdict as info strings say it.
pub(super) fn word(outcome: Outcome) -> &'static str {
    let own = WORDS.iter().find(|(_, own)| *own == outcome);
    own.map_or("", |(word, _)| word)
}

const SAYING: &str = " saying ";
/// Stands for a quoted text that was taken out; no info string holds it.
const TAKEN: char = '\u{1}';

impl Expectation {
    /// `names_kind`: the example may be of several kinds.
    pub(crate) fn parse(info: &str, names_kind: bool) -> Result<Self, String> {
        let (info, said) = without_texts(info.trim())?;
        let (kind, without) = if names_kind {
            kind_of_example(&info)
        } else {
            (None, info)
        };
        let (rest, now) = match without.split_once(" now=") {
            Some((before, now)) => (before, Some(now.trim().to_owned())),
            None => (without.as_str(), None),
        };
        let mut parts = rest.split(" with ");
        let verdicts = expected(parts.next().unwrap_or_default(), &said)?;
        let params = parts.map(param).collect::<Result<_, _>>()?;
        Ok(Self {
            verdicts,
            params,
            now,
            kind,
        })
    }

    /// Reads verdicts alone.
    pub(crate) fn parse_verdicts(text: &str) -> Result<Vec<Expected>, String> {
        let (info, said) = without_texts(text.trim())?;
        expected(&info, &said)
    }

    /// An info string with other verdicts, and everything behind them as it was.
    pub(crate) fn replaced(info: &str, verdicts: &str) -> Option<String> {
        let old = info.trim();
        let (marked, said) = without_texts(old).ok()?;
        let ends = [" with ", " now=", " kind="];
        let end = ends.iter().filter_map(|end| marked.find(end)).min();
        let behind = end.map_or("", |end| &marked[end..]);
        // What was said stands before all that.
        (!behind.contains(TAKEN) || said.is_empty()).then(|| format!("{verdicts}{behind}"))
    }
}

/// Takes out the texts behind `saying`, which may hold anything.
fn without_texts(info: &str) -> Result<(String, Vec<String>), String> {
    let mut rest = info;
    let (mut text, mut said) = (String::new(), Vec::new());
    if info.contains(TAKEN) {
        return Err("the info string holds a control character".to_owned());
    }
    while let Some(at) = rest.find(SAYING) {
        let (before, after) = rest.split_at(at + SAYING.len());
        let mut texts = serde_json::Deserializer::from_str(after).into_iter::<String>();
        let Some(Ok(own)) = texts.next() else {
            return Err(
                "behind `saying` stands a part of the message in quotes, as in `saying \"too old\"`"
                    .to_owned(),
            );
        };
        rest = &after[texts.byte_offset()..];
        text.push_str(before);
        text.push(TAKEN);
        said.push(own);
    }
    text.push_str(rest);
    Ok((text, said))
}

fn expected(text: &str, said: &[String]) -> Result<Vec<Expected>, String> {
    let mut said = said.iter();
    let mut parts: Vec<String> = Vec::new();
    // A path may hold a comma: only one before the next outcome separates.
    for part in text.split(", ") {
        match parts.last_mut() {
            Some(last) if outcome(part).is_none() && last.contains(" at ") => {
                let _ = write!(last, ", {part}");
            }
            _ => parts.push(part.to_owned()),
        }
    }
    let read = |part: &String| {
        let outcome = outcome(part).ok_or_else(|| no_verdict(part))?;
        let (rest, says) = match part.split_once(SAYING) {
            Some((rest, _)) => (rest, said.next().cloned()),
            None => (part.as_str(), None),
        };
        let path = rest
            .split_once(" at ")
            .map(|(_, path)| path.trim().to_owned());
        Ok(Expected {
            outcome,
            path,
            says,
        })
    };
    parts.iter().map(read).collect()
}

/// The verdict that a part begins with, if nothing but a place or a message follows.
fn outcome(part: &str) -> Option<Outcome> {
    let part = part.split(SAYING).next().unwrap_or(part);
    let word = part.split(" at ").next().unwrap_or(part).trim();
    WORDS
        .iter()
        .find(|(own, _)| *own == word)
        .map(|(_, outcome)| *outcome)
}

fn no_verdict(part: &str) -> String {
    let words: Vec<_> = WORDS.iter().map(|(word, _)| *word).collect();
    let word = part.split(' ').next().unwrap_or(part);
    let hint = nearest(word, words.iter().copied()).map_or(String::new(), |nearest| {
        format!("; did you mean `{nearest}`?")
    });
    format!(
        "`{part}` is no verdict; expected one of {}{hint}",
        words.join(", ")
    )
}

fn param(part: &str) -> Result<(String, String), String> {
    let (name, value) = part
        .split_once('=')
        .ok_or_else(|| format!("`with {part}` is no `with name=value`"))?;
    if let Some(other) = joined_param(value) {
        return Err(format!(
            "`with {part}` seems to set several parameters; write `with {}` for the other one, or put a text that has commas in quotes",
            other.trim()
        ));
    }
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// What follows a comma in a value and looks like one more `name=value`; values with commas of their own are JSON.
fn joined_param(value: &str) -> Option<&str> {
    if serde_json::from_str::<serde_json::Value>(value.trim()).is_ok() {
        return None;
    }
    let mut parts = value.match_indices(',').map(|(at, _)| &value[at + 1..]);
    parts.find(|part| {
        let name = part.split_once('=').map(|(name, _)| name.trim());
        name.is_some_and(|name| {
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        })
    })
}

/// The `kind=NAME` of an info string, and the rest.
fn kind_of_example(info: &str) -> (Option<String>, String) {
    let words: Vec<&str> = info.split(' ').collect();
    let named = words.iter().position(|word| word.starts_with("kind="));
    let Some(at) = named else {
        return (None, info.to_owned());
    };
    let kind = words[at].trim_start_matches("kind=").to_owned();
    let rest: Vec<&str> = words[..at]
        .iter()
        .chain(&words[at + 1..])
        .copied()
        .collect();
    (Some(kind), rest.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(expectation: &Expectation) -> Vec<String> {
        let verdicts = expectation.verdicts.iter();
        verdicts.map(ToString::to_string).collect()
    }

    #[test]
    fn info_strings() {
        let expectation = Expectation::parse(
            "fail at A[x, y].B, fail at C, indeterminate with parked=[\"a\"] now=2026-01-01",
            false,
        )
        .unwrap();
        assert_eq!(
            shown(&expectation),
            ["fail at A[x, y].B", "fail at C", "indeterminate"]
        );
        assert_eq!(
            expectation.params,
            [("parked".to_owned(), "[\"a\"]".to_owned())]
        );
        assert_eq!(expectation.now.as_deref(), Some("2026-01-01"));
        assert!(Expectation::parse("fails", false).is_err());
        assert!(Expectation::parse("", false).is_err());
        let two = Expectation::parse("pass with a=1 with b=\"c, d=e\" with f=g, h", false).unwrap();
        let params: Vec<_> = two
            .params
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        assert_eq!(params, ["a: 1", "b: \"c, d=e\"", "f: g, h"]);
        let joined = Expectation::parse("pass with a=1, b=2", false).unwrap_err();
        assert!(
            joined.contains("write `with b=2` for the other one"),
            "{joined}"
        );
        let any = Expectation::parse("fail at A[x] kind=certificates with a=1", true).unwrap();
        assert_eq!(any.kind.as_deref(), Some("certificates"));
        assert_eq!(shown(&any), ["fail at A[x]"]);
        assert_eq!(any.params, [("a".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn messages_in_part() {
        let info = "fail at A[x] saying \"a, fail with \\\"b\\\"\", review saying \"c\" with d=1";
        let expectation = Expectation::parse(info, false).unwrap();
        assert_eq!(
            shown(&expectation),
            [
                "fail at A[x] saying \"a, fail with \\\"b\\\"\"",
                "review saying \"c\""
            ]
        );
        assert_eq!(expectation.params.len(), 1);
        let wrong = Expectation::parse("fail saying nothing", false).unwrap_err();
        assert!(wrong.contains("in quotes"), "{wrong}");
        assert_eq!(
            Expectation::replaced(info, "pass").as_deref(),
            Some("pass with d=1")
        );
    }
}
