//! The catalogue of controls as one HTML file: no script, nothing from elsewhere.

use std::io::{self, Write};

use assize_finding::{
    Block, Catalogue, CatalogueFramework, CatalogueMapping, CataloguePack, CataloguePolicy, Inline,
    Outcome, OutcomeCounts,
};

use crate::{
    catalogue::{is_web, kind_name, outcome_names, summary},
    html::{Safe, SafeLines, anchor},
};

const STYLE: &str = include_str!("catalogue.css");
/// Said of a mapping that nobody has verified.
const UNVERIFIED: &str = " <span class=\"mark\">(not verified)</span>";

pub(crate) fn write(catalogue: &Catalogue, out: &mut impl Write) -> io::Result<()> {
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
        <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
        <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
        <meta name=\"referrer\" content=\"no-referrer\">\n\
        <title>Catalogue of controls</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
        <a class=\"skip\" href=\"#content\">Skip to the content</a>\n\
        <header>\n<h1>Catalogue of controls</h1>\n<p>{}</p>\n</header>\n",
        Safe(&summary(catalogue)),
    )?;
    write_contents(catalogue, out)?;
    writeln!(out, "<main id=\"content\">")?;
    for framework in &catalogue.frameworks {
        write_framework(framework, catalogue.judged.is_some(), out)?;
    }
    for pack in &catalogue.packs {
        write_pack(pack, catalogue, out)?;
    }
    writeln!(out, "</main>\n</body>\n</html>")?;
    out.flush()
}

fn write_contents(catalogue: &Catalogue, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "<nav aria-label=\"Contents\">\n<ul>")?;
    for framework in &catalogue.frameworks {
        let name = framework_name(framework);
        let anchor = anchor("framework", &framework.id);
        writeln!(out, "<li><a href=\"#{anchor}\">{}</a></li>", Safe(&name))?;
    }
    for pack in &catalogue.packs {
        let anchor = anchor("pack", &pack.name);
        writeln!(
            out,
            "<li><a href=\"#{anchor}\">{}</a></li>",
            Safe(&pack.title)
        )?;
    }
    writeln!(out, "</ul>\n</nav>")
}

fn framework_name(framework: &CatalogueFramework) -> String {
    format!("{} {}", framework.name, framework.version)
        .trim()
        .to_owned()
}

fn write_framework(
    framework: &CatalogueFramework,
    is_judged: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    let anchor = anchor("framework", &framework.id);
    let name = framework_name(framework);
    writeln!(
        out,
        "<section aria-labelledby=\"{anchor}\">\n<h2 id=\"{anchor}\">{}</h2>",
        Safe(&name)
    )?;
    if !framework.url.is_empty() {
        writeln!(out, "<p>{}</p>", link(&framework.url, &framework.url))?;
    }
    let caption = format!("Controls of {name} and the policies that bear on them");
    write!(
        out,
        "<div class=\"table\"><table>\n<caption>{}</caption>\n<thead><tr>",
        Safe(&caption)
    )?;
    for head in ["Control", "What it asks for", "Policies"] {
        write!(out, "<th scope=\"col\">{head}</th>")?;
    }
    for head in outcome_names().filter(|_| is_judged) {
        write!(out, "<th scope=\"col\" class=\"count\">{head}</th>")?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for control in &framework.controls {
        write!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td><ul>",
            Safe(&control.id),
            Safe(&control.title)
        )?;
        for (id, is_verified) in &control.policies {
            let mark = if *is_verified { "" } else { UNVERIFIED };
            write!(out, "<li>{}{mark}</li>", policy_link(id))?;
        }
        write!(out, "</ul></td>")?;
        write_counts(control.counts, out)?;
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table></div>\n</section>")
}

/// The cells of the verdicts. Colour only repeats what the head of the column says.
fn write_counts(counts: Option<OutcomeCounts>, out: &mut impl Write) -> io::Result<()> {
    for (outcome, count) in Outcome::ALL.iter().zip(counts.into_iter().flatten()) {
        let class = match outcome {
            _ if count == 0 => "count none",
            Outcome::Pass => "count good",
            Outcome::NotApplicable | Outcome::Review => "count",
            Outcome::Fail | Outcome::Indeterminate | Outcome::Error => "count bad",
        };
        write!(out, "<td class=\"{class}\">{count}</td>")?;
    }
    Ok(())
}

fn policy_link(id: &str) -> String {
    format!(
        "<a href=\"#{}\"><code>{}</code></a>",
        anchor("policy", id),
        Safe(id)
    )
}

fn write_pack(pack: &CataloguePack, catalogue: &Catalogue, out: &mut impl Write) -> io::Result<()> {
    let anchor = anchor("pack", &pack.name);
    writeln!(
        out,
        "<section aria-labelledby=\"{anchor}\">\n<h2 id=\"{anchor}\">{}</h2>",
        Safe(&pack.title)
    )?;
    if !pack.name.is_empty() {
        let version = pack.version.as_deref().unwrap_or_default();
        let name = format!("{} {version}", pack.name);
        writeln!(
            out,
            "<p class=\"facts\">Pack <code>{}</code></p>\n<p>{}</p>",
            Safe(name.trim()),
            Safe(&pack.description)
        )?;
    }
    let policies = catalogue.policies.iter();
    for policy in policies.filter(|policy| policy.pack == pack.name) {
        write_policy(policy, out)?;
    }
    writeln!(out, "</section>")
}

fn write_policy(policy: &CataloguePolicy, out: &mut impl Write) -> io::Result<()> {
    let anchor = anchor("policy", &policy.id);
    let over_time = if policy.is_over_time {
        ", over time"
    } else {
        ""
    };
    writeln!(
        out,
        "<article aria-labelledby=\"{anchor}\">\n<h3 id=\"{anchor}\">{}</h3>\n\
        <p class=\"facts\"><code>{}</code>, severity <span class=\"severity\">{}</span>, judges {}{over_time}</p>",
        Safe(&policy.title),
        Safe(&policy.id),
        policy.severity,
        Safe(kind_name(&policy.kind)),
    )?;
    if let Some(counts) = policy.counts {
        write!(
            out,
            "<div class=\"table\"><table>\n<caption>Verdicts</caption>\n<thead><tr>"
        )?;
        for head in outcome_names() {
            write!(out, "<th scope=\"col\" class=\"count\">{head}</th>")?;
        }
        write!(out, "</tr></thead>\n<tbody><tr>")?;
        write_counts(Some(counts), out)?;
        writeln!(out, "</tr></tbody>\n</table></div>")?;
    }
    for (heading, blocks) in [
        ("What it checks", &policy.what),
        ("Why it matters", &policy.why),
        ("How to fix", &policy.fix),
    ] {
        if !blocks.is_empty() {
            writeln!(out, "<h4>{heading}</h4>")?;
            write_blocks(blocks, out)?;
        }
    }
    write_params(policy, out)?;
    write_mappings(&policy.controls, out)?;
    write_examples(policy, out)?;
    writeln!(out, "</article>")
}

fn write_params(policy: &CataloguePolicy, out: &mut impl Write) -> io::Result<()> {
    if policy.params.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<h4>Parameters</h4>\n<div class=\"table\"><table>\n<caption>Parameters with their defaults</caption>\n\
        <thead><tr><th scope=\"col\">Name</th><th scope=\"col\">What it means</th><th scope=\"col\">Default</th></tr></thead>\n<tbody>"
    )?;
    for param in &policy.params {
        let shared = if param.is_shared {
            " <span class=\"mark\">(of the pack)</span>"
        } else {
            ""
        };
        writeln!(
            out,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}{shared}</td><td><code>{}</code></td></tr>",
            Safe(&param.name),
            Safe(&param.doc),
            Safe(&param.default),
        )?;
    }
    writeln!(out, "</tbody>\n</table></div>")
}

fn write_mappings(mappings: &[CatalogueMapping], out: &mut impl Write) -> io::Result<()> {
    if mappings.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h4>Controls</h4>\n<ul>")?;
    for mapping in mappings {
        let mark = if mapping.is_verified { "" } else { UNVERIFIED };
        let colon = if mapping.title.is_empty() { "" } else { ": " };
        writeln!(
            out,
            "<li><a href=\"#{}\">{}</a> {}{colon}{}{mark}</li>",
            anchor("framework", &mapping.framework),
            Safe(&mapping.framework_name),
            Safe(&mapping.control),
            Safe(&mapping.title),
        )?;
    }
    writeln!(out, "</ul>")
}

fn write_examples(policy: &CataloguePolicy, out: &mut impl Write) -> io::Result<()> {
    let count = policy.examples.len();
    if count == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "<details>\n<summary>Examples ({count})</summary>\n<ul>"
    )?;
    for example in &policy.examples {
        writeln!(
            out,
            "<li>{}: {}</li>",
            Safe(&example.title),
            Safe(&example.verdict)
        )?;
    }
    writeln!(out, "</ul>\n</details>")
}

fn write_blocks(blocks: &[Block], out: &mut impl Write) -> io::Result<()> {
    for block in blocks {
        match block {
            Block::Paragraph(line) => writeln!(out, "<p>{}</p>", inline(line))?,
            Block::Code(text) => writeln!(out, "<pre tabindex=\"0\">{}</pre>", SafeLines(text))?,
            Block::List { is_ordered, items } => {
                let tag = if *is_ordered { "ol" } else { "ul" };
                writeln!(out, "<{tag}>")?;
                for item in items {
                    writeln!(out, "<li>{}</li>", inline(item))?;
                }
                writeln!(out, "</{tag}>")?;
            }
            Block::Table(rows) => write_table(rows, out)?,
        }
    }
    Ok(())
}

fn write_table(rows: &[Vec<Vec<Inline>>], out: &mut impl Write) -> io::Result<()> {
    let Some((head, rows)) = rows.split_first() else {
        return Ok(());
    };
    write!(out, "<div class=\"table\"><table>\n<thead><tr>")?;
    for cell in head {
        write!(out, "<th scope=\"col\">{}</th>", inline(cell))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for row in rows {
        write!(out, "<tr>")?;
        for cell in row {
            write!(out, "<td>{}</td>", inline(cell))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table></div>")
}

fn inline(line: &[Inline]) -> String {
    let parts = line.iter().map(|part| match part {
        Inline::Text(text) => Safe(text).to_string(),
        Inline::Code(text) => format!("<code>{}</code>", Safe(text)),
        Inline::Link { text, target } => link(text, target),
    });
    parts.collect()
}

/// A link to the web; anything else is only its text.
fn link(text: &str, target: &str) -> String {
    if is_web(target) {
        format!(
            "<a href=\"{}\" rel=\"noreferrer\">{}</a>",
            Safe(target),
            Safe(text)
        )
    } else {
        Safe(text).to_string()
    }
}
