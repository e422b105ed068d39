use std::{fmt::Write as _, sync::Arc};

use assize_finding::{Position, Region, Span};
use assize_snapshot::Snapshot;
use serde_json::{Value as Json, json};

use super::EvaluationError;
use crate::{
    limits::Limits,
    syntax::{Stmt, StmtKind, SyntaxError, Tree},
};

/// Expressions that are evaluated one after the other on one snapshot.
#[derive(Debug, Clone)]
pub struct Session {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) now: i64,
    /// Parameters, with their values as JSON or as bare texts.
    pub(super) params: Vec<(String, String)>,
    pub(super) limits: Limits,
    /// Statements that bound or changed variables, in their order. They run again before each expression: values of the engine
    /// do not outlive the run that made them.
    pub(super) kept: Vec<String>,
}

/// A text, made a script.
pub(super) struct Prepared {
    pub(super) source: String,
    /// The line of the script with the first line of the text.
    pub(super) first_line: u32,
    /// The statements that are worth keeping.
    pub(super) kept: Vec<String>,
    /// The variable whose value is shown.
    pub(super) name: Option<String>,
}

impl Session {
    /// The snapshot.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The variables that were bound.
    pub fn variables(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for text in &self.kept {
            for statement in &read(text)
                .map(|(_, statements)| statements)
                .unwrap_or_default()
            {
                if let StmtKind::Let { name, .. } = &statement.kind {
                    names.retain(|own| *own != name.text);
                    names.push(name.text.clone());
                }
            }
        }
        names
    }

    pub(super) fn keep(&mut self, statements: Vec<String>) {
        self.kept.extend(statements);
    }

    pub(super) fn prepare(&self, text: &str) -> Result<Prepared, EvaluationError> {
        let (wrapped, statements) = read(text)?;
        let kept: Vec<String> = statements
            .iter()
            .filter(|statement| {
                matches!(
                    statement.kind,
                    StmtKind::Let { .. } | StmtKind::Assign { .. }
                )
            })
            .map(|statement| ended(&wrapped[statement.span.range()]))
            .collect();
        let name = statements.last().and_then(bound);
        let mut source = self.header();
        source.push_str(BEFORE);
        for statement in &self.kept {
            source.push_str(statement);
            source.push('\n');
        }
        let first_line = source.matches('\n').count() as u32 + 1;
        source.push_str(text);
        if let Some(name) = &name {
            // Behind a comment at the end of the text nothing would be read.
            let _ = write!(source, "\n;{name}");
        }
        source.push_str("\n}\n");
        Ok(Prepared {
            source,
            first_line,
            kept,
            name,
        })
    }

    fn header(&self) -> String {
        let kind = self.snapshot.kind.as_ref();
        let kind = json!(kind.map_or("*", |kind| kind.name()));
        let params: Vec<String> = self
            .params
            .iter()
            .map(|(name, value)| {
                let value = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
                let (name, value) = (json!(name), literal(&value));
                format!("{name}: #{{ doc: \"given\", \"default\": {value} }}")
            })
            .collect();
        format!(
            "const POLICY = #{{ title: \"expression\", severity: \"info\", kind: {kind}, params: #{{ {} }} }};\n",
            params.join(", ")
        )
    }
}

/// What stands before a text to make it a function.
const BEFORE: &str = "fn check(all) {\n";

/// A text within a function, and its statements; what is wrong if it is no list of statements.
fn read(text: &str) -> Result<(String, Vec<Stmt>), EvaluationError> {
    let wrapped = format!("{BEFORE}{text}\n}}");
    let mut tree = Tree::of(&wrapped);
    let is_whole = tree.functions.len() == 1
        && tree.constants.is_empty()
        && tree.statements.is_empty()
        && tree.functions[0].body.span.end as usize == wrapped.len();
    if let Some(error) = tree.errors.first() {
        return Err(misread(text, &wrapped, error));
    }
    if !is_whole {
        return Err(EvaluationError {
            message: "expected an expression; there is a `}` too many".to_owned(),
            region: None,
            is_indeterminate: false,
        });
    }
    let statements = std::mem::take(&mut tree.functions[0].body.statements);
    Ok((wrapped, statements))
}

/// A mistake in the text. The brace behind the text is none of it.
fn misread(text: &str, wrapped: &str, error: &SyntaxError) -> EvaluationError {
    let is_behind = error.span.start as usize + 1 >= wrapped.len();
    let end = BEFORE.len() + text.trim_end().len();
    let (message, span) = if is_behind {
        let message = error.message.replace("`}`", "the end");
        (message, Span::new(end as u32, end as u32))
    } else {
        (error.message.clone(), error.span)
    };
    EvaluationError {
        message,
        region: region(wrapped, span),
        is_indeterminate: false,
    }
}

/// A place in the text, from one in the text with a line before it.
fn region(wrapped: &str, span: Span) -> Option<Region> {
    let position = |offset: u32| {
        let before = wrapped.get(..offset as usize)?;
        let line = before.matches('\n').count() as u32;
        let column = before.rsplit('\n').next()?.encode_utf16().count() as u32;
        (line > 0).then(|| Position::new(line, column + 1))
    };
    Some(Region {
        start: position(span.start)?,
        end: position(span.end)?,
    })
}

/// The variable that a statement binds or changes.
fn bound(statement: &Stmt) -> Option<String> {
    match &statement.kind {
        StmtKind::Let { name, .. } => Some(name.text.clone()),
        StmtKind::Assign { target, .. } => match &target.kind {
            crate::syntax::ExprKind::Variable(name) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn ended(statement: &str) -> String {
    if statement.ends_with(';') {
        statement.to_owned()
    } else {
        // The statement may end with a comment.
        format!("{statement}\n;")
    }
}

/// A value of JSON as the script language writes it.
fn literal(value: &Json) -> String {
    match value {
        Json::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(literal).collect();
            format!("[{}]", elements.join(", "))
        }
        Json::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}: {}", json!(name), literal(value)))
                .collect();
            format!("#{{ {} }}", members.join(", "))
        }
        Json::Null => "()".to_owned(),
        other => other.to_string(),
    }
}
