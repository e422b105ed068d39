//! What readers that are not ours make of the outputs.

use std::collections::HashSet;

use assize_finding::{Judged, Position, Region, Waiver};
use assize_report::{Format, Options};
use pulldown_cmark::{Event, Parser, Tag};
use roxmltree::{Document, Node};
use serde_json::Value;

use crate::sample;

fn output(format: Format) -> String {
    sample::render(format, &Options::default())
}

/// Many findings, all of them worth a place.
fn many(format: Format) -> String {
    let files: Vec<_> = (0..20)
        .map(|number| sample::large_file(number, 500))
        .collect();
    sample::render_files(format, &Options::default(), &files)
}

#[test]
fn junit_is_xml_whose_counts_add_up() {
    let text = output(Format::Junit);
    let document = Document::parse(&text).unwrap();
    let mut names = HashSet::new();
    let suites = document.root_element().children().filter(Node::is_element);
    for suite in suites {
        assert!(suite.has_tag_name("testsuite"));
        let cases = || {
            suite
                .children()
                .filter(|node| node.has_tag_name("testcase"))
        };
        let attribute = |name| suite.attribute(name).unwrap().parse::<usize>().unwrap();
        assert_eq!(attribute("tests"), cases().count());
        for (name, element) in [
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ] {
            let has = |case: &Node<'_, '_>| case.children().any(|node| node.has_tag_name(element));
            assert_eq!(attribute(name), cases().filter(has).count(), "{name}");
        }
        for case in cases() {
            // GitLab drops the second of two.
            let name = (case.attribute("classname"), case.attribute("name"));
            assert!(
                names.insert((name.0.unwrap().to_owned(), name.1.unwrap().to_owned())),
                "{name:?}"
            );
        }
    }
    let last = document
        .descendants()
        .rfind(|node| node.has_tag_name("error"))
        .unwrap();
    assert_eq!(
        last.attribute("message"),
        Some(sample::status().reason.as_str())
    );
}

#[test]
fn a_run_without_snapshots_is_an_error_in_junit() {
    let text = sample::render_files(Format::Junit, &Options::default(), &[]);
    let document = Document::parse(&text).unwrap();
    assert!(
        document
            .descendants()
            .any(|node| node.has_tag_name("error"))
    );
}

#[test]
fn github_shows_the_worst_within_its_limits() {
    let text = many(Format::Github);
    let count = |kind: &str| text.lines().filter(|line| line.starts_with(kind)).count();
    assert_eq!(
        (count("::error "), count("::warning "), count("::notice ")),
        (10, 10, 10)
    );
    assert!(
        text.contains("::notice title=assize::9971 more not shown here%0A"),
        "{text}"
    );
    // Whatever the runner does not take for a command is one line of counts.
    for line in output(Format::Github).lines() {
        assert!(
            line.starts_with("::") || line.contains(" verdicts: "),
            "{line}"
        );
    }
}

#[test]
fn gitlab_gets_what_it_requires() {
    let entries: Vec<Value> = serde_json::from_str(&output(Format::Gitlab)).unwrap();
    let mut fingerprints = HashSet::new();
    for entry in &entries {
        assert!(
            fingerprints.insert(entry["fingerprint"].as_str().unwrap()),
            "{entry}"
        );
        let known = ["info", "minor", "major", "critical", "blocker"];
        assert!(
            known.contains(&entry["severity"].as_str().unwrap()),
            "{entry}"
        );
        assert!(
            entry["location"]["lines"]["begin"].as_u64() >= Some(1),
            "{entry}"
        );
        assert!(
            !entry["location"]["path"]
                .as_str()
                .unwrap()
                .starts_with("./")
        );
        assert!(!entry["description"].as_str().unwrap().is_empty());
    }
    let copies = [sample::large_file(1, 3), sample::large_file(2, 3)];
    let text = sample::render_files(Format::Gitlab, &Options::default(), &copies);
    assert_eq!(serde_json::from_str::<Vec<Value>>(&text).unwrap().len(), 6);
}

#[test]
fn events_are_lines_and_say_what_was_judged() {
    let text = output(Format::Ocsf);
    let mut states = HashSet::new();
    for line in text.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["time"], 1_795_348_800_000_i64);
        assert_eq!(event["class_uid"], 2003);
        states.insert(event["compliance"]["status_id"].as_u64().unwrap());
    }
    assert_eq!(states, HashSet::from([1, 2, 3, 99]));
}

#[test]
fn tables_are_read_back() {
    for (format, columns) in [(Format::Csv, 18), (Format::ActionPlan, 15)] {
        let text = output(format);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap().len(), columns);
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
        assert!(rows.len() > 8, "{format:?}");
        for cell in rows.iter().flatten() {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell}"
            );
        }
        assert!(text.lines().count() == rows.len() + 1, "a row is a line");
    }
}

#[test]
fn csv_lists_passes_only_if_asked() {
    let rows = |verbose| {
        let options = Options {
            verbose,
            ..Options::default()
        };
        let text = sample::render(Format::Csv, &options);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let records = reader.records().map(Result::unwrap);
        records.map(|row| row[3].to_owned()).collect::<Vec<_>>()
    };
    assert!(!rows(false).iter().any(|outcome| outcome == "pass"));
    let all = rows(true);
    for outcome in [
        "pass",
        "not applicable",
        "fail",
        "indeterminate",
        "review",
        "error",
    ] {
        assert!(all.iter().any(|own| own == outcome), "{outcome}");
    }
}

/// A file whose only failure somebody accepts.
fn accepted() -> Judged {
    let mut judged = sample::large_file(1, 1);
    let begin = Position::new(3, 1);
    judged.evaluations[0].findings[0].waiver = Some(Box::new(Waiver {
        file: "waivers.toml".to_owned(),
        region: Region {
            start: begin,
            end: begin,
        },
        owner: "mail team".to_owned(),
        reason: "moves in March".to_owned(),
        expires: "2027-03-31".to_owned(),
        ticket: None,
        approver: None,
    }));
    judged
}

#[test]
fn what_is_accepted_is_shown_and_asks_for_nothing() {
    let output = |format| sample::render_files(format, &Options::default(), &[accepted()]);
    assert!(
        output(Format::Junit)
            .contains("<skipped message=\"waived: accepted by mail team until 2027-03-31")
    );
    assert!(!output(Format::Junit).contains("<failure"));
    assert_eq!(output(Format::Gitlab).trim(), "[]");
    assert!(!output(Format::Github).contains("::error"));
    assert_eq!(output(Format::ActionPlan).lines().count(), 1);
    assert!(output(Format::Csv).contains("\"mail team\",\"2027-03-31\",\"moves in March\""));
    assert!(output(Format::Ocsf).contains("\"status\":\"Suppressed\""));
    for format in [Format::Markdown, Format::Html] {
        let text = output(format);
        assert!(
            text.contains("accepted by mail team until 2027-03-31"),
            "{format:?}"
        );
        assert!(
            text.contains(">exchange-online/dkim-enabled<"),
            "{format:?}"
        );
    }
}

/// The cells of each row of each table, as a renderer sees them.
fn rows(markdown: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for event in Parser::new_ext(markdown, pulldown_cmark::Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableRow | Tag::TableHead) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => rows
                .last_mut()
                .expect("a cell is in a row")
                .push(String::new()),
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a link"),
            Event::Text(text) => {
                if let Some(cell) = rows
                    .last_mut()
                    .and_then(|row: &mut Vec<String>| row.last_mut())
                {
                    cell.push_str(&text);
                }
            }
            _ => {}
        }
    }
    rows
}

#[test]
fn markdown_holds_what_the_snapshot_holds() {
    for format in [Format::Markdown, Format::GithubSummary] {
        let text = output(format);
        let rows = rows(&text);
        let nasty = rows
            .iter()
            .find(|row| row.len() == 4 && row[3].starts_with("the banner is '"));
        let cell = &nasty.expect("the finding has a row of four cells")[3];
        let expected = "the banner is '\\u{1b}[2J\\u{9b}31m\\u{202e}gpj\\u{200b}\\u{9}\\u{d}\\u{a}[x](1) {0} \\ <b>|&\"'";
        assert!(cell.starts_with(expected), "{cell}");
        let opened = text.matches("<details>").count();
        assert_eq!(opened, text.matches("</details>").count());
        assert!(opened >= 3);
    }
}

#[test]
fn markdown_keeps_its_limits() {
    for (format, limit) in [(Format::Markdown, 65_536), (Format::GithubSummary, 1 << 20)] {
        let text = many(format);
        assert!(text.len() < limit, "{format:?}: {}", text.len());
        assert!(text.len() > limit / 2, "{format:?}: {}", text.len());
        let shown = rows(&text)
            .iter()
            .filter(|row| row[0] == "critical")
            .count();
        assert!(shown > 100, "{format:?}: the worst come first");
        assert!(text.contains(" more not shown here."));
    }
}
