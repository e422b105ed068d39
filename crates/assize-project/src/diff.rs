//! Two runs, what is different between them, and why.

use std::{collections::BTreeSet, fmt, path::Path};

use assize_finding::Severity;

use crate::{
    error::ProjectError,
    load::{Project, names},
    recorded::{Recorded, RecordedFinding},
};

/// What became of a finding from one run to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The first run did not have it.
    New,
    /// Both have it, and something of it is otherwise.
    Changed,
    /// The second run does not have it any more.
    Fixed,
    /// One of the runs did not look.
    NotComparable,
}

impl Change {
    /// The words that users read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Fixed => "fixed",
            Self::NotComparable => "not comparable",
        }
    }
}

/// What is different between two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The snapshot.
    Configuration,
    /// Another snapshot, which the policy may read.
    OtherSnapshot,
    /// The policy, its parameters or its severity.
    Policy,
    /// The schema of the kind.
    Schema,
    /// What is waived.
    Waiver,
    /// The version of assize.
    Engine,
    /// The time of the run.
    Clock,
}

impl Cause {
    /// The words that users read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::OtherSnapshot => "configuration in another snapshot",
            Self::Policy => "policy",
            Self::Schema => "schema",
            Self::Waiver => "waiver",
            Self::Engine => "engine",
            Self::Clock => "clock",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A finding that is not the same in both runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What became of it.
    pub change: Change,
    /// Its rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The file.
    pub file: String,
    /// The keyed path.
    pub path: String,
    /// Its identity.
    pub fingerprint: String,
    /// What can be the cause: one, where it is known.
    pub causes: Vec<Cause>,
    /// What else there is to say.
    pub note: String,
    /// It counts, and did not before.
    pub is_worse: bool,
}

/// The difference between two runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// What is not the same.
    pub differences: Vec<Difference>,
    /// How many findings are the same.
    pub unchanged: u64,
}

impl Project {
    /// Compares two reports. Policies that were renamed are one.
    pub fn diff(&self, before: &Path, after: &Path) -> Result<Diff, ProjectError> {
        let ids: Vec<&str> = self
            .set
            .cells()
            .iter()
            .map(|cell| cell.id.as_str())
            .collect();
        let mut runs = [Recorded::read(before)?, Recorded::read(after)?];
        for run in &mut runs {
            run.rename(&ids, &self.packs);
        }
        let [before, after] = &runs;
        Ok(Comparison { before, after }.diff())
    }
}

struct Comparison<'r> {
    before: &'r Recorded,
    after: &'r Recorded,
}

impl Comparison<'_> {
    fn diff(&self) -> Diff {
        let mut diff = Diff::default();
        for (own, finding) in &self.after.findings {
            match self.before.findings.get(own) {
                None => diff.differences.push(self.new(own, finding)),
                Some(earlier) => match self.changed(own, earlier, finding) {
                    Some(changed) => diff.differences.push(changed),
                    None => diff.unchanged += 1,
                },
            }
        }
        let gone = self
            .before
            .findings
            .iter()
            .filter(|(own, _)| !self.after.findings.contains_key(*own));
        diff.differences
            .extend(gone.map(|(own, finding)| self.fixed(own, finding)));
        diff.differences.sort_by(|left, right| {
            let key = |one: &Difference| (one.change, std::cmp::Reverse(one.severity));
            key(left).cmp(&key(right)).then_with(|| {
                (&left.file, &left.rule, &left.path).cmp(&(&right.file, &right.rule, &right.path))
            })
        });
        diff
    }

    fn new(&self, own: &str, finding: &RecordedFinding) -> Difference {
        let mut new = difference(Change::New, own, finding);
        if let Some(why) = not_looked(self.before, self.after, finding) {
            new.change = Change::NotComparable;
            new.note = format!("in the first run, {why}");
        } else if self.before.rules.contains_key(&finding.rule) {
            new.causes = self.causes(finding);
        } else {
            new.causes = vec![Cause::Policy];
            "the first run did not have the policy".clone_into(&mut new.note);
        }
        new.is_worse = new.change == Change::New && !finding.is_waived;
        if finding.is_waived && new.note.is_empty() {
            "it is waived".clone_into(&mut new.note);
        }
        new
    }

    fn fixed(&self, own: &str, finding: &RecordedFinding) -> Difference {
        let mut fixed = difference(Change::Fixed, own, finding);
        let why = not_looked(self.after, self.before, finding).or_else(|| {
            let runs = self.after.rules.contains_key(&finding.rule);
            (!runs).then(|| "the policy did not run".to_owned())
        });
        if let Some(why) = why {
            fixed.change = Change::NotComparable;
            fixed.note = format!("in the second run, {why}");
        } else {
            fixed.causes = self.causes(finding);
        }
        fixed
    }

    fn changed(
        &self,
        own: &str,
        before: &RecordedFinding,
        after: &RecordedFinding,
    ) -> Option<Difference> {
        let mut changed = difference(Change::Changed, own, after);
        if before.is_waived != after.is_waived {
            changed.causes.push(Cause::Waiver);
            changed.is_worse = before.is_waived;
            let now = if after.is_waived {
                "it is waived now"
            } else {
                "it is not waived any more"
            };
            now.clone_into(&mut changed.note);
        }
        if matches!((&before.content, &after.content), (Some(a), Some(b)) if a != b) {
            changed.causes.push(Cause::Configuration);
        }
        if before.severity != after.severity {
            changed.causes.push(Cause::Policy);
            changed.note = format!("the severity was {}", before.severity);
        }
        (!changed.causes.is_empty()).then_some(changed)
    }

    /// What is different between the runs that can make a difference to a finding. The time is named where nothing else is: hardly
    /// two runs have the same.
    fn causes(&self, finding: &RecordedFinding) -> Vec<Cause> {
        let mut causes = Vec::new();
        let (before, after) = (self.before, self.after);
        let own = |run: &Recorded| run.files.get(&finding.file).cloned();
        let any = own(after).or_else(|| own(before));
        let was = before
            .file_like(&finding.file, any.as_ref())
            .map(|(_, file)| file);
        let is = after
            .file_like(&finding.file, any.as_ref())
            .map(|(_, file)| file);
        if was.map(|file| &file.sha256) != is.map(|file| &file.sha256) {
            causes.push(Cause::Configuration);
        }
        if before.rules.get(&finding.rule) != after.rules.get(&finding.rule)
            || settings_of(before, &finding.rule) != settings_of(after, &finding.rule)
        {
            causes.push(Cause::Policy);
        }
        if was.map(|file| &file.schema) != is.map(|file| &file.schema) {
            causes.push(Cause::Schema);
        }
        if before.version != after.version {
            causes.push(Cause::Engine);
        }
        let hashes = |run: &Recorded| -> BTreeSet<Option<String>> {
            run.files.values().map(|file| file.sha256.clone()).collect()
        };
        if causes.is_empty() && hashes(before) != hashes(after) {
            causes.push(Cause::OtherSnapshot);
        }
        if causes.is_empty() && before.now != after.now {
            causes.push(Cause::Clock);
        }
        causes
    }
}

fn difference(change: Change, own: &str, finding: &RecordedFinding) -> Difference {
    Difference {
        change,
        rule: finding.rule.clone(),
        severity: finding.severity,
        message: finding.message.clone(),
        file: finding.file.clone(),
        path: finding.path.clone(),
        fingerprint: own.to_owned(),
        causes: Vec::new(),
        note: String::new(),
        is_worse: false,
    }
}

/// Why a run says nothing of a finding of the other one.
fn not_looked(run: &Recorded, other: &Recorded, finding: &RecordedFinding) -> Option<String> {
    let Some((path, file)) = run.file_like(&finding.file, other.files.get(&finding.file)) else {
        return Some("the snapshot was not judged".to_owned());
    };
    if file.is_incomplete {
        return Some("the snapshot could not be read whole".to_owned());
    }
    let is_undecided = run
        .undecided
        .contains(&(finding.rule.clone(), path.to_owned()));
    is_undecided.then(|| "the policy could not judge the snapshot".to_owned())
}

/// What was set for a policy and its pack.
fn settings_of<'r>(run: &'r Recorded, rule: &str) -> Vec<&'r BTreeSet<String>> {
    let settings = run.settings.iter();
    settings
        .filter(|(owner, _)| names(owner, rule))
        .map(|(_, own)| own)
        .collect()
}
