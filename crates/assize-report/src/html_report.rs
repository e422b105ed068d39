use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use assize_finding::{Finding, Judged, Outcome, Role, RuleIndex, Run, Status, Summary};

use crate::{
    Needs, Options, Reporter,
    fold::Fold,
    format::About,
    html::{Safe, WithCode, anchor},
    html_finding,
    html_sections::{self as sections, Groups},
    itemised::Itemised,
    place::{KeyedPath, Place},
    state_text::{self, acceptance},
    tally::Tally,
    worst::Worst,
};

pub(crate) const ABOUT: About = About {
    extensions: &["html", "htm"],
    needs: Needs {
        excerpts: true,
        sha256: true,
        ..Needs::NOTHING
    },
    ..About::new("html")
};

/// More findings than this are no page that a browser likes or a person reads: the worst are shown.
const MOST_FINDINGS: usize = 5000;
/// The same for rows of tables.
const MOST_ROWS: usize = 1000;

const STYLE: &str = include_str!("catalogue.css");
const OWN_STYLE: &str = include_str!("html_report.css");
const SCRIPT: &str = include_str!("html_report.js");
/// The hash of the script: no other script runs, whatever a value holds. A test keeps it true.
const SCRIPT_HASH: &str = "sha256-HNs6XOuf51cdHCShqq+c8okEFd/oTEVkc1/UxpLeCg8=";

/// One page that needs nothing beside it: no network, and no script but for filtering.
///
/// What it came to stands at its head and is known last, so findings wait, the 5,000 worst of them.
pub(crate) struct Html<W> {
    out: W,
    command_line: Option<String>,
    findings: Worst<(RuleIndex, String)>,
    unjudged: Worst<(RuleIndex, String)>,
    tally: Tally,
    files: Vec<String>,
    more_files: u64,
}

impl<W: Write> Html<W> {
    pub(crate) fn new(options: &Options, out: W) -> Self {
        Self {
            out,
            command_line: options.command_line.clone(),
            findings: Worst::new(MOST_FINDINGS),
            unjudged: Worst::new(MOST_ROWS),
            tally: Tally::default(),
            files: Vec::new(),
            more_files: 0,
        }
    }

    fn file(&mut self, judged: &Judged) {
        let artifact = &judged.artifact;
        if self.files.len() == MOST_ROWS {
            self.more_files += 1;
            return;
        }
        let verdicts = judged.evaluations.iter();
        let failed = verdicts.filter(|verdict| verdict.outcome == Outcome::Fail);
        let role = match artifact.role {
            Role::Snapshot => artifact.kind.as_deref().unwrap_or("unknown"),
            Role::Policy => "policy",
            Role::Configuration => "configuration",
        };
        self.files.push(format!(
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td class=\"count\">{}</td><td class=\"count\">{}</td>\
             <td><code>{}</code></td></tr>\n",
            Safe(&artifact.path),
            Safe(role),
            judged.evaluations.len(),
            failed.count() + judged.findings.len(),
            Safe(artifact.sha256.as_deref().unwrap_or_default()),
        ));
    }
}

impl<W: Write> Itemised for Html<W> {
    /// A failure in full; what a person has to look at and what somebody accepts as a row.
    fn finding(
        &mut self,
        run: &Run,
        file: &str,
        outcome: Outcome,
        finding: &Finding,
    ) -> io::Result<()> {
        let rule = run.rule(finding.rule);
        if outcome == Outcome::Fail && finding.waiver.is_none() {
            self.findings.offer(finding.severity, || {
                let html = html_finding::finding(rule, file, finding);
                (finding.rule, html)
            });
            return Ok(());
        }
        let location = &finding.location;
        self.unjudged.offer(finding.severity, || {
            let message = match &finding.waiver {
                Some(waiver) => format!("{}: {}", finding.message, acceptance(waiver)),
                None => finding.message.clone(),
            };
            let row = row(
                state_text::word(outcome, finding),
                &rule.id,
                &message,
                &Place { file, location }.to_string(),
                &format!("<code>{}</code>", Safe(&KeyedPath(location).to_string())),
            );
            (finding.rule, row)
        });
        Ok(())
    }

    fn fold(&mut self, run: &Run, file: &str, fold: &Fold<'_>) -> io::Result<()> {
        let verdict = fold.first;
        let rule = run.rule(verdict.rule);
        self.unjudged.offer(rule.severity, || {
            let objects = fold.objects.iter();
            let mut objects: Vec<String> = objects
                .map(|object| format!("<code>{}</code>", Safe(&KeyedPath(object).to_string())))
                .collect();
            if fold.unnamed() > 0 && !objects.is_empty() {
                objects.push(format!("and {} more", fold.unnamed()));
            }
            let location = &verdict.object;
            let row = row(
                verdict.outcome.as_str(),
                &rule.id,
                &verdict.reason,
                &Place { file, location }.to_string(),
                &objects.join("<br>"),
            );
            (verdict.rule, row)
        });
        Ok(())
    }
}

/// A row of the table of what is not judged. The objects are HTML already.
fn row(word: &str, rule: &str, reason: &str, place: &str, objects: &str) -> String {
    format!(
        "<tr><td>{word}</td><td><a href=\"#{}\"><code>{}</code></a></td><td>{}</td><td><code>{}</code></td><td>{objects}</td></tr>\n",
        anchor("policy", rule),
        Safe(rule),
        WithCode(reason),
        Safe(place),
    )
}

impl<W: Write> Reporter for Html<W> {
    fn begin(&mut self, _run: &Run) -> io::Result<()> {
        Ok(())
    }

    fn judged(&mut self, run: &Run, judged: &Judged) -> io::Result<()> {
        self.tally.add(judged);
        self.file(judged);
        self.items(run, judged)
    }

    fn finish(&mut self, run: &Run, summary: &Summary, status: &Status) -> io::Result<()> {
        let left_out = self.findings.left_out();
        let unjudged_left_out = self.unjudged.left_out();
        let groups = self.groups();
        let out = &mut self.out;
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
            <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
            <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
            script-src '{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">\n\
            <meta name=\"referrer\" content=\"no-referrer\">\n\
            <title>assize report</title>\n<style>\n{STYLE}{OWN_STYLE}</style>\n</head>\n<body>\n\
            <a class=\"skip\" href=\"#content\">Skip to the content</a>\n",
        )?;
        sections::header(out, run, summary, status, self.command_line.as_deref())?;
        sections::contents(out)?;
        writeln!(out, "<main id=\"content\">")?;
        sections::summary(out, run, summary, &self.tally)?;
        sections::findings(out, run, &groups, left_out)?;
        let (rules, unjudged): (Vec<RuleIndex>, Vec<String>) = self.unjudged.take().unzip();
        sections::unjudged(out, &unjudged, unjudged_left_out)?;
        let rules = groups.iter().map(|(rule, _)| *rule).chain(rules);
        sections::policies(out, run, &self.tally, rules)?;
        sections::files(out, &self.files, self.more_files)?;
        writeln!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>")?;
        out.flush()
    }
}

impl<W> Html<W> {
    /// The findings by rule, the rules with the worst finding first.
    fn groups(&mut self) -> Groups {
        let mut order: Vec<RuleIndex> = Vec::new();
        let mut by_rule: BTreeMap<RuleIndex, Vec<String>> = BTreeMap::new();
        for (rule, html) in self.findings.take() {
            let group = by_rule.entry(rule).or_default();
            if group.is_empty() {
                order.push(rule);
            }
            group.push(html);
        }
        let groups = order.into_iter().map(|rule| {
            let findings = by_rule.remove(&rule).unwrap_or_default();
            (rule, findings)
        });
        groups.collect()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_allows_its_script_and_no_other() {
        use sha2::Digest;
        let hash = sha2::Sha256::digest(super::SCRIPT.as_bytes());
        let hash = data_encoding::BASE64.encode(&hash);
        assert_eq!(super::SCRIPT_HASH, format!("sha256-{hash}"));
    }
}
