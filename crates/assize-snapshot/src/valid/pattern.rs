//! Patterns of schemas that mean the same in ECMA-262 and here.

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Parts that a pattern of bytes may have.
const MOST_PARTS: usize = 64;

/// A pattern, ready to match.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    /// A whole text of bytes, part by part: identifiers and addresses are, and a table is much faster than an automaton.
    Parts(Vec<Part>),
    /// The same where every part has one length.
    Fixed(Fixed),
    /// The beginning of a text.
    Beginning(String),
    Regex(Regex),
}

impl Pattern {
    /// Reads a pattern; `None` where ECMA-262 might mean something else by it.
    pub(super) fn new(text: &str) -> Option<Self> {
        let source = translated(text)?;
        let hir = regex_syntax::parse(&source).ok()?;
        if let Some(pattern) = parts(&hir).or_else(|| beginning(&hir)) {
            return Some(pattern);
        }
        let regex = regex::RegexBuilder::new(&source)
            .size_limit(1 << 20)
            .build();
        regex.ok().map(Self::Regex)
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Fixed(fixed) => fixed.is_match(text.as_bytes()),
            Self::Parts(parts) => {
                let mut rest = text.as_bytes();
                let all = parts.iter().all(|part| part.take(&mut rest));
                all && rest.is_empty()
            }
            Self::Beginning(beginning) => text.starts_with(beginning.as_str()),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// So many bytes of a set.
#[derive(Debug, Clone)]
pub(super) struct Part {
    set: Box<[bool; 256]>,
    least: u32,
    most: u32,
}

impl Part {
    /// Takes as many bytes as there are; whether they are enough.
    fn take(&self, rest: &mut &[u8]) -> bool {
        let count = rest
            .iter()
            .take(self.most as usize)
            .take_while(|byte| self.set[usize::from(**byte)])
            .count();
        *rest = &rest[count..];
        count >= self.least as usize
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.set
            .iter()
            .zip(other.set.iter())
            .any(|(own, other)| *own && *other)
    }
}

/// A text of one length.
#[derive(Debug, Clone)]
pub(super) struct Fixed {
    /// For each byte, a bit for each place where it may stand.
    places: Box<[u64; 256]>,
    length: usize,
}

impl Fixed {
    fn new(parts: &[Part]) -> Option<Self> {
        let is_fixed = parts.iter().all(|part| part.least == part.most);
        let mut length = 0;
        let mut places = Box::new([0; 256]);
        for part in parts.iter().filter(|_| is_fixed) {
            for place in length..length + part.most as usize {
                let bit = 1_u64.checked_shl(u32::try_from(place).ok()?)?;
                for (places, _) in places.iter_mut().zip(&*part.set).filter(|(_, is)| **is) {
                    *places |= bit;
                }
            }
            length += part.most as usize;
        }
        (length > 0).then_some(Self { places, length })
    }

    fn is_match(&self, text: &[u8]) -> bool {
        let [first, rest @ ..] = text else {
            return false;
        };
        let places = |byte: &u8| self.places[usize::from(*byte)];
        // The bit of a place stays where every byte so far may stand where it does.
        text.len() == self.length
            && rest
                .iter()
                .fold(places(first) & 1, |so_far, byte| so_far << 1 & places(byte))
                != 0
    }
}

/// `^` and `$` around bytes, classes of bytes, and numbers of them; `None` for anything else, and where taking as many as there
/// are could take what a later part needs.
fn parts(hir: &Hir) -> Option<Pattern> {
    let HirKind::Concat(all) = hir.kind() else {
        return None;
    };
    let [first, middle @ .., last] = all.as_slice() else {
        return None;
    };
    let is = |part: &Hir, look: Look| matches!(part.kind(), HirKind::Look(own) if *own == look);
    if !is(first, Look::Start) || !is(last, Look::End) {
        return None;
    }
    let mut parts = Vec::new();
    for part in middle {
        add(part, (1, 1), &mut parts)?;
    }
    let is_greedy = |pair: &[Part]| {
        let [part, next] = pair else { return false };
        part.least == part.most || next.least > 0 && !part.overlaps(next)
    };
    parts
        .windows(2)
        .all(is_greedy)
        .then(|| Fixed::new(&parts).map_or_else(|| Pattern::Parts(parts), Pattern::Fixed))
}

fn add(hir: &Hir, (least, most): (u32, u32), parts: &mut Vec<Part>) -> Option<()> {
    if parts.len() > MOST_PARTS {
        return None;
    }
    let one = (least, most) == (1, 1);
    match hir.kind() {
        HirKind::Literal(literal) if one || literal.0.len() == 1 => {
            for byte in &literal.0 {
                parts.push(part(&[(*byte, *byte)], least, most));
            }
        }
        HirKind::Class(Class::Unicode(class)) if class.is_ascii() => {
            let ranges: Option<Vec<(u8, u8)>> = class
                .iter()
                .map(|range| {
                    Some((
                        u8::try_from(range.start()).ok()?,
                        u8::try_from(range.end()).ok()?,
                    ))
                })
                .collect();
            parts.push(part(&ranges?, least, most));
        }
        HirKind::Repetition(repetition) if one => match repetition.sub.kind() {
            HirKind::Class(_) | HirKind::Literal(_) => {
                let most = repetition.max.unwrap_or(u32::MAX);
                add(&repetition.sub, (repetition.min, most), parts)?;
            }
            _ if repetition.max == Some(repetition.min) => {
                for _ in 0..repetition.min {
                    add(&repetition.sub, (1, 1), parts)?;
                }
            }
            _ => return None,
        },
        HirKind::Capture(group) if one => add(&group.sub, (1, 1), parts)?,
        HirKind::Concat(all) if one => {
            for hir in all {
                add(hir, (1, 1), parts)?;
            }
        }
        _ => return None,
    }
    Some(())
}

fn part(ranges: &[(u8, u8)], least: u32, most: u32) -> Part {
    let mut set = Box::new([false; 256]);
    for (first, last) in ranges {
        set[usize::from(*first)..=usize::from(*last)].fill(true);
    }
    Part { set, least, most }
}

/// `^` and a text.
fn beginning(hir: &Hir) -> Option<Pattern> {
    let HirKind::Concat(parts) = hir.kind() else {
        return None;
    };
    match parts.as_slice() {
        [first, text] if matches!(first.kind(), HirKind::Look(Look::Start)) => match text.kind() {
            HirKind::Literal(literal) => String::from_utf8(literal.0.to_vec())
                .ok()
                .map(Pattern::Beginning),
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
            (
                "^[0-9a-f]{8}-[0-9a-f]{4}$",
                "0123abcd-ffff",
                "0123ABCD-ffff",
            ),
            ("^[0-9a-f]{2}$", "0f", "0f0"),
            ("^ä$", "ä", "a"),
            ("^[ä-ö]$", "ö", "o"),
            ("^/subscriptions/", "/subscriptions/1", "x/subscriptions/"),
            ("^\\d{1,3}(\\.\\d{1,3}){3}$", "10.0.0.1", "10x0x0x1"),
            ("a\\/b", "a/b", "a\\/b"),
            (
                "^[0-9a-f]{62}-[x-z]$",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd-z",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd-a",
            ),
            ("^[ab][bc][cd]$", "bbd", "bad"),
            ("^[ab][bc][cd]$", "acc", "ac"),
        ] {
            let pattern = Pattern::new(text).unwrap();
            assert!(pattern.is_match(yes) && !pattern.is_match(no), "{text}");
        }
        for (pattern, text) in [
            ("^[0-9]{3}$", "12"),
            ("^[A-F]+$", ""),
            ("^\\d{1,3}(\\.\\d{1,3}){3}$", "1.2.3"),
            ("^a*b$", "aab "),
        ] {
            assert!(
                !Pattern::new(pattern).unwrap().is_match(text),
                "{pattern} {text}"
            );
        }
        assert!(Pattern::new("^a*b$").unwrap().is_match("b"));
        for text in ["a.b", "(?=a)b", "[^a]", "\\w+", "[\\d]", "\\bx"] {
            assert!(Pattern::new(text).is_none(), "{text}");
        }
    }

    #[test]
    fn identifiers_and_beginnings_need_no_automaton() {
        for text in [
            "^[0-9a-f]{8}-[0-9a-f]{4}$",
            "^\\d{1,3}(\\.\\d{1,3}){3}$",
            "^[A-F]+$",
            "^CN=[a-z]*;$",
        ] {
            assert!(
                matches!(
                    Pattern::new(text),
                    Some(Pattern::Parts(_) | Pattern::Fixed(_))
                ),
                "{text}"
            );
        }
        for (text, length) in [("^[0-9A-F]{64}$", 64), ("^a-b$", 3)] {
            let pattern = Pattern::new(text);
            assert!(
                matches!(pattern, Some(Pattern::Fixed(fixed)) if fixed.length == length),
                "{text}"
            );
        }
        for text in ["^[0-9A-F]{65}$", "^[0-9]{1,3}$", "^[0-9]{100000}$"] {
            let pattern = Pattern::new(text);
            assert!(matches!(pattern, Some(Pattern::Parts(_))), "{text}");
        }
        let beginning = Pattern::new("^/subscriptions/");
        assert!(matches!(beginning, Some(Pattern::Beginning(_))));
        // Here a part could take what the next one needs.
        for text in [
            "^[a-z]+z$",
            "^a*[ab]?b$",
            "^(-preview)?$",
            "^a|b$",
            "^(ab){2,3}$",
        ] {
            assert!(
                matches!(Pattern::new(text), Some(Pattern::Regex(_))),
                "{text}"
            );
        }
    }
}
