//! The bytes that come out: always the same, whole or absent, and harmless to a terminal.

use std::{
    io::{Read, Write},
    process::Stdio,
};

use assize_report::Format;

use crate::sandbox::{Sandbox, repository};

fn formats() -> impl Iterator<Item = &'static str> {
    Format::ALL.iter().map(|format| format.as_str())
}

/// A folder with every kind of input: good, bad, and hostile.
fn many(sandbox: &Sandbox) {
    for kind in std::fs::read_dir(repository().join("snapshots")).unwrap() {
        let kind = kind.unwrap();
        let name = kind.file_name().into_string().unwrap();
        let example = std::fs::read(kind.path().join("example.json")).unwrap();
        sandbox.write(&format!("many/{name}.json"), &example);
        sandbox.write(
            &format!("many/{name}-cut.json"),
            &example[..example.len() / 2],
        );
    }
    sandbox.write("many/empty.json", "");
    sandbox.write("many/odd.json", "{}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let sandbox = Sandbox::new();
    many(&sandbox);
    for format in formats() {
        let run = |jobs: &str| {
            // Some formats are added to what is there.
            let line = format!(
                "rm -f report; assize check many examples --at 2026-11-20 --verbose --jobs {jobs} --format {format} -o {format}:report"
            );
            let output = sandbox.run(&line);
            assert_eq!(output.status.code(), Some(4));
            // SARIF says how it was called.
            let own = format!("--jobs {jobs}");
            let plain =
                |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&own, "--jobs N");
            (plain(output.stdout), plain(sandbox.read("report")))
        };
        let first = run("1");
        assert!(first.0.len() > 500, "{format}");
        assert_eq!(first, run("1"), "{format}");
        assert_eq!(first, run("4"), "{format}");
        assert_eq!(
            first.0, first.1,
            "{format}: the report is what standard output shows"
        );
    }
}

/// What moves the cursor, changes colours, or turns text around. All in names and values that reports show.
const HOSTILE: &str = "\u{1b}]0;owned\u{7}\u{1b}[31mred\u{9b}2J\u{202e}evil\u{200b}\r\u{8}";

#[test]
fn nothing_reaches_the_terminal_raw() {
    let sandbox = Sandbox::new();
    let json = serde_json::to_string(HOSTILE).unwrap();
    let balancer = format!(
        r#"[{{"type":"Microsoft.Network/loadBalancers","name":{json},"{}":1,"backendAddressPools":[{{"name":{json}}}],"loadBalancingRules":[{{"name":{json}}}]}}]"#,
        HOSTILE.replace(['\u{1b}', '\u{7}', '\r', '\u{8}'], "")
    );
    sandbox.write(&format!("in/{HOSTILE}.json"), balancer);
    sandbox.write("in/broken.json", format!("{{\n{HOSTILE}"));
    let title = HOSTILE.replace('\r', "");
    let script = format!(
        "const POLICY = #{{ title: \"{title}\", severity: \"low\", kind: \"azure-load-balancer\", select: \"$.LoadBalancer[*]\" }};\nfn check(x) {{ fail(x, `${{x.name}}{}`); }}\n",
        "\u{9b}\u{202e}"
    );
    sandbox.write("own/acme/hostile.rhai", &script);
    sandbox.write(
        "own/acme/hostile.md",
        format!("# {HOSTILE}\n\n## How to fix\n\n{HOSTILE}\n"),
    );
    sandbox.write(
        &format!("own/acme/{HOSTILE}.rhai"),
        format!("{script}\n{HOSTILE}"),
    );
    let mut lines = vec![
        "assize list policies --policies own".to_owned(),
        "assize list policies --policies own --json".to_owned(),
        "assize explain acme/hostile --policies own".to_owned(),
        "assize test --policies own --verbose --select acme".to_owned(),
        format!("assize explain '{HOSTILE}'"),
        format!("assize check '{HOSTILE}'"),
        format!("assize '{HOSTILE}'"),
        format!("assize check in '--{HOSTILE}'"),
        format!("assize check in --format '{HOSTILE}'"),
        format!("assize check in --jobs '{HOSTILE}'"),
        format!("assize check in --select '{HOSTILE}'"),
        format!("assize check in --at '{HOSTILE}'"),
        format!("assize check in -o '{HOSTILE}/x.sarif'"),
        format!("assize check in --param 'certificates/expiry.window_days={HOSTILE}'"),
    ];
    lines.extend(
        formats()
            .map(|format| format!("assize check in --policies own --verbose --format {format}")),
    );
    for line in lines {
        let output = sandbox.run(&format!("exec 2>&1\n{line}"));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.is_empty(), "{line:?} says nothing");
        // The rows of CSV end with both.
        let text = text.replace("\r\n", "\n");
        let raw = text.chars().find(|character| {
            matches!(character, '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        });
        assert_eq!(raw, None, "{line:?} lets through in {text:?}");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let sandbox = Sandbox::new();
    for line in [
        "assize check examples/tenant >/dev/full",
        "assize check examples/tenant --format sarif >/dev/full",
        "assize check examples/tenant -o sarif:/dev/full >/dev/null",
        "assize list policies >/dev/full",
        "assize list kinds --json >/dev/full",
        "assize explain certificates/expiry >/dev/full",
        "assize test --select certificates/expiry >/dev/full",
        "assize completions bash >/dev/full",
    ] {
        let output = sandbox.run(line);
        assert_eq!(output.status.code(), Some(2), "{line}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(
            text.starts_with("assize: cannot write ") && text.contains("No space left"),
            "{line}: {text}"
        );
    }
}

#[test]
fn a_failed_report_leaves_no_other_report() {
    let sandbox = Sandbox::new();
    sandbox.write("old.json", "old");
    let output = sandbox.run("assize check examples/tenant -o new.sarif -o old.json >/dev/full");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(sandbox.read("old.json"), b"old");
    let names = sandbox.run("ls -A").stdout;
    assert_eq!(
        String::from_utf8(names).unwrap(),
        "examples\nold.json\npolicies\n"
    );
}

#[test]
fn a_reader_that_leaves_changes_neither_status_nor_reports() {
    let sandbox = Sandbox::new();
    let line = "assize check examples/tenant --at 2026-11-20 --format json -o report.sarif; echo $? >status";
    let mut child = sandbox
        .shell(line)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut reason = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut reason)
        .unwrap();
    child.wait().unwrap();
    assert_eq!(sandbox.read("status"), b"1\n");
    assert!(
        reason.ends_with("failures at or over severity low\n"),
        "{reason}"
    );
    serde_json::from_slice::<serde_json::Value>(&sandbox.read("report.sarif")).unwrap();
}

#[test]
fn a_run_that_is_killed_leaves_no_report() {
    let sandbox = Sandbox::new();
    // The pipe keeps the run waiting when its outputs are open.
    sandbox.run("mkfifo pipe");
    let mut child = sandbox
        .shell("exec assize check examples/tenant pipe --format compact -o report.sarif")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut pipe = std::fs::OpenOptions::new()
        .write(true)
        .open(sandbox.path().join("pipe"))
        .unwrap();
    pipe.write_all(b"{").unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!sandbox.has("report.sarif"));
}
