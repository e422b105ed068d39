//! Inputs that are meant to exhaust something.

use std::{fs::File, io::Write, time::Instant};

use crate::sandbox::Sandbox;

/// 100 MB, a stand-in for larger files: what it costs grows with the length. The limit on memory is in KiB, and three times
/// the file with what the program itself reserves.
#[test]
fn a_large_file_costs_memory_in_proportion() {
    let sandbox = Sandbox::new();
    let path = sandbox.path().join("large.json");
    let mut file = std::io::BufWriter::new(File::create(path).unwrap());
    file.write_all(br#"{"assizeSnapshot":1,"kind":"certificates","data":{"Certificate":["#)
        .unwrap();
    let subject = "x".repeat(4000);
    for index in 0..25_000 {
        let comma = if index == 0 { "" } else { "," };
        write!(file, r#"{comma}{{"Thumbprint":"{index:040}","Subject":"CN={subject}","NotBefore":"2026-01-01T00:00:00Z","NotAfter":"2027-12-31T00:00:00Z"}}"#).unwrap();
    }
    file.write_all(b"]}}").unwrap();
    file.into_inner().unwrap().sync_all().unwrap();
    let started = Instant::now();
    let output = sandbox.run("ulimit -v 700000; assize check large.json --at 2026-11-20 -q --jobs 1 --select certificates/expiry");
    let text = String::from_utf8_lossy(&output.stdout);
    let reason = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{} {reason}",
        &text[..text.len().min(500)]
    );
    assert!(
        text.starts_with("25000 verdicts: 25000 pass"),
        "{}",
        &text[..text.len().min(500)]
    );
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
}

/// Each of a million values breaks the schema. What is said of them is bounded, and so is what finding them costs.
#[test]
fn a_file_that_breaks_its_schema_everywhere_is_reported_in_bounds() {
    let sandbox = Sandbox::new();
    let broken = vec!["1"; 1_000_000].join(",");
    let text = format!(
        r#"{{"assizeSnapshot":1,"kind":"certificates","data":{{"Certificate":[{broken}]}}}}"#
    );
    sandbox.write("broken.json", text);
    let started = Instant::now();
    let command = "ulimit -v 400000; assize check broken.json --at 2026-11-20 -q --jobs 1 --select evidence/nothing-was-cut-off";
    let output = sandbox.run(command);
    let text = String::from_utf8_lossy(&output.stdout);
    let reason = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{reason}");
    assert!(
        text.contains("how many more there are is unknown"),
        "{}",
        &text[..text.len().min(500)]
    );
    assert!(text.lines().count() < 150, "{} lines", text.lines().count());
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn a_file_without_permission_is_reported() {
    let sandbox = Sandbox::new();
    sandbox.run("mkdir in; echo '[]' > in/a.json; chmod 000 in/a.json");
    if File::open(sandbox.path().join("in/a.json")).is_ok() {
        eprintln!("skipped: this user may read every file");
        return;
    }
    let output = sandbox.run("assize check in -q");
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stdout).contains("input/unreadable-file"));
}

#[test]
fn deep_brackets_of_every_sort_are_refused_quickly() {
    let sandbox = Sandbox::new();
    for (name, text) in [
        ("arrays", "[".repeat(1_000_000)),
        ("objects", r#"{"a":"#.repeat(1_000_000)),
        (
            "closed",
            format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000)),
        ),
    ] {
        sandbox.write(&format!("{name}.json"), text);
        let started = Instant::now();
        let output = sandbox.run(&format!("assize check {name}.json -q"));
        assert_eq!(output.status.code(), Some(4), "{name}");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("nested deeper than 512 levels"), "{text}");
        assert!(started.elapsed().as_secs() < 20, "{name}");
    }
}
