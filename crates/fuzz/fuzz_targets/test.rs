//! A policy, a page and a file of cases: no panic, bounded time, and what is blessed says what was found.

#![no_main]

mod limits;

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use assize_policy::{
    CaseFile, Page, Policy, Source, bless_cases, bless_page, mutants, run_cases, run_examples,
};
use assize_snapshot::Kinds;
use libfuzzer_sys::fuzz_target;
use limits::limits;

static KINDS: LazyLock<Kinds> =
    LazyLock::new(|| Kinds::shipped().expect("the shipped kinds are sound"));

fuzz_target!(|text: &str| {
    let start = Instant::now();
    let mut parts = text.split('\u{1e}');
    let mut next = || parts.next().unwrap_or_default();
    let (script, page, cases) = (next(), next(), next());
    for mutant in mutants(script).iter().take(100) {
        assert_ne!(mutant.applied(script), script);
    }
    let file = CaseFile::read("policy.toml", cases);
    let source = Source {
        path: "policy.rhai".to_owned(),
        text: script.to_owned(),
    };
    let read = Page::read("policy.md", page);
    let Ok(policy) = Policy::new("policy", source, read, &limits()) else {
        return;
    };
    let results = run_examples(&policy, &KINDS, &limits());
    let _ = bless_page(page, &results);
    if let Ok(file) = file {
        let base = |_: &str| Err("there are no files here".to_owned());
        let results = run_cases(&policy, &file, base, &KINDS, &limits());
        let _ = bless_cases(cases, &file, &results);
    }
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "took {:?}",
        start.elapsed()
    );
});
