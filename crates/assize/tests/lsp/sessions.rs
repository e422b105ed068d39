use std::{env, fs, path::Path};

use crate::session::play;

/// Each session is as its file says. `UPDATE_CASES=1` writes what the server says now.
#[test]
fn sessions_are_as_they_are_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp/sessions");
    let mut wrong = Vec::new();
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths.iter().filter(|path| !path.ends_with("README.md")) {
        let told = fs::read_to_string(path).unwrap();
        let played = play(&told);
        if played == told {
            continue;
        }
        if env::var_os("UPDATE_CASES").is_some() {
            fs::write(path, &played).unwrap();
        } else {
            wrong.push(format!(
                "{}:\n{}",
                path.display(),
                difference(&told, &played)
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n\n`UPDATE_CASES=1` accepts what the server says",
        wrong.join("\n")
    );
}

/// The first lines that differ.
fn difference(told: &str, played: &str) -> String {
    let (mut told, mut played) = (told.lines(), played.lines());
    for line in 1.. {
        match (told.next(), played.next()) {
            (None, None) => break,
            (left, right) if left == right => {}
            (left, right) => {
                return format!(
                    "line {line}\n- {}\n+ {}",
                    left.unwrap_or_default(),
                    right.unwrap_or_default()
                );
            }
        }
    }
    String::new()
}
