//! Every file in `cases/`.

use std::{fs, path::Path};

use crate::console::{Statuses, check};

#[test]
fn every_case_does_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/cases");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    assert!(paths.len() > 5, "the cases are gone");
    let failures: Vec<_> = paths
        .iter()
        .filter_map(|path| check(path, Statuses::Shown).err())
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
