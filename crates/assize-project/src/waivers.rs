//! Waivers: what somebody accepts for a limited time.

mod entry;
mod examine;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use assize_finding::{Evaluation, Finding, Fingerprint, Region, RuleIndex, Severity};

pub(crate) use entry::{Entry, State};
pub use examine::{WaiverNote, WaiverRow};

use crate::{
    error::ProjectError,
    files::{self, display_path},
    form::Form,
    load::names,
    packs::Packs,
    settings::{Settings, all_right, fields},
    toml_tree::{Placed, TomlFile},
};

/// What is wrong with a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    Malformed,
    UnknownRule,
    OverBroad,
    Duplicate,
    Expired,
    TooLong,
    Lapsed,
    Unused,
}

impl Flaw {
    /// The rule that it is reported under.
    pub(crate) fn rule(self) -> &'static str {
        match self {
            Self::Malformed => "waiver/malformed",
            Self::UnknownRule => "waiver/unknown-rule",
            Self::OverBroad => "waiver/over-broad",
            Self::Duplicate => "waiver/duplicate",
            Self::Expired => "waiver/expired",
            Self::TooLong => "waiver/too-long",
            Self::Lapsed => "waiver/lapsed",
            Self::Unused => "waiver/unused",
        }
    }

    /// How bad it is, and whether it keeps the run from being complete. What nobody can have meant does.
    pub(crate) fn weight(self) -> (Severity, bool) {
        match self {
            Self::Malformed | Self::OverBroad | Self::TooLong => (Severity::High, true),
            Self::UnknownRule | Self::Duplicate | Self::Expired | Self::Lapsed => {
                (Severity::Medium, false)
            }
            Self::Unused => (Severity::Info, false),
        }
    }
}

/// Something to say of a waiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) flaw: Flaw,
    pub(crate) region: Region,
    pub(crate) message: String,
}

/// A file of waivers.
#[derive(Debug)]
pub(crate) struct WaiverFile {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) entries: Vec<Entry>,
    /// What is wrong whatever is found.
    pub(crate) notes: Vec<Note>,
}

/// All waivers of a run.
#[derive(Debug, Default)]
pub(crate) struct Waivers {
    pub(crate) files: Vec<WaiverFile>,
    /// The longest time in days for which a waiver may be given, in the order of [`Severity::ALL`].
    lifetime: [Option<i64>; 5],
}

/// What waivers are read with.
pub(crate) struct Known<'k> {
    /// The ids of all policies, of those as well that do not run.
    pub(crate) ids: &'k [&'k str],
    pub(crate) packs: &'k Packs,
    pub(crate) now: i64,
    pub(crate) root: &'k Path,
}

impl Waivers {
    /// Reads files of waivers. A file that is no TOML, or no list of waivers, is an error; what is wrong with one waiver is told
    /// with the findings, and it has no effect.
    pub(crate) fn load(
        paths: &[PathBuf],
        settings: &Settings,
        known: &Known<'_>,
    ) -> Result<Self, ProjectError> {
        let mut waivers = Self {
            files: Vec::new(),
            lifetime: settings.lifetime,
        };
        for path in paths {
            let text = files::read_text(path).map_err(|error| ProjectError::Read {
                path: path.clone(),
                error,
            })?;
            let shown = display_path(path, known.root);
            let file = TomlFile::read(&shown, &text).map_err(ProjectError::Configuration)?;
            waivers.files.push(read(&file, known)?);
        }
        waivers.find_duplicates();
        Ok(waivers)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether a waiver depends on what a place holds.
    pub(crate) fn need_contents(&self) -> bool {
        let mut entries = self.files.iter().flat_map(|file| &file.entries);
        entries.any(|entry| entry.content.is_some())
    }

    fn find_duplicates(&mut self) {
        let mut seen: HashMap<[String; 5], String> = HashMap::new();
        for file in &mut self.files {
            for entry in file
                .entries
                .iter_mut()
                .filter(|entry| entry.state == State::InForce)
            {
                let place = format!("{}:{}", file.path, entry.waiver.region.start.line);
                if let Some(first) = seen.get(&entry.key()) {
                    file.notes.push(Note {
                        flaw: Flaw::Duplicate,
                        region: entry.waiver.region,
                        message: format!("{} at {first} accepts the same", "the waiver"),
                    });
                    entry.state = State::Void;
                } else {
                    seen.insert(entry.key(), place);
                }
            }
        }
    }

    /// The longest time for a finding of a severity.
    pub(crate) fn longest(&self, severity: Severity) -> Option<i64> {
        self.lifetime[Severity::Critical as usize - severity as usize]
    }
}

/// A finding as waivers see it.
pub(crate) struct Candidate<'c> {
    pub(crate) rule: &'c str,
    pub(crate) file: &'c str,
    pub(crate) kind: &'c str,
    pub(crate) source: &'c str,
    pub(crate) verdict: &'c Evaluation,
    pub(crate) finding: &'c Finding,
}

impl Candidate<'_> {
    /// The identity that the finding had under a former id of its rule.
    fn fingerprint_under(&self, rule: &str) -> Fingerprint {
        Fingerprint::of(&[rule, self.kind, self.source, &self.finding.location.path])
    }
}

fn read(file: &TomlFile, known: &Known<'_>) -> Result<WaiverFile, ProjectError> {
    let mut mistakes = Vec::new();
    for (name, at, value) in file.root.members() {
        if name == "waiver" && !value.elements().is_empty() {
            continue;
        }
        let alone = Placed {
            node: crate::toml_tree::Node::Table(vec![(name.clone(), at.clone(), value.clone())]),
            at: at.clone(),
        };
        Form::Table(fields::WAIVERS).mistakes("", &alone, &mut mistakes);
    }
    all_right(file, &mistakes)?;
    let mut read = WaiverFile {
        path: file.path.clone(),
        text: file.text().to_owned(),
        entries: Vec::new(),
        notes: Vec::new(),
    };
    for table in file.root.get("waiver").map_or(&[][..], Placed::elements) {
        match Entry::read(file, table, known) {
            Ok(entry) => {
                read.notes.extend(entry.note(known));
                read.entries.push(entry);
            }
            Err(notes) => read.notes.extend(notes),
        }
    }
    Ok(read)
}

/// Whether a waiver that names a rule means this one.
pub(crate) fn means(entry: &Entry, rule: &str) -> bool {
    entry.rule.as_deref().is_none_or(|own| names(own, rule))
}

/// Which waivers were of use, and what came to light about the others.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    used: Vec<Vec<bool>>,
    /// What was found only when a finding was to be accepted, each once.
    late: Vec<Vec<Option<Note>>>,
    /// The rules that judged something.
    pub(crate) judged: Vec<bool>,
}

impl Usage {
    pub(crate) fn new(waivers: &Waivers, rules: usize) -> Self {
        let sizes = || waivers.files.iter().map(|file| file.entries.len());
        Self {
            used: sizes().map(|size| vec![false; size]).collect(),
            late: sizes().map(|size| vec![None; size]).collect(),
            judged: vec![false; rules],
        }
    }

    /// The waiver that accepts a finding, if there is one.
    pub(crate) fn waiver<'w>(
        &mut self,
        waivers: &'w Waivers,
        candidate: &Candidate<'_>,
        now: i64,
    ) -> Option<&'w Entry> {
        let mut accepting = None;
        for (nth_file, file) in waivers.files.iter().enumerate() {
            for (nth, entry) in file.entries.iter().enumerate() {
                if entry.state != State::InForce || !entry.accepts(candidate) {
                    continue;
                }
                let late = entry.late(candidate, waivers.longest(candidate.finding.severity), now);
                if late.is_none() {
                    self.used[nth_file][nth] = true;
                    accepting = accepting.or(Some(entry));
                } else if self.late[nth_file][nth].is_none() {
                    self.late[nth_file][nth] = late;
                }
            }
        }
        accepting
    }

    /// What is to be said of a file in the end.
    pub(crate) fn notes(
        &self,
        waivers: &Waivers,
        nth_file: usize,
        rule_of: impl Fn(&str) -> Vec<RuleIndex>,
    ) -> Vec<Note> {
        let file = &waivers.files[nth_file];
        let mut notes = file.notes.clone();
        for (nth, entry) in file.entries.iter().enumerate() {
            if let Some(late) = &self.late[nth_file][nth] {
                notes.push(late.clone());
                continue;
            }
            if entry.state != State::InForce || self.used[nth_file][nth] {
                continue;
            }
            // A rule that judged nothing says nothing of its waivers.
            let has_judged = entry.rule.as_deref().is_none_or(|rule| {
                rule_of(rule)
                    .iter()
                    .any(|index| self.judged[index.0 as usize])
            });
            if has_judged {
                notes.push(Note {
                    flaw: Flaw::Unused,
                    region: entry.waiver.region,
                    message: "the waiver accepts nothing that was found".to_owned(),
                });
            }
        }
        notes.sort_by_key(|note| (note.region.start, note.flaw as u8));
        notes
    }
}
