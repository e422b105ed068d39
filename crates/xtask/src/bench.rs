//! `cargo xtask bench`: assize beside its peers, on the same work, with every answer checked.

use std::{path::Path, process::Command};

use crate::{
    bed::Bed,
    bench_arguments::BenchArguments,
    process::{self, cargo, checkout},
};

/// Measures, and prints a table for each mode.
pub(crate) fn run(words: &[String]) -> Result<(), String> {
    let arguments = BenchArguments::parse(words)?;
    let target = process::target_folder()?;
    process::run(cargo().current_dir(checkout()).args([
        "build",
        // What is handed out, so that the numbers are those of its users.
        "--profile",
        "dist",
        "--package",
        "assize",
    ]))?;
    let command = assize_command(&target.join("dist/assize"))?;
    let bed = Bed::set_up(&arguments.shared, &target.join("bench-bed"), &command)?;
    if arguments.all {
        let mut script = measuring("bash", "run.sh", &bed, &arguments);
        return process::run(&mut script);
    }
    bed.build_drivers()?;
    for mode in arguments.modes.chars() {
        bed.generate(mode)?;
    }
    let mut script = measuring("python3", "bench.py", &bed, &arguments);
    process::run(script.args(["--peers", &arguments.peers]))
}

/// The command line of assize as the bed's table of commands wants it: words split as a shell would.
fn assize_command(program: &Path) -> Result<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench");
    let quoted = |path: &Path| {
        let text = path.display().to_string();
        if text.contains(['"', '\\', '\'', '{', '*']) {
            return Err(format!(
                "{text}: the bed cannot call a program with such a path"
            ));
        }
        Ok(format!("'{text}'"))
    };
    // The peers judge no evidence, so it is left out here, too.
    Ok(format!(
        "{} check {{in}} --root {{in}} --kinds {} --policies {} --ignore evidence --at 2026-02-01 --format pointers --fail-on none",
        quoted(program)?,
        quoted(&folder.join("kinds"))?,
        quoted(&folder.join("policies"))?,
    ))
}

fn measuring(interpreter: &str, script: &str, bed: &Bed, arguments: &BenchArguments) -> Command {
    let mut command = Command::new(interpreter);
    command
        .current_dir(bed.folder())
        .args([script, "--modes", &arguments.modes]);
    if let Some(rounds) = arguments.rounds {
        command.args(["--rounds", &rounds.to_string()]);
    }
    command
}
