//! What the editor can have done: `workspace/executeCommand`.

use lsp_server::{Request, Response};
use lsp_types::{ExecuteCommandParams, Uri};
use serde::Deserialize;
use serde_json::Value;

mod judge;
mod run_examples;

use crate::{
    dispatch::{Dispatch, contained},
    fault::Fault,
    server,
    state::State,
};

/// Judges a snapshot.
pub(crate) const JUDGE: &str = "assize.judge";
/// Runs the examples of a page.
pub(crate) const RUN_EXAMPLES: &str = "assize.runExamples";

/// The names of all commands.
pub(crate) const NAMES: [&str; 2] = [JUDGE, RUN_EXAMPLES];

/// What a command is given.
#[derive(Debug, Deserialize)]
pub(crate) struct Argument {
    /// The document.
    pub(crate) uri: Uri,
    /// The heading of the one example that is meant.
    #[serde(default)]
    pub(crate) title: Option<String>,
    /// The time that is taken for now, as `--at` has it.
    #[serde(default)]
    pub(crate) at: Option<String>,
}

/// Does what a request asks for, and answers it.
pub(crate) fn answer(state: &State, request: Request) {
    let id = request.id.clone();
    if state.take_cancelled(&id) {
        return state.send(server::cancelled(id));
    }
    let answer: Response = Dispatch::new(state, request)
        .on::<lsp_types::request::ExecuteCommand>(|state, params| contained(|| run(state, params)))
        .finish();
    state.send(if state.take_cancelled(&id) {
        server::cancelled(id)
    } else {
        answer
    });
}

fn run(state: &State, mut params: ExecuteCommandParams) -> Result<Option<Value>, Fault> {
    let first = params.arguments.drain(..).next().unwrap_or_default();
    let argument =
        || serde_json::from_value(first).map_err(|error| Fault::arguments(error.to_string()));
    match params.command.as_str() {
        JUDGE => judge::run(state, &argument()?),
        RUN_EXAMPLES => run_examples::run(state, &argument()?),
        other => Err(Fault::arguments(format!(
            "there is no command `{other}`; there are {}",
            NAMES.join(", ")
        ))),
    }
}
