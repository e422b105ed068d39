//! Policies over time: what changed, and what nobody can know of it.

use std::sync::Arc;

use assize_policy::{Judge, Limits, NoSiblings, Origin, Other, PolicySet, Siblings, Verdict};
use assize_snapshot::Snapshot;

use crate::sample::{NOW, policy, snapshot, words};

const SERVERS: &str = "select: \"$.Server[*]\"";
/// Says what happened to each object.
const TELL: &str = "
    if before == () { return fail(after, `${after.Name} is new`); }
    if after == () { return fail(before, `${before.Name} is gone`); }
    if before.Weight != after.Weight { fail(after.Weight, `${after.Name} weighs ${after.Weight}`); }";

fn whole(fields: &str, body: &str) -> String {
    format!(
        "const POLICY = #{{ title: \"Sample\", severity: \"low\", kind: \"sample\", over: \"time\", {fields} }};\n\
         fn change(before, after) {{ {body} }}\n"
    )
}

fn judge(text: &str, earlier: &Result<Arc<Snapshot>, String>, now: &Arc<Snapshot>) -> Vec<Verdict> {
    let limits = Limits::default();
    let policy = policy(text, &limits).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let set = PolicySet::new(vec![policy], limits);
    let siblings: Arc<dyn Siblings> = Arc::new(NoSiblings);
    Judge::new(&set, NOW).judge_change(now, earlier, &set.policies()[0], &siblings)
}

/// The verdicts in words.
fn change(fields: &str, body: &str, before: &str, after: &str) -> Vec<String> {
    let now = snapshot(after);
    let verdicts = judge(&whole(fields, body), &Ok(snapshot(before)), &now);
    verdicts
        .iter()
        .map(|verdict| words(&now, verdict))
        .collect()
}

fn servers(rows: &str) -> String {
    format!("{{ \"Server\": [{rows}] }}")
}

const ALPHA: &str = r#"{ "Name": "alpha", "Weight": 1 }"#;
const BETA: &str = r#"{ "Name": "beta", "Weight": 2 }"#;

#[test]
fn each_object_of_either_snapshot_is_judged_once() {
    let (before, after) = (
        servers(&format!("{ALPHA}, {BETA}")),
        servers(r#"{ "Name": "gamma" }, { "Name": "ALPHA", "Weight": 3 }"#),
    );
    assert_eq!(
        change(SERVERS, TELL, &before, &after),
        [
            "fail: Server[gamma]: gamma is new",
            "fail: Server[ALPHA].Weight: ALPHA weighs 3",
            "fail: gone from Server: beta is gone",
        ]
    );
    assert_eq!(change(SERVERS, TELL, &before, &before), ["pass", "pass"]);
    let one = whole(
        "",
        "if before.Server.len() > after.Server.len() { fail(after.Server, \"fewer\"); }",
    );
    let now = snapshot(&servers(ALPHA));
    let verdicts = judge(&one, &Ok(snapshot(&before)), &now);
    assert_eq!(words(&now, &verdicts[0]), "fail: Server: fewer");
}

#[test]
fn what_is_gone_is_judged_where_nothing_is_left() {
    let before = servers(ALPHA);
    assert_eq!(
        change(SERVERS, TELL, &before, r#"{ "Server": [] }"#),
        ["fail: gone from Server: alpha is gone"]
    );
    assert_eq!(
        change(SERVERS, TELL, r#"{ "Server": [] }"#, &before),
        ["fail: Server[alpha]: alpha is new"]
    );
    let nothing = r#"{ "Server": [] }"#;
    assert_eq!(
        change(SERVERS, TELL, nothing, nothing),
        ["not applicable: selected nothing"]
    );
    let some = "select: \"$.Server[*]\", expect: \"some\"";
    assert_eq!(
        change(some, TELL, nothing, nothing),
        ["indeterminate: selected nothing"]
    );
}

#[test]
fn what_has_no_parts_is_judged_as_the_value_that_it_is() {
    let before = servers(r#"{ "Name": "alpha", "Weight": 1, "Role": "web", "Enabled": true }"#);
    let after = servers(r#"{ "Name": "alpha", "Weight": 3, "Role": "db", "Enabled": true }"#);
    let weight = "select: \"$.Server[*].Weight\"";
    let more = "if after > before { fail(after, `${before} became ${after}, ${type_of(after)}`); }";
    assert_eq!(
        change(weight, more, &before, &after),
        ["fail: Server[alpha].Weight: 1 became 3, i64"]
    );
    assert_eq!(change(weight, more, &after, &before), ["pass"]);
    let role = "select: \"$.Server[*].Role\"";
    let other = "if before != after { fail(before, `${before} became ${after}`); }";
    assert_eq!(
        change(role, other, &before, &after),
        ["fail: Server[alpha].Role: web became db"]
    );
    assert_eq!(change(role, other, &before, &before), ["pass"]);
    let on = "select: \"$.Server[*].Enabled\"";
    assert_eq!(
        change(on, "if after { fail(after, \"on\"); }", &before, &after),
        ["fail: Server[alpha].Enabled: on"]
    );
}

#[test]
fn what_was_not_collected_never_passes() {
    let (there, missing) = (servers(ALPHA), r#"{ "Number": [] }"#);
    let lost = "indeterminate: section `Server` was not collected";
    assert_eq!(change(SERVERS, "", &there, missing), [lost]);
    let never = "indeterminate: in the earlier snapshot, section `Server` was not collected";
    assert_eq!(change(SERVERS, "", missing, &there), [never]);
    assert_eq!(change(SERVERS, "", missing, r#"{ "Server": [] }"#), [never]);
    assert_eq!(change(SERVERS, "", missing, missing), [lost]);
    let nothing = r#"{ "Server": null }"#;
    let null = change(SERVERS, "", &there, nothing);
    assert!(null[0].starts_with("indeterminate: section `Server` was not collected: it is null"));
    // What the policy reads beside its objects counts, too.
    let reads = "let all = earlier.Number; if all.len() > 5 { fail(after, \"many\"); }";
    assert_eq!(
        change(SERVERS, reads, &there, &there),
        ["indeterminate: section `Number` of the earlier snapshot was not collected"]
    );
}

#[test]
fn sections_that_stand_for_each_other_have_to_be_the_same_ones() {
    let fields = "select: [\"$.Server[*]\", \"$.Backup[*]\"], expect: \"any\"";
    let (server, backup) = (servers(ALPHA), r#"{ "Backup": [{ "Name": "alpha" }] }"#);
    assert_eq!(change(fields, "", &server, &server), ["pass"]);
    assert_eq!(
        change(fields, "", &server, backup),
        [
            "indeterminate: section `Server` was not collected",
            "indeterminate: in the earlier snapshot, section `Backup` was not collected",
        ]
    );
    let all = "select: [\"$.Server[*]\", \"$.Backup[*]\"]";
    assert_eq!(
        change(all, "", &server, &server),
        ["pass", "indeterminate: section `Backup` was not collected"]
    );
    let neither = r#"{ "Number": [] }"#;
    assert_eq!(change(fields, "", neither, neither).len(), 2);
}

#[test]
fn data_that_breaks_its_schema_proves_nothing() {
    let (sound, unsound) = (
        servers(&format!("{ALPHA}, {BETA}")),
        servers(&format!("{ALPHA}, {{ \"Name\": 5 }}")),
    );
    let reason =
        "indeterminate: section `Server` of the earlier snapshot is not as its schema says";
    assert_eq!(
        change(SERVERS, "", &unsound, &sound),
        ["pass", reason, reason]
    );
    let heavy = servers(r#"{ "Name": "alpha", "Weight": "heavy" }"#);
    let object = "indeterminate: the object in the earlier snapshot is not as its schema says";
    assert_eq!(change(SERVERS, "", &heavy, &servers(ALPHA)), [object]);
    let own = "indeterminate: the object is not as its schema says";
    assert_eq!(change(SERVERS, "", &servers(ALPHA), &heavy), [own]);
    // A script that stumbles over such data is not at fault, and what is wrong is wrong all the same.
    let stumbles = "if before.Weight > after.Weight { fail(after, \"lighter\"); }";
    assert_eq!(change(SERVERS, stumbles, &heavy, &servers(ALPHA)), [object]);
    assert_eq!(
        change(SERVERS, "fail(after, \"wrong\");", &heavy, &servers(ALPHA)),
        ["fail: Server[alpha]: wrong"]
    );
    let nothing = r#"{ "Server": [], "Number": ["x"] }"#;
    assert_eq!(
        change(SERVERS, "", nothing, nothing),
        ["not applicable: selected nothing"]
    );
    let broken = r#"{ "Server": 5 }"#;
    let found = change(SERVERS, "", broken, broken);
    assert!(found[0].starts_with("indeterminate: selected nothing, and section `Server` of the"));
}

#[test]
fn rows_that_nothing_tells_apart_are_in_doubt() {
    let reason = "indeterminate: several objects have the same key, or none, and have changed, so nobody can know which of them was which";
    let twice = servers(&format!(r#"{ALPHA}, {{ "Name": "alpha", "Weight": 2 }}"#));
    let changed = servers(&format!(r#"{ALPHA}, {{ "Name": "alpha", "Weight": 3 }}"#));
    assert_eq!(change(SERVERS, TELL, &twice, &changed), ["pass", reason]);
    assert_eq!(change(SERVERS, TELL, &twice, &twice), ["pass", "pass"]);
    assert_eq!(
        change(SERVERS, TELL, &twice, &servers(ALPHA)),
        ["pass", "fail: Server[alpha]: alpha is gone"]
    );
    let backups = "select: \"$.Backup[*]\"";
    let list = |names: &str| format!("{{ \"Backup\": [{names}] }}");
    let (a, b) = (r#"{ "Name": "a" }"#, r#"{ "Name": "b" }"#);
    assert_eq!(change(backups, TELL, &list(a), &list(b)), [reason]);
    assert_eq!(
        change(
            backups,
            "if before == () { fail(after, \"new\"); }",
            &list(a),
            &list(&format!("{b}, {a}"))
        ),
        ["fail: Backup[0]: new", "pass"]
    );
}

#[test]
fn values_of_the_earlier_snapshot_stand_where_they_would_be() {
    let before = r#"{ "Server": [{ "Name": "alpha", "Role": "web", "Weight": 7, "Tags": ["x"], "Owner": { "Name": "Ada" } }] }"#;
    let after = r#"{ "Server": [{ "Name": "alpha", "Weight": 8 }] }"#;
    let now = snapshot(after);
    for (value, expected) in [
        ("before", "Server[alpha]"),
        ("before.Weight", "Server[alpha].Weight"),
        ("before.Owner.Name", "gone from Server[alpha]"),
        ("before.Owner", "gone from Server[alpha]"),
        ("before.Tags[0]", "gone from Server[alpha]"),
        (
            "{ let role = before.Role; role }",
            "gone from Server[alpha]",
        ),
        ("before.Load", "Server[alpha]"),
        ("earlier", ""),
        ("earlier.Server", "Server"),
        ("earlier.Server[0].Weight", "Server[alpha].Weight"),
    ] {
        let text = whole(SERVERS, &format!("fail({value}, \"m\");"));
        let verdicts = judge(&text, &Ok(snapshot(before)), &now);
        assert_eq!(
            words(&now, &verdicts[0]),
            format!("fail: {expected}: m"),
            "{value}"
        );
        let origin = verdicts[0].findings[0].origin;
        assert!(
            matches!(
                origin,
                Some(Origin {
                    of: Other::Earlier,
                    ..
                })
            ),
            "{value}: {origin:?}"
        );
    }
    let text = whole(SERVERS, "fail(1 + 1, \"m\"); fail((), \"n\");");
    let gone = judge(
        &text,
        &Ok(snapshot(before)),
        &snapshot(r#"{ "Server": [] }"#),
    );
    assert_eq!(
        words(&snapshot(r#"{ "Server": [] }"#), &gone[0]),
        "fail: gone from Server: m; gone from Server: n"
    );
}

#[test]
fn without_something_earlier_there_is_no_verdict() {
    let now = snapshot(&servers(&format!("{ALPHA}, {BETA}")));
    let text = whole(SERVERS, "fail(after, \"never\");");
    let reasons = |earlier: &Result<Arc<Snapshot>, String>, now: &Arc<Snapshot>| {
        let verdicts = judge(&text, earlier, now);
        verdicts
            .iter()
            .map(|verdict| words(now, verdict))
            .collect::<Vec<_>>()
    };
    let missing = Err("it is lost".to_owned());
    assert_eq!(
        reasons(&missing, &now),
        ["indeterminate: it is lost", "indeterminate: it is lost"]
    );
    let empty = snapshot(r#"{ "Server": [] }"#);
    assert_eq!(reasons(&missing, &empty), ["indeterminate: it is lost"]);
}

fn envelope(source: &str, at: &str, more: &str) -> String {
    format!(
        r#"{{ "assizeSnapshot": 1, "kind": "sample", "source": {source}, "collectedAt": {at}, {more} "data": {{ "Server": [{ALPHA}] }} }}"#
    )
}

#[test]
fn the_earlier_snapshot_must_be_earlier_and_of_the_same_source() {
    let (tenant, at) = (r#"{ "tenant": "a.example" }"#, r#""2026-07-02T00:00:00Z""#);
    let now = envelope(tenant, at, "");
    for (source, time, expected) in [
        (tenant, r#""2026-07-01T00:00:00Z""#, "pass"),
        (
            r#"{ "tenant": "A.example" }"#,
            r#""2026-07-01T00:00:00Z""#,
            "pass",
        ),
        (r#"{ "farm": "x" }"#, r#""2026-07-01T00:00:00Z""#, "pass"),
        (tenant, "null", "pass"),
        (
            tenant,
            at,
            "indeterminate: the snapshot given as the earlier one is not earlier: it was taken at 2026-07-02T00:00:00Z, and the judged one at 2026-07-02T00:00:00Z",
        ),
        (
            tenant,
            "5",
            "indeterminate: nobody can know when the earlier snapshot was taken: `collectedAt` is no text",
        ),
        (
            r#"{ "tenant": "b.example" }"#,
            r#""2026-07-01T00:00:00Z""#,
            "indeterminate: the earlier snapshot is of another source: its tenant is `b.example`, and that of the snapshot is `a.example`",
        ),
    ] {
        let earlier = envelope(source, time, "");
        assert_eq!(
            change(SERVERS, "", &earlier, &now),
            [expected],
            "{source} {time}"
        );
    }
}

#[test]
fn a_snapshot_that_is_not_complete_proves_nothing_of_what_is_not_in_it() {
    let (tenant, first, second) = (
        r#"{ "tenant": "a.example" }"#,
        r#""2026-07-01T00:00:00Z""#,
        r#""2026-07-02T00:00:00Z""#,
    );
    let errors = r#""errors": ["something"],"#;
    let (whole_before, whole_after) = (envelope(tenant, first, ""), envelope(tenant, second, ""));
    let partial = change(SERVERS, "", &envelope(tenant, first, errors), &whole_after);
    assert!(
        partial[0]
            .starts_with("indeterminate: the earlier snapshot is not complete: `something` failed"),
        "{partial:?}"
    );
    // What the later snapshot lacks is reported with the snapshot; only what it seems to have lost is in doubt.
    let partial = envelope(tenant, second, errors);
    assert_eq!(change(SERVERS, "", &whole_before, &partial), ["pass"]);
    let lost = partial.replace(ALPHA, "");
    let found = change(SERVERS, TELL, &whole_before, &lost);
    assert!(
        found[0].starts_with("indeterminate: the snapshot is not complete: `something` failed"),
        "{found:?}"
    );
}

#[test]
fn the_sandbox_holds() {
    let (before, after) = (servers(&format!("{ALPHA}, {BETA}")), servers(ALPHA));
    let endless = change(SERVERS, "loop { }", &before, &after);
    assert!(endless[0].starts_with("error: limit "), "{endless:?}");
    assert!(
        endless[1].starts_with(
            "error: not judged, because on an earlier object the policy hit its limit "
        ),
        "{endless:?}"
    );
    let returned = change(SERVERS, "5", &before, &after);
    assert_eq!(
        returned[1],
        "error: `change` returned i64; a verdict is said by `fail(..)` and its like"
    );
    let unknown = change(SERVERS, "before.Wieght == 1", &before, &before);
    assert!(unknown[0].contains("did you mean `Weight`?"), "{unknown:?}");
    let nothing = change(SERVERS, "after.Weight == 1", &before, &after);
    assert!(
        nothing[1].contains("`.Weight` is read from nothing"),
        "{nothing:?}"
    );
}

#[test]
fn only_policies_over_time_see_the_earlier_snapshot() {
    let refused = |text: &str, expected: &str| {
        let error = policy(text, &Limits::default()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    let plain = "const POLICY = #{ title: \"t\", severity: \"low\", kind: \"sample\" };\n";
    refused(
        &format!("{plain}fn check(x) {{ earlier.Server }}"),
        "only policies with `over: \"time\"` see `earlier`",
    );
    refused(
        &format!("{plain}fn change(before, after) {{ }}"),
        "does not say `over: \"time\"`",
    );
    refused(
        &format!("{plain}fn check(x) {{ }} fn change(before, after) {{ }}"),
        "does not say `over: \"time\"`",
    );
    refused(
        &format!("{} fn check(x) {{ }}", whole("", "")),
        "has `change` alone",
    );
    refused(
        &whole("", "let earlier = 1;"),
        "`earlier` is what every policy sees",
    );
}
