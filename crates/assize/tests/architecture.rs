//! What `crates/README.md` says always holds, as far as a test can tell.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads and writes what it likes, and a panic is its answer"
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use assize_policy::Page;
use assize_snapshot::{Kinds, Reader, Snapshot};
use serde_json::Value;

/// Each crate and those of ours that it may depend on. A crate that is not here is not allowed.
const MAY_DEPEND_ON: [(&str, &[&str]); 9] = [
    ("assize-finding", &[]),
    ("assize-snapshot", &["assize-finding"]),
    ("assize-policy", &["assize-finding", "assize-snapshot"]),
    ("assize-report", &["assize-finding"]),
    (
        "assize-project",
        &["assize-finding", "assize-snapshot", "assize-policy"],
    ),
    ("assize-ledger", &["assize-finding"]),
    (
        "assize-lsp",
        &[
            "assize-finding",
            "assize-snapshot",
            "assize-policy",
            "assize-project",
        ],
    ),
    (
        "assize",
        &[
            "assize-finding",
            "assize-snapshot",
            "assize-policy",
            "assize-report",
            "assize-project",
            "assize-ledger",
            "assize-lsp",
        ],
    ),
    (
        "xtask",
        &[
            "assize-finding",
            "assize-snapshot",
            "assize-policy",
            "assize-report",
            "assize-project",
            "assize-ledger",
            "assize-lsp",
            "assize",
        ],
    ),
];

/// Libraries that one crate keeps from the others.
const ONLY_IN: [(&str, &[&str]); 8] = [
    ("clap", &["assize", "xtask"]),
    ("rhai", &["assize-policy"]),
    ("jsonschema", &["assize-snapshot"]),
    ("serde-sarif", &["assize-report"]),
    ("walkdir", &["assize-project", "xtask"]),
    ("lsp-server", &["assize-lsp"]),
    ("lsp-types", &["assize-lsp"]),
    ("rusqlite", &["assize-ledger"]),
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Each crate of the workspace with what it is built from, tests and benches left out.
fn dependencies() -> Vec<(String, BTreeSet<String>)> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let names = |package: &Value| {
        let list = package["dependencies"].as_array().unwrap();
        list.iter()
            .filter(|dependency| dependency["kind"] != "dev")
            .map(|dependency| text(&dependency["name"]))
            .collect()
    };
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| (text(&package["name"]), names(package)))
        .collect()
}

#[test]
fn crates_depend_to_the_left_only() {
    for (name, dependencies) in dependencies() {
        let allowed = MAY_DEPEND_ON.iter().find(|(own, _)| *own == name);
        let (_, allowed) =
            allowed.unwrap_or_else(|| panic!("the crate `{name}` has no place in the data path"));
        let is_ours = |dependency: &&String| dependency.starts_with("assize");
        for dependency in dependencies.iter().filter(is_ours) {
            assert!(
                allowed.contains(&dependency.as_str()),
                "`{name}` may not depend on `{dependency}`"
            );
        }
    }
}

#[test]
fn each_crate_fences_its_libraries_off() {
    for (name, dependencies) in dependencies() {
        for (library, homes) in ONLY_IN {
            let is_home = homes.contains(&name.as_str());
            assert!(
                is_home || !dependencies.contains(library),
                "`{name}` may not depend on `{library}`"
            );
        }
    }
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// That the examples do what they say is tested by `assize test`.
#[test]
fn every_policy_has_a_page_with_the_three_examples() {
    let policies = files(&repository().join("policies"), "rhai");
    assert!(!policies.is_empty());
    for policy in policies {
        let pack = policy.parent().unwrap().join("pack.toml");
        assert!(pack.is_file(), "{} is in no pack", policy.display());
        let path = policy.with_extension("md");
        let text =
            fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is missing", path.display()));
        let page = Page::read("page.md", &text);
        for heading in [
            "## What it checks",
            "## Why it matters",
            "## How to fix",
            "## Examples",
        ] {
            assert!(
                text.lines().any(|line| line == heading),
                "{} has no `{heading}`",
                path.display()
            );
        }
        // What a policy never says has no example: some only ask a person, or only say what nobody can know.
        let script = fs::read_to_string(&policy).unwrap();
        let bad = ["fail", "review"]
            .into_iter()
            .find(|word| script.contains(&format!("{word}(")));
        for verdict in ["pass", "indeterminate"].into_iter().chain(bad) {
            let has = page
                .examples
                .iter()
                .any(|example| example.info.starts_with(verdict));
            assert!(has, "{} has no example with `{verdict}`", path.display());
        }
    }
}

/// Whether a snapshot is as its kind's schema says, with nothing that could not be read.
fn is_valid(path: &Path, kinds: &Kinds, kind: &str) -> bool {
    let bytes = fs::read(path).unwrap();
    let Ok(document) = Reader::default().read(bytes) else {
        return false;
    };
    let snapshot = Snapshot::new(document, kinds, None).unwrap();
    assert_eq!(
        snapshot.kind.as_ref().map(|kind| kind.name()),
        Some(kind),
        "{}",
        path.display()
    );
    snapshot.problems.is_empty()
}

#[test]
fn every_example_is_valid_and_nothing_invalid_is() {
    let kinds = Kinds::shipped().unwrap();
    let folders: Vec<_> = fs::read_dir(repository().join("snapshots"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .collect();
    assert_eq!(
        folders.len(),
        kinds.iter().count(),
        "every folder is a shipped kind"
    );
    for folder in folders {
        let name = folder.file_name().into_string().unwrap();
        let path = folder.path();
        assert!(
            path.join("README.md").is_file(),
            "kind `{name}` has no page"
        );
        assert!(
            is_valid(&path.join("example.json"), &kinds, &name),
            "the example of `{name}` is not valid"
        );
        let invalid = files(&path.join("invalid"), "json");
        assert!(!invalid.is_empty(), "kind `{name}` has no invalid snapshot");
        for file in invalid {
            assert!(
                !is_valid(&file, &kinds, &name),
                "{} is valid",
                file.display()
            );
        }
    }
}

#[test]
fn the_top_level_shows_only_what_a_reader_looks_for() {
    let expected = [
        "Cargo.lock",
        "Cargo.toml",
        "README.md",
        "crates",
        "examples",
        "policies",
        "snapshots",
        "target",
    ];
    for entry in fs::read_dir(repository()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name.starts_with('.') || expected.contains(&name.as_str()),
            "{name} has no place at the top level"
        );
    }
}
