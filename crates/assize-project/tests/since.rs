//! Earlier snapshots and estates in files: which snapshots belong together.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests make their own files and fail by panicking"
)]

mod support;

use std::{fs, path::Path};

use assize_finding::Outcome;
use assize_project::{Input, Options};
use support::{Done, check, count, options, verdicts};
use tempfile::TempDir;

const CHANGE: &str =
    "const POLICY = #{ title: \"Certificates stay\", severity: \"low\", kind: \"certificates\",
    over: \"time\", select: \"$.Certificate[*]\" };
fn change(before, after) {
    if before == () { return fail(after, `${after.Thumbprint} is new`); }
    if after == () { return fail(before, `${before.Thumbprint} is gone`); }
}";

const ESTATE: &str = "const POLICY = #{ title: \"Every domain has a certificate\", severity: \"low\", kind: \"exchange-online\",
    select: \"$.AcceptedDomain[*]\" };
fn check(domain) {
    let all = estate_all(\"certificates\");
    if all.is_empty() { return indeterminate(\"there are none\"); }
    for one in all {
        for certificate in one.Certificate { fail(certificate, `${certificate.Thumbprint} in ${all.len()}`); }
    }
}";

/// A folder with both policies.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "policies/acme/change.rhai", CHANGE);
    write(folder.path(), "policies/acme/estate.rhai", ESTATE);
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn certificates(source: &str, at: &str, thumbprints: &[&str]) -> String {
    let rows = thumbprints.iter().map(|thumbprint| {
        format!(r#"{{ "Thumbprint": "{thumbprint}", "NotAfter": "2030-01-01T00:00:00Z" }}"#)
    });
    let rows = rows.collect::<Vec<_>>().join(", ");
    format!(
        r#"{{ "assizeSnapshot": 1, "kind": "certificates", "source": {{ {source} }}, "collectedAt": "{at}", "data": {{ "Certificate": [{rows}] }} }}"#
    )
}

fn mail(source: &str) -> String {
    format!(
        r#"{{ "assizeSnapshot": 1, "kind": "exchange-online", "source": {{ {source} }}, "data": {{ "AcceptedDomain": [{{ "DomainName": "a.example", "DomainType": "Authoritative" }}] }} }}"#
    )
}

fn run(folder: &Path, policy: &str, since: Option<&str>, inputs: Vec<Input>, jobs: usize) -> Done {
    let options = Options {
        policies: vec![folder.join("policies")],
        select: vec![policy.to_owned()],
        since: since.map(|name| folder.join(name)),
        root: folder.to_owned(),
        jobs,
        ..options()
    };
    check(options, inputs)
}

/// What changed in `now` since `then`, in words.
fn changes(folder: &Path, since: &str) -> Vec<String> {
    let inputs = || vec![Input::Path(folder.join("now"))];
    let one = run(folder, "acme/change", Some(since), inputs(), 1);
    let many = run(folder, "acme/change", Some(since), inputs(), 4);
    assert_eq!(one.judged, many.judged);
    told(&one)
}

fn told(done: &Done) -> Vec<String> {
    let mut lines = Vec::new();
    for judged in &done.judged {
        for evaluation in &judged.evaluations {
            let findings = evaluation.findings.iter();
            let mut said: Vec<&str> = findings.map(|finding| finding.message.as_str()).collect();
            said.push(&evaluation.reason);
            let path = &judged.artifact.path;
            lines.push(format!(
                "{path}: {} {}",
                evaluation.outcome,
                said.join(", ").trim_end_matches(", ")
            ));
        }
    }
    lines
}

const THEN: &str = "2026-11-01T00:00:00Z";
const NOW: &str = "2026-11-02T00:00:00Z";
const FARM: &str = r#""farm": "sts""#;

#[test]
fn an_earlier_snapshot_is_found_by_its_source_wherever_it_lies() {
    let folder = folder();
    let path = folder.path();
    write(path, "now/a/one.json", &certificates(FARM, NOW, &["B"]));
    write(
        path,
        "now/b/two.json",
        &certificates(r#""farm": "other""#, NOW, &["C"]),
    );
    write(
        path,
        "then/x/sts.json",
        &certificates(r#""farm": "STS""#, THEN, &["A"]),
    );
    write(
        path,
        "then/x/other.json",
        &certificates(r#""farm": "other""#, THEN, &["C"]),
    );
    write(path, "then/x/broken.json", "{");
    let expected = [
        "now/a/one.json: fail B is new",
        "now/a/one.json: fail A is gone",
        "now/b/two.json: pass ",
    ];
    assert_eq!(changes(path, "then"), expected);
    // A file at the same path, but of another source, is not mistaken for it.
    write(
        path,
        "then/a/one.json",
        &certificates(r#""farm": "third""#, THEN, &["B"]),
    );
    assert_eq!(changes(path, "then"), expected);
    // Of several, the one at the same path is meant.
    write(path, "then/a/one.json", &certificates(FARM, THEN, &["B"]));
    assert_eq!(changes(path, "then")[..1], ["now/a/one.json: pass "]);
    // One that cannot be read is not passed over where nothing else is of the source.
    fs::remove_file(path.join("then/x/sts.json")).unwrap();
    write(path, "then/a/one.json", "{");
    let found = changes(path, "then");
    assert!(
        found[0].contains("indeterminate the earlier snapshot one.json cannot be read"),
        "{found:?}"
    );
}

#[test]
fn a_snapshot_that_names_no_source_is_found_by_its_path() {
    let folder = folder();
    let path = folder.path();
    let raw = |thumbprint: &str| {
        format!(
            r#"[{{ "Thumbprint": "{thumbprint}", "Subject": "CN=a", "NotAfter": "2030-01-01T00:00:00Z" }}]"#
        )
    };
    write(path, "now/a.json", &raw("A"));
    write(path, "now/b.json", &raw("B"));
    write(path, "then/a.json", &raw("C"));
    assert_eq!(
        changes(path, "then"),
        [
            "now/a.json: fail A is new",
            "now/a.json: fail C is gone",
            "now/b.json: indeterminate there is no earlier snapshot: then has none of the same kind and source, and none at the same path",
        ]
    );
    // A file stands for one snapshot: the one of its name, or the only one.
    let found = changes(path, "then/a.json");
    assert_eq!(found[0], "now/a.json: fail A is new");
    assert!(
        found[2].starts_with("now/b.json: indeterminate there is no earlier"),
        "{found:?}"
    );
    let only = vec![Input::Path(path.join("now/b.json"))];
    let done = run(path, "acme/change", Some("then/a.json"), only, 1);
    assert_eq!(told(&done)[0], "now/b.json: fail B is new");
    // A file of another kind says so.
    write(path, "then/b.json", &mail(FARM));
    let found = changes(path, "then");
    assert_eq!(
        found[2],
        "now/b.json: indeterminate the earlier snapshot is of the kind `exchange-online`"
    );
}

#[test]
fn findings_keep_their_identity_however_the_rows_are_ordered() {
    let folder = folder();
    let path = folder.path();
    let fingerprints = |before: &[&str], after: &[&str]| {
        write(path, "then/a.json", &certificates(FARM, THEN, before));
        write(path, "now/a.json", &certificates(FARM, NOW, after));
        let inputs = vec![Input::Path(path.join("now"))];
        let done = run(path, "acme/change", Some("then"), inputs, 1);
        assert_eq!(
            done.summary.outcomes.iter().sum::<u64>(),
            done.summary.evaluations
        );
        verdicts(&done)
    };
    let first = fingerprints(&["A", "B", "C"], &["C", "D", "E"]);
    assert_eq!(first, fingerprints(&["C", "B", "A"], &["E", "C", "D"]));
    assert_eq!(first.len(), 9);
}

#[test]
fn the_kind_of_the_run_is_that_of_earlier_snapshots_and_siblings() {
    let folder = folder();
    let path = folder.path();
    write(path, "now/a.json", r#"{ "Certificate": [] }"#);
    write(
        path,
        "then/a.json",
        r#"{ "Certificate": [{ "Thumbprint": "A", "NotAfter": "2030-01-01T00:00:00Z" }] }"#,
    );
    let options = Options {
        policies: vec![path.join("policies")],
        select: vec!["acme".to_owned()],
        since: Some(path.join("then")),
        kind: Some("certificates".to_owned()),
        root: path.to_owned(),
        ..options()
    };
    let done = check(options, vec![Input::Path(path.join("now"))]);
    assert_eq!(told(&done), ["now/a.json: fail A is gone"]);
}

#[test]
fn estates_are_of_one_tenant_or_of_one_folder() {
    let folder = folder();
    let path = folder.path();
    let tenant = |name: &str| format!(r#""tenant": "{name}""#);
    let all = |inputs: Vec<Input>| {
        let one = run(path, "acme/estate", None, inputs.clone(), 1);
        let many = run(path, "acme/estate", None, inputs, 4);
        assert_eq!(one.judged, many.judged);
        told(&one)
    };
    write(path, "one/mail.json", &mail(&tenant("a.example")));
    write(
        path,
        "one/certificates.json",
        &certificates(&tenant("b.example"), NOW, &["B"]),
    );
    write(
        path,
        "two/certificates.json",
        &certificates(&tenant("A.example"), NOW, &["A"]),
    );
    let both = || vec![Input::Path(path.join("one")), Input::Path(path.join("two"))];
    assert_eq!(all(both()), ["one/mail.json: fail A in 1"]);
    // What names no tenant belongs to its folder.
    write(path, "one/farm.json", &certificates(FARM, NOW, &["F"]));
    assert_eq!(all(both()), ["one/mail.json: fail F in 2, A in 2"]);
    write(path, "one/mail.json", &mail(FARM));
    assert_eq!(all(both()), ["one/mail.json: fail B in 2, F in 2"]);
    // What came from standard input has a tenant, but no folder.
    let stdin = |source: &str| Input::Bytes {
        name: "stdin".to_owned(),
        bytes: mail(source).into_bytes(),
    };
    let with_stdin = |source: &str| vec![stdin(source), Input::Path(path.join("two"))];
    assert_eq!(
        all(with_stdin(&tenant("a.example"))),
        ["stdin: fail A in 1"]
    );
    assert_eq!(
        all(with_stdin(FARM)),
        ["stdin: indeterminate there are none"]
    );
}

#[test]
fn an_estate_that_nobody_knows_all_of_proves_nothing() {
    let folder = folder();
    let path = folder.path();
    write(path, "now/mail.json", &mail(FARM));
    write(path, "now/certificates.json", &certificates(FARM, NOW, &[]));
    let inputs = || vec![Input::Path(path.join("now"))];
    let done = run(path, "acme/estate", None, inputs(), 1);
    assert_eq!(told(&done), ["now/mail.json: pass "]);
    write(path, "now/what.json", "{ \"a\": 1 }");
    let done = run(path, "acme/estate", None, inputs(), 1);
    assert_eq!(count(&done, Outcome::Indeterminate), 1);
    assert!(
        told(&done)[0].contains("what.json in the same folder"),
        "{:?}",
        told(&done)
    );
}

#[test]
fn too_many_siblings_are_not_read() {
    let folder = folder();
    let path = folder.path();
    write(path, "now/mail.json", &mail(FARM));
    for nth in 0..257 {
        write(
            path,
            &format!("now/{nth}.json"),
            &certificates(FARM, NOW, &[]),
        );
    }
    let done = run(
        path,
        "acme/estate",
        None,
        vec![Input::Path(path.join("now"))],
        2,
    );
    assert_eq!(
        told(&done),
        [
            "now/mail.json: indeterminate the estate has 257 other `certificates` snapshots, and a policy reads at most 256"
        ]
    );
}

#[test]
fn findings_show_where_the_value_of_another_snapshot_stands() {
    let folder = folder();
    let path = folder.path();
    write(path, "now/mail.json", &mail(FARM));
    write(
        path,
        "now/certificates.json",
        &certificates(FARM, NOW, &["A"]),
    );
    let done = run(
        path,
        "acme/estate",
        None,
        vec![Input::Path(path.join("now"))],
        1,
    );
    let finding = done
        .judged
        .iter()
        .flat_map(|judged| &judged.evaluations)
        .find_map(|evaluation| evaluation.findings.first())
        .unwrap();
    assert_eq!(finding.location.path, "AcceptedDomain[a.example]");
    let related = &finding.related[0];
    assert_eq!(related.file.as_deref(), Some("now/certificates.json"));
    assert_eq!(related.location.path, "Certificate[A]");
    assert!(related.location.region.is_some());
}
