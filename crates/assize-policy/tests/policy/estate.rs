//! Policies that read other snapshots: what they cost, and what is said where they are missing.

use std::{sync::Arc, time::Duration};

use assize_policy::{Judge, Limits, Origin, Other, PolicySet, Siblings, Verdict};
use assize_snapshot::Snapshot;

use crate::sample::{NOW, SERVERS, policy, snapshot, whole, words};

/// Snapshots that are slow to find and slow to read.
struct Slow {
    members: Vec<Result<Arc<Snapshot>, String>>,
    delay: Duration,
}

impl Siblings for Slow {
    fn find(&self) {
        std::thread::sleep(self.delay);
    }

    fn others(&self, kind: &str) -> Vec<usize> {
        let count = if kind == "sample" {
            self.members.len()
        } else {
            0
        };
        (0..count).collect()
    }

    fn snapshot(&self, number: usize) -> Result<Arc<Snapshot>, String> {
        std::thread::sleep(self.delay);
        self.members[number].clone()
    }
}

fn judge(body: &str, limits: Limits, estate: Slow) -> Vec<Verdict> {
    let policy = policy(&whole("select: \"$.Server[*]\"", body), &limits).unwrap();
    let set = PolicySet::new(vec![policy], limits);
    let siblings: Arc<dyn Siblings> = Arc::new(estate);
    Judge::new(&set, NOW).judge(&snapshot(SERVERS), &set.policies()[0], &siblings)
}

fn says(body: &str, members: &[&str]) -> String {
    let estate = Slow {
        members: members.iter().map(|json| Ok(snapshot(json))).collect(),
        delay: Duration::ZERO,
    };
    let verdicts = judge(body, Limits::default(), estate);
    words(&snapshot(SERVERS), &verdicts[0])
}

#[test]
fn finding_and_reading_siblings_is_no_work_of_the_policy() {
    let limits = Limits {
        wall_time: Duration::from_millis(100),
        total_time: Duration::from_millis(100),
        memory_bytes: 1 << 20,
        ..Limits::default()
    };
    let number = |nth: usize| format!("{nth}, ");
    let many: String = (0..100_000).map(number).collect();
    let large = format!("{{ \"Number\": [{many} 0] }}");
    let estate = Slow {
        members: vec![Ok(snapshot(&large))],
        delay: Duration::from_millis(150),
    };
    let verdicts = judge(
        "if estate_all(\"sample\").len() != 2 { fail(x, \"not two\"); }",
        limits,
        estate,
    );
    let found: Vec<_> = verdicts
        .iter()
        .map(|verdict| words(&snapshot(SERVERS), verdict))
        .collect();
    assert_eq!(found, ["pass", "pass"]);
}

#[test]
fn one_is_one_and_all_are_all() {
    let one = "let list = estate(\"sample\").Number;";
    assert_eq!(says(one, &[]), "pass");
    assert_eq!(
        says(one, &["{ \"Number\": [] }"]),
        "indeterminate: 2 `sample` snapshots of the same estate were given, and the policy needs one"
    );
    assert_eq!(
        says("let list = estate(\"dns\").Record;", &[]),
        "indeterminate: no `dns` snapshot of the same estate was given"
    );
    let sum = "let n = 0; for one in estate_all(\"sample\") { n += one.Number.len(); } if n != 5 { fail(x, `${n}`); }";
    assert_eq!(says(sum, &["{ \"Number\": [1, 2] }"]), "pass");
    assert_eq!(
        says(sum, &["{ \"Server\": [] }"]),
        "indeterminate: section `Number` of the `sample` snapshot was not collected"
    );
    assert_eq!(
        says(sum, &["{ \"Number\": [\"x\", 1] }"]),
        "indeterminate: section `Number` of the `sample` snapshot is not as its schema says"
    );
    let ask = "if has_estate(\"dns\") || !has_estate(\"sample\") { fail(x, \"asked\"); }";
    assert_eq!(says(ask, &[]), "pass");
    let unread = Slow {
        members: vec![Err("it is lost".to_owned())],
        delay: Duration::ZERO,
    };
    let verdicts = judge(
        "let all = estate_all(\"sample\");",
        Limits::default(),
        unread,
    );
    assert_eq!(
        words(&snapshot(SERVERS), &verdicts[1]),
        "indeterminate: it is lost"
    );
}

#[test]
fn values_of_siblings_are_reported_at_the_object_with_their_origin() {
    let sibling = r#"{ "Server": [{ "Name": "gamma", "Weight": 3, "Tags": ["odd"] }] }"#;
    for value in [
        "s",
        "s.Name",
        "s.Weight",
        "s.Tags[0]",
        "s.Role",
        "{ let t = s.Tags[0]; t }",
    ] {
        let body = format!("let s = estate_all(\"sample\")[1].Server[0]; fail({value}, \"m\");");
        let estate = Slow {
            members: vec![Ok(snapshot(sibling))],
            delay: Duration::ZERO,
        };
        let verdicts = judge(&body, Limits::default(), estate);
        assert_eq!(
            words(&snapshot(SERVERS), &verdicts[0]),
            "fail: Server[alpha]: m",
            "{value}"
        );
        let origin = verdicts[0].findings[0].origin;
        let is_sibling = matches!(
            origin,
            Some(Origin {
                of: Other::Sibling(0),
                ..
            })
        );
        assert!(is_sibling, "{value}: {origin:?}");
    }
}
