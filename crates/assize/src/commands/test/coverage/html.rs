//! Coverage as one page that needs nothing beside it: a table of the policies, and their sources in colour.

use std::fmt::Write;

use assize_policy::Coverage;
use assize_report::escape_html;

use super::{Share, branches, lines, missing, total};

const HEAD: &str = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>What the policies' examples reach</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
:root{color-scheme:light dark;--ok:#1a7f37;--no:#c0262d;--half:#9a6700;--okbg:#dafbe1;--nobg:#ffd7d5;--halfbg:#fff1c2;--line:#8884}
@media(prefers-color-scheme:dark){:root{--ok:#56d364;--no:#ff7b72;--half:#e3b341;--okbg:#12381f;--nobg:#4d1515;--halfbg:#463300}}
body{font:15px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{padding:.25rem .6rem;text-align:left;border-bottom:1px solid var(--line)}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.ok{color:var(--ok)}.no{color:var(--no)}.half{color:var(--half)}
details{margin:.6rem 0;border:1px solid var(--line);border-radius:6px;padding:.2rem .8rem}summary{cursor:pointer;padding:.3rem 0}
pre{font:13px/1.45 ui-monospace,monospace;overflow-x:auto;margin:.4rem 0}
pre span{display:block;white-space:pre;min-width:max-content}
pre b{display:inline-block;width:3.2rem;text-align:right;padding-right:.8rem;opacity:.55;font-weight:400}
pre i{display:inline-block;width:3.6rem;text-align:right;padding-right:.8rem;font-style:normal;opacity:.7}
pre .hit{background:var(--okbg)}pre .miss{background:var(--nobg)}pre .part{background:var(--halfbg)}
@media print{details{break-inside:avoid}}
</style></head><body>
"#;

pub(super) fn write(all: &[Coverage]) -> String {
    let mut page = String::from(HEAD);
    // Writing to a `String` cannot fail.
    let _ = body(&mut page, all);
    page
}

fn body(page: &mut String, all: &[Coverage]) -> std::fmt::Result {
    let (all_lines, all_branches) = total(all);
    writeln!(page, "<h1>What the policies' examples reach</h1>")?;
    writeln!(
        page,
        "<table><tr><th>Policy<th class=n>Lines<th class=n>Branches</tr>"
    )?;
    row(page, &format!("all {}", all.len()), all_lines, all_branches)?;
    for (number, coverage) in all.iter().enumerate() {
        let id = escape_html(&coverage.policy);
        let name = format!("<a href=\"#p{number}\">{id}</a>");
        row(page, &name, lines(coverage), branches(coverage))?;
    }
    writeln!(page, "</table>")?;
    for (number, coverage) in all.iter().enumerate() {
        source(page, number, coverage)?;
    }
    writeln!(page, "</body></html>")
}

fn row(page: &mut String, name: &str, lines: Share, branches: Share) -> std::fmt::Result {
    let (lines, branches) = (cell(lines), cell(branches));
    writeln!(page, "<tr><td>{name}{lines}{branches}</tr>")
}

fn cell(share: Share) -> String {
    let class = match share.percent() {
        100 => "ok",
        80.. => "half",
        _ => "no",
    };
    let Share { reached, all } = share;
    format!(
        "<td class=\"n {class}\">{} % ({reached}/{all})",
        share.percent()
    )
}

/// A policy's source; what is whole is folded.
fn source(page: &mut String, number: usize, coverage: &Coverage) -> std::fmt::Result {
    let missing = missing(coverage);
    let outcomes = coverage.missing_outcomes();
    let open = if missing.is_empty() && outcomes.is_empty() {
        ""
    } else {
        " open"
    };
    let id = escape_html(&coverage.policy);
    writeln!(page, "<details id=p{number}{open}><summary>{id}</summary>")?;
    for outcome in outcomes {
        writeln!(page, "<p class=no>No example is {outcome}.</p>")?;
    }
    write!(page, "<pre>")?;
    for (number, text) in (1..).zip(coverage.source.text.lines()) {
        let here: Vec<&str> = missing
            .iter()
            .filter(|(line, _)| *line == number)
            .map(|(_, what)| what.as_str())
            .collect();
        let count = coverage.lines.get(&number);
        let class = match count {
            Some(0) => "miss",
            _ if !here.is_empty() => "part",
            Some(_) => "hit",
            None => "",
        };
        let count = count.map_or(String::new(), u32::to_string);
        let title = escape_html(&here.join("; "));
        let text = escape_html(text);
        write!(
            page,
            "<span class=\"{class}\" title=\"{title}\"><b>{number}</b><i>{count}</i>{text}</span>"
        )?;
    }
    writeln!(page, "</pre></details>")
}
