//! What judging costs, for each verdict: `cargo bench -p assize-policy`.

use std::{fmt::Write, sync::Arc};

use assize_policy::{
    Judge, Limits, NoSiblings, Page, Policy, PolicySet, Siblings, Source, shipped_policies,
};
use assize_snapshot::{Kind, Kinds, Reader, Snapshot};
use divan::{Bencher, counter::ItemsCount};

const DEVICES: usize = 1_000;

/// 2026-11-20, in microseconds since 1970.
const NOW: i64 = 1_795_132_800_000_000;

const SCHEMA: &str = r#"{
    "type": "object",
    "properties": {
        "Device": {"type": "array", "x-assize-key": "id", "items": {
            "type": "object", "required": ["id", "enabled"],
            "properties": {
                "id": {"type": "string"}, "enabled": {"type": "boolean"}, "size": {"type": "integer"},
                "checked": {"type": "string"}, "owner": {"type": "string"},
                "site": {"type": "object", "properties": {"city": {"type": "string"}}},
                "tags": {"type": "array", "items": {"type": "string"}}
            }
        }},
        "Owner": {"type": "array", "x-assize-key": "name", "items": {
            "type": "object", "properties": {"name": {"type": "string"}, "mail": {"type": "string"}}
        }}
    }
}"#;

/// What policies do most: the body of `check`, by a name.
const BODIES: [(&str, &str); 7] = [
    ("nothing", ""),
    (
        "boolean",
        "if device.enabled == false { fail(device.enabled, \"off\"); }",
    ),
    (
        "compare",
        "if device.size > 76_000 { fail(device.size, `${device.id} is too large`); }",
    ),
    (
        "nested",
        "if device.site.city != \"Lyon\" { fail(device.site.city, `${device.id} is elsewhere`); }",
    ),
    (
        "time",
        "if time(device.checked) + days(30) < now { fail(device.checked, \"checked too long ago\"); }",
    ),
    (
        "list",
        "if !device.tags.some(|tag| same_text(tag, \"B\")) { fail(device, \"has no tag\"); }",
    ),
    (
        "join",
        "let owner = snapshot.Owner.find(|owner| owner.name == device.owner); if owner == () { fail(device, \"has no owner\"); }",
    ),
];

fn main() {
    divan::main();
}

fn devices() -> Arc<Snapshot> {
    let mut text = r#"{"Device":["#.to_owned();
    for number in 0..DEVICES {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"id":"device-{number}","enabled":{},"size":{},"checked":"2026-11-01T05:52:11Z","owner":"owner-{}","site":{{"city":"Lyon"}},"tags":["a","b"]}}"#,
            number % 33 != 0,
            number * 77,
            number % 10,
        );
    }
    text.push_str(r#"],"Owner":["#);
    for number in 0..10 {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"name":"owner-{number}","mail":"owner-{number}@contoso.com"}}"#
        );
    }
    text.push_str("]}");
    let mut kinds = Kinds::default();
    kinds.add(Kind::new("device", SCHEMA, None).expect("the schema is sound"));
    snapshot(text, &kinds, "device")
}

fn snapshot(text: String, kinds: &Kinds, kind: &str) -> Arc<Snapshot> {
    let document = Reader::default().read(text.into_bytes());
    let kind = kinds.find(kind).cloned();
    let snapshot = Snapshot::new(document.expect("the text is JSON"), kinds, kind.as_ref());
    Arc::new(snapshot.expect("the schema compiles"))
}

fn policy(id: &str, text: String) -> Policy {
    let source = Source {
        path: format!("{id}.rhai"),
        text,
    };
    Policy::new(id, source, Page::default(), &Limits::default()).expect("the policy compiles")
}

/// Judges a snapshot over and over by one policy.
fn judge(bencher: Bencher, snapshot: &Arc<Snapshot>, policy: Policy) {
    let set = PolicySet::new(vec![policy], Limits::default());
    let judge = Judge::new(&set, NOW);
    let policy = &set.policies()[0];
    let alone: Arc<dyn Siblings> = Arc::new(NoSiblings);
    let count = judge.judge(snapshot, policy, &alone).len();
    bencher
        .counter(ItemsCount::new(count))
        .bench_local(|| judge.judge(snapshot, policy, &alone));
}

#[divan::bench(args = BODIES.map(|(name, _)| name))]
fn verdicts(bencher: Bencher, name: &str) {
    let body = BODIES.iter().find(|(own, _)| *own == name);
    let (_, body) = body.expect("the argument is one of the names");
    let header = r#"const POLICY = #{ title: "Bench", severity: "low", kind: "device", select: "$.Device[*]" };"#;
    let policy = policy(name, format!("{header}\nfn check(device) {{ {body} }}\n"));
    judge(bencher, &devices(), policy);
}

/// A policy of each kind.
const SHIPPED: [&str; 6] = [
    "adfs/tls-certificates-are-renewed-in-time",
    "azure-load-balancer/redundant-backends",
    "certificates/expiry",
    "email-authentication/dkim-enabled",
    "entra-connect/version-is-supported",
    "sql-availability-groups/recovery-model-full",
];

fn shipped_policy(id: &str) -> Policy {
    let shipped = shipped_policies().find(|shipped| shipped.id == id);
    let shipped = shipped.expect("the argument is a shipped policy");
    shipped.compile(&Limits::default()).expect("it compiles")
}

#[divan::bench(args = SHIPPED)]
fn shipped(bencher: Bencher, id: &str) {
    let policy = shipped_policy(id);
    let kinds = Kinds::shipped().expect("the shipped schemas are sound");
    let kind = policy.header.first_kind().to_owned();
    let example = kinds.find(&kind).and_then(|kind| kind.example());
    let example = example.expect("a shipped kind has an example").to_owned();
    judge(bencher, &snapshot(example, &kinds, &kind), policy);
}

#[divan::bench(args = SHIPPED)]
fn compile(bencher: Bencher, id: &str) {
    bencher.bench_local(|| shipped_policy(id));
}
