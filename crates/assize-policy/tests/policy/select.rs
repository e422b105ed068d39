//! RFC 9535 queries, by what they select from one snapshot. Each selected object is named by its path.

use crate::sample::{judge, snapshot, whole};

const DATA: &str = r#"{
    "Server": [
        { "Name": "a", "Weight": 1, "Load": 1.5, "Tags": ["x", "y"], "Ports": [80, 443], "Enabled": true, "Role": null },
        { "Name": "b", "Weight": 2, "Load": 2.0, "Tags": [], "Ports": [22], "Enabled": false },
        { "Name": "abc", "Weight": 10, "Tags": ["y"], "Owner": { "Name": "b" } }
    ],
    "Number": [0, 1, 2, 3, 4, 5]
}"#;

/// A query, and the paths that it selects, with `Server` written `S` and `Number` written `N`.
const CASES: &[(&str, &str)] = &[
    ("$", ""),
    ("$.Server[*]", "S[a] S[b] S[abc]"),
    ("$['Server'][*]", "S[a] S[b] S[abc]"),
    ("$.Server[0]", "S[a]"),
    ("$.Server[-1]", "S[abc]"),
    ("$.Server[0,-1]", "S[a] S[abc]"),
    ("$.Server[0,0]", "S[a] S[a]"),
    ("$.Server[9]", "-"),
    ("$.Number[1:3]", "N[1] N[2]"),
    ("$.Number[:2]", "N[0] N[1]"),
    ("$.Number[4:]", "N[4] N[5]"),
    ("$.Number[-2:]", "N[4] N[5]"),
    ("$.Number[::2]", "N[0] N[2] N[4]"),
    ("$.Number[5:1:-2]", "N[5] N[3]"),
    ("$.Number[::-3]", "N[5] N[2]"),
    ("$.Number[::0]", "-"),
    ("$.Number[3:1]", "-"),
    (
        "$.Server[*].Tags[*]",
        "S[a].Tags[0] S[a].Tags[1] S[abc].Tags[0]",
    ),
    (
        "$..Name",
        "S[a].Name S[b].Name S[abc].Name S[abc].Owner.Name",
    ),
    ("$.Server[2]..Name", "S[abc].Name S[abc].Owner.Name"),
    ("$.Server[?@.Name == 'a']", "S[a]"),
    ("$.Server[?@.Name != 'a']", "S[b] S[abc]"),
    ("$.Server[?@.Weight > 1]", "S[b] S[abc]"),
    ("$.Server[?@.Weight >= 2]", "S[b] S[abc]"),
    ("$.Server[?@.Weight < 2]", "S[a]"),
    ("$.Server[?@.Weight <= 2]", "S[a] S[b]"),
    ("$.Server[?@.Load == 2]", "S[b]"),
    ("$.Server[?@.Name < 'b']", "S[a] S[abc]"),
    ("$.Server[?@.Enabled == true]", "S[a]"),
    ("$.Server[?@.Role == null]", "S[a]"),
    ("$.Server[?@.Owner]", "S[abc]"),
    ("$.Server[?!@.Owner]", "S[a] S[b]"),
    ("$.Server[?@.Owner.Name == 'b']", "S[abc]"),
    ("$.Server[?@.Owner == @.Missing]", "S[a] S[b]"),
    ("$.Server[?@.Missing < 1]", "-"),
    ("$.Server[?@.Name == 1]", "-"),
    ("$.Server[?@.Weight > 1 && @.Weight < 10]", "S[b]"),
    ("$.Server[?@.Weight < 2 || @.Weight > 2]", "S[a] S[abc]"),
    ("$.Server[?!(@.Weight < 2 || @.Weight > 2)]", "S[b]"),
    ("$.Server[?@.Tags[0] == 'x']", "S[a]"),
    ("$.Server[?@.Tags == $.Server[1].Tags]", "S[b]"),
    ("$.Server[?length(@.Tags) == 2]", "S[a]"),
    ("$.Server[?length(@.Name) == 3]", "S[abc]"),
    ("$.Server[?length(@.Weight) == 1]", "-"),
    ("$.Server[?count(@.Ports[*]) == 1]", "S[b]"),
    ("$.Server[?count(@..Name) > 1]", "S[abc]"),
    ("$.Server[?match(@.Name, 'a.*')]", "S[a] S[abc]"),
    ("$.Server[?match(@.Name, 'b')]", "S[b]"),
    ("$.Server[?search(@.Name, 'b')]", "S[b] S[abc]"),
    ("$.Server[?!match(@.Weight, '1')]", "S[a] S[b] S[abc]"),
    ("$.Server[?value(@..Name) == 'a']", "S[a]"),
    ("$.Number[?@ > 3]", "N[4] N[5]"),
    ("$.Number[?@ == $.Server[1].Weight]", "N[2]"),
];

#[test]
fn queries_select_what_rfc_9535_says() {
    let snapshot = snapshot(DATA);
    let mut wrong = Vec::new();
    for (query, expected) in CASES {
        let verdicts = judge(
            &whole(&format!("select: {query:?}"), "fail(x, \"m\");"),
            DATA,
        );
        let found: Vec<String> = verdicts
            .iter()
            .map(|verdict| {
                if verdict.findings.is_empty() {
                    return "-".to_owned();
                }
                let path = snapshot.path(verdict.object);
                path.replace("Server", "S").replace("Number", "N")
            })
            .collect();
        let found = found.join(" ");
        if found != *expected {
            wrong.push(format!("{query}: expected `{expected}`, found `{found}`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
