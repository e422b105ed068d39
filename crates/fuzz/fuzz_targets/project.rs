//! A folder with a policy, its page, a `pack.toml` and two snapshots, as a run finds it: no panic, whatever they hold.
//!
//! The input is a byte that chooses what reports want, then the four texts with `0x1E` between them.

#![no_main]

mod limits;

use std::{fs, path::Path, sync::LazyLock};

use assize_project::{Input, Options, Project, ProjectError, Wanted};
use libfuzzer_sys::fuzz_target;
use limits::limits;
use tempfile::TempDir;

/// The separator of the texts, which JSON and TOML refuse as it is.
const SEPARATOR: u8 = 0x1E;
/// 2026-11-20T06:00:00Z, the time of the shipped examples.
const NOW: i64 = 1_795_154_400_000_000;

/// In memory where the system has such a place: each input writes five files.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    let folder = made.expect("a folder for the project");
    for name in ["policies/pack", "snapshots"] {
        fs::create_dir_all(folder.path().join(name)).expect("a folder");
    }
    folder
});

fn options() -> Options {
    Options {
        policies: vec![FOLDER.path().join("policies")],
        // The shipped policies are the same for every input; compiling them each time would cost the most.
        select: vec!["pack".to_owned()],
        now: NOW,
        root: FOLDER.path().to_owned(),
        jobs: 1,
        limits: limits(),
        ..Options::default()
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, texts)) = bytes.split_first() else {
        return;
    };
    let mut texts = texts.splitn(4, |byte| *byte == SEPARATOR);
    let mut write = |names: &[&str]| {
        let text = texts.next().unwrap_or_default();
        for name in names {
            fs::write(FOLDER.path().join(name), text).expect("the folder is writable");
        }
    };
    write(&["policies/pack/policy.rhai"]);
    write(&["policies/pack/policy.md"]);
    write(&["policies/pack/pack.toml"]);
    // Two, so that the one is the sibling of the other.
    write(&["snapshots/one.json", "snapshots/two.json"]);
    let Ok(project) = Project::load(options()) else {
        return;
    };
    let wanted = Wanted {
        excerpts: choice & 1 != 0,
        line_hashes: choice & 2 != 0,
        sha256: choice & 4 != 0,
        passes: choice & 8 != 0,
        contents: choice & 16 != 0,
    };
    let mut artifacts = 0;
    let take = |_| {
        artifacts += 1;
        Ok::<(), ProjectError>(())
    };
    project
        .check(
            vec![Input::Path(FOLDER.path().join("snapshots"))],
            wanted,
            take,
        )
        .expect("a run goes on, whatever it reads");
    assert_eq!(
        artifacts,
        project.broken.len() + 2,
        "each file is spoken of"
    );
});
