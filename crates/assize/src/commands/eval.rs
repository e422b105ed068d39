//! `assize eval`: expressions on a snapshot, one or many.

mod lines;
mod show;

use std::{
    io::{self, BufRead, IsTerminal, Read, Write},
    path::{Path, PathBuf},
};

use assize_finding::ExitStatus;
use assize_policy::evaluate::{Evaluated, EvaluationError, Session, is_incomplete};
use assize_project::{Opened, Options, Project};
use clap::{Args, ValueEnum};

use crate::{
    clock,
    failure::Failure,
    terminal::{self, Stdout},
};

use show::Shown;

/// Standard input is read this far where it is the snapshot.
const LARGEST_STDIN: u64 = 1 << 32;
/// Characters of one expression, at most: the sandbox takes fewer.
const LONGEST: u64 = 1 << 20;

#[derive(Debug, Args)]
pub(crate) struct EvalArguments {
    /// The expression, in the language of policies [default: read them line by line].
    #[arg(value_name = "EXPR")]
    expression: Option<String>,
    /// The snapshot, or `-` for standard input [default: the example of `--kind`].
    #[arg(value_name = "SNAPSHOT")]
    snapshot: Option<PathBuf>,
    /// Read the snapshot as this kind.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// A folder of snapshot kinds that adds to the shipped ones [repeatable].
    #[arg(long = "kinds", value_name = "DIR")]
    kinds: Vec<PathBuf>,
    /// Take this date or time for now.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Set a parameter, the value as JSON or a bare string [repeatable].
    #[arg(long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// How values are written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: EvalFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EvalFormat {
    /// The value, its type, and its place.
    Text,
    /// One JSON object on a line.
    Json,
}

/// What is evaluated on, and how it is shown.
pub(crate) struct Desk {
    session: Session,
    format: EvalFormat,
    /// The name of the snapshot.
    name: String,
    /// Something went wrong: what the exit status will be.
    status: ExitStatus,
}

pub(crate) fn run(arguments: &EvalArguments) -> Result<ExitStatus, Failure> {
    let (expression, path) = split(arguments);
    let opened = open(arguments, path)?;
    for problem in opened.problems.iter().take(5) {
        terminal::error_line(problem);
    }
    let params = arguments.params.iter().map(|text| parameter(text));
    let now = clock::now(arguments.at.as_deref())?;
    let mut desk = Desk {
        session: Session::new(opened.snapshot, now, params.collect::<Result<_, _>>()?),
        format: arguments.format,
        name: opened.name,
        status: ExitStatus::Clean,
    };
    match expression {
        Some(expression) => desk.evaluate(expression)?,
        None if path.is_some_and(is_stdin) => {
            let message = "standard input is the snapshot; write the expression as an argument";
            return Err(Failure::Usage(message.to_owned()));
        }
        None if io::stdin().is_terminal() => lines::talk(&mut desk)?,
        None => desk.from_input()?,
    }
    Ok(desk.status)
}

/// One argument alone is the snapshot if there is such a file.
fn split(arguments: &EvalArguments) -> (Option<&str>, Option<&Path>) {
    let expression = arguments.expression.as_deref();
    match (expression, arguments.snapshot.as_deref()) {
        (Some(only), None) if Path::new(only).is_file() => (None, Some(Path::new(only))),
        (expression, snapshot) => (expression, snapshot),
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn open(arguments: &EvalArguments, path: Option<&Path>) -> Result<Opened, Failure> {
    let project = Project::load(Options {
        kinds: arguments.kinds.clone(),
        kind: arguments.kind.clone(),
        root: PathBuf::from("."),
        ..Options::default()
    })?;
    if !path.is_some_and(is_stdin) {
        return Ok(project.open(path)?);
    }
    let mut bytes = Vec::new();
    let mut stdin = io::stdin().lock().take(LARGEST_STDIN);
    stdin
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::Usage(format!("cannot read standard input: {error}")))?;
    Ok(project.open_bytes("stdin".to_owned(), bytes)?)
}

fn parameter(text: &str) -> Result<(String, String), Failure> {
    match text.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(Failure::Usage(format!(
            "`--param {text}` sets nothing; expected `--param NAME=VALUE`"
        ))),
    }
}

impl Desk {
    /// Evaluates an expression and shows what it came to, or why it came to nothing.
    pub(crate) fn evaluate(&mut self, text: &str) -> Result<(), Failure> {
        match self.session.evaluate(text) {
            Ok(evaluated) => self.print(&evaluated),
            Err(error) => {
                self.complain(text, &error);
                Ok(())
            }
        }
    }

    fn print(&self, evaluated: &Evaluated) -> Result<(), Failure> {
        let shown = Shown {
            evaluated,
            snapshot: &self.name,
        };
        let text = match self.format {
            EvalFormat::Text => shown.text(),
            EvalFormat::Json => shown.json(),
        };
        print(&text)
    }

    fn complain(&mut self, text: &str, error: &EvaluationError) {
        self.status = if error.is_indeterminate {
            ExitStatus::Incomplete
        } else {
            ExitStatus::Usage
        };
        terminal::error_line(&show::error(text, error));
    }

    /// Expressions from standard input, one a line; one whose brackets are open goes on.
    fn from_input(&mut self) -> Result<(), Failure> {
        let mut input = io::stdin().lock();
        let mut text = String::new();
        loop {
            let before = text.len();
            let unreadable = |error| Failure::Usage(format!("cannot read standard input: {error}"));
            let mut line = input.by_ref().take(LONGEST);
            line.read_line(&mut text).map_err(unreadable)?;
            let is_end = text.len() == before;
            if !is_end && text.len() < LONGEST as usize && is_incomplete(&text) {
                continue;
            }
            let whole = std::mem::take(&mut text);
            if !whole.trim().is_empty() && !lines::command(self, whole.trim())? {
                self.evaluate(whole.trim_end())?;
            }
            if is_end {
                return Ok(());
            }
        }
    }
}

pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let failed = |error| Failure::Write {
        target: "standard output".to_owned(),
        error,
    };
    Stdout::default().write_all(text.as_bytes()).map_err(failed)
}
