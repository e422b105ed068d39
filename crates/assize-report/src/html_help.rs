//! The Markdown of a rule's page as HTML.

use std::fmt::Write;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::{
    catalogue::is_web,
    html::{Safe, SafeLines},
};

/// The page as HTML. Headings go below one of the third level; raw HTML is shown as text, a picture as its description, and only
/// addresses of the web become links.
pub(crate) fn help(markdown: &str) -> String {
    let mut page = Help::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        page.event(event);
    }
    page.html
}

#[derive(Default)]
struct Help {
    html: String,
    is_code: bool,
    is_head: bool,
    /// Whether each open link is one.
    links: Vec<bool>,
}

impl Help {
    fn push(&mut self, html: &str) {
        self.html.push_str(html);
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.is_code => self.write(format_args!("{}", SafeLines(&text))),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.write(format_args!("{}", Safe(text.trim_end_matches('\n'))));
            }
            Event::Code(text) => self.write(format_args!("<code>{}</code>", Safe(&text))),
            Event::SoftBreak => self.push(" "),
            Event::HardBreak => self.push("<br>"),
            Event::Rule => self.push("<hr>\n"),
            _ => {}
        }
    }

    fn write(&mut self, html: std::fmt::Arguments<'_>) {
        // Writing to a `String` cannot fail.
        let _ = self.html.write_fmt(html);
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph => self.push("<p>"),
            Tag::Heading { level, .. } => self.write(format_args!("<{}>", heading(*level))),
            Tag::CodeBlock(_) => {
                self.is_code = true;
                self.push("<pre>");
            }
            Tag::List(Some(first)) => self.write(format_args!("<ol start=\"{first}\">\n")),
            Tag::List(None) => self.push("<ul>\n"),
            Tag::Item => self.push("<li>"),
            Tag::BlockQuote(_) => self.push("<blockquote>\n"),
            Tag::Table(_) => self.push("<div class=\"table\"><table>\n"),
            Tag::TableHead => {
                self.is_head = true;
                self.push("<thead><tr>");
            }
            Tag::TableRow => self.push("<tr>"),
            Tag::TableCell if self.is_head => self.push("<th scope=\"col\">"),
            Tag::TableCell => self.push("<td>"),
            Tag::Emphasis => self.push("<em>"),
            Tag::Strong => self.push("<strong>"),
            Tag::Link { dest_url, .. } => {
                let is_link = is_web(dest_url);
                self.links.push(is_link);
                if is_link {
                    let target = Safe(dest_url);
                    self.write(format_args!("<a href=\"{target}\" rel=\"noreferrer\">"));
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.push("</p>\n"),
            TagEnd::Heading(level) => self.write(format_args!("</{}>\n", heading(level))),
            TagEnd::CodeBlock => {
                self.is_code = false;
                self.push("</pre>\n");
            }
            TagEnd::List(is_ordered) => self.push(if is_ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => self.push("</li>\n"),
            TagEnd::BlockQuote(_) => self.push("</blockquote>\n"),
            TagEnd::Table => self.push("</tbody>\n</table></div>\n"),
            TagEnd::TableHead => {
                self.is_head = false;
                self.push("</tr></thead>\n<tbody>\n");
            }
            TagEnd::TableRow => self.push("</tr>\n"),
            TagEnd::TableCell if self.is_head => self.push("</th>"),
            TagEnd::TableCell => self.push("</td>"),
            TagEnd::Emphasis => self.push("</em>"),
            TagEnd::Strong => self.push("</strong>"),
            TagEnd::Link if self.links.pop() == Some(true) => self.push("</a>"),
            _ => {}
        }
    }
}

fn heading(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => "h4",
        _ => "h5",
    }
}

#[cfg(test)]
mod tests {
    use super::help;

    #[test]
    fn pages_are_html_and_nothing_in_them_is() {
        let page = "## What\n\nA *b* `<c>` <i>d</i> [e](https://f) [g](javascript:h)\n\n| i |\n| - |\n| j |\n\n```\n<k>\n```\n";
        assert_eq!(
            help(page),
            "<h4>What</h4>\n<p>A <em>b</em> <code>&lt;c&gt;</code> &lt;i&gt;d&lt;/i&gt; \
             <a href=\"https://f\" rel=\"noreferrer\">e</a> g</p>\n\
             <div class=\"table\"><table>\n<thead><tr><th scope=\"col\">i</th></tr></thead>\n<tbody>\n\
             <tr><td>j</td></tr>\n</tbody>\n</table></div>\n<pre>&lt;k&gt;\n</pre>\n"
        );
    }

    #[test]
    fn odd_pages_are_balanced() {
        for page in [
            "[a](b",
            "<script>\nx",
            "1. a\n   - b\n\n> c",
            "![d](https://e)",
            "| a |\n| - |",
        ] {
            let html = help(page);
            assert!(!html.contains("<script"), "{html}");
            let count = |text| html.matches(text).count();
            assert_eq!(count("<ul"), count("</ul"), "{html}");
            assert_eq!(count("<tbody"), count("</tbody"), "{html}");
        }
    }
}
