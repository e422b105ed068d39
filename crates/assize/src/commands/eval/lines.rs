//! The talk at a terminal: lines with completion and history.

use std::{cell::RefCell, path::PathBuf, rc::Rc};

use assize_policy::evaluate::{Completion, Session, documentation, is_incomplete};
use assize_report::escape_control;
use rustyline::{
    Context, Editor, Helper,
    completion::Completer,
    error::ReadlineError,
    highlight::Highlighter,
    hint::Hinter,
    history::FileHistory,
    validate::{ValidationContext, ValidationResult, Validator},
};

use super::{Desk, print};
use crate::failure::Failure;

const HELP: &str = "\
An expression is evaluated on the snapshot, in the language of policies: snapshot.AcceptedDomain.filter(|d| d.Default)
let x = ..      binds a variable
:type EXPR      the type of an expression
:fields [EXPR]  the fields that the schema knows, of the snapshot or of an object
:help [NAME]    this help, or what a function does
:quit           the end; so does Ctrl-D
";

/// Reads expressions from a terminal until its user leaves.
pub(super) fn talk(desk: &mut Desk) -> Result<(), Failure> {
    let failed = |error: ReadlineError| Failure::Usage(format!("the terminal: {error}"));
    let names = Rc::new(RefCell::new(None));
    let mut editor: Editor<Words, FileHistory> = Editor::new().map_err(failed)?;
    editor.set_helper(Some(Words(Rc::clone(&names))));
    let history = history_file();
    if let Some(history) = &history {
        // A first time has no history.
        let _ = editor.load_history(history);
    }
    print(":help says what there is\n")?;
    loop {
        names.replace(Some(desk.session.clone()));
        match editor.readline("> ") {
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => {
                let _ = editor.add_history_entry(line.as_str());
                if line.trim() == ":quit" {
                    break;
                }
                if !command(desk, line.trim())? {
                    desk.evaluate(&line)?;
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(failed(error)),
        }
    }
    if let Some(history) = &history {
        // Without a place for it there is no history, and nothing else is lost.
        let _ = editor.save_history(history);
    }
    // Mistakes at a terminal were seen.
    desk.status = assize_finding::ExitStatus::Clean;
    Ok(())
}

/// Does what a line that begins with a colon asks for; whether it was one.
pub(super) fn command(desk: &mut Desk, line: &str) -> Result<bool, Failure> {
    let Some(command) = line.strip_prefix(':') else {
        return Ok(false);
    };
    let (word, rest) = command.split_once(' ').unwrap_or((command, ""));
    let rest = rest.trim();
    match word {
        "help" if rest.is_empty() => print(HELP)?,
        "help" => print(&help_on(rest))?,
        "quit" => {}
        "type" => match desk.session.clone().evaluate(rest) {
            Ok(evaluated) => print(&format!("{}\n", evaluated.type_name))?,
            Err(error) => desk.complain(rest, &error),
        },
        "fields" => {
            let chain = if rest.is_empty() { "snapshot" } else { rest };
            print(&fields(&mut desk.session.clone(), chain))?;
        }
        _ => print(&format!("there is no `:{}`\n{HELP}", escape_control(word)))?,
    }
    Ok(true)
}

fn fields(session: &mut Session, chain: &str) -> String {
    match session.fields(chain) {
        Some(fields) if fields.is_empty() => "the schema knows no fields of it\n".to_owned(),
        Some(fields) => fields
            .iter()
            .map(|field| escape_control(field).into_owned() + "\n")
            .collect(),
        None => "it is no value of the snapshot\n".to_owned(),
    }
}

fn help_on(name: &str) -> String {
    let functions = documentation(name);
    if functions.is_empty() {
        return format!("the library has no `{}`\n", escape_control(name));
    }
    let mut text = String::new();
    for function in functions {
        for signature in function.signatures {
            text.push_str(signature);
            text.push('\n');
        }
        text.push_str(&format!("  {}\n", function.doc));
    }
    text
}

/// Where lines are kept from one time to the next: in the user's folder for such things, if there is one.
fn history_file() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let state = set("XDG_STATE_HOME").map(PathBuf::from);
    let home = || Some(PathBuf::from(set("HOME")?).join(".local").join("state"));
    let folder = state.filter(|path| path.is_absolute()).or_else(home)?;
    let folder = folder.join("assize");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("eval-history"))
}

/// What completes words, with the variables of the moment.
struct Words(Rc<RefCell<Option<Session>>>);

impl Completer for Words {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let mut session = self.0.borrow_mut();
        let (Some(session), Some(before)) = (session.as_mut(), line.get(..position)) else {
            return Ok((position, Vec::new()));
        };
        let Completion { start, words } = session.completion(before);
        Ok((start, words))
    }
}

impl Validator for Words {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let is_command = context.input().starts_with(':');
        Ok(if !is_command && is_incomplete(context.input()) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}

impl Hinter for Words {
    type Hint = String;
}
impl Highlighter for Words {}
impl Helper for Words {}
