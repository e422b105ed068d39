//! One waiver.

use assize_finding::Waiver;
use assize_snapshot::{nearest, parse_time};

use super::{Candidate, Flaw, Known, Note};
use crate::{
    form::Form,
    glob::Glob,
    load::{names, present_name},
    settings::fields,
    toml_tree::{Placed, TomlFile},
};

pub(crate) const DAY: i64 = 86_400_000_000;

/// Whether a waiver has an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    InForce,
    Expired,
    /// It is not as it should be.
    Void,
}

/// A waiver.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The rule as written.
    pub(crate) written_rule: Option<String>,
    /// Its present name.
    pub(crate) rule: Option<String>,
    pub(crate) path: Option<Glob>,
    pub(crate) fingerprint: Option<String>,
    pub(crate) snapshot: Option<Glob>,
    pub(crate) source: Option<String>,
    pub(crate) content: Option<String>,
    /// The first moment at which it no longer holds, in microseconds since 1970.
    pub(crate) ends: i64,
    pub(crate) created: Option<i64>,
    pub(crate) state: State,
    pub(crate) waiver: Waiver,
    flaw: Option<(Flaw, String)>,
}

impl Entry {
    /// Reads a waiver, or says all that is wrong with it.
    pub(super) fn read(
        file: &TomlFile,
        table: &Placed,
        known: &Known<'_>,
    ) -> Result<Self, Vec<Note>> {
        let place = table
            .get("rule")
            .or_else(|| table.get("fingerprint"))
            .unwrap_or(table);
        let region = file.region(&place.at);
        let mut mistakes = Vec::new();
        Form::Table(fields::WAIVER).mistakes("", table, &mut mistakes);
        let mut notes: Vec<Note> = mistakes
            .into_iter()
            .map(|mistake| Note {
                flaw: Flaw::Malformed,
                region: file.region(&mistake.at),
                message: mistake.message,
            })
            .collect();
        let text = |name: &str| table.get(name).and_then(Placed::text).map(str::trim);
        let owned = |name: &str| text(name).map(str::to_owned);
        for name in ["owner", "reason"] {
            if text(name) == Some("") {
                let at = table.get(name).unwrap_or(table);
                notes.push(malformed(file, at, format!("`{name}` is empty")));
            }
        }
        let mut date = |name: &str| {
            let value = table.get(name)?;
            let read = value.text().and_then(day);
            if read.is_none() && value.text().is_some() {
                let shown = value.text().unwrap_or_default();
                let message = format!("`{name}` is `{shown}`; expected a date such as 2027-01-31");
                notes.push(malformed(file, value, message));
            }
            read
        };
        let (expires, created) = (date("expires"), date("created"));
        if table.get("path").is_none() && table.get("fingerprint").is_none() {
            let message = "the waiver names no object; write `path` or `fingerprint`".to_owned();
            notes.push(malformed(file, place, message));
        }
        if table.get("path").is_some() && table.get("rule").is_none() {
            let message = "the waiver names no rule; a `path` needs one".to_owned();
            notes.push(malformed(file, place, message));
        }
        let Some((expires, shown)) = expires.filter(|_| notes.is_empty()) else {
            return Err(notes);
        };
        let written_rule = owned("rule");
        let rule = written_rule
            .as_deref()
            .map(|rule| present_name(rule, known.ids, known.packs).to_owned());
        let mut entry = Self {
            rule,
            written_rule,
            path: text("path").map(Glob::of_paths),
            fingerprint: owned("fingerprint").map(|text| text.to_lowercase()),
            snapshot: text("snapshot").map(Glob::of_files),
            source: owned("source"),
            content: owned("while"),
            ends: expires + DAY,
            created: created.map(|(created, _)| created),
            state: State::InForce,
            waiver: Waiver {
                file: file.path.clone(),
                region,
                owner: owned("owner").unwrap_or_default(),
                reason: owned("reason").unwrap_or_default(),
                expires: shown,
                ticket: owned("ticket"),
                approver: owned("approver"),
            },
            flaw: None,
        };
        entry.flaw = entry.find_flaw(known);
        entry.state = match entry.flaw {
            None => State::InForce,
            Some((Flaw::Expired, _)) => State::Expired,
            Some(_) => State::Void,
        };
        Ok(entry)
    }

    fn find_flaw(&self, known: &Known<'_>) -> Option<(Flaw, String)> {
        if let Some(rule) = &self.rule
            && !known.ids.iter().any(|id| names(rule, id))
        {
            return Some((Flaw::UnknownRule, unknown_rule(rule, known)));
        }
        if let Some(path) = &self.path
            && self.fingerprint.is_none()
            && self.is_over_broad(path)
        {
            let message = format!(
                "`{}` accepts whatever is found; name the object, such as `Section[name]`",
                path.as_str()
            );
            return Some((Flaw::OverBroad, message));
        }
        if self.ends <= known.now {
            let message = format!(
                "the waiver of {} expired on {}",
                self.waiver.owner, self.waiver.expires
            );
            return Some((Flaw::Expired, message));
        }
        None
    }

    /// A pattern that names nothing accepts a whole control; so does one that leaves open which element it means, unless the
    /// waiver is for some files only.
    fn is_over_broad(&self, path: &Glob) -> bool {
        let is_narrowed = self.source.is_some()
            || self
                .snapshot
                .as_ref()
                .is_some_and(|files| !files.is_only_wildcards());
        let is_open = path.as_str().contains("[*]") || path.as_str().contains("**");
        let names_some = path
            .as_str()
            .split('[')
            .skip(1)
            .any(|part| !part.starts_with('*'));
        path.is_only_wildcards() || is_open && !names_some && !is_narrowed
    }

    /// What is to be said of it whatever is found.
    pub(super) fn note(&self, _known: &Known<'_>) -> Option<Note> {
        let (flaw, message) = self.flaw.clone()?;
        let region = self.waiver.region;
        Some(Note {
            flaw,
            region,
            message,
        })
    }

    /// What two waivers must share to be one.
    pub(super) fn key(&self) -> [String; 5] {
        let glob = |glob: &Option<Glob>| {
            glob.as_ref()
                .map_or(String::new(), |glob| glob.as_str().to_owned())
        };
        [
            self.rule.clone().unwrap_or_default(),
            glob(&self.path),
            self.fingerprint.clone().unwrap_or_default(),
            glob(&self.snapshot),
            self.source.clone().unwrap_or_default(),
        ]
    }

    /// Whether it is about a finding.
    pub(super) fn accepts(&self, candidate: &Candidate<'_>) -> bool {
        let Candidate {
            finding, verdict, ..
        } = candidate;
        let is_path = |path: &Glob| {
            path.matches_path(&finding.location.path) || path.matches_path(&verdict.object.path)
        };
        super::means(self, candidate.rule)
            && self.path.as_ref().is_none_or(is_path)
            && self
                .fingerprint
                .as_ref()
                .is_none_or(|own| self.is_fingerprint(own, candidate))
            && self
                .snapshot
                .as_ref()
                .is_none_or(|files| files.matches(candidate.file))
            && self
                .source
                .as_ref()
                .is_none_or(|source| source.eq_ignore_ascii_case(candidate.source))
    }

    /// A finding keeps its identity when its rule gets another name.
    fn is_fingerprint(&self, own: &str, candidate: &Candidate<'_>) -> bool {
        let former = || {
            let written = self.written_rule.as_deref();
            written.filter(|rule| Some(*rule) != self.rule.as_deref())
        };
        *own == candidate.finding.fingerprint.to_string()
            || former().is_some_and(|rule| *own == candidate.fingerprint_under(rule).to_string())
    }

    /// Why it does not accept a finding that it is about.
    pub(super) fn late(
        &self,
        candidate: &Candidate<'_>,
        longest: Option<i64>,
        now: i64,
    ) -> Option<Note> {
        let region = self.waiver.region;
        let is_same = |own: &String| candidate.finding.location.content.as_ref() == Some(own);
        if !self.content.as_ref().is_none_or(is_same) {
            let path = &candidate.finding.location.path;
            let message = format!("the value at `{path}` is no longer what was accepted");
            return Some(Note {
                flaw: Flaw::Lapsed,
                region,
                message,
            });
        }
        let begins = self.created.unwrap_or(now).min(now);
        let days = (self.ends - begins + DAY - 1) / DAY - 1;
        let longest = longest.filter(|longest| days > *longest)?;
        let severity = candidate.finding.severity;
        let message = format!(
            "the waiver is for {days} days; for findings of severity {severity} at most {longest} are allowed"
        );
        Some(Note {
            flaw: Flaw::TooLong,
            region,
            message,
        })
    }
}

fn malformed(file: &TomlFile, at: &Placed, message: String) -> Note {
    Note {
        flaw: Flaw::Malformed,
        region: file.region(&at.at),
        message,
    }
}

/// The beginning of a day in UTC, and the day as text. A time of day, or anything else, is no date.
pub(crate) fn day(text: &str) -> Option<(i64, String)> {
    let bytes = text.as_bytes();
    let is_date = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let micros = is_date.then(|| parse_time(text, true).ok()).flatten()?;
    Some((micros, text.to_owned()))
}

fn unknown_rule(rule: &str, known: &Known<'_>) -> String {
    if rule.starts_with("input/") || rule.starts_with("schema/") || rule.starts_with("waiver/") {
        return format!(
            "`{rule}` cannot be waived: what could not be read or judged is not accepted by a waiver"
        );
    }
    let packs = known
        .ids
        .iter()
        .filter_map(|id| id.rsplit_once('/').map(|(pack, _)| pack));
    let hint = nearest(rule, known.ids.iter().copied().chain(packs));
    let hint = hint.map_or(String::new(), |nearest| {
        format!("; did you mean `{nearest}`?")
    });
    format!("there is no policy or pack `{rule}`{hint}")
}
