//! What the editor tells: documents that open, change and close, and files that change beside it.

use lsp_server::Notification;
use lsp_types::{
    CancelParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWatchedFilesRegistrationOptions, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    FileSystemWatcher, GlobPattern, Registration, RegistrationParams,
    notification::{DidChangeWatchedFiles, Notification as Method},
    request::RegisterCapability,
};

use crate::{
    document::{Document, Language},
    server::{Server, id_of},
    state::State,
    uri,
};

/// Finds the one that takes a notification.
pub(crate) struct Router<'s> {
    server: &'s Server,
    notification: Notification,
}

impl<'s> Router<'s> {
    pub(crate) fn new(server: &'s Server, notification: Notification) -> Self {
        Self {
            server,
            notification,
        }
    }

    /// Has the notification taken if it is of this method. One that is not as it should be has nobody who could be told.
    pub(crate) fn on<M: Method>(mut self, take: impl FnOnce(&Server, M::Params)) -> Self {
        if self.notification.method == M::METHOD {
            let params = std::mem::take(&mut self.notification.params);
            if let Ok(params) = serde_json::from_value(params) {
                take(self.server, params);
            }
        }
        self
    }
}

pub(crate) fn opened(server: &Server, params: DidOpenTextDocumentParams) {
    let item = params.text_document;
    let encoding = server.state.client.encoding;
    let document = Document::new(
        item.uri,
        &item.language_id,
        item.version,
        item.text,
        encoding,
    );
    let document = server.state.put(document);
    server.looking.look(document.uri.clone(), true);
}

pub(crate) fn changed(server: &Server, params: DidChangeTextDocumentParams) {
    let named = params.text_document;
    let Some(before) = server.state.open_document(&named.uri) else {
        return;
    };
    let document = server
        .state
        .put(before.changed(named.version, params.content_changes));
    look_with_others(server, &document, false);
}

pub(crate) fn saved(server: &Server, params: DidSaveTextDocumentParams) {
    if is_of_a_workspace(params.text_document.uri.as_str()) {
        look_at_everything(server);
    }
}

pub(crate) fn closed(server: &Server, params: DidCloseTextDocumentParams) {
    server.state.close(&params.text_document.uri);
}

pub(crate) fn files_changed(server: &Server, params: DidChangeWatchedFilesParams) {
    let mut names = params.changes.iter().map(|change| change.uri.as_str());
    if names.any(is_of_a_workspace) {
        look_at_everything(server);
    }
}

pub(crate) fn folders_changed(server: &Server, params: DidChangeWorkspaceFoldersParams) {
    let paths = |folders: Vec<lsp_types::WorkspaceFolder>| {
        let paths = folders
            .into_iter()
            .filter_map(|folder| uri::path_of(&folder.uri));
        paths.collect::<Vec<_>>()
    };
    let removed = paths(params.event.removed);
    server
        .state
        .change_folders(paths(params.event.added), &removed);
    look_at_everything(server);
}

pub(crate) fn cancelled(server: &Server, params: CancelParams) {
    server.state.cancel(&id_of(params.id));
}

/// Asks the editor to say when files of policies and kinds change.
pub(crate) fn watch_files(state: &State) {
    if !state.client.watches {
        return;
    }
    let watcher = |pattern: &str| FileSystemWatcher {
        glob_pattern: GlobPattern::String(pattern.to_owned()),
        kind: None,
    };
    let options = DidChangeWatchedFilesRegistrationOptions {
        watchers: [
            "**/*.rhai",
            "**/policies/**/*.md",
            "**/pack.toml",
            "**/assize.toml",
            "**/schema.json",
            "**/reference/*.json",
        ]
        .map(watcher)
        .to_vec(),
    };
    let registration = Registration {
        id: "files".to_owned(),
        method: DidChangeWatchedFiles::METHOD.to_owned(),
        register_options: serde_json::to_value(options).ok(),
    };
    state.ask::<RegisterCapability>(RegistrationParams {
        registrations: vec![registration],
    });
}

/// Whether a file is one that policies or kinds are made of.
fn is_of_a_workspace(name: &str) -> bool {
    let is_reference = name.contains("/reference/") && name.to_lowercase().ends_with(".json");
    is_reference
        || ["rhai", "pack.toml", "assize.toml", "schema.json"]
            .iter()
            .any(|end| name.ends_with(end))
}

fn look_at_everything(server: &Server) {
    server.state.forget_workspaces();
    for document in server.state.open_documents() {
        server.looking.look(document.uri.clone(), false);
    }
}

/// A page and its script are looked at together.
fn look_with_others(server: &Server, document: &Document, at_once: bool) {
    server.looking.look(document.uri.clone(), at_once);
    let other = match document.language {
        Language::Policy => "md",
        Language::Page => "rhai",
        _ => return,
    };
    let path = document
        .path
        .as_ref()
        .map(|path| path.with_extension(other));
    if let Some(uri) = path.and_then(|path| uri::of_path(&path))
        && server.state.open_document(&uri).is_some()
    {
        server.looking.look(uri, at_once);
    }
}
