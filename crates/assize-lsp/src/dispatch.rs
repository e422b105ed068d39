//! Finds the one that answers a request, and stands between its mistakes and the server.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lsp_server::{ErrorCode, Request, Response};
use lsp_types::request::Request as Method;

use crate::{fault::Fault, state::State};

/// A request on its way through the table of those who may answer it.
pub(crate) struct Dispatch<'s> {
    state: &'s State,
    request: Request,
    answer: Option<Response>,
}

impl<'s> Dispatch<'s> {
    pub(crate) fn new(state: &'s State, request: Request) -> Self {
        Self {
            state,
            request,
            answer: None,
        }
    }

    /// Has the request answered if it is of this method.
    pub(crate) fn on<M: Method>(
        mut self,
        handle: impl FnOnce(&State, M::Params) -> Result<M::Result, Fault>,
    ) -> Self {
        if self.answer.is_none() && self.request.method == M::METHOD {
            let result = self.handled::<M>(handle);
            let id = self.request.id.clone();
            self.answer = Some(match result {
                Ok(value) => Response::new_ok(id, value),
                Err(fault) => Response::new_err(id, fault.code as i32, fault.message),
            });
        }
        self
    }

    fn handled<M: Method>(
        &mut self,
        handle: impl FnOnce(&State, M::Params) -> Result<M::Result, Fault>,
    ) -> Result<M::Result, Fault> {
        let params = std::mem::take(&mut self.request.params);
        let params =
            serde_json::from_value(params).map_err(|error| Fault::arguments(error.to_string()))?;
        contained(|| handle(self.state, params))
    }

    /// The answer; that of a request that nobody knows says so.
    pub(crate) fn finish(self) -> Response {
        self.answer.unwrap_or_else(|| {
            let message = format!("assize does not answer `{}`", self.request.method);
            Response::new_err(self.request.id, ErrorCode::MethodNotFound as i32, message)
        })
    }
}

/// A mistake in assize costs one request, and not what somebody is writing.
pub(crate) fn contained<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Fault {
            code: ErrorCode::InternalError,
            message: "assize itself failed on it; please report this".to_owned(),
        })
    })
}
