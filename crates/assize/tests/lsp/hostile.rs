//! What no editor should do, and some do.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::Client;

fn start() -> (tempfile::TempDir, Client) {
    let folder = tempfile::tempdir().unwrap();
    let (client, _) = Client::start(folder.path(), &json!({}));
    (folder, client)
}

#[test]
fn positions_are_utf8_where_the_editor_can() {
    let folder = tempfile::tempdir().unwrap();
    let capabilities = json!({ "general": { "positionEncodings": ["utf-8", "utf-16"] } });
    let (client, answer) = Client::start(folder.path(), &capabilities);
    assert_eq!(
        answer["result"]["capabilities"]["positionEncoding"],
        "utf-8"
    );
    assert_eq!(client.stop(), 0);
    let (_folder, client) = start();
    assert_eq!(client.stop(), 0);
}

#[test]
fn every_request_has_an_answer() {
    let (_folder, mut client) = start();
    for (method, params) in [
        ("textDocument/hover", json!({})),
        (
            "textDocument/hover",
            json!({ "textDocument": { "uri": "file:///nowhere.rhai" }, "position": { "line": 0, "character": 0 } }),
        ),
        (
            "textDocument/hover",
            json!({ "textDocument": { "uri": "untitled:1" }, "position": { "line": 0, "character": 0 } }),
        ),
        ("assize/unknown", Value::Null),
        (
            "workspace/executeCommand",
            json!({ "command": "assize.unknown" }),
        ),
        (
            "workspace/executeCommand",
            json!({ "command": "assize.judge", "arguments": [{ "uri": "file:///nowhere.json" }] }),
        ),
    ] {
        let answer = client.request(method, params);
        assert!(answer["error"]["message"].is_string(), "{method}: {answer}");
    }
    // Notifications that are not as they should be are nobody's.
    client.notify("textDocument/didOpen", json!({ "textDocument": 1 }));
    client.notify(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": "file:///x.rhai", "version": 1 }, "contentChanges": [] }),
    );
    assert_eq!(client.stop(), 0);
}

#[test]
fn a_request_that_is_cancelled_is_answered() {
    let (_folder, mut client) = start();
    client.open("a.rhai", "fn check(x) { x }");
    let place = client.place("a.rhai", "{ |x");
    let id = client.send_request("textDocument/hover", place);
    client.notify("$/cancelRequest", json!({ "id": id }));
    let answer = client.answer(id);
    assert!(
        answer["error"]["code"] == -32800 || answer.get("result").is_some(),
        "{answer}"
    );
    assert_eq!(client.stop(), 0);
}

#[test]
fn documents_without_end_are_read_in_time() {
    let (_folder, mut client) = start();
    let nested = "[".repeat(100_000);
    let header =
        "const POLICY = #{ title: \"T\", severity: \"low\", kind: \"exchange-online\" };\n";
    let long = format!("{header}fn check(x) {{ {} }}", "x.y; ".repeat(100_000));
    let deep = format!("{header}fn check(x) {{ {}", "if x { ".repeat(10_000));
    let closures = format!(
        "{header}fn check(x) {{ {} x {} }}",
        "f(|a| ".repeat(150),
        ")".repeat(150)
    );
    let rows = "{\"DomainName\": \"contoso.com\", \"Default\": 1},\n".repeat(250_000);
    let large = format!(
        "{{\"assizeSnapshot\": 1, \"kind\": \"exchange-online\", \"data\": {{\"AcceptedDomain\": [{rows}{{}}]}}}}"
    );
    assert!(large.len() > 10 << 20);
    for (path, text) in [
        ("a.json", &nested),
        ("b.rhai", &nested),
        ("c.rhai", &long),
        ("d.rhai", &deep),
        ("e.rhai", &closures),
        ("f.json", &large),
    ] {
        let started = Instant::now();
        client.open(path, text);
        client.diagnostics(path);
        let document = json!({ "uri": client.uri(path) });
        let place = json!({ "line": 0, "character": text.lines().next().unwrap().len() / 2 });
        for method in [
            "hover",
            "completion",
            "definition",
            "semanticTokens/full",
            "documentSymbol",
            "foldingRange",
            "codeLens",
        ] {
            let params = json!({ "textDocument": document, "position": place });
            let answer = client.request(&format!("textDocument/{method}"), params);
            assert!(
                answer["error"]["code"] != -32603,
                "{path} {method}: {answer}"
            );
        }
        // Without optimisation and beside other tests; what is measured is that it ends.
        assert!(
            started.elapsed() < Duration::from_secs(40),
            "{path}: {:?}",
            started.elapsed()
        );
    }
    assert_eq!(client.stop(), 0);
}

#[test]
fn what_is_said_is_never_of_an_old_version() {
    let (_folder, mut client) = start();
    client.open("a.rhai", "fn check(x) { x }");
    for _ in 0..50 {
        client.change("a.rhai", "{ x", "{ x +");
        client.change("a.rhai", "{ x +", "{ x");
    }
    // Waits for the last version; each that came before named its own.
    let last = client.diagnostics("a.rhai");
    assert!(
        last[0]["message"].as_str().unwrap().contains("POLICY"),
        "{last}"
    );
    assert_eq!(client.stop(), 0);
}
