use crate::{Format, Needs};

/// What the caller decides, apart from the format.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Options {
    /// Text is coloured with ANSI escapes.
    pub color: bool,
    /// Text and CSV list also the verdicts `pass` and `not applicable`, a line each.
    pub verbose: bool,
    /// Text shows findings on one line each and the counts on one line, and nothing else. Outranks `verbose`.
    pub quiet: bool,
    /// The command line, for formats that record it.
    pub command_line: Option<String>,
}

impl Options {
    /// What a format needs under these options: [`Format::needs`], but a format that lists passes needs those located, and
    /// quiet text needs nothing.
    pub fn needs(&self, format: Format) -> Needs {
        match format {
            Format::Text if self.quiet => Needs::default(),
            other => {
                let mut needs = other.needs();
                needs.passes |= self.verbose && other.about().lists_passes_if_verbose;
                needs
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Options;
    use crate::{Format, Needs};

    #[test]
    fn options_change_what_text_needs() {
        let needs = |quiet, verbose| {
            Options {
                verbose,
                quiet,
                ..Options::default()
            }
            .needs(Format::Text)
        };
        assert_eq!(
            needs(false, false),
            Needs {
                excerpts: true,
                ..Needs::default()
            }
        );
        assert_eq!(
            needs(false, true),
            Needs {
                excerpts: true,
                passes: true,
                ..Needs::default()
            }
        );
        assert_eq!(needs(true, true), Needs::default());
    }

    #[test]
    fn needs_unite() {
        let (text, sarif) = (Format::Text.needs(), Format::Sarif.needs());
        let all = Needs {
            excerpts: true,
            line_hashes: true,
            sha256: true,
            passes: true,
            contents: true,
        };
        assert_eq!(text | sarif, all);
    }
}
