//! `assize catalog`: the catalogue of controls.

use std::io::{BufWriter, Write};

use assize_finding::{Catalogue, ExitStatus};
use assize_project::{Options, Project, Tally, Wanted};
use assize_report::{CatalogueFormat, write_catalogue};

use crate::{arguments::CatalogArguments, clock, failure::Failure, output, terminal};

pub(crate) fn run(arguments: &CatalogArguments) -> Result<ExitStatus, Failure> {
    let output = arguments.output.as_deref();
    if let Some(path) = output {
        output::spare(path, &arguments.snapshots)?;
    }
    let named = output.and_then(CatalogueFormat::from_path);
    let format = match (arguments.format, named, output) {
        (Some(format), ..) | (None, Some(format), _) => format,
        (None, None, None) => CatalogueFormat::Markdown,
        (None, None, Some(path)) => {
            return Err(Failure::Usage(format!(
                "the extension of `{}` names no format of the catalogue; expected .md or .html, or say `--format`",
                path.display()
            )));
        }
    };
    let inputs = super::check::inputs(&arguments.snapshots)?;
    let project = Project::load(Options {
        params: arguments.params.clone(),
        now: clock::now(arguments.at.as_deref())?,
        ..super::configured(&arguments.sources)?
    })?;
    let mut tally = None;
    if !inputs.is_empty() {
        let counted = tally.insert(Tally::default());
        project.check(inputs, Wanted::default(), |judged| -> Result<(), Failure> {
            counted.add(&judged);
            Ok(())
        })?;
    }
    let catalogue = project.catalogue(arguments.framework.as_deref(), tally.as_ref())?;
    if let Some(path) = output {
        output::write_whole(path, |out| write(format, &catalogue, out))?;
    } else {
        let mut out = BufWriter::new(terminal::Stdout::default());
        write(format, &catalogue, &mut out).map_err(|error| Failure::Write {
            target: "standard output".to_owned(),
            error,
        })?;
    }
    Ok(super::list::complain(&project))
}

fn write(
    format: CatalogueFormat,
    catalogue: &Catalogue,
    mut out: &mut dyn Write,
) -> std::io::Result<()> {
    write_catalogue(format, catalogue, &mut out)
}
