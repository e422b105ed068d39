//! The server: the table of requests, and the loop that reads messages.

use std::{collections::VecDeque, path::PathBuf, sync::Arc};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    CancelParams, InitializeParams, InitializeResult, NumberOrString, ServerInfo, notification,
};

use crate::{
    background::Background,
    capabilities::{self, Client},
    commands,
    dispatch::{Dispatch, contained},
    fault::ServeError,
    notifications, requests,
    state::State,
    uri,
};

/// Serves an editor that talks over standard input and output, until it says `exit`.
pub fn serve_stdio() -> Result<(), ServeError> {
    let (connection, threads) = Connection::stdio();
    let result = serve(connection);
    // What waits to be written is written when nobody can add to it any more.
    threads.join()?;
    result
}

/// Serves an editor over a connection, until it says `exit`.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the connection ends with the server"
)]
pub fn serve(connection: Connection) -> Result<(), ServeError> {
    let (id, params) = connection.initialize_start()?;
    let params: InitializeParams = serde_json::from_value(params)?;
    let client = Client::of(&params.capabilities);
    let result = InitializeResult {
        capabilities: capabilities::server(client),
        server_info: Some(ServerInfo {
            name: "assize".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    };
    connection.initialize_finish(id, serde_json::to_value(result)?)?;
    let sender = connection.sender.clone();
    // An editor that is gone hears nothing, and the loop ends by itself.
    let send = move |message| drop(sender.send(message));
    let state = Arc::new(State::new(client, folders(&params), send));
    let server = Server {
        looking: Background::start(&state, "diagnostics")?,
        running: Background::start(&state, "commands")?,
        state,
    };
    notifications::watch_files(&server.state);
    server.run(&connection)
}

/// The folders that the editor has open.
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let folders = params.workspace_folders.iter().flatten();
    let folders: Vec<PathBuf> = folders
        .filter_map(|folder| uri::path_of(&folder.uri))
        .collect();
    #[expect(
        deprecated,
        reason = "editors without workspace folders say it this way"
    )]
    let root = || params.root_uri.as_ref().and_then(uri::path_of);
    if folders.is_empty() {
        return root().into_iter().collect();
    }
    folders
}

pub(crate) struct Server {
    pub(crate) state: Arc<State>,
    /// Looks at documents.
    pub(crate) looking: Background,
    /// Runs commands.
    running: Background,
}

impl Server {
    fn run(&self, connection: &Connection) -> Result<(), ServeError> {
        let mut waiting = VecDeque::new();
        let mut is_leaving = false;
        loop {
            if waiting.is_empty() {
                let Ok(message) = connection.receiver.recv() else {
                    return Err(ServeError::Gone);
                };
                waiting.push_back(message);
            }
            waiting.extend(connection.receiver.try_iter());
            match waiting.pop_front() {
                Some(Message::Request(request)) if is_leaving => {
                    let message = "the server was told to shut down".to_owned();
                    let code = ErrorCode::InvalidRequest as i32;
                    self.state
                        .send(Response::new_err(request.id, code, message));
                }
                Some(Message::Request(request)) if request.method == "shutdown" => {
                    is_leaving = true;
                    self.state.send(Response::new_ok(request.id, ()));
                }
                Some(Message::Request(request)) => self.request(request, &waiting),
                Some(Message::Notification(notification)) if notification.method == "exit" => {
                    return if is_leaving {
                        Ok(())
                    } else {
                        Err(ServeError::Gone)
                    };
                }
                Some(Message::Notification(notification)) => {
                    let _ = contained(|| {
                        self.notification(notification);
                        Ok(())
                    });
                }
                Some(Message::Response(_)) | None => {}
            }
        }
    }

    fn request(&self, request: Request, waiting: &VecDeque<Message>) {
        if waiting.iter().any(|message| cancels(message, &request.id)) {
            return self.state.send(cancelled(request.id));
        }
        if request.method == "workspace/executeCommand" {
            return self.running.run(|state| commands::answer(state, request));
        }
        self.state.send(answer(&self.state, request));
    }

    fn notification(&self, notification: Notification) {
        use notification::{
            Cancel, DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders,
            DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
        };
        notifications::Router::new(self, notification)
            .on::<DidOpenTextDocument>(notifications::opened)
            .on::<DidChangeTextDocument>(notifications::changed)
            .on::<DidSaveTextDocument>(notifications::saved)
            .on::<DidCloseTextDocument>(notifications::closed)
            .on::<DidChangeWatchedFiles>(notifications::files_changed)
            .on::<DidChangeWorkspaceFolders>(notifications::folders_changed)
            .on::<Cancel>(notifications::cancelled);
    }
}

/// Every request, and who answers it.
fn answer(state: &State, request: Request) -> Response {
    use lsp_types::request as r;
    Dispatch::new(state, request)
        .on::<r::Completion>(requests::completion::answer)
        .on::<r::SignatureHelpRequest>(requests::signature_help::answer)
        .on::<r::HoverRequest>(requests::hover::answer)
        .on::<r::GotoDefinition>(requests::definition::answer)
        .on::<r::References>(requests::references::answer)
        .on::<r::DocumentHighlightRequest>(requests::highlight::answer)
        .on::<r::PrepareRenameRequest>(requests::rename::prepare)
        .on::<r::Rename>(requests::rename::answer)
        .on::<r::DocumentSymbolRequest>(requests::document_symbol::answer)
        .on::<r::FoldingRangeRequest>(requests::folding::answer)
        .on::<r::SemanticTokensFullRequest>(requests::semantic_tokens::answer)
        .on::<r::CodeLensRequest>(requests::code_lens::answer)
        .on::<r::Formatting>(requests::formatting::answer)
        .on::<r::CodeActionRequest>(requests::code_action::answer)
        .finish()
}

/// The answer to a request that nobody waits for any more.
pub(crate) fn cancelled(id: RequestId) -> Response {
    let code = ErrorCode::RequestCanceled as i32;
    Response::new_err(id, code, "the request was cancelled".to_owned())
}

fn cancels(message: &Message, id: &RequestId) -> bool {
    let Message::Notification(notification) = message else {
        return false;
    };
    notification.method == "$/cancelRequest"
        && serde_json::from_value(notification.params.clone())
            .is_ok_and(|params: CancelParams| id_of(params.id) == *id)
}

/// The id of a request, as it is cancelled.
pub(crate) fn id_of(id: NumberOrString) -> RequestId {
    match id {
        NumberOrString::Number(number) => number.into(),
        NumberOrString::String(text) => text.into(),
    }
}
