//! The example estate, saved as PowerShell and Windows save it: what is found is the same, byte for byte, apart from line and column.

use std::fs;

use serde_json::{Map, Value as Json};

use crate::sandbox::{Sandbox, repository};

const FOLDERS: [&str; 2] = ["examples/tenant", "examples/tenant-last-week"];

/// What is done to every file; the schema of its kind says where.
#[derive(Clone, Copy, Default)]
struct Spelling {
    utf16: bool,
    collapsed: bool,
    dates: bool,
}

#[test]
fn the_example_estate_says_the_same_in_utf_16() {
    same_findings(Spelling {
        utf16: true,
        ..Spelling::default()
    });
}

#[test]
fn the_example_estate_says_the_same_with_lists_of_one_collapsed() {
    same_findings(Spelling {
        collapsed: true,
        ..Spelling::default()
    });
}

#[test]
fn the_example_estate_says_the_same_with_dates_of_windows_powershell() {
    same_findings(Spelling {
        dates: true,
        ..Spelling::default()
    });
}

#[test]
fn the_example_estate_says_the_same_in_all_spellings_at_once() {
    same_findings(Spelling {
        utf16: true,
        collapsed: true,
        dates: true,
    });
}

fn same_findings(spelling: Spelling) {
    let sandbox = Sandbox::new();
    let expected = findings(&sandbox);
    assert!(expected.lines().count() > 500);
    let mut changed = Changed::default();
    for folder in FOLDERS {
        for entry in fs::read_dir(repository().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let path = format!("{folder}/{name}");
            let snapshot = serde_json::from_slice(&sandbox.read(&path)).unwrap();
            sandbox.write(&path, spell(snapshot, spelling, &mut changed));
        }
    }
    assert_eq!(changed.lists > 50, spelling.collapsed, "collapsed lists");
    assert_eq!(changed.dates > 50, spelling.dates, "rewritten dates");
    let actual = findings(&sandbox);
    for (expected, actual) in expected.lines().zip(actual.lines()) {
        assert_eq!(actual, expected);
    }
    assert_eq!(actual.len(), expected.len());
}

/// Every verdict, without line and column: those with findings as the compact format has them, the others as `--verbose` lists them.
fn findings(sandbox: &Sandbox) -> String {
    let [present, past] = FOLDERS;
    let line = format!(
        "assize check {present} --since {past} --at 2026-11-20T06:00:00Z --exit-zero --verbose -o compact:findings"
    );
    let output = sandbox.run(&line).stdout;
    let verbose = String::from_utf8(output).unwrap();
    let compact = String::from_utf8(sandbox.read("findings")).unwrap();
    let passed = verbose
        .lines()
        .filter(|line| line.starts_with("pass[") || line.starts_with("not applicable["));
    let mut lines: Vec<_> = compact.lines().chain(passed).map(without_place).collect();
    // Verdicts come in the order of their lines.
    lines.sort();
    lines.join("\n")
}

/// `file.json:12:5: what` without the two numbers.
fn without_place(line: &str) -> String {
    match line.split_once(".json:") {
        Some((file, rest)) => {
            let what = rest.trim_start_matches(|character: char| {
                character.is_ascii_digit() || character == ':'
            });
            format!("{file}.json:{what}")
        }
        None => line.to_owned(),
    }
}

/// How much was rewritten, so that a test that rewrites nothing is noticed.
#[derive(Default)]
struct Changed {
    lists: usize,
    dates: usize,
}

fn spell(mut snapshot: Json, spelling: Spelling, changed: &mut Changed) -> Vec<u8> {
    let kind = snapshot["kind"].as_str().unwrap();
    let path = repository().join(format!("snapshots/{kind}/schema.json"));
    let schema: Json = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let data = snapshot["data"].take();
    snapshot["data"] = rewrite(data, &schema, &schema, spelling, changed);
    let text = format!("{snapshot:#}");
    if !spelling.utf16 {
        return text.into_bytes();
    }
    let text = text.replace('\n', "\r\n");
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// A value as the spelling has it, where the schema says what the value is.
fn rewrite(
    value: Json,
    schema: &Json,
    root: &Json,
    spelling: Spelling,
    changed: &mut Changed,
) -> Json {
    let schema = resolved(schema, root);
    match value {
        Json::Object(members) => {
            let member = |(name, value): (String, Json)| {
                let own = schema["properties"]
                    .get(&name)
                    .unwrap_or(&schema["additionalProperties"]);
                let value = rewrite(value, own, root, spelling, changed);
                (name, value)
            };
            Json::Object(members.into_iter().map(member).collect::<Map<_, _>>())
        }
        Json::Array(elements) => {
            let mut elements: Vec<_> = elements
                .into_iter()
                .map(|element| rewrite(element, &schema["items"], root, spelling, changed))
                .collect();
            let is_collapsed = spelling.collapsed
                && schema["x-assize-list"] == true
                && elements.len() == 1
                && !elements[0].is_array();
            if !is_collapsed {
                return Json::Array(elements);
            }
            changed.lists += 1;
            elements.remove(0)
        }
        Json::String(text) if spelling.dates && !schema["x-assize-time"].is_null() => {
            let is_utc = schema["x-assize-time"] == "utc";
            let Some(milliseconds) = milliseconds(&text, is_utc) else {
                return Json::String(text);
            };
            changed.dates += 1;
            Json::String(format!("/Date({milliseconds})/"))
        }
        other => other,
    }
}

/// The schema that another one refers to.
fn resolved<'a>(schema: &'a Json, root: &'a Json) -> &'a Json {
    match schema["$ref"].as_str() {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

/// A time that names its zone, or one that is in UTC without saying so. What was cut from a local clock cannot be written so.
fn milliseconds(text: &str, is_utc: bool) -> Option<i64> {
    let zoned = if is_utc && !text.ends_with('Z') {
        format!("{text}Z")
    } else {
        text.to_owned()
    };
    let time: jiff::Timestamp = zoned.parse().ok()?;
    Some(time.as_millisecond())
}
