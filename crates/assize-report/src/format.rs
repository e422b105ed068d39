use std::{path::Path, str::FromStr};

use crate::Needs;

/// The output formats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For people: the source with the value underlined, the path, the fix.
    Text,
    /// For people and `grep`: a line each.
    Compact,
    /// For programs: every verdict, in the project's own versioned shape.
    Json,
    /// SARIF 2.1.0 with every verdict, for auditors and for viewers.
    Sarif,
    /// SARIF 2.1.0 with failures only, inside the limits of GitHub code scanning.
    SarifGithub,
    /// For scripts: rule, file and JSON Pointer of each failure, separated by tabs.
    Pointers,
}

impl Format {
    /// Every format.
    pub const ALL: &[Format] = &[
        Self::Text,
        Self::Compact,
        Self::Json,
        Self::Sarif,
        Self::SarifGithub,
        Self::Pointers,
    ];

    /// The word that users write.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Compact => "compact",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::SarifGithub => "sarif-github",
            Self::Pointers => "pointers",
        }
    }

    /// The format that a file's extension means: `.sarif` and `.sarif.json` (the standard allows both), `.json` or `.txt`, in
    /// either case.
    pub fn from_path(path: &Path) -> Option<Format> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "sarif" => Some(Self::Sarif),
            "json" => {
                let stem = Path::new(path.file_stem()?);
                let is_sarif = stem
                    .extension()
                    .is_some_and(|inner| inner.eq_ignore_ascii_case("sarif"));
                Some(if is_sarif { Self::Sarif } else { Self::Json })
            }
            "txt" => Some(Self::Text),
            _ => None,
        }
    }

    /// What has to be computed for this format. [`crate::Options::needs`] takes the options into account.
    pub fn needs(self) -> Needs {
        let nothing = Needs::default();
        match self {
            Self::Text => Needs {
                excerpts: true,
                ..nothing
            },
            Self::Compact | Self::Pointers => nothing,
            Self::Json => Needs {
                sha256: true,
                passes: true,
                contents: true,
                ..nothing
            },
            Self::Sarif => Needs {
                line_hashes: true,
                sha256: true,
                passes: true,
                contents: true,
                ..nothing
            },
            Self::SarifGithub => Needs {
                line_hashes: true,
                ..nothing
            },
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|format| format.as_str() == text);
        found.copied().ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|format| format.as_str()).collect();
            format!(
                "`{text}` is no output format; expected one of {}",
                known.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Format;

    #[test]
    fn every_word_is_read_back() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(*format));
        }
        let error = "xml".parse::<Format>().unwrap_err();
        assert!(
            error.contains("sarif-github") && error.contains("pointers"),
            "{error}"
        );
    }

    #[test]
    fn the_extension_decides() {
        assert_eq!(
            Format::from_path(Path::new("a/b.SARIF")),
            Some(Format::Sarif)
        );
        assert_eq!(
            Format::from_path(Path::new("b.sarif.json")),
            Some(Format::Sarif)
        );
        assert_eq!(
            Format::from_path(Path::new("sarif.json")),
            Some(Format::Json)
        );
        assert_eq!(Format::from_path(Path::new("b.txt")), Some(Format::Text));
        assert_eq!(Format::from_path(Path::new("sarif")), None);
    }
}
