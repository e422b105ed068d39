//! Any source, as an editor may hold it: types and lints never panic and come to an end, and every place is in the source.

#![no_main]

use std::sync::LazyLock;

use assize_policy::{LintSubject, lint, syntax::Tree, types::Types};
use assize_snapshot::Kinds;
use libfuzzer_sys::fuzz_target;

static KINDS: LazyLock<Kinds> =
    LazyLock::new(|| Kinds::shipped().expect("the shipped kinds are sound"));

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let Ok(body) = std::str::from_utf8(rest) else {
        return;
    };
    let count = KINDS.iter().count();
    let kind = KINDS
        .iter()
        .nth(usize::from(*first) % count)
        .map_or("*", |kind| kind.name());
    // The first half of the bytes brings a header, the second none.
    let source = if *first < 128 {
        format!("const POLICY = #{{ title: \"t\", severity: \"low\", kind: \"{kind}\" }};\n{body}")
    } else {
        body.to_owned()
    };
    let tree = Tree::of(&source);
    let types = Types::of(&source, &tree, &KINDS, &[]);
    let subject = LintSubject {
        source: &source,
        tree: &tree,
        types: &types,
        kinds: &KINDS,
        page: None,
        pack: None,
        error: None,
    };
    for found in lint(&subject) {
        assert!(source.get(found.span.range()).is_some(), "{found:?}");
    }
    for offset in (0..source.len() as u32).step_by(97) {
        types.visible_at(offset);
        types.referent_at(&tree, offset);
    }
});
