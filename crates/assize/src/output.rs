//! Reports to files: written whole or not at all.

use std::{
    fs::File,
    io::{self, BufWriter},
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
        if let Some((format, path)) = text.split_once(':')
            && let Ok(format) = format.parse()
            && !path.is_empty()
        {
            return Ok(Self {
                format,
                path: path.into(),
            });
        }
        let path = PathBuf::from(text);
        match Format::from_path(&path) {
            Some(format) => Ok(Self { format, path }),
            None => Err(Failure::Usage(format!(
                "the extension of `{text}` names no format; expected .sarif, .json or .txt, or write `FORMAT:{text}`"
            ))),
        }
    }
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
            ..options.clone()
        };
        for Requested { format, path } in requested {
            let name = path.display().to_string();
            let failed = |error| Failure::Write {
                target: name.clone(),
                error,
            };
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            if path.is_dir() {
                return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
            }
            let file = NamedTempFile::with_prefix_in(".assize-", folder).map_err(failed)?;
            let writer: File = file.reopen().map_err(failed)?;
            let reporter = reporter(*format, &plain, BufWriter::with_capacity(64 << 10, writer));
            targets.push(Target {
                name,
                reporter,
                file: Some((file, path.clone())),
            });
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

fn put_in_place(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    share_with_readers(file.path())?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

/// Temporary files are their owner's alone; a report is for whoever may read the folder.
#[cfg(unix)]
fn share_with_readers(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share_with_readers(_: &Path) -> io::Result<()> {
    Ok(())
}
