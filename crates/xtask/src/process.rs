//! Other programs, and where things are.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Runs a program to its end; its output goes where ours goes. An error names the program and how it ended.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .map_err(|error| format!("cannot run `{name}`: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("`{name}` failed: {status}"))
}

/// The cargo that runs this task, else the one of the path.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The folder of the workspace.
pub(crate) fn checkout() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_owned()
}

/// The folder that cargo builds in: this program lies in a folder of it that is named after the profile.
pub(crate) fn target_folder() -> Result<PathBuf, String> {
    let program =
        std::env::current_exe().map_err(|error| format!("no path of its own: {error}"))?;
    let folder = program.ancestors().nth(2);
    folder
        .map(Path::to_owned)
        .ok_or_else(|| format!("{} lies in no target folder", program.display()))
}
