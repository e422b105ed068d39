//! Expressions on a snapshot, outside any policy: the same sandbox, the same functions, the same values with their places.

mod names;
mod session;
mod shown;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use assize_finding::{Position, Region};
use assize_snapshot::{NodeId, PositionCursor, Snapshot};
use rhai::{CallFnOptions, Dynamic, EvalAltResult, Scope};
use serde_json::Value as Json;

use crate::{
    budget::{self, TotalTime},
    context::{self, Installed, Subject},
    interpretation::{LIMIT, position_and_message},
    judge::Judge,
    limits::Limits,
    node::Indeterminate,
    page::Page,
    policy::Policy,
    policy_set::PolicySet,
    siblings::{NoSiblings, Siblings},
    source::Source,
    verdict::{Place, Said},
};

pub use names::{Completion, documentation, is_incomplete};
pub use session::Session;

/// What an expression came to.
#[derive(Debug, Clone)]
pub struct Evaluated {
    /// The variable that it was bound to, where it was a `let`.
    pub name: Option<String>,
    /// Its type, in the words of the library.
    pub type_name: &'static str,
    /// Its value; of something large, the begin.
    pub value: Json,
    /// Not all of the value is there.
    pub is_cut: bool,
    /// Where it stands in the snapshot, if it comes from one place there.
    pub place: Option<EvaluatedPlace>,
    /// What verdict functions were told on the way.
    pub said: Vec<String>,
}

/// A place in the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluatedPlace {
    /// The keyed path; empty for the whole.
    pub path: String,
    /// The JSON Pointer in the file.
    pub pointer: String,
    /// The line and the column.
    pub position: Position,
    /// The field is not there: the position is that of the object that lacks it.
    pub is_absent: bool,
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluationError {
    /// What went wrong.
    pub message: String,
    /// Where in the text that was evaluated; `None` where no place is known.
    pub region: Option<Region>,
    /// The data is missing: a policy would be indeterminate.
    pub is_indeterminate: bool,
}

/// What was read and said, with the value.
struct Ran {
    value: Dynamic,
    type_name: &'static str,
    shown: shown::Shown,
    place: Option<Place>,
}

impl Session {
    /// Evaluates a text on the snapshot of the session. What it binds stays bound.
    pub fn evaluate(&mut self, text: &str) -> Result<Evaluated, EvaluationError> {
        let prepared = self.prepare(text)?;
        let policy = self.compile(&prepared.source, prepared.first_line)?;
        let evaluated = self.run(policy, prepared.first_line)?;
        self.keep(prepared.kept);
        Ok(Evaluated {
            name: prepared.name,
            ..evaluated
        })
    }

    fn compile(&self, text: &str, first_line: u32) -> Result<Policy, EvaluationError> {
        let source = Source {
            path: "expression".to_owned(),
            text: text.to_owned(),
        };
        Policy::new("eval/expression", source, Page::default(), &self.limits).map_err(|error| {
            EvaluationError {
                region: shifted(error.region, first_line),
                message: error.message,
                is_indeterminate: false,
            }
        })
    }

    fn run(&self, policy: Policy, first_line: u32) -> Result<Evaluated, EvaluationError> {
        let set = PolicySet::new(vec![policy], self.limits);
        let judge = Judge::new(&set, self.now);
        let policy = Arc::clone(&set.policies()[0]);
        let siblings: Arc<dyn Siblings> = Arc::new(NoSiblings);
        let snapshot = Arc::clone(&self.snapshot);
        let installed = Installed::new(snapshot, None, Arc::clone(&policy), siblings);
        let root = self.snapshot.root();
        installed.begin(Subject {
            object: root,
            gone: None,
        });
        budget::start(&self.limits, TotalTime::of(self.limits.total_time));
        let call = || call(&judge, &policy, root);
        let ran = catch_unwind(AssertUnwindSafe(call));
        let (said, missing, _, _) = installed.end();
        let ran = match ran {
            Err(_) => return Err(plain("the script engine panicked")),
            Ok(Err(error)) => return Err(failed(&error, &policy, first_line)),
            Ok(Ok(ran)) => ran,
        };
        if let Some(limit) = budget::reason() {
            return Err(plain(&format!("{LIMIT}{limit}")));
        }
        match missing {
            // A script went on although something was missing.
            Some(reason) if ran.value.is_unit() => Err(EvaluationError {
                message: reason,
                region: None,
                is_indeterminate: true,
            }),
            _ => Ok(self.evaluated(ran, &said)),
        }
    }

    fn evaluated(&self, ran: Ran, said: &[Said]) -> Evaluated {
        Evaluated {
            name: None,
            type_name: ran.type_name,
            value: ran.shown.value,
            is_cut: ran.shown.is_cut,
            place: ran.place.and_then(|place| located(&self.snapshot, place)),
            said: said.iter().map(described).collect(),
        }
    }
}

fn call(judge: &Judge, policy: &Policy, root: NodeId) -> Result<Ran, Box<EvalAltResult>> {
    let whole = context::with(|context| context.whole_or_part(0, root))?;
    let options = CallFnOptions::new().eval_ast(false);
    let value = judge.engine.call_fn_with_options::<Dynamic>(
        options,
        &mut Scope::new(),
        &policy.ast,
        policy.entry(),
        (whole,),
    )?;
    let shown = shown::Shown::of(&value)?;
    let place = context::with(|context| Ok(context.origin(&value)))?;
    Ok(Ran {
        type_name: shown::type_name(&value),
        shown,
        place,
        value,
    })
}

fn plain(message: &str) -> EvaluationError {
    EvaluationError {
        message: message.to_owned(),
        region: None,
        is_indeterminate: false,
    }
}

fn failed(error: &EvalAltResult, policy: &Policy, first_line: u32) -> EvaluationError {
    if let EvalAltResult::ErrorRuntime(value, _) = error.unwrap_inner()
        && let Some(Indeterminate(reason)) = value.clone().try_cast::<Indeterminate>()
    {
        return EvaluationError {
            message: reason,
            region: None,
            is_indeterminate: true,
        };
    }
    let (position, message) = position_and_message(error, policy);
    let region = position.map(|position| policy.source.error_at(position, "").region);
    EvaluationError {
        message,
        region: region.and_then(|region| shifted(region, first_line)),
        is_indeterminate: false,
    }
}

/// A place in the text that was evaluated, from one in the script around it.
fn shifted(region: Region, first_line: u32) -> Option<Region> {
    let shift = |position: Position| {
        let line = position.line.checked_sub(first_line)?.checked_add(1)?;
        (line > 0).then(|| Position::new(line, position.column))
    };
    Some(Region {
        start: shift(region.start)?,
        end: shift(region.end)?,
    })
}

fn located(snapshot: &Snapshot, place: Place) -> Option<EvaluatedPlace> {
    let (node, path, is_absent) = match place {
        Place::Node(node) => (node, snapshot.path(node), false),
        Place::Absent(object, field) => (object, snapshot.path_of_absent(object, field), true),
        Place::Gone { .. } => return None,
    };
    let document = &snapshot.document;
    let mut cursor = PositionCursor::new(document.text());
    Some(EvaluatedPlace {
        path,
        pointer: document.pointer(node).as_str().to_owned(),
        position: cursor.position(document.start(node)),
        is_absent,
    })
}

/// What a verdict function was told.
fn described(said: &Said) -> String {
    match said {
        Said::Fail(remark) => format!("fail: {}", remark.message),
        Said::Review(remark) => format!("review: {}", remark.message),
        Said::NotApplicable(reason) => format!("not_applicable: {reason}"),
        Said::Indeterminate(reason) => format!("indeterminate: {reason}"),
    }
}

impl Session {
    /// A session on a snapshot.
    pub fn new(snapshot: Arc<Snapshot>, now: i64, params: Vec<(String, String)>) -> Self {
        Self {
            snapshot,
            now,
            params,
            limits: Limits::default(),
            kept: Vec::new(),
        }
    }
}
