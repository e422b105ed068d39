//! The only place that writes to the terminal.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use assize_report::escape_control;

use crate::{arguments::Color, failure::Failure};

/// Whether standard output is to be coloured.
pub(crate) fn is_colored(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            io::stdout().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}

/// Writes a line to standard error. There is nowhere left to report a failure to.
pub(crate) fn error_line(text: &str) {
    let lines: Vec<_> = text.lines().map(escape_control).collect();
    let _ = writeln!(io::stderr().lock(), "assize: {}", lines.join("\n        "));
}

/// Shows the help that was asked for, or what is wrong with the arguments: they are repeated there, so they are made safe.
pub(crate) fn show_usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // As with any help, a reader that leaves is no failure.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.render().to_string();
    let lines: Vec<_> = text.lines().map(escape_control).collect();
    let _ = writeln!(io::stderr().lock(), "{}", lines.join("\n"));
    ExitCode::from(Failure::EXIT as u8)
}

/// Standard output that outlives its reader: after a closed pipe it swallows what comes, so that the other reports and the
/// exit status are as they would have been.
#[derive(Debug, Default)]
pub(crate) struct Stdout {
    is_closed: bool,
}

impl Stdout {
    fn attempt<T>(&mut self, result: io::Result<T>, otherwise: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(otherwise)
            }
            result => result,
        }
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        let result = io::stdout().lock().write(bytes);
        self.attempt(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let result = io::stdout().lock().flush();
        self.attempt(result, ())
    }
}
