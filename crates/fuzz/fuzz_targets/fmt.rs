//! Any text, formatted: refused, or in a form that stays as it is, with the same tokens, in bounded time.

#![no_main]

use std::time::{Duration, Instant};

use assize_policy::{
    format::format,
    syntax::{TokenKind, Tree},
};
use libfuzzer_sys::fuzz_target;

/// The tokens that say something: no comments, and no commas, which may be added behind the last member of a list.
fn words(source: &str) -> Vec<&str> {
    let tree = Tree::of(source);
    let tokens = tree.tokens.iter();
    tokens
        .filter(|token| token.kind != TokenKind::Comment)
        .map(|token| token.text(source))
        .filter(|text| *text != ",")
        .collect()
}

fn comments(source: &str) -> usize {
    let tree = Tree::of(source);
    let is_comment = |kind: TokenKind| kind == TokenKind::Comment;
    tree.tokens
        .iter()
        .filter(|token| is_comment(token.kind))
        .count()
}

fuzz_target!(|text: &str| {
    let start = Instant::now();
    if let Ok(once) = format(text) {
        assert_eq!(words(text), words(&once));
        assert_eq!(comments(text), comments(&once));
        assert!(!once.contains("\n\n\n") || text.contains("\n\n\n"));
        match format(&once) {
            Ok(twice) => assert_eq!(once, twice),
            Err(error) => panic!("{error}"),
        }
    }
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "took {:?}",
        start.elapsed()
    );
});
