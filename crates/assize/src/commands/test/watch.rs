//! `assize test --watch`: what changes is tested again.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use assize_finding::ExitStatus;
use assize_report::escape_control;
use notify::{Event, RecursiveMode, Watcher};

use super::{Selection, TestArguments};
use crate::{failure::Failure, terminal};

/// Editors write a file in several steps: changes belong together that follow each other within this time.
const QUIET: Duration = Duration::from_millis(150);

/// Tests, and tests again, until the process is interrupted.
pub(super) fn run(arguments: &TestArguments) -> Result<ExitStatus, Failure> {
    let selection = Selection::of(&arguments.wanted, &arguments.sources)?;
    let mut places = selection.places;
    places.extend(arguments.sources.kinds.iter().cloned());
    if places.is_empty() {
        return Err(Failure::Usage(
            "`--watch` needs policies that can change: name files or folders of them".to_owned(),
        ));
    }
    let (send, changes) = channel();
    let mut watcher = notify::recommended_watcher(move |event| {
        // Nobody listens only when the run is over.
        let _ = send.send(event);
    })
    .map_err(|error| cannot_watch("the file system", &error))?;
    for place in &places {
        // An editor may replace a file by another: its folder stays.
        let folder = if place.is_dir() {
            Some(place.as_path())
        } else {
            place.parent()
        };
        let folder = folder
            .filter(|own| !own.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        watcher
            .watch(folder, RecursiveMode::Recursive)
            .map_err(|error| cannot_watch(&folder.display().to_string(), &error))?;
    }
    test(arguments, None);
    loop {
        let Some(changed) = next(&changes) else {
            return Ok(ExitStatus::Usage);
        };
        let names: Vec<String> = changed.iter().map(|path| name_of(path)).collect();
        let line = format!("\n-- {} changed\n", escape_control(&names.join(", ")));
        super::print(&line)?;
        test(arguments, Some(&changed));
    }
}

/// What is wrong now may be right after the next change.
fn test(arguments: &TestArguments, changed: Option<&BTreeSet<PathBuf>>) {
    if let Err(failure) = super::once(arguments, changed) {
        terminal::error_line(&failure.to_string());
    }
}

/// The files of the next change, once it is over; `None` where nothing can change any more.
fn next(changes: &Receiver<notify::Result<Event>>) -> Option<BTreeSet<PathBuf>> {
    let mut changed = BTreeSet::new();
    while changed.is_empty() {
        add(changes.recv().ok()?, &mut changed);
    }
    loop {
        match changes.recv_timeout(QUIET) {
            Ok(event) => add(event, &mut changed),
            Err(RecvTimeoutError::Timeout) => return Some(changed),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

fn add(event: notify::Result<Event>, changed: &mut BTreeSet<PathBuf>) {
    let Ok(event) = event else { return };
    if event.kind.is_access() {
        return;
    }
    let counts = |path: &PathBuf| {
        let extension = path.extension().and_then(|own| own.to_str());
        extension.is_some_and(|own| ["rhai", "md", "toml", "json"].contains(&own))
    };
    changed.extend(event.paths.into_iter().filter(counts));
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn cannot_watch(what: &str, error: &notify::Error) -> Failure {
    Failure::Usage(format!("cannot watch {what}: {error}"))
}
