use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Location, Position, Region};

/// What a verdict was made of: the parts of the policy that ran, with their values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// The policy's file.
    pub file: String,
    /// The lines of the policy on which the steps stand. Hold text of a policy: escape before printing.
    pub lines: BTreeMap<u32, String>,
    /// What happened, in its order.
    pub steps: Vec<TraceStep>,
    /// Steps that are not told, because there were too many.
    pub left_out: u32,
}

/// One thing that happened while a policy ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceStep {
    /// What it is.
    pub kind: TraceKind,
    /// The expression in few words, as the policy has it; of a function, its name. Escape before printing.
    pub source: String,
    /// Where it stands in the policy.
    pub region: Region,
    /// The character of the policy under which its value is shown.
    #[serde(skip)]
    pub anchor: Position,
    /// Its value in few words; nothing where there is none, or where it was not worked out to its end. Escape before printing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where the value stands, if it is one of a snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<TracePlace>,
    /// The verdict depends on it.
    pub decided: bool,
    /// Of a round of a loop, which one it is, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
    /// Rounds within it that are not told.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: u32,
    /// What happened within it, in its order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<TraceStep>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// What a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TraceKind {
    /// A condition that decides which way the policy goes.
    Condition,
    /// A part of a condition.
    Operand,
    /// A call of `fail` and its like.
    Says,
    /// What a variable is declared as.
    Variable,
    /// Any other value.
    Value,
    /// A function of the policy that was called.
    Function,
    /// A round of a loop, or a call of a function in an argument; the value is the element.
    Round,
}

/// Where a value of a trace stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TracePlace {
    /// The file, where it is another one than the judged one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where.
    pub location: Location,
}
