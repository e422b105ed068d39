//! The parts of the HTML report.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use assize_finding::{
    ExitStatus, Outcome, OutcomeCounts, Rule, RuleIndex, Run, Severity, Status, Summary,
};

use crate::{
    html::{Safe, anchor},
    html_chart,
    html_help::help,
    state_text, summary_text,
    tally::{Tally, compliance},
};

/// The findings of each rule as HTML.
pub(crate) type Groups = Vec<(RuleIndex, Vec<String>)>;

/// What the run came to, and on what.
pub(crate) fn header(
    out: &mut impl Write,
    run: &Run,
    summary: &Summary,
    status: &Status,
    command_line: Option<&str>,
) -> io::Result<()> {
    let (class, word) = match status.exit {
        ExitStatus::Clean => ("clean", "Clean"),
        ExitStatus::Findings => ("findings", "Findings"),
        ExitStatus::Usage => ("usage", "Error"),
        ExitStatus::NothingChecked => ("nothing", "Nothing checked"),
        ExitStatus::Incomplete => ("incomplete", "Incomplete"),
    };
    writeln!(
        out,
        "<header>\n<h1>assize report</h1>\n<p class=\"verdict {class}\"><strong>{word}.</strong> {}</p>\n<dl class=\"pairs\">",
        Safe(&status.reason)
    )?;
    let mut facts = vec![
        ("Clock", run.now.clone()),
        ("Snapshots", summary_text::snapshots(summary)),
        ("Verdicts", summary_text::verdicts(summary)),
    ];
    facts.extend(summary_text::input(summary).map(|input| ("Input", input)));
    facts.extend(command_line.map(|line| ("Command", line.to_owned())));
    let parameters = run.parameters.iter().map(|parameter| {
        let (rule, name, value) = (&parameter.rule, &parameter.name, &parameter.value);
        ("Parameter", format!("{rule}.{name} = {value}"))
    });
    facts.extend(parameters);
    facts.extend(state_text::disabled(run).map(|line| ("Configuration", line)));
    facts.push(("Written by", format!("assize {}", run.version)));
    for (name, value) in facts {
        writeln!(out, "<dt>{name}</dt><dd>{}</dd>", Safe(&value))?;
    }
    writeln!(out, "</dl>\n</header>")
}

pub(crate) fn contents(out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "<nav aria-label=\"Contents\">\n<ul>\n\
        <li><a href=\"#summary\">Summary</a></li>\n<li><a href=\"#all-findings\">Findings</a></li>\n\
        <li><a href=\"#unjudged\">Not judged, or accepted</a></li>\n<li><a href=\"#policies\">Policies</a></li>\n\
        <li><a href=\"#files\">Snapshots</a></li>\n</ul>\n</nav>"
    )
}

/// Charts, each beside its numbers.
pub(crate) fn summary(
    out: &mut impl Write,
    run: &Run,
    summary: &Summary,
    tally: &Tally,
) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"summary\" aria-labelledby=\"summary-heading\">\n<h2 id=\"summary-heading\">Summary</h2>\n<div class=\"pair\">"
    )?;
    let total = summary.evaluations;
    table(out, "Verdicts", &["Verdict", "Number", ""])?;
    for (outcome, count) in Outcome::ALL.iter().zip(summary.outcomes) {
        let class = html_chart::outcome_class(*outcome);
        chart_row(
            out,
            outcome.as_str(),
            count,
            &html_chart::part(class, count, total),
        )?;
    }
    writeln!(out, "</tbody>\n</table></div>")?;
    let total = summary.failures.iter().sum();
    table(
        out,
        "Findings of failed verdicts",
        &["Severity", "Number", ""],
    )?;
    for (severity, count) in Severity::ALL.iter().zip(summary.failures) {
        let word = severity.as_str();
        chart_row(out, word, count, &html_chart::part(word, count, total))?;
    }
    writeln!(out, "</tbody>\n</table></div>\n</div>")?;
    counts(out, "Pack", &tally.packs(run), str::to_owned)?;
    counts(out, "Framework", &tally.frameworks(run), |id| {
        run.framework_name(id)
    })?;
    writeln!(out, "</section>")
}

fn table(out: &mut impl Write, caption: &str, head: &[&str]) -> io::Result<()> {
    write!(
        out,
        "<div class=\"table\"><table>\n<caption>{caption}</caption>\n<thead><tr>"
    )?;
    for name in head {
        let count = match *name {
            "Number" | "In order" => " class=\"count\"",
            name if Outcome::ALL.iter().any(|outcome| outcome.as_str() == name) => {
                " class=\"count\""
            }
            _ => "",
        };
        // A chart repeats the row and needs no head.
        let tag = if name.is_empty() {
            "td"
        } else {
            "th scope=\"col\""
        };
        let end = if name.is_empty() { "td" } else { "th" };
        write!(out, "<{tag}{count}>{name}</{end}>")?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")
}

fn chart_row(out: &mut impl Write, name: &str, count: u64, chart: &str) -> io::Result<()> {
    writeln!(
        out,
        "<tr><th scope=\"row\">{name}</th><td class=\"count\">{count}</td><td class=\"chart\">{chart}</td></tr>"
    )
}

/// Verdicts by something, with how much is in order.
fn counts(
    out: &mut impl Write,
    what: &str,
    counts: &BTreeMap<&str, OutcomeCounts>,
    name: impl Fn(&str) -> String,
) -> io::Result<()> {
    if counts.is_empty() {
        return Ok(());
    }
    let outcomes = Outcome::ALL.iter().map(|outcome| outcome.as_str());
    let head: Vec<_> = [what, "In order"]
        .into_iter()
        .chain(outcomes)
        .chain([""])
        .collect();
    let caption = format!("Verdicts by {}", what.to_lowercase());
    table(out, &caption, &head)?;
    for (id, counts) in counts {
        let part = compliance(*counts).map_or(String::new(), |part| format!("{part} %"));
        write!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"count\">{part}</td>",
            Safe(&name(id))
        )?;
        for count in counts {
            let class = if *count == 0 { "count none" } else { "count" };
            write!(out, "<td class=\"{class}\">{count}</td>")?;
        }
        let chart = html_chart::outcomes(*counts);
        writeln!(out, "<td class=\"chart\">{chart}</td></tr>")?;
    }
    writeln!(out, "</tbody>\n</table></div>")
}

/// The findings by policy, with a form that the script shows.
pub(crate) fn findings(
    out: &mut impl Write,
    run: &Run,
    groups: &Groups,
    left_out: u64,
) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"all-findings\" aria-labelledby=\"findings-heading\">\n<h2 id=\"findings-heading\">Findings</h2>"
    )?;
    if groups.is_empty() {
        return writeln!(out, "<p>There are none.</p>\n</section>");
    }
    if left_out > 0 {
        writeln!(
            out,
            "<p>These are the worst. {} left out here; the formats csv, json and sarif hold all.</p>",
            summary_text::count(left_out, "finding"),
        )?;
    }
    let packs: BTreeSet<&str> = groups
        .iter()
        .map(|(rule, _)| pack(run.rule(*rule)))
        .collect();
    filter(out, &packs)?;
    writeln!(out, "<div id=\"findings\">")?;
    for (index, findings) in groups {
        let rule = run.rule(*index);
        writeln!(
            out,
            "<section class=\"group\">\n<h3><a href=\"#{}\">{}</a></h3>\n<p class=\"facts\"><code>{}</code>, {}</p>",
            anchor("policy", &rule.id),
            Safe(&rule.title),
            Safe(&rule.id),
            summary_text::count(findings.len() as u64, "finding"),
        )?;
        for finding in findings {
            out.write_all(finding.as_bytes())?;
        }
        writeln!(out, "</section>")?;
    }
    writeln!(out, "</div>\n</section>")
}

fn pack(rule: &Rule) -> &str {
    rule.id.split_once('/').map_or("", |(pack, _)| pack)
}

fn filter(out: &mut impl Write, packs: &BTreeSet<&str>) -> io::Result<()> {
    write!(
        out,
        "<form id=\"filter\" role=\"search\" aria-label=\"Filter findings\" hidden>\n\
        <label>Words <input type=\"search\" name=\"words\" autocomplete=\"off\"></label>\n\
        <fieldset><legend>Severity</legend>"
    )?;
    for severity in Severity::ALL {
        write!(
            out,
            "<label><input type=\"checkbox\" value=\"{severity}\" checked> {severity}</label>"
        )?;
    }
    write!(
        out,
        "</fieldset>\n<label>Pack <select name=\"pack\"><option value=\"\">all</option>"
    )?;
    for pack in packs.iter().filter(|pack| !pack.is_empty()) {
        write!(out, "<option>{}</option>", Safe(pack))?;
    }
    writeln!(
        out,
        "</select></label>\n<label>Group by <select name=\"group\"><option value=\"policy\">policy</option>\
        <option value=\"file\">snapshot</option><option value=\"severity\">severity</option></select></label>\n\
        <output name=\"shown\" role=\"status\"></output>\n</form>"
    )
}

/// What could not be judged, and what a person has to look at.
pub(crate) fn unjudged(out: &mut impl Write, rows: &[String], left_out: u64) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"unjudged\" aria-labelledby=\"unjudged-heading\">\n<h2 id=\"unjudged-heading\">Not judged, or accepted</h2>"
    )?;
    if rows.is_empty() {
        return writeln!(
            out,
            "<p>Everything could be judged, nothing waits for a person, and nothing is accepted.</p>\n</section>"
        );
    }
    let caption =
        "What could not be judged, what a person has to look at, and what somebody accepts for now";
    table(
        out,
        caption,
        &["Verdict", "Policy", "Why", "Where", "Objects"],
    )?;
    for row in rows {
        out.write_all(row.as_bytes())?;
    }
    writeln!(out, "</tbody>\n</table></div>")?;
    if left_out > 0 {
        writeln!(out, "<p>{left_out} more are not shown here.</p>")?;
    }
    writeln!(out, "</section>")
}

/// The page of each policy that something is said of, in that order, then of those that judged something.
pub(crate) fn policies(
    out: &mut impl Write,
    run: &Run,
    tally: &Tally,
    told: impl Iterator<Item = RuleIndex>,
) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"policies\" aria-labelledby=\"policies-heading\">\n<h2 id=\"policies-heading\">Policies</h2>"
    )?;
    let counts: BTreeMap<u32, OutcomeCounts> = tally.rules().collect();
    let mut written = BTreeSet::new();
    for index in told.map(|rule| rule.0).chain(counts.keys().copied()) {
        if written.insert(index) {
            policy(out, run.rule(RuleIndex(index)), counts.get(&index).copied())?;
        }
    }
    writeln!(out, "</section>")
}

fn policy(out: &mut impl Write, rule: &Rule, counts: Option<OutcomeCounts>) -> io::Result<()> {
    let anchor = anchor("policy", &rule.id);
    writeln!(
        out,
        "<article aria-labelledby=\"{anchor}\">\n<h3 id=\"{anchor}\" tabindex=\"-1\">{}</h3>\n\
        <p class=\"facts\"><code>{}</code>, severity <span class=\"severity\">{}</span></p>",
        Safe(&rule.title),
        Safe(&rule.id),
        rule.severity,
    )?;
    if let Some(counts) = counts {
        let some = Outcome::ALL
            .iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0);
        let some: Vec<_> = some
            .map(|(outcome, count)| format!("{count} {outcome}"))
            .collect();
        writeln!(out, "<p class=\"facts\">Verdicts: {}</p>", some.join(", "))?;
    }
    let page = if rule.help.trim().is_empty() {
        format!("<p>{}</p>\n", Safe(&rule.description))
    } else {
        help(&rule.help)
    };
    writeln!(
        out,
        "<details><summary>What, why and how to fix</summary>\n{page}"
    )?;
    if let Some(fix) = rule.fix.as_ref().filter(|_| rule.help.trim().is_empty()) {
        writeln!(out, "<p>Fix: {}</p>", Safe(fix))?;
    }
    let mut controls: Vec<String> = rule.controls.iter().map(ToString::to_string).collect();
    controls.dedup();
    if !controls.is_empty() {
        writeln!(
            out,
            "<h4>Controls</h4>\n<p>{}</p>",
            Safe(&controls.join(", "))
        )?;
    }
    writeln!(out, "</details>\n</article>")
}

/// The files of the run. The rows are HTML already.
pub(crate) fn files(out: &mut impl Write, rows: &[String], more: u64) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"files\" aria-labelledby=\"files-heading\">\n<h2 id=\"files-heading\">Snapshots</h2>"
    )?;
    let caption = "What was read; findings count failed verdicts and what was found in the input";
    table(
        out,
        caption,
        &["File", "Kind", "Verdicts", "Findings", "SHA-256"],
    )?;
    for row in rows {
        out.write_all(row.as_bytes())?;
    }
    writeln!(out, "</tbody>\n</table></div>")?;
    if more > 0 {
        writeln!(
            out,
            "<p>{} not shown here.</p>",
            summary_text::count(more, "more file")
        )?;
    }
    writeln!(out, "</section>")
}
