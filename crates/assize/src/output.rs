//! Reports to files: written whole or not at all.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use assize_finding::{Judged, Run, Status, Summary};
use assize_report::{Format, Needs, Options, Reporter, reporter};
use tempfile::NamedTempFile;

use crate::{failure::Failure, terminal::Stdout};

/// All reports of a run.
pub(crate) struct Outputs {
    targets: Vec<Target>,
}

struct Target {
    name: String,
    reporter: Box<dyn Reporter>,
    /// The file beside the final one, until the report is whole.
    file: Option<(NamedTempFile, PathBuf)>,
}

/// A report as the user asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Requested {
    format: Format,
    path: PathBuf,
}

impl Requested {
    /// Reads `FILE`, whose extension names the format, or `FORMAT:FILE`.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        if let Some((word, path)) = text.split_once(':')
            && is_format_word(word)
            && !path.is_empty()
        {
            let format = word.parse().map_err(Failure::Usage)?;
            let path = path.into();
            return Ok(Self { format, path });
        }
        let path = PathBuf::from(text);
        match Format::from_path(&path) {
            Some(format) => Ok(Self { format, path }),
            None => Err(Failure::Usage(no_format(text))),
        }
    }
}

fn no_format(text: &str) -> String {
    // A variable of the shell that is not set leaves nothing.
    if let Some(word) = text.strip_suffix(':')
        && word.parse::<Format>().is_ok()
    {
        return format!("`{text}` names no file; expected `{text}FILE`");
    }
    let formats = Format::ALL.iter();
    let extensions: Vec<_> = formats
        .flat_map(|format| format.extensions())
        .map(|extension| format!(".{extension}"))
        .collect();
    format!(
        "the extension of `{text}` names no format; expected one of {}, or write `FORMAT:{text}`",
        extensions.join(", ")
    )
}

/// Whether the word before a colon is meant as a format. One letter is a drive.
fn is_format_word(word: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '-';
    word.len() > 1 && word.chars().all(is_part)
}

/// Refuses two reports in one file, and a report in the place of a snapshot.
pub(crate) fn distinct(requested: &[Requested], snapshots: &[PathBuf]) -> Result<(), Failure> {
    for (index, Requested { path, .. }) in requested.iter().enumerate() {
        let own = real(path);
        if !own.is_file() && own.exists() {
            // Reports may follow each other into a pipe or a device.
            continue;
        }
        if requested[..index]
            .iter()
            .any(|other| real(&other.path) == own)
        {
            return Err(Failure::Usage(format!(
                "two reports cannot be written to {}",
                path.display()
            )));
        }
        spare(path, snapshots)?;
    }
    Ok(())
}

/// Refuses a report in the place of a snapshot.
pub(crate) fn spare(path: &Path, snapshots: &[PathBuf]) -> Result<(), Failure> {
    let own = real(path);
    if own.is_file() && snapshots.iter().any(|snapshot| real(snapshot) == own) {
        return Err(Failure::Usage(format!(
            "the report {} would take the place of the snapshot",
            path.display()
        )));
    }
    Ok(())
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Writes a file whole, or not at all.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let failed = |error| Failure::Write {
        target: path.display().to_string(),
        error,
    };
    let (writer, file) = open_file(path).map_err(failed)?;
    let mut writer = BufWriter::with_capacity(64 << 10, writer);
    write(&mut writer)
        .and_then(|()| writer.flush())
        .map_err(failed)?;
    drop(writer);
    match file {
        Some((file, path)) => put_in_place(file, &path).map_err(failed),
        None => Ok(()),
    }
}

/// Makes the folder of a new file.
pub(crate) fn make_folder(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| Failure::Write {
        target: folder.display().to_string(),
        error,
    })
}

/// Opens what is written to: a file beside the final one, or what is no regular file itself.
fn open_file(path: &Path) -> io::Result<(File, Option<(NamedTempFile, PathBuf)>)> {
    // A link keeps leading to the report.
    let path = real(path);
    if path.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    if path.exists() && !path.is_file() {
        let writer = OpenOptions::new().write(true).open(&path)?;
        return Ok((writer, None));
    }
    let file = beside(&path)?;
    Ok((file.reopen()?, Some((file, path))))
}

/// What the reports need computed.
pub(crate) fn needs(format: Format, requested: &[Requested]) -> Needs {
    requested.iter().fold(format.needs(), |needs, requested| {
        needs | requested.format.needs()
    })
}

impl Outputs {
    /// Opens standard output and every file, before anything is judged: a folder that does not exist is better known early.
    pub(crate) fn open(
        format: Format,
        options: &Options,
        requested: &[Requested],
    ) -> Result<Self, Failure> {
        let stdout = BufWriter::with_capacity(64 << 10, Stdout::default());
        let mut targets = vec![Target {
            name: "standard output".to_owned(),
            reporter: reporter(format, options, stdout),
            file: None,
        }];
        let plain = Options {
            color: false,
            quiet: false,
            ..options.clone()
        };
        for Requested { format, path } in requested {
            targets.push(Target::open(*format, path, &plain)?);
        }
        Ok(Self { targets })
    }

    pub(crate) fn begin(&mut self, run: &Run) -> Result<(), Failure> {
        self.each(|reporter| reporter.begin(run))
    }

    pub(crate) fn judged(&mut self, run: &Run, judged: &Judged) -> Result<(), Failure> {
        self.each(|reporter| reporter.judged(run, judged))
    }

    /// Ends every report, then puts the files in place.
    pub(crate) fn finish(
        mut self,
        run: &Run,
        summary: &Summary,
        status: &Status,
    ) -> Result<(), Failure> {
        self.each(|reporter| reporter.finish(run, summary, status))?;
        for Target {
            name,
            reporter,
            file,
        } in self.targets
        {
            // Dropping the reporter closes its file.
            drop(reporter);
            let Some((file, path)) = file else { continue };
            put_in_place(file, &path).map_err(|error| Failure::Write {
                target: name,
                error,
            })?;
        }
        Ok(())
    }

    fn each(
        &mut self,
        mut work: impl FnMut(&mut dyn Reporter) -> io::Result<()>,
    ) -> Result<(), Failure> {
        for target in &mut self.targets {
            work(target.reporter.as_mut()).map_err(|error| Failure::Write {
                target: target.name.clone(),
                error,
            })?;
        }
        Ok(())
    }
}

impl Target {
    /// Opens a file. What is no regular file, such as a pipe, is written to as it is: putting a file in its place would destroy it.
    fn open(format: Format, path: &Path, options: &Options) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let failed = |error| Failure::Write {
            target: name.clone(),
            error,
        };
        let (mut writer, file) = open_file(path).map_err(failed)?;
        if format.appends() && file.is_some() {
            copy(path, &mut writer).map_err(failed)?;
        }
        Ok(Self {
            name,
            reporter: reporter(format, options, BufWriter::with_capacity(64 << 10, writer)),
            file,
        })
    }
}

/// Puts what is in a file before what is written next.
fn copy(path: &Path, writer: &mut File) -> io::Result<()> {
    match File::open(path) {
        Ok(mut present) => io::copy(&mut present, writer).map(|_| ()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// An empty file beside the final one, so that it can be put in its place at once.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let message = format!("there is no folder {}", folder.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, message));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".assize-");
    #[cfg(unix)]
    builder.permissions(permissions(path));
    // The library names the temporary file in its errors, which nobody asked for.
    builder
        .tempfile_in(folder)
        .map_err(|error| io::Error::from(error.kind()))
}

/// Those of the report that is replaced, else what the system gives to new files.
#[cfg(unix)]
fn permissions(path: &Path) -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    let present = path.metadata().map(|metadata| metadata.permissions());
    present.unwrap_or_else(|_| std::fs::Permissions::from_mode(0o666))
}

fn put_in_place(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}
