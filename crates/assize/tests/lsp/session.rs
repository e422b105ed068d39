//! A session that is told in a file: see `sessions/README.md`.

use std::{fmt::Write as _, fs, path::Path};

use serde_json::{Value, json};

use crate::{client::Client, render::render};

/// What an editor can do if the session does not say otherwise.
fn capabilities() -> Value {
    json!({
        "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } },
        "workspace": { "workspaceEdit": { "resourceOperations": ["create"] } },
    })
}

/// Plays a session, and gives the file as it should be.
pub(crate) fn play(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut played = String::new();
    let mut client: Option<Client> = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        played.push_str(line);
        played.push('\n');
        let Some(info) = line.strip_prefix("````") else {
            continue;
        };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "````").collect();
        if let Some(path) = info.strip_prefix("file ") {
            write(&folder.path().join(path), &body);
            let _ = writeln!(played, "{}\n````", body.join("\n"));
        } else if info == "lsp" {
            let client =
                client.get_or_insert_with(|| Client::start(folder.path(), &capabilities()).0);
            for step in body.iter().filter(|line| line.starts_with("> ")) {
                let answer = step_of(client, &step[2..]);
                let _ = writeln!(played, "{step}\n{answer}");
            }
            played.push_str("````\n");
        } else {
            panic!("a block is `file PATH` or `lsp`, and not `{info}`");
        }
    }
    assert_eq!(
        client.map(Client::stop),
        Some(0),
        "the server ends in order"
    );
    played
}

fn write(path: &Path, body: &[&str]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("{}\n", body.join("\n"))).unwrap();
}

/// Does a step: a word, a file, and what is in backticks.
fn step_of(client: &mut Client, step: &str) -> String {
    let mut parts = step.split('`');
    let words: Vec<&str> = parts.next().unwrap().split_whitespace().collect();
    let quoted: Vec<String> = parts
        .step_by(2)
        .map(|text| text.replace("\\n", "\n"))
        .collect();
    let (word, path) = (words[0], words.get(1).copied().unwrap_or_default());
    match word {
        "open" => {
            let text = fs::read_to_string(client.root.join(path)).unwrap();
            client.open(path, &text);
            return render("diagnostics", &client.diagnostics(path), &client.root);
        }
        "change" => {
            client.change(path, &quoted[0], &quoted[1]);
            return render("diagnostics", &client.diagnostics(path), &client.root);
        }
        "run" => return run(client, path, words[2], quoted.first().map(String::as_str)),
        _ => {}
    }
    let (method, params) = request(client, word, path, &quoted);
    let answer = client.request(method, params);
    render(word, &answer, &client.root)
}

fn request(client: &Client, word: &str, path: &str, quoted: &[String]) -> (&'static str, Value) {
    let document = json!({ "textDocument": { "uri": client.uri(path) } });
    let place = || client.place(path, &quoted[0]);
    match word {
        "completion" => ("textDocument/completion", place()),
        "signature" => ("textDocument/signatureHelp", place()),
        "hover" => ("textDocument/hover", place()),
        "definition" => ("textDocument/definition", place()),
        "references" => (
            "textDocument/references",
            with(place(), "context", json!({ "includeDeclaration": true })),
        ),
        "highlight" => ("textDocument/documentHighlight", place()),
        "rename" => (
            "textDocument/rename",
            with(place(), "newName", json!(quoted[1])),
        ),
        "symbols" => ("textDocument/documentSymbol", document),
        "folding" => ("textDocument/foldingRange", document),
        "lens" => ("textDocument/codeLens", document),
        "format" => (
            "textDocument/formatting",
            with(
                document,
                "options",
                json!({ "tabSize": 4, "insertSpaces": true }),
            ),
        ),
        "tokens" => ("textDocument/semanticTokens/full", document),
        "actions" => {
            let place = place()["position"].clone();
            let document = with(document, "range", json!({ "start": place, "end": place }));
            (
                "textDocument/codeAction",
                with(document, "context", json!({ "diagnostics": [] })),
            )
        }
        other => panic!("no step is called `{other}`"),
    }
}

fn with(mut params: Value, name: &str, value: Value) -> Value {
    params[name] = value;
    params
}

/// A command, what it answers, what it shows, and what it says of the document.
fn run(client: &mut Client, path: &str, command: &str, title: Option<&str>) -> String {
    client.shown.clear();
    let before = client.diagnostics(path);
    let argument = json!({ "uri": client.uri(path), "title": title, "at": "2026-11-20T06:00:00Z" });
    let params = json!({ "command": command, "arguments": [argument] });
    let answer = client.request("workspace/executeCommand", params);
    let answer = match answer.get("error") {
        Some(_) => render("error", &answer, &client.root),
        None => answer["result"].to_string(),
    };
    let shown = client.shown.join("\n");
    let after = client.diagnostics(path);
    let told = if after == before {
        "nothing else is said".to_owned()
    } else {
        render("diagnostics", &after, &client.root)
    };
    format!("{answer}\n{shown}\n{told}")
}
