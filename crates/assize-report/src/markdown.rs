use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    io::{self, Write},
};

use assize_finding::{
    ExitStatus, Finding, Judged, Location, Outcome, OutcomeCounts, RuleIndex, Run, Severity,
    Status, Summary,
};

use crate::{
    Options, Reporter,
    fold::Fold,
    format::About,
    itemised::Itemised,
    markdown_cell::{code, plain},
    place::{KeyedPath, Place},
    state_text::{self, acceptance},
    summary_text,
    tally::{Tally, compliance},
    worst::Worst,
};

pub(crate) const ABOUT: About = About {
    extensions: &["md", "markdown"],
    ..About::new("markdown")
};

/// GitHub takes 65,536 characters in a comment, other forges more. Bytes are never fewer than characters.
const COMMENT: Limits = Limits {
    bytes: 65_000,
    rows: 400,
};

/// The most characters of a message, a path or a reason.
const LONGEST: usize = 400;

/// How large a report gets.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) bytes: usize,
    /// Findings and unjudged verdicts that are kept for the case that there is room for them.
    pub(crate) rows: usize,
}

/// Markdown for a comment on a change: the worst findings in a table, the rest behind things to unfold, never longer than a comment may be.
///
/// It begins with a comment that is not shown, by which a script finds the comment that it wrote the last time.
pub(crate) struct Markdown<W> {
    out: W,
    limits: Limits,
    findings: Worst<Row>,
    unjudged: Worst<Row>,
    waived: Worst<Row>,
    tally: Tally,
}

/// A row of a table, and the rule that it is about.
struct Row {
    rule: RuleIndex,
    text: String,
}

impl<W: Write> Markdown<W> {
    pub(crate) fn new(_options: &Options, out: W) -> Self {
        Self::within(COMMENT, out)
    }

    /// A report of another size.
    pub(crate) fn within(limits: Limits, out: W) -> Self {
        Self {
            out,
            limits,
            findings: Worst::new(limits.rows),
            unjudged: Worst::new(limits.rows),
            waived: Worst::new(limits.rows),
            tally: Tally::default(),
        }
    }
}

impl<W: Write> Itemised for Markdown<W> {
    fn finding(
        &mut self,
        run: &Run,
        file: &str,
        outcome: Outcome,
        finding: &Finding,
    ) -> io::Result<()> {
        let failed = outcome == Outcome::Fail;
        let worst = if finding.waiver.is_some() {
            &mut self.waived
        } else if failed {
            &mut self.findings
        } else {
            &mut self.unjudged
        };
        let word = if failed {
            state_text::aside(finding)
        } else {
            outcome.to_string()
        };
        let location = &finding.location;
        let rule = finding.rule;
        worst.offer(finding.severity, || {
            let message = match &finding.waiver {
                Some(waiver) => format!("{}: {}", finding.message, acceptance(waiver)),
                None => finding.message.clone(),
            };
            row(run, &word, rule, file, location, &message, "")
        });
        Ok(())
    }

    fn fold(&mut self, run: &Run, file: &str, fold: &Fold<'_>) -> io::Result<()> {
        let verdict = fold.first;
        let more = match fold.count {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let (word, rule) = (verdict.outcome.as_str(), verdict.rule);
        self.unjudged.offer(run.rule(rule).severity, || {
            let (object, reason) = (&verdict.object, &verdict.reason);
            row(run, word, rule, file, object, reason, &more)
        });
        Ok(())
    }
}

impl<W: Write> Reporter for Markdown<W> {
    fn begin(&mut self, _run: &Run) -> io::Result<()> {
        Ok(())
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        self.tally.add(judged);
        self.items(run, judged)
    }

    fn finish(&mut self, run: &Run, summary: &Summary, status: &Status) -> io::Result<()> {
        let mut page = Page::new(self.limits.bytes);
        page.push(&head(run, summary, status));
        let shown = page.table(
            ["Severity", "Policy", "Where", "What"],
            self.findings.take().collect(),
            self.findings.left_out(),
        );
        page.fixes(run, &shown);
        page.details("Not judged, or for a person to look at", |page| {
            page.table(
                ["Verdict", "Policy", "Where", "Why"],
                self.unjudged.take().collect(),
                self.unjudged.left_out(),
            );
        });
        page.details("Accepted for now", |page| {
            page.table(
                ["Severity", "Policy", "Where", "What, and who accepts it"],
                self.waived.take().collect(),
                self.waived.left_out(),
            );
        });
        page.details("By pack", |page| {
            page.counts("Pack", &self.tally.packs(run), str::to_owned);
        });
        page.details("By framework", |page| {
            let frameworks = self.tally.frameworks(run);
            page.counts("Framework", &frameworks, |id| run.framework_name(id));
        });
        self.out.write_all(page.text.as_bytes())?;
        self.out.flush()
    }
}

fn row(
    run: &Run,
    word: &str,
    rule: RuleIndex,
    file: &str,
    location: &Location,
    message: &str,
    more: &str,
) -> Row {
    let place = code(&Place { file, location }.to_string(), LONGEST);
    let path = match location.path.as_str() {
        "" => String::new(),
        _ => format!("<br>{}", code(&KeyedPath(location).to_string(), LONGEST)),
    };
    let id = code(&run.rule(rule).id, LONGEST);
    let message = plain(message, LONGEST);
    Row {
        rule,
        text: format!("| {word} | {id} | {place}{path}{more} | {message} |\n"),
    }
}

/// What the run came to.
fn head(run: &Run, summary: &Summary, status: &Status) -> String {
    let title = match status.exit {
        ExitStatus::Clean => "clean",
        ExitStatus::Findings => "findings",
        ExitStatus::Usage => "error",
        ExitStatus::NothingChecked => "nothing checked",
        ExitStatus::Incomplete => "incomplete",
    };
    let mut text = format!(
        "<!-- assize -->\n## assize: {title}\n\n{}\n\n",
        plain(&status.reason, LONGEST)
    );
    let names: Vec<_> = Severity::ALL
        .iter()
        .map(|severity| severity.as_str())
        .collect();
    let counts: Vec<_> = summary.failures.iter().map(ToString::to_string).collect();
    // Writing to a `String` cannot fail.
    let _ = writeln!(
        text,
        "| {} |\n|{}\n| {} |\n",
        names.join(" | "),
        " ---: |".repeat(names.len()),
        counts.join(" | "),
    );
    let input = summary_text::input(summary);
    let lines = [
        Some(summary_text::snapshots(summary)),
        Some(summary_text::verdicts(summary)),
        input,
        Some(format!("assize {}, clock {}", run.version, run.now)),
    ];
    let turned_off = state_text::disabled(run);
    for line in lines.into_iter().flatten().chain(turned_off) {
        let _ = writeln!(text, "* {}", plain(&line, LONGEST));
    }
    text
}

/// Text that keeps a limit.
struct Page {
    text: String,
    limit: usize,
}

/// Kept free for the ends of tables and of what unfolds.
const RESERVE: usize = 600;

impl Page {
    fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            limit: limit - RESERVE,
        }
    }

    /// Adds text where there is room for it.
    fn push(&mut self, text: &str) -> bool {
        let has_room = self.text.len() + text.len() <= self.limit;
        if has_room {
            self.text.push_str(text);
        }
        has_room
    }

    /// A table of what has room, and how many have none. Gives the rules of the rows.
    fn table(&mut self, head: [&str; 4], rows: Vec<Row>, left_out: u64) -> BTreeSet<RuleIndex> {
        let mut shown = BTreeSet::new();
        if rows.is_empty() || !self.push(&table_head(&head)) {
            return shown;
        }
        let total = left_out + rows.len() as u64;
        let mut count = 0;
        // Once a row has no room, a shorter but lesser one gets none.
        for row in rows {
            if !self.push(&row.text) {
                break;
            }
            shown.insert(row.rule);
            count += 1;
        }
        if count < total {
            // The reserve has room for this.
            let _ = writeln!(self.text, "\n{} more not shown here.", total - count);
        }
        shown
    }

    /// How to mend what the rows are about.
    fn fixes(&mut self, run: &Run, rules: &BTreeSet<RuleIndex>) {
        self.details("How to fix", |page| {
            for index in rules {
                let rule = run.rule(*index);
                let Some(fix) = &rule.fix else { continue };
                let (id, fix) = (code(&rule.id, LONGEST), plain(fix, 2 * LONGEST));
                let title = plain(&rule.title, LONGEST);
                page.push(&format!("* {id} {title}<br>{fix}\n"));
            }
        });
    }

    /// Verdicts by something, with how much is in order.
    fn counts(
        &mut self,
        what: &str,
        counts: &BTreeMap<&str, OutcomeCounts>,
        name: impl Fn(&str) -> String,
    ) {
        let mut head = vec![what, "in order"];
        head.extend(Outcome::ALL.iter().map(|outcome| outcome.as_str()));
        if counts.is_empty() || !self.push(&table_head(&head)) {
            return;
        }
        for (id, counts) in counts {
            let part = compliance(*counts).map_or(String::new(), |part| format!("{part} %"));
            let counts: Vec<_> = counts.iter().map(ToString::to_string).collect();
            let name = plain(&name(id), LONGEST);
            let counts = counts.join(" | ");
            self.push(&format!("| {name} | {part} | {counts} |\n"));
        }
    }

    /// A part to unfold, left out where it would be empty.
    fn details(&mut self, summary: &str, fill: impl FnOnce(&mut Self)) {
        let before = self.text.len();
        if !self.push(&format!("\n<details><summary>{summary}</summary>\n\n")) {
            return;
        }
        let empty = self.text.len();
        fill(self);
        if self.text.len() == empty {
            self.text.truncate(before);
        } else {
            self.text.push_str("\n</details>\n");
        }
    }
}

fn table_head(names: &[&str]) -> String {
    let line = " --- |".repeat(names.len());
    format!("\n| {} |\n|{line}\n", names.join(" | "))
}
