//! Changes to `waivers.toml` that leave everything else in it as it is, comments included.

use std::path::{Path, PathBuf};

use assize_finding::ExitStatus;
use assize_project::{Options, Project, files};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::{AddArguments, FileArguments};
use crate::{failure::Failure, output, terminal};

/// Adds a waiver at the end of the file, which is made if it is not there.
pub(super) fn add(arguments: &AddArguments) -> Result<ExitStatus, Failure> {
    let options = arguments.files.options()?;
    let path = match options.waivers.as_slice() {
        [] => beside_configuration(&options),
        [path] => path.clone(),
        _ => {
            return Err(Failure::Usage(
                "there are several files of waivers; name one with `--waivers FILE`".to_owned(),
            ));
        }
    };
    let text = if path.exists() {
        read(&path)?
    } else {
        String::new()
    };
    let mut document = parse(&path, &text)?;
    let list = document
        .entry("waiver")
        .or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let Some(list) = list.as_array_of_tables_mut() else {
        return Err(Failure::Usage(format!(
            "{}: `waiver` is no list of `[[waiver]]` tables",
            path.display()
        )));
    };
    let mut table = table(arguments);
    if !text.is_empty() {
        table.decor_mut().set_prefix("\n");
    }
    list.push(table);
    let changed = document.to_string();
    prove(options, &path, &changed)?;
    write(&path, &changed)?;
    terminal::error_line(&format!(
        "added a waiver until {} to {}",
        arguments.expires,
        path.display()
    ));
    Ok(ExitStatus::Clean)
}

fn beside_configuration(options: &Options) -> PathBuf {
    let folder = options
        .settings
        .path()
        .map(Path::new)
        .and_then(Path::parent);
    folder.unwrap_or(Path::new("")).join("waivers.toml")
}

fn table(arguments: &AddArguments) -> Table {
    let mut table = Table::new();
    let given = [
        ("rule", arguments.rule.as_ref()),
        ("path", arguments.path.as_ref()),
        ("fingerprint", arguments.fingerprint.as_ref()),
        ("snapshot", arguments.snapshot.as_ref()),
        ("owner", Some(&arguments.owner)),
        ("reason", Some(&arguments.reason)),
        ("expires", Some(&arguments.expires)),
        ("ticket", arguments.ticket.as_ref()),
        ("approver", arguments.approver.as_ref()),
        ("while", arguments.content.as_ref()),
    ];
    for (name, text) in given {
        let Some(text) = text else { continue };
        let date = (name == "expires")
            .then(|| text.parse::<toml_edit::Datetime>().ok())
            .flatten();
        table[name] = date.map_or_else(|| value(text.as_str()), value);
    }
    table
}

/// A waiver that would be refused is not written.
fn prove(options: Options, path: &Path, changed: &str) -> Result<(), Failure> {
    let folder = tempfile::tempdir();
    let failed = |error| Failure::Write {
        target: path.display().to_string(),
        error,
    };
    let folder = folder.map_err(failed)?;
    let copy = folder.path().join("waivers.toml");
    output::write_whole(&copy, |out| out.write_all(changed.as_bytes()))?;
    let heads = (1..)
        .zip(changed.lines())
        .filter(|(_, line)| line.trim() == "[[waiver]]");
    let last = heads.map(|(number, _)| number).last().unwrap_or(1);
    let options = Options {
        waivers: vec![copy],
        root: folder.path().to_owned(),
        ..options
    };
    let project = Project::load(options)?;
    let notes = project.waiver_notes();
    let own = notes.iter().find(|note| note.region.start.line >= last);
    own.map_or(Ok(()), |note| {
        Err(Failure::Usage(format!(
            "nothing was added: {}",
            note.message
        )))
    })
}

/// Takes expired waivers out, with the comments directly above them.
pub(super) fn prune(files: &FileArguments) -> Result<ExitStatus, Failure> {
    let options = files.options()?;
    let paths = options.waivers.clone();
    let project = files.project()?;
    let expired = project.expired_waivers();
    let mut count = 0;
    for path in &paths {
        let shown = files::display_path(path, Path::new("."));
        let lines: Vec<u32> = expired
            .iter()
            .filter(|(file, _)| *file == shown)
            .map(|(_, line)| *line)
            .collect();
        if lines.is_empty() {
            continue;
        }
        let text = read(path)?;
        write(path, &without(path, &text, &lines)?)?;
        count += lines.len();
    }
    let noun = if count == 1 { "waiver" } else { "waivers" };
    terminal::error_line(&format!("took out {count} expired {noun}"));
    Ok(ExitStatus::Clean)
}

/// The text without the waivers that have something on one of these lines.
fn without(path: &Path, text: &str, lines: &[u32]) -> Result<String, Failure> {
    let placed = toml_edit::Document::parse(text)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() as u32 + 1;
    let tables = placed
        .as_table()
        .get("waiver")
        .and_then(Item::as_array_of_tables);
    let places = |table: &Table| {
        let values = table.iter().filter_map(|(_, item)| item.span());
        values.map(|span| line_of(span.start)).collect::<Vec<_>>()
    };
    let goes: Vec<bool> = tables
        .into_iter()
        .flat_map(ArrayOfTables::iter)
        .map(|table| places(table).iter().any(|line| lines.contains(line)))
        .collect();
    let mut document = placed.into_mut();
    if let Some(list) = document
        .get_mut("waiver")
        .and_then(Item::as_array_of_tables_mut)
    {
        for nth in (0..goes.len()).rev().filter(|nth| goes[*nth]) {
            list.remove(nth);
        }
    }
    Ok(document.to_string())
}

fn parse(path: &Path, text: &str) -> Result<DocumentMut, Failure> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        let line = error.span().map_or(1, |span| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        Failure::Usage(format!("{}:{line}: {}", path.display(), error.message()))
    })
}

fn read(path: &Path) -> Result<String, Failure> {
    files::read_text(path)
        .map_err(|error| Failure::Usage(format!("cannot read {}: {error}", path.display())))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    output::write_whole(path, |out| out.write_all(text.as_bytes()))
}
