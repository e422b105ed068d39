use std::{fmt::Write as _, path::Path};

use assize_snapshot::{
    Reader,
    draft::{KindDraft, draft},
    format_time,
};

use super::{NewFile, check_name, join, refuse_present};
use crate::{error::ProjectError, files, load::Project};

/// A kind that was drafted.
#[derive(Debug)]
pub struct NewKind {
    /// Its files.
    pub files: Vec<NewFile>,
    /// What is wrong with the export itself.
    pub notes: Vec<String>,
    /// How many sections it has.
    pub sections: usize,
}

/// The files of a kind that is drafted from an export.
pub fn new_kind(
    project: &Project,
    name: &str,
    export: &Path,
    now: i64,
    folder: &Path,
) -> Result<NewKind, ProjectError> {
    check_name("kind", name)?;
    if project.kinds.find(name).is_some() {
        return Err(ProjectError::Unknown(format!(
            "there is a kind `{name}` already; choose another name"
        )));
    }
    let unreadable = |error| ProjectError::Read {
        path: export.to_owned(),
        error,
    };
    let bytes = files::read_snapshot(export, Vec::new()).map_err(unreadable)?;
    let document = Reader::default()
        .read(bytes)
        .map_err(|error| ProjectError::Unknown(format!("{}: {error}", export.display())))?;
    let draft = draft(name, &document, &format_time(now))
        .map_err(|message| ProjectError::Unknown(format!("{}: {message}", export.display())))?;
    let mut files = vec![
        NewFile::new(
            join(folder, &[name, "schema.json"]),
            format!("{:#}\n", draft.schema),
        ),
        NewFile::new(join(folder, &[name, "README.md"]), readme(name, &draft)),
        NewFile::new(join(folder, &[name, "example.json"]), &*draft.example),
    ];
    if let Some((file, text)) = &draft.invalid {
        files.push(NewFile::new(
            join(folder, &[name, "invalid", file]),
            &**text,
        ));
    }
    refuse_present(&files)?;
    Ok(NewKind {
        files,
        notes: draft.notes,
        sections: draft.sections.len(),
    })
}

fn readme(name: &str, draft: &KindDraft) -> String {
    let title = draft.schema["title"].as_str().unwrap_or(name);
    let mut text = format!(
        "# {title}

Say what is collected, and from what.
[schema.json](schema.json) describes every field, [example.json](example.json) is a whole snapshot.

## Before it is used

* `example.json` is the export that the kind was drafted from. Make it small, take out what is secret, and mend what is not in order in it:
  policies are tested with it.
* `x-assize-unsure` in `schema.json` marks what one export could not tell. Mend the place, then take the mark away.
* Describe the fields: policies, editors and reports show the descriptions.
* `x-assize-volatile` marks what changes without anybody changing it, such as an etag.
* `invalid/` holds snapshots that must not be valid, each with the reason in its name.

## Sections

| section | elements in the export |
|---|---|
"
    );
    for (section, count) in &draft.sections {
        let count = count.map_or("-".to_owned(), |count| count.to_string());
        let section = section.replace('|', "\\|");
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "| `{section}` | {count} |");
    }
    text.push_str(
        "
## How to collect

Say with which command, and with which rights.
",
    );
    text
}
