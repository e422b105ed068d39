//! Patterns with `*`, `**` and `?`, for paths of files and for paths into snapshots. Matching takes time in proportion to the
//! product of both lengths, whatever they hold.

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob {
    text: String,
    parts: Vec<Part>,
    stops: &'static [char],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// This character.
    Is(char),
    /// One character that is no stop.
    One,
    /// Any characters that are no stops.
    Some,
    /// Any characters.
    Any,
}

impl Glob {
    /// A pattern of file paths: `*` and `?` stay within one folder, `**` does not.
    pub(crate) fn of_files(text: &str) -> Self {
        Self::new(text.strip_prefix("./").unwrap_or(text), &['/'])
    }

    /// A pattern of keyed paths: `*` and `?` stay within one identity or between two, `**` does not.
    pub(crate) fn of_paths(text: &str) -> Self {
        Self::new(text, &['[', ']'])
    }

    fn new(text: &str, stops: &'static [char]) -> Self {
        let mut parts = Vec::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            parts.push(match character {
                '?' => Part::One,
                '*' if characters.peek() == Some(&'*') => {
                    characters.next();
                    // `a/**/b` is also `a/b`.
                    if stops == ['/'] && parts.last().is_none_or(|last| *last == Part::Is('/')) {
                        characters.next_if_eq(&'/');
                    }
                    Part::Any
                }
                '*' => Part::Some,
                other => Part::Is(other),
            });
        }
        Self {
            text: text.to_owned(),
            parts,
            stops,
        }
    }

    /// The pattern as written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it names nothing: it has wildcards and what joins them, and no name.
    pub(crate) fn is_only_wildcards(&self) -> bool {
        let joins = |part: &Part| match part {
            Part::Is(character) => matches!(character, '.' | '[' | ']' | '/' | '$'),
            Part::One | Part::Some | Part::Any => true,
        };
        self.text != "$" && self.parts.iter().all(joins)
    }

    /// Whether it means all of a text.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.run(text, |_, rest| rest.is_empty())
    }

    /// Whether it means a value or what encloses it: `Domain[a]` means `Domain[a].Enabled`, too. `$` is the whole snapshot.
    pub(crate) fn matches_path(&self, path: &str) -> bool {
        if self.text == "$" {
            return path.is_empty();
        }
        let is_border = |_: usize, rest: &str| {
            rest.is_empty() || rest.starts_with('.') || rest.starts_with("[\"")
        };
        self.run(path, is_border)
    }

    /// Whether it means a beginning of the text that ends where `ends` says that one may end.
    fn run(&self, text: &str, ends: impl Fn(usize, &str) -> bool) -> bool {
        let mut at = vec![false; self.parts.len() + 1];
        at[0] = true;
        self.skip_empty(&mut at);
        if at[self.parts.len()] && ends(0, text) {
            return true;
        }
        for (start, character) in text.char_indices() {
            let mut next = vec![false; at.len()];
            for (index, part) in self
                .parts
                .iter()
                .enumerate()
                .filter(|(index, _)| at[*index])
            {
                let is_stop = self.stops.contains(&character);
                match part {
                    Part::Is(own) => next[index + 1] |= *own == character,
                    Part::One => next[index + 1] |= !is_stop,
                    Part::Some => next[index] |= !is_stop,
                    Part::Any => next[index] = true,
                }
            }
            self.skip_empty(&mut next);
            at = next;
            let end = start + character.len_utf8();
            if at[self.parts.len()] && ends(end, &text[end..]) {
                return true;
            }
        }
        false
    }

    /// A wildcard of many characters may stand for none.
    fn skip_empty(&self, at: &mut [bool]) {
        for (index, part) in self.parts.iter().enumerate() {
            if at[index] && matches!(part, Part::Some | Part::Any) {
                at[index + 1] = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn files() {
        for (pattern, path, expected) in [
            ("tenants/*/dns.json", "tenants/acme/dns.json", true),
            ("tenants/*.json", "tenants/acme/dns.json", false),
            ("tenants/**", "tenants/acme/dns.json", true),
            ("**/dns.json", "tenants/acme/dns.json", true),
            ("**/dns.json", "dns.json", true),
            ("tenants/**/dns.json", "tenants/dns.json", true),
            ("./a?.json", "ab.json", true),
            ("a.json", "ab.json", false),
            ("", "", true),
        ] {
            assert_eq!(
                Glob::of_files(pattern).matches(path),
                expected,
                "{pattern} {path}"
            );
        }
    }

    #[test]
    fn keyed_paths() {
        for (pattern, path, expected) in [
            ("Domain[contoso.com]", "Domain[contoso.com]", true),
            ("Domain[contoso.com]", "Domain[contoso.com].Enabled", true),
            ("Domain[contoso.com]", "Domain[contoso.com]x", false),
            ("Domain", "Domain[contoso.com].Enabled", false),
            ("Domain[*].Enabled", "Domain[contoso.com].Enabled", true),
            (
                "Domain[*.com].Enabled",
                "Domain[contoso.net].Enabled",
                false,
            ),
            ("Do", "Domain", false),
            ("$", "", true),
            ("$", "Domain", false),
        ] {
            assert_eq!(
                Glob::of_paths(pattern).matches_path(path),
                expected,
                "{pattern} {path}"
            );
        }
    }

    #[test]
    fn hostile_patterns_end() {
        let pattern = "*a".repeat(200);
        assert!(!Glob::of_paths(&pattern).matches(&"a".repeat(5000).replace("aaaa", "aaab")));
    }

    #[test]
    fn what_names_nothing() {
        for (pattern, expected) in [
            ("*", true),
            ("**", true),
            ("[*].*", true),
            ("a*", false),
            ("$", false),
        ] {
            assert_eq!(
                Glob::of_paths(pattern).is_only_wildcards(),
                expected,
                "{pattern}"
            );
        }
    }
}
