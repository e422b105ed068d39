//! Functions that read what stands in texts: certificates, keys, records, sizes.

use serde_json::{Value as Json, json};

use crate::sample::{judge, snapshot, whole, words};

const SERVER: &str = include_str!("../certificates/rsa-server.pem");
const AUTHORITY: &str = include_str!("../certificates/ec-authority.pem");
const BARE: &str = include_str!("../certificates/ed25519.base64");
const KEYS: &str = include_str!("../certificates/keys.json");

/// What the body of `check` says of a server with some tags; `tags` is their list.
#[track_caller]
fn says(tags: &Json, body: &str, expected: &str) {
    let json = json!({ "Server": [{ "Name": "alpha", "Tags": tags }] }).to_string();
    let body = format!("let tag_list = x.Server[0].Tags; {body}");
    let verdicts = judge(&whole("", &body), &json);
    let found = words(&snapshot(&json), &verdicts[0]);
    assert!(
        found.starts_with(expected),
        "{body}\nexpected `{expected}`\nfound    `{found}`"
    );
}

/// Fails, in the script, unless all conditions hold; `t` is the text.
#[track_caller]
fn hold(text: &str, conditions: &[&str]) {
    for condition in conditions {
        let body = format!("let t = tag_list[0]; if !({condition}) {{ fail(x, \"no\"); }}");
        says(&json!([text]), &body, "pass");
    }
}

#[test]
fn certificates_say_what_they_are() {
    hold(
        SERVER,
        &[
            "certificate(t).subject == \"CN=www.contoso.example, O=\\\"Contoso, Ltd\\\", C=DE\"",
            "certificate(t).issuer == certificate(t).subject",
            "certificate(t).serial == \"008102\" || certificate(t).serial == \"8102\"",
            "certificate(t).not_before == time(\"2026-11-22T21:34:27Z\")",
            "certificate(t).not_after == time(\"2027-02-20T21:34:27Z\")",
            "same_thumbprint(certificate(t).thumbprint, \"f276a8c7edb8570b7d06867375bf596ea38bd87f\")",
            "certificate(t).sans == [\"www.contoso.example\", \"contoso.example\", \"192.0.2.1\", \"a@contoso.example\", \"https://contoso.example/\", \"2001:db8::1\"]",
            "certificate(t).key_algorithm == \"RSA\" && certificate(t).key_bits == 2048",
            "certificate(t).signature_algorithm == \"sha256WithRSAEncryption\"",
            "!certificate(t).is_ca",
            "certificate(t).extended_key_usages == [\"1.3.6.1.5.5.7.3.1\", \"1.3.6.1.5.5.7.3.2\", \"1.3.6.1.4.1.311.54.1.2\"]",
        ],
    );
    hold(
        AUTHORITY,
        &[
            "certificate(t).subject == \"CN=ca\" && certificate(t).is_ca",
            "certificate(t).key_algorithm == \"EC\" && certificate(t).key_bits == 256",
            "certificate(t).sans.is_empty() && certificate(t).extended_key_usages.is_empty()",
        ],
    );
    hold(
        BARE,
        &[
            "certificate(t).thumbprint == \"C29D160A92E9E179C88B1CB6EB9CB57A4B573D5D\"",
            "certificate(t).key_algorithm == \"Ed25519\" && certificate(t).key_bits == 256",
        ],
    );
}

#[test]
fn what_is_no_certificate_is_not_judged() {
    let cut = &BARE[..BARE.len() / 2];
    let longer = format!("{}AAAA", BARE.trim_end_matches('='));
    let open = "-----BEGIN CERTIFICATE-----\nMIIB";
    let huge = "A".repeat(80 << 10);
    for text in ["", "junk", "####", cut, &longer, open, &huge] {
        let body = "certificate(tag_list[0]).subject";
        says(
            &json!([text]),
            body,
            "indeterminate: a certificate cannot be read",
        );
    }
    says(
        &json!([BARE]),
        "certificate(tag_list[0]).sujbect",
        "error: the script failed",
    );
}

#[test]
fn keys_have_bits() {
    let keys: Json = serde_json::from_str(KEYS).unwrap();
    for (name, bits) in [
        ("rsa_2048", "2048"),
        ("rsa_2048_bare", "2048"),
        ("rsa_1024", "1024"),
        ("ed25519", "256"),
        ("ed25519_bare", "256"),
    ] {
        let key = keys[name].as_str().unwrap();
        hold(key, &[&format!("key_bits(t) == {bits}")]);
        let (left, right) = key.split_at(20);
        hold(
            &format!("{left} {right}"),
            &[&format!("key_bits(t) == {bits}")],
        );
    }
    for text in ["", "p", "AAAA", "no key"] {
        hold(text, &["key_bits(t) == ()"]);
    }
}

#[test]
fn records_are_put_together_and_taken_apart() {
    says(
        &json!(["v=DKIM1; k=rsa; ", "p=MIIB"]),
        "let tags = tags(dns_text(tag_list)); if tags.p != \"MIIB\" || tags.k != \"rsa\" || tags[\"t\"] != () { fail(x, \"no\") }",
        "pass",
    );
    hold(
        "\"v=DMARC1; P=reject\" \"; rua=mailto:a@b.example\"",
        &[
            "tags(dns_text(t)).p == \"reject\" && tags(dns_text(t)).sp == ()",
            "tags(dns_text(t)).has(\"rua\") && !tags(dns_text(t)).has(\"ruf\")",
            "tags(dns_text(t)).keys() == [\"p\", \"rua\", \"v\"] && tags(\"\").is_empty()",
            "dns_text([\"a\", \"\\\"b\\\"\"]) == \"ab\"",
            "same_dns(\"Mail.Contoso.example.\", \"mail.contoso.example\")",
        ],
    );
    says(&json!([]), "dns_text([1])", "error: the script failed");
}

#[test]
fn texts_and_sizes() {
    hold(
        " 18 MB (18,874,368 bytes) ",
        &[
            "size_bytes(t) == 18 * 1024 * 1024 && size_bytes(\"Unlimited\") == () && size_bytes(5) == 5",
            "number(\"12\") == 12 && number(\"12a\") == () && number(7) == 7",
            "lower(\"ÄB\") == \"äb\" && trim(t) == \"18 MB (18,874,368 bytes)\" && t != trim(t)",
            "split(\"a;b\", \";\") == [\"a\", \"b\"] && starts_with(\"abc\", \"ab\") && ends_with(\"abc\", \"bc\")",
        ],
    );
}
