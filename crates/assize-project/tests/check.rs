//! The check as a whole: what it reads, what it refuses, in what order it speaks.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests make their own files, and what they are given is there"
)]
#![allow(
    clippy::allow_attributes,
    reason = "the same line stands in every test file"
)]

mod support;

use std::{fs, path::Path};

use assize_finding::{ExitStatus, Outcome};
use assize_project::{Input, Options, Project, ProjectError, Threshold, status};
use support::{bytes, check, count, options, repository, verdicts};

const KIND: &str = r#"{"type": "object", "x-assize-detect": [{"members": ["thing"]}], "properties": {
    "thing": {"type": "array", "x-assize-list": true, "x-assize-key": "name", "from": [],
        "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "on": {"type": "boolean"}, "note": {"type": "string"}}}}}}"#;

/// A folder with a kind and policies of its own.
fn project(policies: &[(&str, &str)]) -> (tempfile::TempDir, Options) {
    let folder = tempfile::tempdir().unwrap();
    let kind = folder.path().join("kinds/test-kind");
    fs::create_dir_all(&kind).unwrap();
    fs::write(kind.join("schema.json"), KIND).unwrap();
    let own = folder.path().join("policies");
    for (name, text) in policies {
        let path = own.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let options = Options {
        policies: vec![own],
        kinds: vec![folder.path().join("kinds")],
        root: folder.path().to_owned(),
        // What is said of the evidence stands beside every verdict, and is tested elsewhere.
        ignore: vec!["evidence".to_owned()],
        ..options()
    };
    (folder, options)
}

fn policy(body: &str) -> String {
    format!(
        "const POLICY = #{{ title: \"Every thing is on\", severity: \"high\", kind: \"test-kind\", select: \"$.thing[*]\" }};\nfn check(thing) {{ {body} }}\n"
    )
}

fn exit(done: &support::Done) -> ExitStatus {
    status(&done.summary, &Threshold::default()).exit
}

#[test]
fn verdicts_add_up_and_point_at_the_value() {
    let body = policy("if thing.on == false { fail(thing.on, `${thing.name} is off`); }");
    let (_folder, options) = project(&[("pack/on.rhai", &body)]);
    let done = check(
        options,
        bytes(
            "{\"thing\": [\n {\"name\": \"a\", \"on\": true},\n {\"name\": \"b\", \"on\": false}]}",
        ),
    );
    assert_eq!(
        (
            count(&done, Outcome::Pass),
            count(&done, Outcome::Fail),
            done.summary.evaluations
        ),
        (1, 1, 2)
    );
    let finding = &done.judged[0].evaluations[1].findings[0];
    assert_eq!(finding.location.path, "thing[b].on");
    assert_eq!(
        finding.location.pointer.as_ref().unwrap().as_str(),
        "/thing/1/on"
    );
    let region = finding.location.region.unwrap();
    assert_eq!(
        (region.start.line, region.start.column, region.end.column),
        (3, 22, 27)
    );
    assert_eq!(exit(&done), ExitStatus::Findings);
}

#[test]
fn one_bad_policy_stops_no_other() {
    let good = policy("if thing.on == false { fail(thing, `${thing.name} is off`); }");
    let (_folder, options) = project(&[
        ("pack/a-crash.rhai", &policy("throw \"no\";")),
        ("pack/b-loop.rhai", &policy("loop {}")),
        ("pack/c-syntax.rhai", "const POLICY = #{"),
        ("pack/d-typo.rhai", &policy("let on = thing.onn;")),
        ("pack/e-good.rhai", &good),
    ]);
    let done = check(
        options,
        bytes("{\"thing\": [{\"name\": \"a\", \"on\": false}]}"),
    );
    let lines = verdicts(&done);
    assert_eq!(
        (count(&done, Outcome::Error), count(&done, Outcome::Fail)),
        (4, 1),
        "{lines:#?}"
    );
    let says = |rule: &str, text: &str| {
        lines
            .iter()
            .any(|line| line.starts_with(rule) && line.contains(text))
    };
    assert!(
        says("pack/a-crash", "no")
            && says("pack/b-loop", "limit")
            && says("pack/c-syntax", "does not compile"),
        "{lines:#?}"
    );
    assert!(says("pack/d-typo", "did you mean `on`"), "{lines:#?}");
    assert_eq!(exit(&done), ExitStatus::Incomplete);
}

#[test]
fn what_was_not_collected_is_no_pass() {
    let (_folder, options) = project(&[("pack/on.rhai", &policy("let on = thing.on;"))]);
    for (text, outcome, expected) in [
        (
            "{\"assizeSnapshot\": 1, \"kind\": \"test-kind\", \"data\": {}}",
            Outcome::Indeterminate,
            ExitStatus::Incomplete,
        ),
        (
            "{\"thing\": []}",
            Outcome::NotApplicable,
            ExitStatus::NothingChecked,
        ),
        (
            "{\"assizeSnapshot\": 1, \"kind\": \"test-kind\", \"errors\": [{\"command\": \"thing\", \"message\": \"denied\"}], \"data\": {\"thing\": []}}",
            Outcome::Indeterminate,
            ExitStatus::Incomplete,
        ),
        // A pass over data that breaks its schema proves nothing.
        (
            "{\"thing\": [{\"name\": 1, \"on\": true}]}",
            Outcome::Indeterminate,
            ExitStatus::Incomplete,
        ),
    ] {
        let done = check(options.clone(), bytes(text));
        assert_eq!(
            (count(&done, outcome), done.summary.evaluations),
            (1, 1),
            "{text}: {:#?}",
            verdicts(&done)
        );
        assert_eq!(exit(&done), expected, "{text}");
    }
}

/// A policy that hides what went wrong, or says its verdict in a way that nobody hears, does not pass.
#[test]
fn a_policy_that_means_no_verdict_gives_no_pass() {
    for (body, expected) in [
        (
            "try { fail(thing.nope, \"x\"); } catch {}",
            "`try` is not available",
        ),
        ("return thing.on;", "`check` returned"),
        ("thing.on", "`check` returned"),
    ] {
        let (_folder, options) = project(&[("pack/odd.rhai", &policy(body))]);
        let done = check(
            options,
            bytes("{\"thing\": [{\"name\": \"a\", \"on\": true}]}"),
        );
        let lines = verdicts(&done);
        assert_eq!(count(&done, Outcome::Error), 1, "{body}: {lines:#?}");
        assert!(
            lines.iter().any(|line| line.contains(expected)),
            "{body}: {lines:#?}"
        );
    }
    let typed = policy("if is_fine(thing) { return; } fail(thing, \"bad\");")
        + "fn is_fine(a) { false }\nfn int.is_fine(a) { true }\n";
    let (_folder, options) = project(&[("pack/odd.rhai", &typed)]);
    let done = check(options, bytes("{\"thing\": [{\"name\": \"a\"}]}"));
    assert_eq!(count(&done, Outcome::Error), 1, "{:#?}", verdicts(&done));
}

/// The words of a policy are its own, even if they sound like the engine's.
#[test]
fn a_reason_that_sounds_like_a_limit_is_none() {
    let (_folder, options) = project(&[(
        "pack/review.rhai",
        &policy("review(thing, \"limit of mailboxes\");"),
    )]);
    let done = check(
        options,
        bytes("{\"thing\": [{\"name\": \"a\"}, {\"name\": \"b\"}]}"),
    );
    assert_eq!(count(&done, Outcome::Review), 2, "{:#?}", verdicts(&done));
}

/// Of two sections that a policy selects from, the one that is not there is not forgotten.
#[test]
fn every_selected_section_has_to_be_there() {
    let both = |expect: &str| {
        format!(
            "const POLICY = #{{ title: \"T\", severity: \"low\", kind: \"exchange-online\", select: [\"$.AcceptedDomain[*]\", \"$.DkimRecord[*]\"]{expect} }};\nfn check(x) {{}}\n"
        )
    };
    let data = "{\"assizeSnapshot\": 1, \"kind\": \"exchange-online\", \"data\": {\"AcceptedDomain\": [{\"DomainName\": \"a.example\", \"DomainType\": \"Authoritative\"}]}}";
    for (expect, indeterminate) in [("", 1), (", expect: \"any\"", 0)] {
        let (_folder, options) = project(&[("pack/two.rhai", &both(expect))]);
        let done = check(
            Options {
                select: vec!["pack".to_owned()],
                ..options
            },
            bytes(data),
        );
        assert_eq!(
            (
                count(&done, Outcome::Pass),
                count(&done, Outcome::Indeterminate)
            ),
            (1, indeterminate),
            "{:#?}",
            verdicts(&done)
        );
    }
    let boundless = both("").replace("$.DkimRecord[*]", "$..DomainName");
    let (_folder, options) = project(&[("pack/two.rhai", &boundless)]);
    let done = check(
        Options {
            select: vec!["pack".to_owned()],
            ..options
        },
        bytes(data),
    );
    assert!(
        verdicts(&done)
            .iter()
            .any(|line| line.contains("does not begin with the name of a section"))
    );
}

/// A list that says it has more than it shows, and a section that is null, are not whole.
#[test]
fn a_list_that_is_not_whole_is_no_pass() {
    for list in [
        "{\"value\": [], \"Count\": 7}",
        "{\"value\": [], \"@odata.NextLink\": \"x\"}",
        "null",
        "\"\"",
    ] {
        let (_folder, options) = project(&[("pack/on.rhai", &policy(""))]);
        let text = format!(
            "{{\"assizeSnapshot\": 1, \"kind\": \"test-kind\", \"data\": {{\"thing\": {list}}}}}"
        );
        let done = check(options, bytes(text));
        assert_eq!(
            exit(&done),
            ExitStatus::Incomplete,
            "{list}: {:#?}",
            verdicts(&done)
        );
    }
}

/// Two sources that differ anywhere are two.
#[test]
fn sources_with_parts_are_told_apart() {
    let (_folder, options) = project(&[("pack/on.rhai", &policy("fail(thing, \"no\");"))]);
    let one = |tenant: &str| {
        let text = format!(
            "{{\"assizeSnapshot\": 1, \"kind\": \"test-kind\", \"source\": {{\"tenant\": {tenant}}}, \"data\": {{\"thing\": [{{\"name\": \"a\"}}]}}}}"
        );
        verdicts(&check(options.clone(), bytes(text)))
    };
    assert_ne!(one("{\"id\": 1}"), one("{\"id\": 2}"));
    assert_ne!(one("\"1;b=2\""), one("\"1\", \"b\": \"2\""));
}

/// What the collector could not do is told, whatever it calls it.
#[test]
fn errors_of_the_collector_are_not_dropped() {
    for (errors, incomplete) in [
        (
            "[{\"command\": \"Connect-ExchangeOnline\", \"message\": \"expired\"}]",
            1,
        ),
        ("[{\"message\": \"everything failed\"}]", 1),
        (
            "[{\"command\": \"thing -Name b\", \"message\": \"throttled\"}]",
            1,
        ),
        (
            "[{\"command\": \"Get-Mailbox\", \"message\": \"denied\"}]",
            0,
        ),
    ] {
        let (_folder, options) = project(&[("pack/on.rhai", &policy(""))]);
        let text = format!(
            "{{\"assizeSnapshot\": 1, \"kind\": \"test-kind\", \"errors\": {errors}, \"data\": {{\"thing\": [{{\"name\": \"a\"}}]}}}}"
        );
        let done = check(options, bytes(text));
        assert_eq!(
            (done.summary.incomplete, done.summary.input_findings),
            (incomplete, 1),
            "{errors}"
        );
    }
}

#[test]
fn siblings_of_one_source_are_found() {
    let reading =
        "const POLICY = #{ title: \"T\", severity: \"low\", kind: \"test-kind\" };\nfn check(all) {
        let domains = estate(\"exchange-online\").AcceptedDomain;
        if domains.len() != 1 { fail(all, \"not one domain\"); }
    }\n";
    let (folder, options) = project(&[("pack/estate.rhai", reading)]);
    let data = folder.path().join("data");
    fs::create_dir_all(&data).unwrap();
    let envelope = |kind: &str, tenant: &str, data: &str| {
        format!(
            "{{\"assizeSnapshot\": 1, \"kind\": \"{kind}\", \"source\": {{\"tenant\": \"{tenant}\"}}, \"data\": {data}}}"
        )
    };
    let domain = "{\"AcceptedDomain\": [{\"DomainName\": \"a.example\", \"DomainType\": \"Authoritative\"}]}";
    fs::write(
        data.join("1.json"),
        envelope("test-kind", "one", "{\"thing\": []}"),
    )
    .unwrap();
    fs::write(
        data.join("2.json"),
        envelope("test-kind", "two", "{\"thing\": []}"),
    )
    .unwrap();
    fs::write(
        data.join("3.json"),
        envelope("exchange-online", "one", domain),
    )
    .unwrap();
    let options = Options {
        select: vec!["pack".to_owned()],
        ..options
    };
    let done = check(options, vec![Input::Path(data)]);
    let lines = verdicts(&done);
    assert_eq!(
        (
            count(&done, Outcome::Pass),
            count(&done, Outcome::Indeterminate)
        ),
        (1, 1),
        "{lines:#?}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line.contains("no `exchange-online` snapshot of the same estate")),
        "{lines:#?}"
    );
}

#[test]
fn the_same_input_gives_the_same_verdicts_on_any_number_of_threads() {
    let inputs = || {
        vec![
            Input::Path(repository().join("examples")),
            Input::Path(repository().join("snapshots")),
        ]
    };
    let one = check(
        Options {
            jobs: 1,
            ..options()
        },
        inputs(),
    );
    let four = check(
        Options {
            jobs: 4,
            ..options()
        },
        inputs(),
    );
    assert!(one.judged.len() > 20);
    assert_eq!(one.judged, four.judged);
    assert_eq!(one.summary, four.summary);
}

#[test]
fn names_that_are_nobodys_are_refused_with_the_nearest() {
    let refused = |options: Options| match Project::load(options) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("the options should be refused"),
    };
    let names = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let select = refused(Options {
        select: names(&["certificate/expiry"]),
        ..options()
    });
    assert!(
        select.contains("did you mean `certificates/expiry`"),
        "{select}"
    );
    let kind = refused(Options {
        kind: Some("certificate".to_owned()),
        ..options()
    });
    assert!(kind.contains("did you mean `certificates`"), "{kind}");
    for (param, expected) in [
        (
            "certificates/expiry.windowdays=3",
            "did you mean `window_days`",
        ),
        (
            "certificates/expiry.window_days=soon",
            "`soon` is not a whole number",
        ),
        (
            "certificates/expiry.window_days=[1]",
            "is a list, expected a whole number",
        ),
        (
            "certificates/expiree.window_days=1",
            "did you mean `certificates/expiry`",
        ),
        ("nonsense", "expected `policy/id.name=value`"),
    ] {
        let error = refused(Options {
            params: names(&[param]),
            ..options()
        });
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn two_policies_of_one_id_and_a_folder_without_policies_are_refused() {
    let (first, options) = project(&[("pack/on.rhai", &policy(""))]);
    let (second, other) = project(&[("pack/on.rhai", &policy(""))]);
    let both = Options {
        policies: [options.policies.clone(), other.policies].concat(),
        ..options.clone()
    };
    let error = Project::load(both).map(|_| ()).unwrap_err().to_string();
    assert!(
        error.contains("two policies have the id `pack/on`"),
        "{error}"
    );
    let empty = Options {
        policies: vec![first.path().join("kinds")],
        ..options
    };
    let error = Project::load(empty).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("holds no policy"), "{error}");
    drop(second);
}

#[test]
fn an_own_policy_takes_the_place_of_a_shipped_one() {
    let own = "const POLICY = #{ title: \"T\", severity: \"low\", kind: \"certificates\" };\nfn check(all) { not_applicable(\"ours\") }\n";
    let (_folder, options) = project(&[("certificates/expiry.rhai", own)]);
    let example = fs::read(repository().join("snapshots/certificates/example.json")).unwrap();
    let options = Options {
        select: vec!["certificates/expiry".to_owned()],
        ..options
    };
    let done = check(options, bytes(example));
    assert_eq!(
        (
            count(&done, Outcome::NotApplicable),
            done.summary.evaluations
        ),
        (1, 1)
    );
}

#[test]
fn an_error_of_the_receiver_ends_the_check() {
    let project = Project::load(options()).unwrap();
    let inputs = vec![Input::Path(repository().join("snapshots"))];
    let mut taken = 0;
    let result = project.check(inputs, assize_project::Wanted::default(), |_| {
        taken += 1;
        if taken == 2 {
            Err(ProjectError::Unknown("full".to_owned()))
        } else {
            Ok(())
        }
    });
    assert_eq!(
        (result.map(|_| ()).unwrap_err().to_string(), taken),
        ("full".to_owned(), 2)
    );
}

#[test]
fn paths_are_shown_relative_to_the_root() {
    let (folder, options) = project(&[("pack/on.rhai", &policy("let on = thing.on;"))]);
    let data = folder.path().join("data/deep");
    fs::create_dir_all(&data).unwrap();
    fs::write(
        data.join("a.json"),
        "{\"thing\": [{\"name\": \"a\", \"on\": true}]}",
    )
    .unwrap();
    let done = check(options, vec![Input::Path(folder.path().join("data"))]);
    assert_eq!(done.judged[0].artifact.path, "data/deep/a.json");
    assert_eq!(
        done.judged[0].artifact.sha256.as_deref().map(str::len),
        Some(64)
    );
    assert!(Path::new(&done.judged[0].artifact.path).is_relative());
}
