//! The sections of a page as blocks that any format can write.

use assize_finding::{Block, Inline};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::page::Page;

impl Page {
    /// What stands below a heading of the second level, such as `What it checks`. Headings below it are paragraphs; raw HTML
    /// and pictures are left out.
    pub fn section(&self, heading: &str) -> Vec<Block> {
        let mut scan = Scan {
            wanted: heading,
            ..Scan::default()
        };
        for event in Parser::new_ext(&self.help, Options::ENABLE_TABLES) {
            scan.event(event);
        }
        scan.blocks
    }
}

#[derive(Default)]
struct Scan<'w> {
    wanted: &'w str,
    blocks: Vec<Block>,
    is_inside: bool,
    heading: Option<String>,
    /// The line that is being read.
    line: Vec<Inline>,
    /// The target of the link that is being read, and its text so far.
    link: Option<(String, String)>,
    code: Option<String>,
    /// Lists that are open: whether they have numbers, and their items.
    lists: Vec<(bool, Vec<Vec<Inline>>)>,
    rows: Vec<Vec<Vec<Inline>>>,
    row: Vec<Vec<Inline>>,
}

impl Scan<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Heading {
                level: HeadingLevel::H1 | HeadingLevel::H2,
                ..
            }) => self.heading = Some(String::new()),
            Event::End(TagEnd::Heading(HeadingLevel::H1 | HeadingLevel::H2)) => {
                self.is_inside = self.heading.take().as_deref() == Some(self.wanted);
            }
            Event::Text(text) | Event::Code(text) if self.heading.is_some() => {
                if let Some(heading) = &mut self.heading {
                    heading.push_str(&text);
                }
            }
            event if self.is_inside => self.inside(event),
            _ => {}
        }
    }

    fn inside(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => match &mut self.link {
                Some((_, own)) => own.push_str(&text),
                None => self.line.push(Inline::Code(text.into_string())),
            },
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::CodeBlock(_) => self.code = Some(String::new()),
            Tag::Link { dest_url, .. } => {
                self.link = Some((dest_url.to_string(), String::new()));
            }
            Tag::List(first) => {
                self.end_item();
                self.lists.push((first.is_some(), Vec::new()));
            }
            Tag::Item => self.end_item(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) if self.lists.is_empty() => {
                let line = std::mem::take(&mut self.line);
                if !line.is_empty() {
                    self.blocks.push(Block::Paragraph(line));
                }
            }
            // Paragraphs of one item are put together.
            TagEnd::Paragraph if !self.line.is_empty() => self.text(" "),
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.blocks.push(Block::Code(code));
            }
            TagEnd::Link => self.end_link(),
            TagEnd::Item => self.end_item(),
            TagEnd::List(_) => self.end_list(),
            TagEnd::TableCell => self.row.push(std::mem::take(&mut self.line)),
            TagEnd::TableHead | TagEnd::TableRow => self.rows.push(std::mem::take(&mut self.row)),
            TagEnd::Table => self
                .blocks
                .push(Block::Table(std::mem::take(&mut self.rows))),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            code.push_str(text);
        } else if let Some((_, own)) = &mut self.link {
            own.push_str(text);
        } else if let Some(Inline::Text(last)) = self.line.last_mut() {
            last.push_str(text);
        } else {
            self.line.push(Inline::Text(text.to_owned()));
        }
    }

    /// A link that leads elsewhere than to a page of the web is its text.
    fn end_link(&mut self) {
        let Some((target, text)) = self.link.take() else {
            return;
        };
        if is_web(&target) {
            self.line.push(Inline::Link { text, target });
        } else {
            self.text(&text);
        }
    }

    /// Ends an item; one that holds a list ends where the list begins.
    fn end_item(&mut self) {
        let line = std::mem::take(&mut self.line);
        if let (Some((_, items)), false) = (self.lists.last_mut(), line.is_empty()) {
            items.push(line);
        }
    }

    /// The items of a list within a list follow those around it.
    fn end_list(&mut self) {
        let Some((is_ordered, items)) = self.lists.pop() else {
            return;
        };
        match self.lists.last_mut() {
            Some((_, around)) => around.extend(items),
            None if items.is_empty() => {}
            None => self.blocks.push(Block::List { is_ordered, items }),
        }
    }
}

/// Whether an address is a page of the web.
pub fn is_web(target: &str) -> bool {
    target.starts_with("https://") || target.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    #[test]
    fn a_section_is_taken_apart() {
        let page = Page::read(
            "page.md",
            "# T\n\nintro\n\n## What it checks\n\nA `field` and\n[a *link*](https://example.org/a), no [file](a.md) <b>bold</b>.\n\n\
            * one\n  * two `2`\n* three\n\n1. first\n\n| a | b |\n|---|---|\n| 1 | x \\| y |\n\n```sh\nls -l\n```\n\n### Sub\n\n## Why it matters\n\nElse.\n\n## Examples\n",
        );
        let code = |text: &str| Inline::Code(text.to_owned());
        let link = Inline::Link {
            text: "a link".to_owned(),
            target: "https://example.org/a".to_owned(),
        };
        assert_eq!(
            page.section("What it checks"),
            [
                Block::Paragraph(vec![
                    text("A "),
                    code("field"),
                    text(" and "),
                    link,
                    text(", no file bold."),
                ]),
                Block::List {
                    is_ordered: false,
                    items: vec![
                        vec![text("one")],
                        vec![text("two "), code("2")],
                        vec![text("three")],
                    ],
                },
                Block::List {
                    is_ordered: true,
                    items: vec![vec![text("first")]],
                },
                Block::Table(vec![
                    vec![vec![text("a")], vec![text("b")]],
                    vec![vec![text("1")], vec![text("x | y")]],
                ]),
                Block::Code("ls -l\n".to_owned()),
                Block::Paragraph(vec![text("Sub")]),
            ]
        );
        assert_eq!(
            page.section("Why it matters"),
            [Block::Paragraph(vec![text("Else.")])]
        );
        assert!(page.section("How to fix").is_empty());
    }
}
