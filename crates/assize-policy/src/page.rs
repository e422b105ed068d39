//! A policy's page: documentation in Markdown whose examples are tests.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// The page beside a policy.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The file, for messages.
    pub path: String,
    /// Everything but the examples.
    pub help: String,
    /// `## What it checks`, its first paragraph as plain text.
    pub description: String,
    /// `## How to fix`, its first paragraph as plain text.
    pub fix: Option<String>,
    /// The first link of `## How to fix`, else of the page.
    pub link: Option<String>,
    /// The fenced blocks of `## Examples`.
    pub examples: Vec<PageExample>,
}

/// A fenced block that is a test.
#[derive(Debug, Clone)]
pub struct PageExample {
    /// The heading above it.
    pub title: String,
    /// The info string after the language: verdicts with places and parts of messages, then `with name=value` for each
    /// parameter, then `now=TIME`, as in `fail at A[x].B saying "too old", review with days=7 now=2026-01-01`.
    pub info: String,
    /// The block.
    pub text: String,
    /// A whole snapshot that the block patches, in place of the example of its kind.
    pub base: Option<String>,
    /// The line of the opening fence, from 1.
    pub line: u32,
    /// The blocks before it that say what else there is: other snapshots of the estate, the earlier snapshot, reference data.
    pub given: Vec<GivenBlock>,
}

/// A fenced block that an example takes for given.
#[derive(Debug, Clone)]
pub struct GivenBlock {
    /// What it is.
    pub of: Given,
    /// The block.
    pub text: String,
    /// A whole snapshot that the block patches, in place of the example of its kind.
    pub base: Option<String>,
}

/// What an example takes for given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// `sibling KIND`: another snapshot of the estate.
    Sibling(String),
    /// `earlier`: the same source at an earlier time.
    Earlier,
    /// `reference PACK/NAME`: reference data, in place of what the pack has under that name.
    Reference(String),
}

impl Given {
    fn parse(info: &str) -> Option<Self> {
        match info.split_whitespace().collect::<Vec<_>>()[..] {
            ["sibling", kind] => Some(Self::Sibling(kind.to_owned())),
            ["earlier"] => Some(Self::Earlier),
            ["reference", name] => Some(Self::Reference(name.to_owned())),
            _ => None,
        }
    }
}

const EXAMPLES: &str = "Examples";
const WHAT: &str = "What it checks";
const FIX: &str = "How to fix";

impl Page {
    /// Reads a page. What it lacks is for a lint to say; nothing is refused here.
    pub fn read(path: &str, text: &str) -> Self {
        let mut scan = Scan {
            page: Page {
                path: path.to_owned(),
                ..Page::default()
            },
            ..Scan::default()
        };
        let mut examples_at = text.len();
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            if let Event::End(TagEnd::Heading(HeadingLevel::H2)) = event
                && scan.heading == EXAMPLES
            {
                examples_at = range.start;
            }
            scan.event(event, &range, text);
        }
        scan.page.examples.append(&mut scan.given);
        let mut page = scan.page;
        text[..examples_at].trim_end().clone_into(&mut page.help);
        page
    }
}

#[derive(Default)]
struct Scan {
    page: Page,
    section: String,
    heading: String,
    example_title: String,
    paragraph: Option<String>,
    in_heading: Option<HeadingLevel>,
    block: Option<PageExample>,
    /// Blocks that wait for their example.
    given: Vec<PageExample>,
}

impl Scan {
    fn event(&mut self, event: Event<'_>, range: &Range<usize>, text: &str) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                // A block that no example follows is shown as one, so that nobody believes it is used.
                self.page.examples.append(&mut self.given);
                self.in_heading = Some(level);
                self.heading.clear();
            }
            Event::End(TagEnd::Heading(level)) => {
                self.in_heading = None;
                match level {
                    HeadingLevel::H2 => self.section.clone_from(&self.heading),
                    HeadingLevel::H3 => self.example_title.clone_from(&self.heading),
                    _ => {}
                }
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))
                if self.section == EXAMPLES =>
            {
                self.start_example(&info, range.start, text);
            }
            Event::End(TagEnd::CodeBlock) => self.end_block(),
            Event::Start(Tag::Paragraph) => self.paragraph = Some(String::new()),
            Event::End(TagEnd::Paragraph) => self.end_paragraph(),
            Event::Start(Tag::Link { dest_url, .. }) => self.link(&dest_url),
            Event::Text(words) | Event::Code(words) => self.words(&words),
            Event::SoftBreak | Event::HardBreak => self.words(" "),
            _ => {}
        }
    }

    fn start_example(&mut self, info: &str, at: usize, text: &str) {
        let Some(info) = info.strip_prefix("json") else {
            return;
        };
        self.block = Some(PageExample {
            title: self.example_title.clone(),
            info: info.trim().to_owned(),
            text: String::new(),
            base: None,
            line: text[..at].matches('\n').count() as u32 + 1,
            given: Vec::new(),
        });
    }

    fn end_block(&mut self) {
        let Some(mut block) = self.block.take() else {
            return;
        };
        if Given::parse(&block.info).is_some() {
            self.given.push(block);
            return;
        }
        let given = self.given.drain(..).filter_map(|given| {
            Some(GivenBlock {
                of: Given::parse(&given.info)?,
                text: given.text,
                base: None,
            })
        });
        block.given = given.collect();
        self.page.examples.push(block);
    }

    fn words(&mut self, words: &str) {
        if let Some(block) = &mut self.block {
            block.text.push_str(words);
        } else if self.in_heading.is_some() {
            self.heading.push_str(words);
        } else if let Some(paragraph) = &mut self.paragraph {
            paragraph.push_str(words);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraph.take() else {
            return;
        };
        if self.section == WHAT && self.page.description.is_empty() {
            self.page.description = paragraph;
        } else if self.section == FIX && self.page.fix.is_none() {
            self.page.fix = Some(paragraph);
        }
    }

    fn link(&mut self, target: &str) {
        if target.starts_with("https://") && (self.page.link.is_none() || self.section == FIX) {
            self.page.link.get_or_insert_with(|| target.to_owned());
        }
    }
}
