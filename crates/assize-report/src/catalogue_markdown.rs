//! The catalogue of controls in Markdown.

use std::io::{self, Write};

use assize_finding::{
    Block, Catalogue, CatalogueFramework, CataloguePolicy, Inline, OutcomeCounts,
};

use crate::{
    catalogue::{is_web, kind_name, outcome_names, summary},
    escape_control,
};

pub(crate) fn write(catalogue: &Catalogue, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "# Catalogue of controls\n\n{}",
        escaped(&summary(catalogue))
    )?;
    for framework in &catalogue.frameworks {
        write_framework(framework, catalogue.judged.is_some(), out)?;
    }
    for pack in &catalogue.packs {
        writeln!(out, "\n## {}", escaped(&pack.title))?;
        if !pack.name.is_empty() {
            writeln!(out)?;
            let version = pack
                .version
                .as_deref()
                .map(|version| format!(" {}", escaped(version)));
            writeln!(
                out,
                "Pack {}{}. {}",
                code(&pack.name),
                version.unwrap_or_default(),
                escaped(&pack.description)
            )?;
        }
        let policies = catalogue.policies.iter();
        for policy in policies.filter(|policy| policy.pack == pack.name) {
            write_policy(policy, out)?;
        }
    }
    out.flush()
}

fn write_framework(
    framework: &CatalogueFramework,
    is_judged: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    let name = format!("{} {}", framework.name, framework.version);
    let name = escaped(name.trim());
    writeln!(out, "\n## {name}\n")?;
    if !framework.url.is_empty() {
        writeln!(out, "{}\n", link(&framework.url, &framework.url))?;
    }
    let mut head = vec!["Control", "What it asks for", "Policies"];
    head.extend(outcome_names().filter(|_| is_judged));
    row(head.iter().map(|name| (*name).to_owned()), out)?;
    row(head.iter().map(|_| "---".to_owned()), out)?;
    for control in &framework.controls {
        let policies = control.policies.iter().map(|(id, is_verified)| {
            let mark = if *is_verified { "" } else { " †" };
            format!("{}{mark}", code(id))
        });
        let policies: Vec<_> = policies.collect();
        let cells = [
            code(&control.id),
            escaped(&control.title),
            policies.join("<br>"),
        ];
        row(cells.into_iter().chain(count_cells(control.counts)), out)?;
    }
    let mut mappings = framework
        .controls
        .iter()
        .flat_map(|control| &control.policies);
    if mappings.any(|(_, is_verified)| !is_verified) {
        writeln!(out, "\n† mapping not verified")?;
    }
    Ok(())
}

fn count_cells(counts: Option<OutcomeCounts>) -> impl Iterator<Item = String> {
    counts.into_iter().flatten().map(|count| count.to_string())
}

fn row(cells: impl Iterator<Item = String>, out: &mut impl Write) -> io::Result<()> {
    let cells: Vec<_> = cells.map(|cell| cell.replace('\n', " ")).collect();
    writeln!(out, "| {} |", cells.join(" | "))
}

fn write_policy(policy: &CataloguePolicy, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n### {}\n", escaped(&policy.title))?;
    let over_time = if policy.is_over_time {
        ", over time"
    } else {
        ""
    };
    writeln!(
        out,
        "{}, severity {}, judges {}{over_time}",
        code(&policy.id),
        policy.severity,
        escaped(kind_name(&policy.kind)),
    )?;
    if let Some(counts) = policy.counts {
        let counts = outcome_names()
            .zip(counts)
            .map(|(name, count)| format!("{count} {name}"));
        writeln!(out, "\nVerdicts: {}", counts.collect::<Vec<_>>().join(", "))?;
    }
    for (heading, blocks) in [
        ("What it checks", &policy.what),
        ("Why it matters", &policy.why),
        ("How to fix", &policy.fix),
    ] {
        if !blocks.is_empty() {
            writeln!(out, "\n#### {heading}")?;
            write_blocks(blocks, out)?;
        }
    }
    write_params(policy, out)?;
    write_mappings(policy, out)?;
    let count = policy.examples.len();
    if count > 0 {
        writeln!(out, "\n#### Examples ({count})\n")?;
    }
    for example in &policy.examples {
        writeln!(
            out,
            "* {}: {}",
            escaped(&example.title),
            escaped(&example.verdict)
        )?;
    }
    Ok(())
}

fn write_params(policy: &CataloguePolicy, out: &mut impl Write) -> io::Result<()> {
    if policy.params.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n#### Parameters\n")?;
    row(
        ["Name", "What it means", "Default"]
            .map(str::to_owned)
            .into_iter(),
        out,
    )?;
    row(["---"; 3].map(str::to_owned).into_iter(), out)?;
    for param in &policy.params {
        let shared = if param.is_shared {
            " (of the pack)"
        } else {
            ""
        };
        let doc = format!("{}{shared}", escaped(&param.doc));
        row(
            [code(&param.name), doc, code(&param.default)].into_iter(),
            out,
        )?;
    }
    Ok(())
}

fn write_mappings(policy: &CataloguePolicy, out: &mut impl Write) -> io::Result<()> {
    if policy.controls.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n#### Controls\n")?;
    for mapping in &policy.controls {
        let title = if mapping.title.is_empty() {
            String::new()
        } else {
            format!(": {}", escaped(&mapping.title))
        };
        let mark = if mapping.is_verified {
            ""
        } else {
            " (mapping not verified)"
        };
        writeln!(
            out,
            "* {} {}{title}{mark}",
            escaped(&mapping.framework_name),
            code(&mapping.control)
        )?;
    }
    Ok(())
}

fn write_blocks(blocks: &[Block], out: &mut impl Write) -> io::Result<()> {
    for block in blocks {
        writeln!(out)?;
        match block {
            Block::Paragraph(line) => writeln!(out, "{}", inline(line))?,
            Block::Code(text) => write_code(text, out)?,
            Block::List { is_ordered, items } => {
                for (nth, item) in items.iter().enumerate() {
                    let mark = if *is_ordered {
                        format!("{}.", nth + 1)
                    } else {
                        "*".to_owned()
                    };
                    writeln!(out, "{mark} {}", inline(item))?;
                }
            }
            Block::Table(rows) => {
                for (nth, cells) in rows.iter().enumerate() {
                    row(cells.iter().map(|cell| inline(cell)), out)?;
                    if nth == 0 {
                        row(cells.iter().map(|_| "---".to_owned()), out)?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// Lines as they are, in a fence that is longer than any in them.
fn write_code(text: &str, out: &mut impl Write) -> io::Result<()> {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    writeln!(out, "{fence}")?;
    for line in text.lines() {
        writeln!(out, "{}", escape_control(&line.replace('\t', "    ")))?;
    }
    writeln!(out, "{fence}")
}

fn inline(line: &[Inline]) -> String {
    let parts = line.iter().map(|part| match part {
        Inline::Text(text) => escaped(text),
        Inline::Code(text) => code(text),
        Inline::Link { text, target } => link(text, target),
    });
    let text: String = parts.collect();
    // At the beginning of a line, these make a heading, a list or a quotation.
    let digits = text.trim_start_matches(|first: char| first.is_ascii_digit());
    let begins_block = text.starts_with(['#', '+', '-', '>', '='])
        || digits.len() < text.len() && digits.starts_with(['.', ')']);
    if begins_block {
        format!("&#8203;{text}")
    } else {
        text
    }
}

/// A link to the web; anything else is only its text.
fn link(text: &str, target: &str) -> String {
    if !is_web(target) {
        return escaped(text);
    }
    let target: String = escape_control(target)
        .chars()
        .map(|character| match character {
            '<' => "%3C".to_owned(),
            '>' => "%3E".to_owned(),
            ' ' => "%20".to_owned(),
            '|' => "%7C".to_owned(),
            '\\' => "%5C".to_owned(),
            other => other.to_string(),
        })
        .collect();
    format!("[{}](<{target}>)", escaped(text))
}

/// Code in a line, in more backticks than stand together in it.
fn code(text: &str) -> String {
    let text = escape_control(text).replace('|', "\\|");
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() {
        " "
    } else {
        ""
    };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// The most backticks that stand together.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`').map(str::len);
    runs.max().unwrap_or(0)
}

/// Text that means nothing to Markdown or HTML.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in escape_control(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
                safe.push('\\');
                safe.push(character);
            }
            other => safe.push(other),
        }
    }
    safe
}
