//! `assize check`: judge snapshots by policies.

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use assize_finding::{ExitStatus, Role};
use assize_project::{Baseline, Explain, Input, Options, Project, Threshold, Wanted, status};
use assize_report::{Format, Needs};

use crate::{
    arguments::CheckArguments,
    clock,
    failure::Failure,
    output::{self, Outputs, Requested},
    progress::Progress,
    ratchet::Turning,
    terminal,
};

/// Standard input is read this far: one byte more than the reader accepts, so that it sees what is too large.
const LARGEST_STDIN: u64 = 1 << 32;

pub(crate) fn run(arguments: &CheckArguments) -> Result<ExitStatus, Failure> {
    let requested: Vec<Requested> = arguments
        .outputs
        .iter()
        .map(|text| Requested::parse(text))
        .collect::<Result<_, _>>()?;
    let read: Vec<PathBuf> = arguments
        .snapshots
        .iter()
        .chain(&arguments.since)
        .chain(&arguments.baseline)
        .chain(&arguments.ratchet)
        .chain(&arguments.waivers)
        .cloned()
        .collect();
    output::distinct(&requested, &read)?;
    let inputs = inputs(&arguments.snapshots)?;
    let talk = &arguments.talk;
    let report_options = assize_report::Options {
        color: terminal::is_colored(talk.color),
        verbose: talk.verbose,
        quiet: talk.quiet,
        command_line: Some(command_line()),
    };
    let format = match arguments.format {
        // One line for each finding and for each verdict that is missing.
        Format::Text if talk.quiet => Format::Compact,
        format => format,
    };
    let mut needs = output::needs(format, &requested);
    needs.passes |= talk.verbose;
    let mut options = project_options(arguments)?;
    let mut ratchet = Turning::read(arguments.ratchet.as_deref(), &mut options)?;
    let settings = Arc::clone(&options.settings);
    let profile = options.profile.clone();
    let project = Project::load(options)?;
    if project.lacks_since() {
        return Err(Failure::Usage(
            "only policies over time are selected, and they need an earlier snapshot; name it with `--since PATH`"
                .to_owned(),
        ));
    }
    let mut outputs = Outputs::open(format, &report_options, &requested)?;
    outputs.begin(&project.run)?;
    let mut progress = Progress::new(talk.quiet);
    let summary = project.check(inputs, wanted(needs), |judged| -> Result<(), Failure> {
        if judged.artifact.role == Role::Snapshot {
            progress.step();
        }
        if let Some(ratchet) = &mut ratchet {
            ratchet.add(&project, &judged);
        }
        outputs.judged(&project.run, &judged)
    })?;
    progress.end();
    let threshold = Threshold {
        fail_on: match (arguments.fail_on, settings.fail_on) {
            (Some(flag), _) => flag.severity(),
            (None, Some(setting)) => setting,
            (None, None) => Threshold::default().fail_on,
        },
        allow_incomplete: arguments.allow_incomplete || settings.allow_incomplete == Some(true),
        new_only: arguments.new_only || ratchet.is_some(),
        gate: settings.gate.clone(),
    };
    let mut status = status(&summary, &threshold);
    if let Some(ratchet) = &ratchet {
        ratchet.settle(&mut status);
    }
    if arguments.exit_zero && status.exit != ExitStatus::Clean {
        status.reason = format!("{} (exit status 0 by --exit-zero)", status.reason);
        status.exit = ExitStatus::Clean;
    }
    outputs.finish(&project.run, &summary, &status)?;
    if let Some(profile) = profile {
        terminal::error_line(&profile.table("verdicts"));
    }
    if let Some(ratchet) = ratchet {
        ratchet.write(&summary, &status)?;
    }
    terminal::error_line(&status.reason);
    // The process ends here: giving every page and schema back piece by piece would only take time.
    std::mem::forget(project);
    Ok(status.exit)
}

fn wanted(needs: Needs) -> Wanted {
    Wanted {
        excerpts: needs.excerpts,
        line_hashes: needs.line_hashes,
        sha256: needs.sha256,
        passes: needs.passes,
        contents: needs.contents,
    }
}

fn project_options(arguments: &CheckArguments) -> Result<Options, Failure> {
    let options = super::configured(&arguments.sources)?;
    Ok(Options {
        waivers: match (arguments.no_waivers, arguments.waivers.is_empty()) {
            (true, _) => Vec::new(),
            (false, false) => arguments.waivers.clone(),
            (false, true) => options.settings.waivers.clone(),
        },
        baseline: arguments.baseline.clone().map(Baseline::Report),
        params: arguments.params.clone(),
        kind: arguments.kind.clone(),
        since: arguments.since.as_deref().map(since).transpose()?,
        now: clock::now(arguments.at.as_deref())?,
        root: arguments.root.clone().unwrap_or_else(|| PathBuf::from(".")),
        jobs: arguments.jobs,
        explain: arguments.explain.then(Explain::default),
        profile: arguments.profile.then(Arc::default),
        ..options
    })
}

/// The place of earlier snapshots.
pub(super) fn since(path: &Path) -> Result<PathBuf, Failure> {
    if path.exists() {
        return Ok(path.to_owned());
    }
    let hint = if path.to_string_lossy().starts_with("git:") {
        "; revisions of a repository cannot be read yet: check them out into a folder"
    } else {
        ""
    };
    Err(Failure::Usage(format!(
        "there is no file or folder {}{hint}",
        path.display()
    )))
}

pub(crate) fn inputs(paths: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    paths.iter().map(|path| input(path)).collect()
}

fn input(path: &Path) -> Result<Input, Failure> {
    if path.as_os_str() != "-" {
        if !path.exists() && !path.is_symlink() {
            return Err(Failure::Usage(format!(
                "there is no file or folder {}",
                path.display()
            )));
        }
        return Ok(Input::Path(path.to_owned()));
    }
    let mut bytes = Vec::new();
    let mut stdin = std::io::stdin().lock().take(LARGEST_STDIN);
    stdin
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::Usage(format!("cannot read standard input: {error}")))?;
    Ok(Input::Bytes {
        name: "stdin".to_owned(),
        bytes,
    })
}

/// The command as it was called, without the path of the program.
fn command_line() -> String {
    let words = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned());
    let quoted = words.map(|word| {
        if word.contains([' ', '"', '\'']) {
            format!("'{word}'")
        } else {
            word
        }
    });
    std::iter::once("assize".to_owned())
        .chain(quoted)
        .collect::<Vec<_>>()
        .join(" ")
}
