//! One small kind, snapshots of it, and a short way to judge them.

use std::sync::Arc;

use assize_finding::Outcome;
use assize_policy::{
    Judge, Limits, NoSiblings, Page, Place, Policy, PolicySet, Siblings, Source, SourceError,
    Verdict,
};
use assize_snapshot::{Kind, Kinds, Reader, Snapshot};

/// The clock of every judgement here: 2026-08-01.
pub(crate) const NOW: i64 = 1_785_542_400_000_000;

/// Servers with their ports, a wide list of numbers, and a section that may be missing.
const SCHEMA: &str = r#"{
    "title": "Sample",
    "type": "object",
    "properties": {
        "Server": {
            "type": "array",
            "x-assize-key": "Name",
            "items": {
                "type": "object",
                "properties": {
                    "Name": { "type": "string" },
                    "Role": { "type": ["string", "null"] },
                    "Enabled": { "type": "boolean" },
                    "Weight": { "type": "integer" },
                    "Load": { "type": "number" },
                    "Since": { "type": "string", "x-assize-time": "utc" },
                    "Ports": { "type": "array", "items": { "type": "integer" } },
                    "Tags": { "type": "array", "items": { "type": "string" } },
                    "Owner": {
                        "type": "object",
                        "properties": { "Name": { "type": "string" }, "default": { "type": "string" } }
                    }
                }
            }
        },
        "Number": { "type": "array", "items": { "type": "integer" } },
        "Backup": { "type": "array", "items": { "type": "object", "properties": { "Name": { "type": "string" } } } }
    }
}"#;

/// Two servers: one in order, one with what is commonly wrong.
pub(crate) const SERVERS: &str = r#"{
    "Server": [
        { "Name": "alpha", "Role": "web", "Enabled": true, "Weight": 10, "Load": 0.5, "Since": "2026-01-01T00:00:00Z",
          "Ports": [80, 443], "Tags": ["prod", "eu"], "Owner": { "Name": "Ada", "default": "yes" } },
        { "Name": "beta", "Role": null, "Enabled": false, "Weight": 0, "Load": 1.5, "Ports": [], "Tags": ["prod"] }
    ],
    "Number": [3, 1, 2]
}"#;

/// A snapshot of the sample kind.
pub(crate) fn snapshot(json: &str) -> Arc<Snapshot> {
    let mut kinds = Kinds::default();
    kinds.add(Kind::new("sample", SCHEMA, None).unwrap());
    let document = Reader::default().read(json.as_bytes().to_vec()).unwrap();
    let kind = kinds.find("sample").unwrap();
    Arc::new(Snapshot::new(document, &kinds, Some(kind)).unwrap())
}

/// A policy from its whole text.
pub(crate) fn policy(text: &str, limits: &Limits) -> Result<Policy, SourceError> {
    let source = Source {
        path: "sample/policy.rhai".to_owned(),
        text: text.to_owned(),
    };
    Policy::new("sample/policy", source, Page::default(), limits)
}

/// A whole policy from the body of `check(x)`, with more fields of the header.
pub(crate) fn whole(fields: &str, body: &str) -> String {
    format!(
        "const POLICY = #{{ title: \"Sample\", severity: \"low\", kind: \"sample\", {fields} }};\nfn check(x) {{ {body} }}\n"
    )
}

/// The verdicts of policies on a snapshot, one list for each policy.
pub(crate) fn judge_all(
    policies: Vec<Policy>,
    snapshot: &Arc<Snapshot>,
    limits: &Limits,
) -> Vec<Vec<Verdict>> {
    let set = PolicySet::new(policies, *limits);
    let judge = Judge::new(&set, NOW);
    let siblings: Arc<dyn Siblings> = Arc::new(NoSiblings);
    set.policies()
        .iter()
        .map(|policy| judge.judge(snapshot, policy, &siblings))
        .collect()
}

/// The verdicts of a policy, given as a whole text, on a snapshot.
pub(crate) fn judge(text: &str, json: &str) -> Vec<Verdict> {
    let limits = Limits::default();
    let policy = policy(text, &limits).unwrap_or_else(|error| panic!("{error}\n{text}"));
    judge_all(vec![policy], &snapshot(json), &limits).remove(0)
}

/// The one verdict of a body of `check(x)` on the two servers as a whole.
pub(crate) fn verdict(body: &str) -> Verdict {
    let mut verdicts = judge(&whole("", body), SERVERS);
    assert_eq!(verdicts.len(), 1);
    verdicts.remove(0)
}

/// A verdict in words: the outcome, then the reason, or where and what was found.
pub(crate) fn words(snapshot: &Snapshot, verdict: &Verdict) -> String {
    let findings = verdict.findings.iter().map(|remark| {
        let path = match remark.place {
            Place::Node(node) => snapshot.path(node),
            Place::Absent(object, field) => {
                format!("no {}", snapshot.path_of_absent(object, field))
            }
            Place::Gone { near, .. } => format!("gone from {}", snapshot.path(near)),
        };
        format!("{path}: {}", remark.message)
    });
    let findings: Vec<String> = findings.collect();
    let outcome = verdict.outcome.as_str();
    match verdict.outcome {
        Outcome::Fail | Outcome::Review => format!("{outcome}: {}", findings.join("; ")),
        Outcome::Pass => outcome.to_owned(),
        _ => format!("{outcome}: {}", verdict.reason),
    }
}
