//! One finding in the HTML report.

use std::fmt::Write;

use assize_finding::{Excerpt, Finding, Pointer, Related, Rule};

use crate::{
    html::{Safe, SafeLines, WithCode, anchor},
    place::{KeyedPath, Place},
    state_text,
};

/// An excerpt is cut after so many lines.
const MOST_LINES: usize = 12;

/// A finding with its place, its source, how to fix it, and what else is known of it.
pub(crate) fn finding(rule: &Rule, file: &str, finding: &Finding) -> String {
    let location = &finding.location;
    let severity = finding.severity.as_str();
    let pack = rule.id.split_once('/').map_or("", |(pack, _)| pack);
    let mut html = format!(
        "<article class=\"finding\" data-severity=\"{severity}\" data-pack=\"{}\" data-file=\"{}\">\n\
         <h4><span class=\"badge {severity}\">{}</span> {}</h4>\n<p class=\"facts\"><code>{}</code>",
        Safe(pack),
        Safe(file),
        state_text::aside(finding),
        WithCode(&finding.message),
        Safe(&Place { file, location }.to_string()),
    );
    if !location.path.is_empty() {
        push(
            &mut html,
            format_args!(
                " <span class=\"in\">at</span> <code class=\"path\">{}</code>",
                Safe(&KeyedPath(location).to_string())
            ),
        );
    }
    push(
        &mut html,
        format_args!(
            " <a href=\"#{}\">{}</a></p>\n",
            anchor("policy", &rule.id),
            Safe(&rule.id)
        ),
    );
    if let Some(excerpt) = &location.excerpt {
        push_excerpt(&mut html, excerpt);
    }
    if let Some(fix) = finding.fix.as_ref().or(rule.fix.as_ref()) {
        push(
            &mut html,
            format_args!(
                "<p class=\"fix\"><strong>Fix:</strong> {}</p>\n",
                WithCode(fix)
            ),
        );
    }
    push_related(&mut html, file, &finding.related);
    let pointer = location.pointer.as_ref().map_or("", Pointer::as_str);
    push(
        &mut html,
        format_args!(
            "<details><summary>Identity</summary><dl class=\"pairs\"><dt>JSON Pointer</dt><dd><code>{}</code></dd>\
         <dt>Fingerprint</dt><dd><code>{}</code></dd></dl></details>\n</article>\n",
            Safe(pointer),
            finding.fingerprint,
        ),
    );
    html
}

fn push(html: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = html.write_fmt(text);
}

fn push_related(html: &mut String, file: &str, related: &[Related]) {
    if related.is_empty() {
        return;
    }
    html.push_str("<ul class=\"related\">\n");
    for Related {
        file: other,
        location,
        message,
    } in related
    {
        let file = other.as_deref().unwrap_or(file);
        push(
            html,
            format_args!(
                "<li>See <code>{}</code>: {}</li>\n",
                Safe(&Place { file, location }.to_string()),
                WithCode(message),
            ),
        );
    }
    html.push_str("</ul>\n");
}

/// The lines with their numbers, and the value in question marked on each of its lines.
fn push_excerpt(html: &mut String, excerpt: &Excerpt) {
    html.push_str("<pre class=\"excerpt\">");
    let highlight = &excerpt.highlight;
    let mut offset = 0;
    for (nth, line) in excerpt.text.split('\n').enumerate() {
        if nth == MOST_LINES {
            html.push_str("<span class=\"line\">…</span>");
            break;
        }
        let number = u64::from(excerpt.first_line) + nth as u64;
        // The half of a Windows line end is not shown.
        let shown = line.strip_suffix('\r').unwrap_or(line);
        let within = |place: usize| shown.floor_char_boundary(place.saturating_sub(offset));
        let (start, end) = (within(highlight.start), within(highlight.end));
        push(
            html,
            format_args!(
                "<span class=\"line\" data-line=\"{number}\">{}",
                SafeLines(&shown[..start])
            ),
        );
        if start < end {
            push(
                html,
                format_args!("<mark>{}</mark>", SafeLines(&shown[start..end])),
            );
        }
        push(
            html,
            format_args!("{}</span>", SafeLines(&shown[end.max(start)..])),
        );
        offset += line.len() + 1;
    }
    html.push_str("</pre>\n");
    if excerpt.cut {
        html.push_str("<p class=\"facts\">A long line is cut.</p>\n");
    }
}

#[cfg(test)]
mod tests {
    use assize_finding::Excerpt;

    use super::push_excerpt;

    fn shown(text: &str, highlight: std::ops::Range<usize>) -> String {
        let mut html = String::new();
        let text = text.to_owned();
        push_excerpt(
            &mut html,
            &Excerpt {
                first_line: 7,
                text,
                highlight,
                cut: false,
            },
        );
        html
    }

    #[test]
    fn a_value_on_two_lines_is_marked_on_both() {
        let html = shown("a {\r\n b }c", 2..8);
        assert_eq!(
            html,
            "<pre class=\"excerpt\"><span class=\"line\" data-line=\"7\">a <mark>{</mark></span>\
             <span class=\"line\" data-line=\"8\"><mark> b </mark>}c</span></pre>\n"
        );
    }

    #[test]
    fn odd_highlights_are_drawn() {
        for text in [
            "",
            "\n",
            "é\r\n\t漢",
            "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn",
        ] {
            for start in 0..=text.len() + 2 {
                for end in 0..=text.len() + 2 {
                    assert!(shown(text, start..end).ends_with("</pre>\n"));
                }
            }
        }
    }
}
