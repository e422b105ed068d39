//! Proofs agree with the interpreter: every shipped policy, on the examples of the kinds and on thousands of mutations of them.

#![expect(clippy::unwrap_used, reason = "what these tests are given is there")]

use std::sync::Arc;

use assize_policy::{
    Judge, Limits, NoSiblings, Page, Policy, PolicySet, Siblings, Source, shipped_policies,
};
use assize_snapshot::{Kinds, Reader, Snapshot};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// 2026-11-20T06:00:00Z.
const NOW: i64 = 1_795_154_400_000_000;

/// Policies that try the corners of what a proof understands.
const CORNERS: [&str; 10] = [
    "if x.Enabled ?? false { if x.Domain == \"contoso.com\" { return; } }",
    "let a = x.Selector1KeySize; if a != () && a + 1 > 2048 { return not_applicable(\"large\"); } if a == () { fail(x, \"none\"); }",
    "if !(x.Enabled == true) || same_text(x.Status, \"valid\") { } else { fail(x.Status, \"status\"); }",
    "if is_odd(x) { return not_applicable(\"odd\"); } fn_value(x);",
    "if x.KeyCreationTime < now - days(100) { return not_applicable(\"old\"); }",
    "if x.Identity?.Nothing == () { return not_applicable(\"nothing\"); }",
    "if snapshot.AcceptedDomain.len() > 2 && x.Enabled { return not_applicable(\"many\"); }",
    "x.Enabled && { throw \"no\" }",
    "if x.Selector1KeySize <= x.Selector2KeySize { return; } fail(x, \"order\");",
    "if x.Selector1KeySize > 1500 { fail(x, \"large\"); }",
];

fn corner(index: usize, body: &str) -> Policy {
    let text = format!(
        "const POLICY = #{{ title: \"T\", severity: \"low\", kind: \"exchange-online\", select: \"$.DkimSigningConfig[*]\" }};
        fn check(x) {{ {body} }}
        fn is_odd(x) {{ x.Selector1KeySize == 1024 || host_within(x.Domain, \"example\") }}
        fn fn_value(x) {{ if x.Enabled {{ 1 }} else {{ 2 }} }}"
    );
    let source = Source {
        path: format!("corner{index}.rhai"),
        text,
    };
    Policy::new(
        &format!("corner{index}"),
        source,
        Page::default(),
        &Limits::default(),
    )
    .unwrap()
}

fn policies() -> Vec<Policy> {
    // Policies over time have no proofs.
    let shipped = shipped_policies().filter(|shipped| !shipped.over_time);
    let shipped = shipped.map(|shipped| shipped.compile(&Limits::default()).unwrap());
    shipped
        .chain(
            CORNERS
                .iter()
                .enumerate()
                .map(|(index, body)| corner(index, body)),
        )
        .collect()
}

struct Both {
    kinds: Kinds,
    set: PolicySet,
}

impl Both {
    fn new() -> Self {
        Self {
            kinds: Kinds::shipped().unwrap(),
            set: PolicySet::new(policies(), Limits::default()),
        }
    }

    /// Judges a document both ways by the policies of its kind; how many verdicts there were.
    fn agree(&self, json: &Json) -> usize {
        self.agree_by(json, |kinds, kind| kinds.iter().any(|own| own == kind))
    }

    fn agree_by(&self, json: &Json, judges: impl Fn(&[String], &str) -> bool) -> usize {
        let document = Reader::default()
            .read(json.to_string().into_bytes())
            .unwrap();
        let snapshot = Arc::new(Snapshot::new(document, &self.kinds, None).unwrap());
        let Some(kind) = snapshot.kind.clone() else {
            return 0;
        };
        let siblings: Arc<dyn Siblings> = Arc::new(NoSiblings);
        let mut count = 0;
        for policy in self
            .set
            .policies()
            .iter()
            .filter(|policy| judges(&policy.header.kinds, kind.name()))
        {
            let proved = Judge::proving(&self.set, NOW).judge(&snapshot, policy, &siblings);
            let interpreted =
                Judge::interpreting(&self.set, NOW).judge(&snapshot, policy, &siblings);
            assert_eq!(proved, interpreted, "{} on {json:#}", policy.id);
            count += proved.len();
        }
        count
    }
}

fn examples(kinds: &Kinds) -> Vec<Json> {
    kinds
        .iter()
        .filter_map(|kind| serde_json::from_str(kind.example()?).ok())
        .collect()
}

/// Changes one value somewhere in the data, as the seeds say.
fn mutate(json: &mut Json, seeds: &mut impl Iterator<Item = usize>) {
    let Some(mut place) = json.get_mut("data") else {
        return;
    };
    loop {
        let Some(seed) = seeds.next() else { return };
        let stop = seed % 5 == 0;
        let is_filled = match place {
            Json::Array(elements) => !elements.is_empty(),
            Json::Object(members) => !members.is_empty(),
            _ => false,
        };
        if !is_filled {
            *place = replacement(seed);
            return;
        }
        match place {
            Json::Array(elements) => {
                let at = seed % elements.len();
                if stop && seed % 2 == 0 {
                    let copy = elements[at].clone();
                    elements.push(copy);
                    return;
                }
                place = &mut elements[at];
            }
            Json::Object(members) => {
                let name = members.keys().nth(seed % members.len()).unwrap().clone();
                if stop {
                    if seed % 2 == 0 {
                        members.remove(&name);
                    } else {
                        members.insert(name, replacement(seed));
                    }
                    return;
                }
                place = members.get_mut(&name).unwrap();
            }
            _ => return,
        }
    }
}

fn replacement(seed: usize) -> Json {
    let values = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(5),
        json!(9),
        json!(1024),
        json!(2.5),
        json!(""),
        json!("FULL"),
        json!("SIMPLE"),
        json!("Off"),
        json!("Valid"),
        json!("Down"),
        json!("contoso.com"),
        json!("2026-12-01T00:00:00Z"),
        json!("20/11/2026"),
        json!([]),
        json!({}),
        json!("a \"quoted\" text"),
    ];
    values[seed / 7 % values.len()].clone()
}

#[test]
fn on_the_examples() {
    let both = Both::new();
    let count: usize = examples(&both.kinds)
        .iter()
        .map(|example| both.agree(example))
        .sum();
    assert!(count > 30, "{count} verdicts");
}

/// Policies that judge every kind ask how a snapshot was taken.
#[test]
fn on_what_snapshots_say_of_themselves() {
    let both = Both::new();
    let spoilt = [
        json!({}),
        json!({ "collectedAt": null }),
        json!({ "collectedAt": "2026-11-20T06:00:00Z" }),
        json!({ "collectedAt": "2026-11-19T05:00:00Z" }),
        json!({ "collectedAt": "2026-11-22T06:00:00Z" }),
        json!({ "collectedAt": "2026-10-01T06:00:00Z" }),
        json!({ "collectedAt": "20/11/2026" }),
        json!({ "errors": null }),
        json!({ "errors": [] }),
        json!({ "errors": {} }),
        json!({ "errors": "Get-Other" }),
        json!({ "errors": ["Get-Other", { "command": "Get-More -Name x", "message": "no right" }] }),
        json!({ "errors": 3 }),
        json!({ "collector": null }),
        json!({ "source": "System.Object[]" }),
        json!({ "assizeSnapshot": 2 }),
        json!({ "data": null }),
        json!({ "data": [] }),
        json!({ "data": { "nodes": "System.Object[]", "other": [{ "deep": "@{a=1}" }] } }),
    ];
    let mut count = 0;
    for example in examples(&both.kinds) {
        for patch in &spoilt {
            let mut spoilt = example.clone();
            json_patch::merge(&mut spoilt, patch);
            count += both.agree_by(&spoilt, |kinds, _| kinds == ["*"]);
        }
        count += both.agree_by(&example["data"], |kinds, _| kinds == ["*"]);
    }
    assert!(count > 500, "{count} verdicts");
}

/// A function belongs to where it is called: what another one says or returns is no part of `check`.
#[test]
fn on_policies_with_functions_of_their_own() {
    let bodies = [
        "if is_off(x) { fail(x, \"off\"); }",
        "if !is_off(x) { return not_applicable(`${x.Domain} is on`); } skip(x); fail(x.Domain, \"off\");",
        "let all = snapshot.DkimSigningConfig; if all.filter(|x| { return; }).len() == 0 { fail(x, \"none\"); }",
        "for other in snapshot.DkimSigningConfig { if other.Enabled { return; } } fail(x, \"off\");",
        "if x.Status in #{ \"Valid\": 1 } { return; } fail(x.Status, \"status\");",
        "let why = x.Status; if is_off(x) { return not_applicable(why); }",
        "let why = 3; if is_off(x) { return not_applicable(why); }",
        "if params.none.is_empty() && !(x.Domain in params.named) { fail(x, \"not named\"); }",
        "if params.some.is_empty() { return; } for name in params.some { if name == x.Domain { return; } } fail(x, name_of(x));",
        "for name in params.none { fail(x, name); } if params.none == () { fail(x, \"nothing\"); }",
        "if params.none.filter(|name| name == x.Domain) == [] { fail(x, \"none\"); }",
    ];
    let policies = bodies.iter().enumerate().map(|(index, body)| {
        let text = format!(
            "const POLICY = #{{ title: \"T\", severity: \"low\", kind: \"exchange-online\", select: \"$.DkimSigningConfig[*]\",
                params: #{{ none: #{{ doc: \"d\", \"default\": [] }}, some: #{{ doc: \"d\", \"default\": [\"contoso.com\"] }},
                named: #{{ doc: \"d\", \"default\": #{{ \"contoso.com\": 1 }} }} }} }};
            fn skip(x) {{ if x.Enabled {{ return; }} return not_applicable(\"skipped\"); }}
            fn check(x) {{ {body} }}
            fn is_off(x) {{ if x.Enabled {{ return false; }} true }}
            fn a_return(x) {{ return; }}
            fn name_of(x) {{ return x.Domain; }}"
        );
        let path = format!("own{index}.rhai");
        let source = Source { path, text };
        let id = format!("own{index}");
        Policy::new(&id, source, Page::default(), &Limits::default()).unwrap()
    });
    let both = Both {
        kinds: Kinds::shipped().unwrap(),
        set: PolicySet::new(policies.collect(), Limits::default()),
    };
    let mut count = 0;
    for example in examples(&both.kinds) {
        for status in ["Valid", "CnameMissing"] {
            for enabled in [true, false] {
                let mut example = example.clone();
                let configs = example["data"]["DkimSigningConfig"].as_array_mut();
                for config in configs.into_iter().flatten() {
                    config["Enabled"] = json!(enabled);
                    config["Status"] = json!(status);
                }
                count += both.agree(&example);
            }
        }
    }
    assert!(count > 40, "{count} verdicts");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn on_mutations_of_the_examples(which in any::<usize>(), seeds in prop::collection::vec(any::<usize>(), 60)) {
        thread_local! {
            static BOTH: Both = Both::new();
        }
        BOTH.with(|both| {
            let mut examples = examples(&both.kinds);
            let at = which % examples.len();
            let mut example = examples.swap_remove(at);
            let mut seeds = seeds.into_iter();
            for _ in 0..=which % 4 {
                mutate(&mut example, &mut seeds);
            }
            both.agree(&example);
        });
    }
}
