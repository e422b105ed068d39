//! Reads sessions out of Markdown and runs them.

use std::fmt::Write;

use crate::sandbox::Sandbox;

/// What a Markdown file has for a test.
enum Block<'a> {
    /// A fenced block whose info string ends in a file name: that file.
    File { name: &'a str, text: String },
    /// A fenced block `console`.
    Session(Vec<Step<'a>>),
    /// Anything else, kept as it is.
    Prose(&'a str),
}

/// A command and what it writes to standard output, then to standard error.
struct Step<'a> {
    command: &'a str,
    status: i32,
    output: String,
}

/// Whether a session says with which status its commands end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statuses {
    /// A line `? 4` below the command; without one, the status is 0.
    Shown,
    /// Not at all.
    Hidden,
}

/// Runs everything in a Markdown file and gives the file back with what really came out.
pub(crate) fn rerun(markdown: &str, statuses: Statuses) -> String {
    let sandbox = Sandbox::new();
    let mut text = String::new();
    let mut last = 0;
    for block in blocks(markdown) {
        match block {
            Block::Prose(line) => text.push_str(line),
            Block::File { name, text } => sandbox.write(name, text),
            Block::Session(steps) => {
                for step in steps {
                    let (status, output) = run(&sandbox, step.command, last);
                    last = status;
                    let _ = writeln!(text, "$ {}", step.command);
                    if statuses == Statuses::Shown && status != 0 {
                        let _ = writeln!(text, "? {status}");
                    }
                    let is_same = statuses == Statuses::Hidden || status == step.status;
                    // Where the file leaves lines out and the rest fits, leave them out again.
                    let shown = if is_same && fits(&step.output, &output) {
                        step.output
                    } else {
                        output
                    };
                    text.push_str(&shown);
                }
            }
        }
    }
    text
}

fn run(sandbox: &Sandbox, command: &str, last: i32) -> (i32, String) {
    let command = command.replace("cargo run --release -- ", "assize ");
    // `$?` is the status of the command before, as in the session that a reader types.
    let line = format!("exec 2>&1\n(exit {last})\n{command}");
    let output = sandbox.run(&line);
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let folder = sandbox.path().display().to_string();
    (
        output.status.code().unwrap_or(-1),
        text.replace(&folder, "[FOLDER]"),
    )
}

/// Whether text is as expected. A line `...` stands for any lines.
fn fits(expected: &str, actual: &str) -> bool {
    let (expected, actual): (Vec<_>, Vec<_>) =
        (expected.lines().collect(), actual.lines().collect());
    lines_fit(&expected, &actual)
}

fn lines_fit(expected: &[&str], actual: &[&str]) -> bool {
    match expected.split_first() {
        None => actual.is_empty(),
        Some((&"...", rest)) => {
            (0..=actual.len()).any(|skipped| lines_fit(rest, &actual[skipped..]))
        }
        Some((first, rest)) => actual
            .split_first()
            .is_some_and(|(line, others)| line == first && lines_fit(rest, others)),
    }
}

/// The blocks of a file. The lines of file blocks and the fences are prose as well, so that nothing is lost.
fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = markdown.split_inclusive('\n');
    while let Some(line) = lines.next() {
        blocks.push(Block::Prose(line));
        let Some((fence, info)) = fence(line) else {
            continue;
        };
        let mut body = Vec::new();
        let mut end = "";
        for line in lines.by_ref() {
            if line.trim_end() == fence {
                end = line;
                break;
            }
            body.push(line);
        }
        match info.split_whitespace().collect::<Vec<_>>()[..] {
            ["console"] => blocks.push(Block::Session(steps(&body))),
            [_, name] if !name.contains('=') => {
                blocks.push(Block::File {
                    name,
                    text: body.concat(),
                });
                blocks.extend(body.into_iter().map(Block::Prose));
            }
            _ => blocks.extend(body.into_iter().map(Block::Prose)),
        }
        blocks.push(Block::Prose(end));
    }
    blocks
}

/// The fence that a line opens, and what stands behind it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let width = line.len() - line.trim_start_matches('`').len();
    (width >= 3).then(|| (&line[..width], line[width..].trim()))
}

fn steps<'a>(lines: &[&'a str]) -> Vec<Step<'a>> {
    let mut steps: Vec<Step<'a>> = Vec::new();
    for line in lines {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                command: command.trim_end(),
                status: 0,
                output: String::new(),
            });
            continue;
        }
        let Some(step) = steps.last_mut() else {
            continue;
        };
        match line.strip_prefix("? ") {
            Some(status) if step.output.is_empty() => step.status = status.trim().parse().unwrap(),
            _ => step.output.push_str(line),
        }
    }
    steps
}

/// Compares a file with what came out, or rewrites it where `UPDATE_CASES` is set.
pub(crate) fn check(path: &std::path::Path, statuses: Statuses) -> Result<(), String> {
    let expected = std::fs::read_to_string(path).unwrap();
    let actual = rerun(&expected, statuses);
    if actual == expected {
        return Ok(());
    }
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(path, actual).unwrap();
        return Ok(());
    }
    let mut text = format!(
        "{}: what came out differs (UPDATE_CASES=1 accepts it)\n",
        path.display()
    );
    let (left, right): (Vec<_>, Vec<_>) = (expected.lines().collect(), actual.lines().collect());
    let first = left
        .iter()
        .zip(&right)
        .take_while(|(left, right)| left == right)
        .count();
    let from = first.saturating_sub(2);
    for (sign, lines) in [("-", &left), ("+", &right)] {
        for line in lines.iter().skip(from).take(14) {
            let _ = writeln!(text, "{sign} {line}");
        }
    }
    Err(text)
}
