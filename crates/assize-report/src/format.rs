use std::{io::Write, path::Path, str::FromStr};

use crate::{Needs, Options, Reporter};

/// What is to be known of a format before it writes anything. Each format says it in its own file.
pub(crate) struct About {
    /// The word that users write.
    pub(crate) word: &'static str,
    /// The extensions that mean the format, in lower case and without the first dot.
    pub(crate) extensions: &'static [&'static str],
    /// What has to be computed for it.
    pub(crate) needs: Needs,
    /// With [`Options::verbose`] it lists passes, too.
    pub(crate) lists_passes_if_verbose: bool,
    /// Others write to the same file: what is there stays.
    pub(crate) appends: bool,
}

impl About {
    /// A format that no extension means and that needs nothing.
    pub(crate) const fn new(word: &'static str) -> Self {
        Self {
            word,
            extensions: &[],
            needs: Needs::NOTHING,
            lists_passes_if_verbose: false,
            appends: false,
        }
    }
}

/// Declares the formats: for each a variant, and the module that has its `ABOUT` and a reporter of the variant's name.
macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident in $($module:ident)::+,)+) => {
        /// The output formats.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Format {
            $($(#[$doc])* $variant,)+
        }

        impl Format {
            /// Every format.
            pub const ALL: &[Format] = &[$(Self::$variant),+];

            pub(crate) fn about(self) -> &'static About {
                match self {
                    $(Self::$variant => &crate::$($module)::+::ABOUT,)+
                }
            }
        }

        /// Makes the reporter of a format. It writes in small pieces: give it a buffered `out`.
        pub fn reporter<'w, W: Write + 'w>(
            format: Format,
            options: &Options,
            out: W,
        ) -> Box<dyn Reporter + 'w> {
            match format {
                $(Format::$variant => Box::new(crate::$($module)::+::$variant::new(options, out)),)+
            }
        }
    };
}

formats! {
    /// For people: the source with the value underlined, the path, the fix.
    Text in text,
    /// For people and `grep`: a line each.
    Compact in compact,
    /// For programs: every verdict, in the project's own versioned shape.
    Json in json,
    /// SARIF 2.1.0 with every verdict, for auditors and for viewers.
    Sarif in sarif::full,
    /// SARIF 2.1.0 with failures only, inside the limits of GitHub code scanning.
    SarifGithub in sarif::github,
    /// For scripts: rule, file and JSON Pointer of each failure, separated by tabs.
    Pointers in pointers,
    /// JUnit XML, for the test views of build servers.
    Junit in junit,
    /// Commands for the log of a GitHub workflow that annotate a change, the worst findings first.
    Github in github,
    /// Markdown for the summary of a step in a GitHub workflow; added to the file that is there.
    GithubSummary in github_summary,
    /// Code Quality of GitLab: what a merge request shows as degradations.
    Gitlab in gitlab,
    /// A table of every verdict that is no pass, for spreadsheets and scripts.
    Csv in csv,
    /// A table of what has to be done, with empty columns for who does it and until when.
    ActionPlan in action_plan,
    /// Markdown for a comment on a change, no longer than a comment may be.
    Markdown in markdown,
    /// One HTML page that needs nothing beside it.
    Html in html_report,
    /// OSCAL assessment results, for tools of compliance.
    Oscal in oscal,
    /// OCSF compliance findings, one on a line, for what collects events.
    Ocsf in ocsf,
}

impl Format {
    /// The word that users write.
    pub fn as_str(self) -> &'static str {
        self.about().word
    }

    /// The extensions that mean the format, without the first dot.
    pub fn extensions(self) -> &'static [&'static str] {
        self.about().extensions
    }

    /// The format that a file's extension means, in either case; of two extensions the longer one decides.
    pub fn from_path(path: &Path) -> Option<Format> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let length = |format: &Format| {
            let extensions = format.extensions().iter();
            let own = extensions.filter(|extension| {
                let stem = name.strip_suffix(**extension);
                stem.is_some_and(|stem| stem.len() > 1 && stem.ends_with('.'))
            });
            own.map(|extension| extension.len()).max()
        };
        let fitting = Self::ALL.iter().filter(|format| length(format).is_some());
        fitting.max_by_key(|format| length(format)).copied()
    }

    /// What has to be computed for this format. [`Options::needs`] takes the options into account.
    pub fn needs(self) -> Needs {
        self.about().needs
    }

    /// Whether others write to the same file, so that a report goes after what is there.
    pub fn appends(self) -> bool {
        self.about().appends
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
        let of = |path: &str| Format::from_path(Path::new(path));
        assert_eq!(of("a/b.SARIF"), Some(Format::Sarif));
        assert_eq!(of("b.sarif.json"), Some(Format::Sarif));
        assert_eq!(of("sarif.json"), Some(Format::Json));
        assert_eq!(of("b.txt"), Some(Format::Text));
        assert_eq!(of("b.xml"), Some(Format::Junit));
        assert_eq!(of("b.csv"), Some(Format::Csv));
        for none in ["sarif", ".json", "json.", "b.jsonl", ""] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn an_extension_means_one_format() {
        let all = Format::ALL.iter();
        let mut extensions: Vec<_> = all.flat_map(|format| format.extensions()).collect();
        let count = extensions.len();
        extensions.sort();
        extensions.dedup();
        assert_eq!(extensions.len(), count);
    }
}
