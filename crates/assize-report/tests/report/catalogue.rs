//! The catalogue of controls: whatever its texts hold, it is one sound page that needs nothing from elsewhere.

use std::collections::BTreeSet;

use assize_finding::{
    Block, Catalogue, CatalogueControl, CatalogueExample, CatalogueFramework, CatalogueMapping,
    CataloguePack, CatalogueParam, CataloguePolicy, CatalogueRun, Inline, Severity,
};
use assize_report::{CatalogueFormat, write_catalogue};
use pulldown_cmark::{Event, Options, Parser, Tag};

/// What would break a page that does not escape it.
const HOSTILE: &str = "</td></script><script src=\"https://evil.example\">'&#\u{1b}[31m\u{202e}`|` **[x](y)** \n# <!-- ";

fn prose() -> Vec<Block> {
    let text = || Inline::Text(HOSTILE.to_owned());
    let code = || Inline::Code(HOSTILE.to_owned());
    let link = Inline::Link {
        text: HOSTILE.to_owned(),
        target: "https://example.org/\"><b>".to_owned(),
    };
    let script = Inline::Link {
        text: "s".to_owned(),
        target: "javascript:alert(1)".to_owned(),
    };
    vec![
        Block::Paragraph(vec![text(), code(), link, script]),
        Block::List {
            is_ordered: true,
            items: vec![vec![text()], vec![code()]],
        },
        Block::Code(format!("a\n\tb\n{HOSTILE}\n```\n</pre>")),
        Block::Table(vec![vec![vec![text()]], vec![vec![code()], vec![text()]]]),
    ]
}

fn catalogue() -> Catalogue {
    let hostile = || HOSTILE.to_owned();
    let counts = Some([1, 2, 0, 4, 5, 6]);
    let policy = |id: &str, counts| CataloguePolicy {
        id: id.to_owned(),
        pack: hostile(),
        title: hostile(),
        severity: Severity::High,
        kind: hostile(),
        is_over_time: true,
        what: prose(),
        why: prose(),
        fix: prose(),
        params: vec![CatalogueParam {
            name: hostile(),
            doc: hostile(),
            default: hostile(),
            is_shared: true,
        }],
        controls: vec![CatalogueMapping {
            framework: hostile(),
            framework_name: hostile(),
            control: hostile(),
            title: hostile(),
            is_verified: false,
        }],
        examples: vec![CatalogueExample {
            title: hostile(),
            verdict: hostile(),
        }],
        counts,
    };
    let other = format!("{HOSTILE}/other");
    Catalogue {
        version: hostile(),
        judged: Some(CatalogueRun {
            now: hostile(),
            snapshots: 1,
        }),
        packs: vec![CataloguePack {
            name: hostile(),
            title: hostile(),
            version: Some(hostile()),
            description: hostile(),
        }],
        policies: vec![policy(HOSTILE, counts), policy(&other, None)],
        frameworks: vec![CatalogueFramework {
            id: hostile(),
            name: hostile(),
            version: hostile(),
            url: "https://example.org/\" onclick=\"alert(1)".to_owned(),
            controls: vec![CatalogueControl {
                id: hostile(),
                title: hostile(),
                policies: vec![(hostile(), false), (other, true)],
                counts,
            }],
        }],
    }
}

fn written(format: CatalogueFormat) -> String {
    let mut out = Vec::new();
    write_catalogue(format, &catalogue(), &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("reports are text")
}

/// The tags of a page: the name, then the attributes; a closing tag begins with `/`.
fn tags(html: &str) -> Vec<(&str, Vec<(&str, &str)>)> {
    let tags = html.split('<').skip(1).map(|rest| {
        let (tag, _) = rest.split_once('>').expect("every tag is closed");
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while let Some((attribute, after)) = rest.split_once("=\"") {
            let (value, after) = after.split_once('"').expect("every value is quoted");
            attributes.push((attribute.trim(), value));
            rest = after;
        }
        (name, attributes)
    });
    tags.collect()
}

#[test]
fn html_is_nested_linked_and_alone() {
    let html = written(CatalogueFormat::Html);
    let (mut open, mut ids, mut links) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (name, attributes) in tags(&html) {
        for (attribute, value) in attributes {
            match attribute {
                "id" => assert!(ids.insert(value), "two places are called {value}"),
                "aria-labelledby" => links.push(value),
                "href" if value.starts_with('#') => links.push(&value[1..]),
                "href" => assert!(value.starts_with("https://example.org/"), "{value}"),
                "src" | "onclick" | "onerror" => panic!("{name} has `{attribute}`"),
                _ => {}
            }
        }
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed)),
            None if ["!doctype", "meta"].contains(&name) => {}
            None => open.push(name),
        }
        assert_ne!(name, "script");
    }
    assert!(open.is_empty(), "{open:?} stay open");
    for link in links {
        assert!(ids.contains(link), "{link} leads nowhere");
    }
    assert!(
        html.contains("default-src 'none'") && !html.contains("url(") && !html.contains("@import")
    );
    let is_control =
        |character: char| character.is_control() && character != '\n' && character != '\t';
    assert!(!html.contains(is_control) && !html.contains('\u{202e}'));
}

#[test]
fn headings_and_tables_can_be_read_aloud() {
    let html = written(CatalogueFormat::Html);
    let mut level = 0;
    for (name, _) in tags(&html) {
        if let Some(next) = name
            .strip_prefix('h')
            .and_then(|digit| digit.parse::<u32>().ok())
        {
            assert!(next <= level + 1, "h{next} follows h{level}");
            level = next;
        }
    }
    for table in html.split("<table>").skip(1) {
        let (table, _) = table.split_once("</table>").unwrap();
        assert!(table.contains("<th scope=\"col\""), "{table}");
    }
    assert!(html.contains("<html lang=\"en\">") && html.contains("<main id=\"content\">"));
}

#[test]
fn markdown_is_markdown_and_nothing_of_the_texts_is() {
    let markdown = written(CatalogueFormat::Markdown);
    let (mut headings, mut rows) = (0, 0);
    for event in Parser::new_ext(&markdown, Options::ENABLE_TABLES) {
        match event {
            Event::InlineHtml(html) => assert_eq!(&*html, "<br>"),
            Event::Html(html) => panic!("{html}"),
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with("https://example.org/"), "{dest_url}");
            }
            Event::Start(Tag::Image { .. } | Tag::Strong) => panic!("a text became Markdown"),
            Event::Start(Tag::Heading { .. }) => headings += 1,
            Event::Start(Tag::TableRow) => rows += 1,
            _ => {}
        }
    }
    // The title, a framework, a pack, and two policies with six parts each; a control, and of each policy four tables.
    assert_eq!((headings, rows), (1 + 1 + 1 + 2 * 7, 1 + 2 * 4));
    let is_control = |character: char| character.is_control() && character != '\n';
    assert!(!markdown.contains(is_control) && !markdown.contains('\u{202e}'));
}
