//! The commands in the README are run.

use std::fs;

use crate::{
    console::{Statuses, check},
    sandbox::repository,
};

#[test]
fn the_readme_shows_what_really_comes_out() {
    if let Err(message) = check(&repository().join("README.md"), Statuses::Hidden) {
        panic!("{message}");
    }
}

#[test]
fn the_tutorial_shows_what_really_comes_out() {
    let tutorial = repository().join("examples/write-your-first-policy/README.md");
    if let Err(message) = check(&tutorial, Statuses::Hidden) {
        panic!("{message}");
    }
}

#[test]
fn the_readme_counts_the_policies_of_every_pack() {
    let text = fs::read_to_string(repository().join("README.md")).unwrap();
    for pack in fs::read_dir(repository().join("policies")).unwrap() {
        let pack = pack.unwrap();
        let name = pack.file_name().into_string().unwrap();
        let policies = fs::read_dir(pack.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "rhai")
            })
            .count();
        let row = format!("| [{name}](policies/{name}) | {policies} |");
        assert!(text.contains(&row), "the README should say: {row}");
    }
}
