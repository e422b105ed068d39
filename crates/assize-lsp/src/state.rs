//! What the server knows: the open documents, the workspaces, and what the editor can do.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI32, Ordering},
    },
};

use lsp_server::{Message, Notification, Request, RequestId};
use lsp_types::{
    Diagnostic, MessageType, PublishDiagnosticsParams, ShowMessageParams, Uri,
    notification::{Notification as _, PublishDiagnostics, ShowMessage},
};

use crate::{
    capabilities::Client,
    document::Document,
    fault::Fault,
    workspace::{Site, Workspace, Workspaces},
};

/// Cancelled requests that are remembered.
const MOST_CANCELLED: usize = 1_000;

/// Shared by the thread that reads messages and those that take their time.
pub(crate) struct State {
    pub(crate) client: Client,
    documents: Mutex<BTreeMap<String, Open>>,
    workspaces: Mutex<Workspaces>,
    cancelled: Mutex<BTreeSet<String>>,
    send: Box<dyn Fn(Message) + Send + Sync>,
    requests: AtomicI32,
}

/// An open document.
struct Open {
    document: Arc<Document>,
    /// What a command found in it, as long as it is not changed.
    found: Vec<Diagnostic>,
}

/// What a lock guards is whole whenever it is let go of.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    pub(crate) fn new(
        client: Client,
        folders: Vec<PathBuf>,
        send: impl Fn(Message) + Send + Sync + 'static,
    ) -> Self {
        Self {
            client,
            documents: Mutex::default(),
            workspaces: Mutex::new(Workspaces::new(folders)),
            cancelled: Mutex::default(),
            send: Box::new(send),
            requests: AtomicI32::new(0),
        }
    }

    pub(crate) fn send(&self, message: impl Into<Message>) {
        (self.send)(message.into());
    }

    /// Asks the editor for something; what it answers is not waited for.
    pub(crate) fn ask<M: lsp_types::request::Request>(&self, params: M::Params) {
        let id = self.requests.fetch_add(1, Ordering::Relaxed);
        self.send(Request::new(
            RequestId::from(id),
            M::METHOD.to_owned(),
            params,
        ));
    }

    /// Shows the user a message.
    pub(crate) fn show(&self, typ: MessageType, message: String) {
        let params = ShowMessageParams { typ, message };
        self.send(Notification::new(ShowMessage::METHOD.to_owned(), params));
    }

    /// The document, open or not: where it is only a file, it is read.
    pub(crate) fn document(&self, uri: &Uri) -> Result<Arc<Document>, Fault> {
        let open = self.open_document(uri);
        open.or_else(|| self.read(uri))
            .ok_or_else(|| Fault::refused(format!("there is no document `{}`", uri.as_str())))
    }

    pub(crate) fn open_document(&self, uri: &Uri) -> Option<Arc<Document>> {
        let documents = locked(&self.documents);
        documents
            .get(uri.as_str())
            .map(|open| Arc::clone(&open.document))
    }

    /// All open documents.
    pub(crate) fn open_documents(&self) -> Vec<Arc<Document>> {
        let documents = locked(&self.documents);
        documents
            .values()
            .map(|open| Arc::clone(&open.document))
            .collect()
    }

    /// Opens a document, or puts its next version in its place.
    pub(crate) fn put(&self, document: Document) -> Arc<Document> {
        let document = Arc::new(document);
        let open = Open {
            document: Arc::clone(&document),
            found: Vec::new(),
        };
        locked(&self.documents).insert(document.uri.as_str().to_owned(), open);
        document
    }

    /// Closes a document; what was said of it is taken back.
    pub(crate) fn close(&self, uri: &Uri) {
        let mut documents = locked(&self.documents);
        documents.remove(uri.as_str());
        self.publish_to(uri.clone(), None, Vec::new());
    }

    /// The file as the editor has it, else as it is on the disk.
    pub(crate) fn document_at(&self, path: &Path) -> Option<Arc<Document>> {
        let documents = locked(&self.documents);
        let mut all = documents.values();
        let open = all.find(|open| open.document.path.as_deref() == Some(path));
        let open = open.map(|open| Arc::clone(&open.document));
        drop(documents);
        open.or_else(|| self.read(&crate::uri::of_path(path)?))
    }

    fn read(&self, uri: &Uri) -> Option<Arc<Document>> {
        let path = crate::uri::path_of(uri)?;
        let text = assize_project::files::read_text(&path).ok()?;
        let document = Document::new(uri.clone(), "", 0, text, self.client.encoding);
        Some(Arc::new(document))
    }

    /// Keeps what a command found in a document, and says whether the document is still as it was.
    pub(crate) fn keep_found(&self, document: &Document, found: Vec<Diagnostic>) -> bool {
        let mut documents = locked(&self.documents);
        match documents.get_mut(document.uri.as_str()) {
            Some(open) if open.document.version == document.version => {
                open.found = found;
                true
            }
            _ => false,
        }
    }

    /// Tells what is wrong with a document, if it is still the one that was looked at. The lock is held while it is said:
    /// a newer version cannot come in between.
    pub(crate) fn publish(&self, document: &Document, mut diagnostics: Vec<Diagnostic>) {
        let documents = locked(&self.documents);
        let Some(open) = documents.get(document.uri.as_str()) else {
            return;
        };
        if open.document.version == document.version {
            diagnostics.extend(open.found.iter().cloned());
            self.publish_to(document.uri.clone(), Some(document.version), diagnostics);
        }
    }

    fn publish_to(&self, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        let params = PublishDiagnosticsParams {
            uri,
            diagnostics,
            version,
        };
        self.send(Notification::new(
            PublishDiagnostics::METHOD.to_owned(),
            params,
        ));
    }

    /// The workspace that a file belongs to, loaded at its first use. Loading takes long; nobody else waits for it.
    pub(crate) fn workspace(&self, path: Option<&Path>) -> Arc<Workspace> {
        let site = locked(&self.workspaces).site(path);
        let known = locked(&self.workspaces).known(&site);
        known.unwrap_or_else(|| self.load(site))
    }

    fn load(&self, site: Site) -> Arc<Workspace> {
        let before = locked(&self.workspaces).generation;
        let workspace = Arc::new(Workspace::load(site));
        if let Some(trouble) = &workspace.trouble {
            self.show(MessageType::WARNING, trouble.clone());
        }
        locked(&self.workspaces).keep(before, Arc::clone(&workspace));
        workspace
    }

    /// Something that workspaces are made of has changed.
    pub(crate) fn forget_workspaces(&self) {
        locked(&self.workspaces).forget();
    }

    pub(crate) fn change_folders(&self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        locked(&self.workspaces).change(added, removed);
    }

    /// The editor does not wait for the answer to a request any more.
    pub(crate) fn cancel(&self, id: &RequestId) {
        let mut cancelled = locked(&self.cancelled);
        // Most were answered before; nobody asks for those.
        if cancelled.len() >= MOST_CANCELLED {
            cancelled.clear();
        }
        cancelled.insert(id.to_string());
    }

    /// Whether a request was cancelled; asked once.
    pub(crate) fn take_cancelled(&self, id: &RequestId) -> bool {
        locked(&self.cancelled).remove(&id.to_string())
    }
}
