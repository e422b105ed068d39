//! Tasks of the project itself; never shipped.

mod bed;
mod bench;
mod bench_arguments;
mod process;

use std::process::{Command, ExitCode};

const USAGE: &str = "\
usage: cargo xtask TASK

  ci       run every check that a commit must pass, as `.ci/run` does
  bench    measure assize beside its peers: cargo xtask bench [--modes abcd] [--peers NAME,..] [--rounds N]
           [--shared DIR] [--all]

           --modes   data of the bed: a one tenant, b 10,000 files, c one file of 50 MB, d one of 502 MB [default: abc]
           --peers   parts of peers' names, with commas [default: assize, what reads, parses and is written by hand, regorus]
           --rounds  how often each peer runs [default: as the bed has it]
           --shared  the folder of the bed [default: ../shared/bench beside the checkout]
           --all     every peer; the bed's own script fetches and builds them, which takes long";

#[expect(
    clippy::print_stderr,
    reason = "a task talks to the person who runs it"
)]
fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let result = match words.split_first() {
        Some((task, rest)) if task == "bench" => bench::run(rest),
        Some((task, [])) if task == "ci" => {
            process::run(&mut Command::new(process::checkout().join(".ci/run")))
        }
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
