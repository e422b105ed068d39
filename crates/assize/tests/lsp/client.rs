//! An editor of few words.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

/// How long an answer may take on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_mins(1);

/// The editor's side of a session.
pub(crate) struct Client {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    /// What was said of each document last, and of which version.
    diagnostics: BTreeMap<String, Value>,
    /// What the user was shown.
    pub(crate) shown: Vec<String>,
    pub(crate) root: PathBuf,
    texts: BTreeMap<String, (i64, String)>,
    next: i64,
}

impl Client {
    /// Starts a server and says what the editor can do.
    pub(crate) fn start(root: &Path, capabilities: &Value) -> (Self, Value) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_assize"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, messages) = channel();
        let output = child.stdout.take().unwrap();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        let mut client = Self {
            input: child.stdin.take().unwrap(),
            child,
            messages,
            diagnostics: BTreeMap::new(),
            shown: Vec::new(),
            root: root.canonicalize().unwrap(),
            texts: BTreeMap::new(),
            next: 0,
        };
        let folder = json!({ "uri": client.uri(""), "name": "folder" });
        let params = json!({ "processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": [folder] });
        let answer = client.request("initialize", params);
        client.notify("initialized", json!({}));
        (client, answer)
    }

    /// The address of a file of the session.
    pub(crate) fn uri(&self, path: &str) -> String {
        let path = self.root.join(path);
        format!("file://{}", path.to_str().unwrap().trim_end_matches('/'))
    }

    fn write(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks, and gives the whole answer.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send_request(method, params);
        self.answer(id)
    }

    pub(crate) fn send_request(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        self.write(
            &json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params }),
        );
        self.next
    }

    /// Waits for the answer to a request.
    pub(crate) fn answer(&mut self, id: i64) -> Value {
        loop {
            let message = self
                .messages
                .recv_timeout(PATIENCE)
                .expect("the server answers");
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
            self.take(&message);
        }
    }

    fn take(&mut self, message: &Value) {
        let params = &message["params"];
        match message["method"].as_str() {
            Some("textDocument/publishDiagnostics") => {
                let uri = params["uri"].as_str().unwrap().to_owned();
                self.diagnostics.insert(uri, params.clone());
            }
            Some("window/showMessage") => self
                .shown
                .push(params["message"].as_str().unwrap().to_owned()),
            // A request of the server: it does not wait for an answer.
            _ => {}
        }
    }

    /// Opens a document.
    pub(crate) fn open(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        let language = path.rsplit('.').next().unwrap();
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.texts.insert(path.to_owned(), (1, text.to_owned()));
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Puts one text in the place of another, as an editor does.
    pub(crate) fn change(&mut self, path: &str, old: &str, new: &str) {
        let text = &self.texts[path].1;
        let start = text
            .find(old)
            .unwrap_or_else(|| panic!("{path} has no `{old}`"));
        let range =
            json!({ "start": position(text, start), "end": position(text, start + old.len()) });
        let changed = text.replacen(old, new, 1);
        let version = self.texts[path].0 + 1;
        self.texts.insert(path.to_owned(), (version, changed));
        let named = json!({ "uri": self.uri(path), "version": version });
        let changes = json!([{ "range": range, "text": new }]);
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": named, "contentChanges": changes }),
        );
    }

    /// What is wrong with the present version of a document, as soon as it is said.
    pub(crate) fn diagnostics(&mut self, path: &str) -> Value {
        let (uri, version) = (self.uri(path), self.texts[path].0);
        loop {
            if let Some(found) = self
                .diagnostics
                .get(&uri)
                .filter(|found| found["version"] == version)
            {
                return found["diagnostics"].clone();
            }
            let message = self
                .messages
                .recv_timeout(PATIENCE)
                .expect("the server looks at it");
            self.take(&message);
        }
    }

    /// The place that `|` marks in a part of a document.
    pub(crate) fn place(&self, path: &str, marked: &str) -> Value {
        let text = &self.texts[path].1;
        let (before, after) = marked.split_once('|').unwrap_or(("", marked));
        let start = text.find(&format!("{before}{after}"));
        let start = start.unwrap_or_else(|| panic!("{path} has no `{before}{after}`"));
        json!({ "textDocument": { "uri": self.uri(path) }, "position": position(text, start + before.len()) })
    }

    /// Says farewell, and gives the exit status.
    pub(crate) fn stop(mut self) -> i32 {
        let answer = self.request("shutdown", Value::Null);
        assert!(answer.get("error").is_none(), "{answer}");
        self.notify("exit", Value::Null);
        self.child.wait().unwrap().code().unwrap()
    }
}

/// A place in UTF-16 code units.
fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": line, "character": before[start..].encode_utf16().count() })
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim() {
            "" => break,
            header => {
                if let Some(value) = header.strip_prefix("Content-Length: ") {
                    length = value.parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
