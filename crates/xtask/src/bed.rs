//! A working copy of the benchmark bed. The bed itself is read-only and knows nothing of assize.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::process;

/// What a bed makes while it works: never copied.
const MADE: [&str; 8] = [
    "__pycache__",
    "data",
    "dl",
    "out",
    "target",
    "tools",
    "venv",
    "venv-checkov",
];

/// Where the table of commands begins in the bed's script.
const TABLE: &str = "COMMANDS = {\n";

/// A working copy.
#[derive(Debug)]
pub(crate) struct Bed {
    folder: PathBuf,
}

impl Bed {
    /// Copies a bed and adds a command to its table. What is there already and the same is left alone, so that nothing is
    /// built again.
    pub(crate) fn set_up(source: &Path, folder: &Path, command: &str) -> Result<Self, String> {
        if !source.join("bench.py").is_file() {
            return Err(format!(
                "{} is no benchmark bed; name one with --shared",
                source.display()
            ));
        }
        copy_folder(source, folder, command)
            .map_err(|error| format!("cannot copy the bed to {}: {error}", folder.display()))?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Where the copy is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Builds the drivers that need nothing but cargo. Two of them are one program with two allocators.
    pub(crate) fn build_drivers(&self) -> Result<(), String> {
        let rust = self.folder.join("rust");
        let floor = rust.join("target/release/floor");
        let glibc = self.folder.join("tools/bin/floor-glibc");
        let failed = |error: io::Error| format!("cannot keep {}: {error}", glibc.display());
        if !glibc.is_file() {
            build(&rust, &["--no-default-features", "--bin", "floor"])?;
            fs::create_dir_all(self.folder.join("tools/bin")).map_err(failed)?;
            fs::copy(&floor, &glibc).map_err(failed)?;
            // Otherwise cargo would take the program that is there for the other one.
            fs::remove_file(&floor).map_err(failed)?;
        }
        build(&rust, &["--bins"])
    }

    /// Makes the data of a mode, unless it is there, and reads it once so that it lies in the page cache.
    pub(crate) fn generate(&self, mode: char) -> Result<(), String> {
        let folder = format!("data/{mode}");
        if !self.folder.join(&folder).join("truth.json").is_file() {
            let mut script = Command::new("python3");
            script
                .current_dir(&self.folder)
                .args(["gen.py", &mode.to_string(), &folder]);
            process::run(&mut script)?;
        }
        let input = self.folder.join(folder).join("in");
        warm(&input).map_err(|error| format!("cannot read {}: {error}", input.display()))
    }
}

fn build(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let mut cargo = process::cargo();
    cargo
        .current_dir(folder)
        .env_remove("CARGO_TARGET_DIR")
        .args(["build", "--release"])
        .args(arguments);
    process::run(&mut cargo)
}

fn warm(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        io::copy(&mut fs::File::open(entry?.path())?, &mut io::sink())?;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a task reads and writes files; it is never shipped"
)]
fn copy_folder(source: &Path, folder: &Path, command: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(source)? {
        let (from, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let to = folder.join(&name);
        if MADE.iter().any(|made| name == *made) {
            continue;
        }
        if from.is_dir() {
            copy_folder(&from, &to, command)?;
            continue;
        }
        let bytes = fit_in(&name.to_string_lossy(), fs::read(&from)?, command);
        if fs::read(&to).ok().as_ref() != Some(&bytes) {
            fs::write(&to, bytes)?;
        }
    }
    Ok(())
}

/// A file of the bed as the copy needs it.
fn fit_in(name: &str, bytes: Vec<u8>, command: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(&bytes);
    match name {
        "bench.py" => {
            let line = format!("{TABLE}    \"assize\": (\"{command}\", True),\n");
            text.replacen(TABLE, &line, 1).into_bytes()
        }
        // The copy may lie inside our own workspace, of which its crate is no member.
        "Cargo.toml" if !text.contains("[workspace]") => {
            format!("{text}\n[workspace]\n").into_bytes()
        }
        _ => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_the_first_of_the_table() {
        let script = b"x = 1\nCOMMANDS = {\n    \"nothing\": (\"true\", False),\n}\n".to_vec();
        let text = String::from_utf8(fit_in("bench.py", script, "assize check {in}")).unwrap();
        assert_eq!(
            text,
            "x = 1\nCOMMANDS = {\n    \"assize\": (\"assize check {in}\", True),\n    \"nothing\": (\"true\", False),\n}\n"
        );
    }

    #[test]
    fn the_crate_of_the_copy_is_a_workspace_of_its_own() {
        let manifest = fit_in("Cargo.toml", b"[package]\n".to_vec(), "");
        assert!(manifest.ends_with(b"\n[workspace]\n"));
        assert_eq!(fit_in("Cargo.toml", manifest.clone(), ""), manifest);
    }
}
