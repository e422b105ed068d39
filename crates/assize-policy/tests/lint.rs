//! Lints: cases are policies with what is to be found drawn in comments below the code, `//   ^^^^ rule: words`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use assize_policy::{
    Limits, Lint, LintSubject, Page, Policy, Shared, Source, lint, lint_rules, pack_of,
    shipped_packs, shipped_policies, syntax::Tree, types::Types,
};
use assize_snapshot::Kinds;

fn lints(
    id: &str,
    source: &str,
    page: Option<&Page>,
    kinds: &Kinds,
    shared: &std::sync::Arc<Shared>,
) -> Vec<Lint> {
    let tree = Tree::of(source);
    let types = Types::of(source, &tree, kinds, &shared.params);
    let own = Source {
        path: format!("{id}.rhai"),
        text: source.to_owned(),
    };
    let error = Policy::in_pack(id, own, Page::default(), shared, &Limits::default()).err();
    let pack = shipped_packs().find(|(name, _)| *name == pack_of(id));
    let pack = pack.map(|(_, text)| assize_policy::Pack::read(text).unwrap());
    lint(&LintSubject {
        source,
        tree: &tree,
        types: &types,
        kinds,
        page,
        pack: pack.as_ref(),
        error: error.as_ref(),
    })
}

/// What a case expects: the line and the columns, from 0, and the words.
fn expected(source: &str) -> Vec<(usize, usize, usize, String)> {
    let mut found = Vec::new();
    let mut line_of_code = 0;
    for (nth, line) in source.lines().enumerate() {
        let marks = line.trim_start().strip_prefix("//").and_then(|rest| {
            let rest = rest.trim_start();
            let words = rest.trim_start_matches('^');
            (words.len() < rest.len()).then(|| {
                (
                    rest.len() - words.len(),
                    words.trim().to_owned(),
                    line.len() - rest.len(),
                )
            })
        });
        match marks {
            Some((width, words, column)) => {
                found.push((line_of_code, column, column + width, words));
            }
            None => line_of_code = nth,
        }
    }
    found
}

/// What was found, as a case writes it.
fn drawn(source: &str, lint: &Lint) -> (usize, usize, usize) {
    let before = &source[..lint.span.start as usize];
    let line = before.matches('\n').count();
    let start = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    let text = &source[lint.span.range()];
    (
        line,
        start,
        start + text.lines().next().unwrap_or_default().len(),
    )
}

#[test]
fn cases() {
    let kinds = Kinds::shipped().unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lint");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut seen = std::collections::BTreeSet::new();
    let mut wrong = String::new();
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        let found = lints("p", &source, None, &kinds, &Shared::default().into());
        let mut expected = expected(&source);
        for lint in &found {
            seen.insert(lint.rule);
            let (line, start, end) = drawn(&source, lint);
            let text = format!("{}: {}", lint.rule, lint.message);
            let hit = expected.iter().position(|(own, from, to, words)| {
                (*own, *from, *to) == (line, start, end) && text.starts_with(words.as_str())
            });
            match hit {
                Some(hit) => drop(expected.remove(hit)),
                None => wrong.push_str(&format!(
                    "{}:{}:{}..{} {text}\n",
                    file.display(),
                    line + 1,
                    start + 1,
                    end + 1
                )),
            }
        }
        for (line, from, to, words) in expected {
            wrong.push_str(&format!(
                "{}:{}:{}..{} not found: {words}\n",
                file.display(),
                line + 1,
                from + 1,
                to + 1
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    for rule in lint_rules() {
        // Pages, packs and controls are tested below and on the command line.
        let elsewhere = [
            "lint/missing-page",
            "lint/missing-example",
            "lint/unknown-alias",
            "lint/unknown-control",
        ];
        assert!(
            seen.contains(rule.id) || elsewhere.contains(&rule.id),
            "no case has {}",
            rule.id
        );
    }
}

#[test]
fn rules_have_pages() {
    for rule in lint_rules() {
        assert!(
            rule.id.starts_with("lint/") && rule.page.starts_with(&format!("# {}\n", rule.title)),
            "{}",
            rule.id
        );
        assert!(
            rule.page.contains("\nWrong:\n")
                && rule.page.contains("\nRight:\n")
                && !rule.description().is_empty()
        );
    }
}

/// Shipped policies have been read by many: what is found in them is wrong in the lint, or true and listed in a file beside this
/// one, which `UPDATE_CASES=1` writes anew.
#[test]
fn shipped_policies_have_what_is_listed() {
    let kinds = Kinds::shipped().unwrap();
    let mut found = String::new();
    for policy in shipped_policies() {
        let (source, page) = policy.read();
        let shared = Shared::shipped(pack_of(policy.id)).unwrap();
        for lint in lints(policy.id, &source.text, Some(&page), &kinds, &shared) {
            let place = source.text[lint.span.range()]
                .lines()
                .next()
                .unwrap_or_default();
            found.push_str(&format!("{} {} {place}\n", policy.id, lint.rule));
        }
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lint-shipped.txt");
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(file, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(file).unwrap_or_default());
}
