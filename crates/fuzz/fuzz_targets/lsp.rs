//! A document with edits and requests at any places, in a server that runs in this process: no panic, and an answer to each.
//!
//! The input is a byte that chooses the language, steps of four bytes each (what, where in two bytes, what is put there), then
//! `0x1E` and the text of the document.

#![no_main]

use std::thread;

use assize_lsp::serve;
use libfuzzer_sys::fuzz_target;
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};

/// Steps of one input.
const MOST_STEPS: usize = 32;
/// What edits put into the document.
const PIECES: [&str; 12] = [
    "",
    ".",
    "\"",
    "{",
    "}",
    "(",
    "|x| ",
    "`${",
    "\u{1F600}\r\n",
    "POLICY",
    "#{",
    ".find(|x| x.",
];
const METHODS: [&str; 12] = [
    "completion",
    "hover",
    "definition",
    "signatureHelp",
    "documentHighlight",
    "prepareRename",
    "documentSymbol",
    "foldingRange",
    "semanticTokens/full",
    "codeLens",
    "formatting",
    "references",
];
/// The code of an error that is a mistake of the server.
const INTERNAL: i32 = -32603;

struct Editor {
    connection: Connection,
    next: i32,
}

impl Editor {
    fn notify(&self, method: &str, params: Value) {
        let message = Notification::new(method.to_owned(), params);
        self.connection
            .sender
            .send(message.into())
            .expect("the server listens");
    }

    fn request(&mut self, method: &str, params: Value) {
        self.next += 1;
        let id = RequestId::from(self.next);
        let request = Request::new(id.clone(), method.to_owned(), params);
        self.connection
            .sender
            .send(request.into())
            .expect("the server listens");
        loop {
            match self.connection.receiver.recv().expect("the server answers") {
                Message::Response(response) if response.id == id => {
                    let code = response.error.map_or(0, |error| error.code);
                    assert_ne!(code, INTERNAL, "{method}");
                    return;
                }
                _ => {}
            }
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((language, rest)) = bytes.split_first() else {
        return;
    };
    let split = rest.iter().position(|byte| *byte == 0x1E).unwrap_or(0);
    let (steps, text) = rest.split_at(split);
    let text = String::from_utf8_lossy(text.get(1..).unwrap_or_default());
    let name = ["a.rhai", "a.md", "a.json"][usize::from(*language) % 3];
    // No file is at this place, and no folder around it has policies.
    let uri = format!("untitled:/{name}");
    let (client, server) = Connection::memory();
    let serving = thread::spawn(move || serve(server));
    let mut editor = Editor {
        connection: client,
        next: 0,
    };
    editor.request("initialize", json!({ "capabilities": {} }));
    editor.notify("initialized", json!({}));
    let document = json!({ "uri": uri, "languageId": "", "version": 1, "text": text });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    for (nth, step) in steps.chunks_exact(4).take(MOST_STEPS).enumerate() {
        let place = json!({ "line": step[1], "character": step[2] });
        let end =
            json!({ "line": step[1], "character": u32::from(step[2]) + u32::from(step[3] & 15) });
        let range = json!({ "start": place, "end": end });
        let identifier = json!({ "uri": uri, "version": nth + 2 });
        if step[0] & 1 == 0 {
            let piece = PIECES[usize::from(step[0] >> 1) % PIECES.len()];
            let changes = json!([{ "range": range, "text": piece }]);
            editor.notify(
                "textDocument/didChange",
                json!({ "textDocument": identifier, "contentChanges": changes }),
            );
        } else {
            let method = METHODS[usize::from(step[0] >> 1) % METHODS.len()];
            let params = json!({
                "textDocument": identifier, "position": place, "range": range,
                "context": { "includeDeclaration": true, "diagnostics": [] },
                "options": { "tabSize": 4, "insertSpaces": true },
            });
            editor.request(&format!("textDocument/{method}"), params);
        }
    }
    editor.request("shutdown", Value::Null);
    editor.notify("exit", Value::Null);
    serving
        .join()
        .expect("no panic")
        .expect("the server ends in order");
});
