use std::{
    fmt::Write as _,
    io::{self, Write},
    path::Path,
    str::FromStr,
};

use assize_finding::{Catalogue, Outcome};

use crate::{catalogue_html, catalogue_markdown};

/// The formats of the catalogue of controls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CatalogueFormat {
    /// Markdown, as GitHub reads it.
    Markdown,
    /// One HTML file that needs nothing beside it.
    Html,
}

impl CatalogueFormat {
    /// Every format.
    pub const ALL: &[CatalogueFormat] = &[Self::Markdown, Self::Html];

    /// The word that users write.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    /// The format that a file's extension means: `.md` or `.html`, in either case.
    pub fn from_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }
}

impl FromStr for CatalogueFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|format| format.as_str() == text);
        found.copied().ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|format| format.as_str()).collect();
            let known = known.join(", ");
            format!("`{text}` is no format of the catalogue; expected one of {known}")
        })
    }
}

/// Writes the catalogue of controls. It writes in small pieces: give it a buffered `out`.
pub fn write_catalogue(
    format: CatalogueFormat,
    catalogue: &Catalogue,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        CatalogueFormat::Markdown => catalogue_markdown::write(catalogue, out),
        CatalogueFormat::Html => catalogue_html::write(catalogue, out),
    }
}

/// The outcomes as the heads of columns.
pub(crate) fn outcome_names() -> impl Iterator<Item = &'static str> {
    Outcome::ALL.iter().map(|outcome| outcome.as_str())
}

/// What is in the catalogue, in one sentence.
pub(crate) fn summary(catalogue: &Catalogue) -> String {
    let count = |count: usize, one: &str, many: &str| {
        format!("{count} {}", if count == 1 { one } else { many })
    };
    let controls = catalogue
        .frameworks
        .iter()
        .map(|framework| framework.controls.len());
    let mut text = format!(
        "{} for {} of {}, written by assize {}.",
        count(catalogue.policies.len(), "policy", "policies"),
        count(controls.sum(), "control", "controls"),
        count(catalogue.frameworks.len(), "framework", "frameworks"),
        catalogue.version,
    );
    if let Some(run) = &catalogue.judged {
        let snapshots = count(run.snapshots as usize, "snapshot", "snapshots");
        // Writing to a `String` cannot fail.
        let _ = write!(
            text,
            " The verdicts are those on {snapshots}, at {}.",
            run.now
        );
    }
    text
}

/// The kind that a policy judges, in words.
pub(crate) fn kind_name(kind: &str) -> &str {
    if kind == "*" { "every kind" } else { kind }
}

/// Whether an address is a page of the web: nothing else becomes a link.
pub(crate) fn is_web(target: &str) -> bool {
    target.starts_with("https://") || target.starts_with("http://")
}
