//! Patterns of schemas that mean the same in ECMA-262 and here.

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Bytes that a pattern of a fixed length may have.
const LONGEST: usize = 256;

/// A pattern, ready to match.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    /// A whole text of a fixed length, each byte of a set: identifiers are, and a table is much faster than an automaton.
    Fixed(Vec<Box<[bool; 256]>>),
    /// The beginning of a text.
    Beginning(String),
    Regex(Regex),
}

impl Pattern {
    /// Reads a pattern; `None` where ECMA-262 might mean something else by it.
    pub(super) fn new(text: &str) -> Option<Self> {
        let source = translated(text)?;
        let hir = regex_syntax::parse(&source).ok()?;
        if let Some(pattern) = fixed(&hir).or_else(|| beginning(&hir)) {
            return Some(pattern);
        }
        let regex = regex::RegexBuilder::new(&source).size_limit(1 << 20).build();
        regex.ok().map(Self::Regex)
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Fixed(sets) => {
                sets.len() == text.len()
                    && sets.iter().zip(text.bytes()).all(|(set, byte)| set[usize::from(byte)])
            }
            Self::Beginning(beginning) => text.starts_with(beginning.as_str()),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// `^` and `$` around bytes, classes of bytes, and fixed numbers of them.
fn fixed(hir: &Hir) -> Option<Pattern> {
    let HirKind::Concat(parts) = hir.kind() else {
        return None;
    };
    let [first, middle @ .., last] = parts.as_slice() else {
        return None;
    };
    let is = |part: &Hir, look: Look| matches!(part.kind(), HirKind::Look(own) if *own == look);
    if !is(first, Look::Start) || !is(last, Look::End) {
        return None;
    }
    let mut sets = Vec::new();
    for part in middle {
        match part.kind() {
            HirKind::Repetition(repetition) if repetition.max == Some(repetition.min) => {
                for _ in 0..repetition.min {
                    add(&repetition.sub, &mut sets)?;
                }
            }
            _ => add(part, &mut sets)?,
        }
    }
    Some(Pattern::Fixed(sets))
}

fn add(part: &Hir, sets: &mut Vec<Box<[bool; 256]>>) -> Option<()> {
    let mut push = |bytes: &[(u8, u8)]| {
        let mut set = Box::new([false; 256]);
        for (first, last) in bytes {
            set[usize::from(*first)..=usize::from(*last)].fill(true);
        }
        sets.push(set);
    };
    match part.kind() {
        HirKind::Literal(literal) => literal.0.iter().for_each(|byte| push(&[(*byte, *byte)])),
        HirKind::Class(Class::Unicode(class)) if class.is_ascii() => {
            let ranges: Option<Vec<(u8, u8)>> = class
                .iter()
                .map(|range| Some((u8::try_from(range.start()).ok()?, u8::try_from(range.end()).ok()?)))
                .collect();
            push(&ranges?);
        }
        _ => return None,
    }
    (sets.len() <= LONGEST).then_some(())
}

/// `^` and a text.
fn beginning(hir: &Hir) -> Option<Pattern> {
    let HirKind::Concat(parts) = hir.kind() else {
        return None;
    };
    match parts.as_slice() {
        [first, text] if matches!(first.kind(), HirKind::Look(Look::Start)) => match text.kind() {
            HirKind::Literal(literal) => String::from_utf8(literal.0.to_vec()).ok().map(Pattern::Beginning),
            _ => None,
        },
        _ => None,
    }
}

/// Literals, groups, plain classes, counts and `\d`, written as this engine reads them.
fn translated(text: &str) -> Option<String> {
    let mut source = String::with_capacity(text.len());
    let mut in_class = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            // What a dot leaves out differs, and so does what a class may hold beside characters and ranges.
            '.' if !in_class => return None,
            '[' | '^' | '&' | '~' | '\\' if in_class => return None,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if characters.as_str().starts_with('?') => return None,
            '\\' => match characters.next()? {
                'd' => {
                    source.push_str("[0-9]");
                    continue;
                }
                escaped if escaped.is_ascii_punctuation() => {
                    source.extend(['\\', escaped]);
                    continue;
                }
                _ => return None,
            },
            _ => {}
        }
        source.push(character);
    }
    Some(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_mean_the_same() {
        for (text, yes, no) in [
            ("^[0-9a-f]{8}-[0-9a-f]{4}$", "0123abcd-ffff", "0123ABCD-ffff"),
            ("^[0-9a-f]{2}$", "0f", "0f0"),
            ("^ä$", "ä", "a"),
            ("^[ä-ö]$", "ö", "o"),
            ("^/subscriptions/", "/subscriptions/1", "x/subscriptions/"),
            ("^\\d{1,3}(\\.\\d{1,3}){3}$", "10.0.0.1", "10x0x0x1"),
            ("a\\/b", "a/b", "a\\/b"),
        ] {
            let pattern = Pattern::new(text).unwrap();
            assert!(pattern.is_match(yes) && !pattern.is_match(no), "{text}");
        }
        for text in ["a.b", "(?=a)b", "[^a]", "\\w+", "[\\d]", "\\bx"] {
            assert!(Pattern::new(text).is_none(), "{text}");
        }
    }

    #[test]
    fn identifiers_and_beginnings_need_no_automaton() {
        let fixed = Pattern::new("^[0-9a-f]{8}-[0-9a-f]{4}$");
        assert!(matches!(fixed, Some(Pattern::Fixed(sets)) if sets.len() == 13));
        let beginning = Pattern::new("^/subscriptions/");
        assert!(matches!(beginning, Some(Pattern::Beginning(_))));
        let long = Pattern::new("^[0-9]{300}$").unwrap();
        assert!(matches!(long, Pattern::Regex(_)) && long.is_match(&"7".repeat(300)));
    }
}
