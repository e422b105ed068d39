//! Drafts of policies: for shipped kinds there is one, and it does what its page says.

use assize_finding::Severity;
use assize_policy::{
    Limits, Page, Policy, Source,
    format::format,
    run_examples,
    scaffold::{Wish, draft},
};
use assize_snapshot::Kinds;

fn wish(select: Option<&str>) -> Wish {
    Wish {
        id: "own/something-is-in-order".to_owned(),
        select: select.map(str::to_owned),
        severity: Severity::Medium,
        title: None,
    }
}

#[test]
fn drafts_for_shipped_kinds_run() {
    let mut drafts = 0;
    let kinds = Kinds::shipped().unwrap();
    for kind in kinds.iter() {
        let draft = match draft(&wish(None), kind, &kinds) {
            Ok(draft) => draft,
            // Where objects have no plain field in common, the error says what to do instead.
            Err(error) => {
                assert!(error.contains("select other objects"), "{error}");
                continue;
            }
        };
        drafts += 1;
        assert_eq!(format(&draft.script).as_deref(), Ok(draft.script.as_str()));
        let source = Source {
            path: "own.rhai".to_owned(),
            text: draft.script.clone(),
        };
        let page = Page::read("own.md", &draft.page);
        let policy = Policy::new("own/x", source, page, &Limits::default()).unwrap();
        let results = run_examples(&policy, &kinds, &Limits::default());
        assert!(results.len() >= 3, "{}", kind.name());
        for result in results {
            assert_eq!(result.failure, None, "{}", kind.name());
        }
    }
    assert!(drafts > 0);
}

#[test]
fn a_query_that_selects_nothing_is_named() {
    let kinds = Kinds::shipped().unwrap();
    let kind = kinds.find("exchange-online").unwrap();
    let error = draft(&wish(Some("$.AcceptedDomian[*]")), kind, &kinds).unwrap_err();
    assert!(
        error.contains("did you mean `$.AcceptedDomain[*]`?"),
        "{error}"
    );
    let error = draft(&wish(Some("$[")), kind, &kinds).unwrap_err();
    assert!(error.contains("is no JSONPath query"), "{error}");
}
