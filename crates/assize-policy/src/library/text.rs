//! Texts.

use rhai::{EvalAltResult, ImmutableString, Module, Position};

use super::function::LibraryFunction;
use crate::{context::Answer, engine::function};

/// A pattern longer than this is refused: the work is the product of both lengths.
const LONGEST_PATTERN: usize = 1_000;

/// Bytes of the text that `replace` makes.
const LONGEST_TEXT: usize = 100_000;

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "pad",
        &["text.pad(length: number, padding: text) -> nothing"],
        "Adds a padding at the end of a text until it is long enough, in place.",
    ),
    LibraryFunction::new(
        "replace",
        &["text.replace(old: text, new: text) -> nothing"],
        "Replaces each place where a part stands in a text, in place.",
    ),
    LibraryFunction::new(
        "lower",
        &["lower(text: text) -> text"],
        "The text in small letters; the text itself stays as it is.",
    ),
    LibraryFunction::new(
        "trim",
        &["trim(text: text) -> text"],
        "The text without the blanks around it; the text itself stays as it is.",
    ),
    LibraryFunction::new(
        "split",
        &[
            "text.split(by: text) -> list of text",
            "text.split() -> list of text",
        ],
        "The parts of a text between the places where another stands, or between blanks.",
    ),
    LibraryFunction::new(
        "starts_with",
        &["text.starts_with(start: text) -> bool"],
        "Whether a text begins with another, case included.",
    ),
    LibraryFunction::new(
        "ends_with",
        &["text.ends_with(end: text) -> bool"],
        "Whether a text ends with another, case included.",
    ),
    LibraryFunction::new(
        "same_text",
        &["same_text(a: text, b: text) -> bool"],
        "Whether two texts are equal, ignoring case.",
    ),
    LibraryFunction::new(
        "matches_glob",
        &["matches_glob(text: text, pattern: text) -> bool"],
        "Whether a text is as a pattern such as `*_test` says: `*` is any text, `?` one character; case does not count.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    function!(module, "pad", |text: &mut ImmutableString,
                              length: i64,
                              padding: &str|
     -> Answer<()> {
        *text = padded(text, length, padding)?.into();
        Ok(())
    });
    macro_rules! replacing {
        ($($old:ty, $new:ty);*) => { $(
            function!(module, "replace", |text: &mut ImmutableString,
                                          old: $old,
                                          new: $new|
             -> Answer<()> {
                *text = replaced(text, &old.to_string(), &new.to_string())?.into();
                Ok(())
            });
        )* };
    }
    replacing!(&str, &str; &str, char; char, &str; char, char);
    function!(module, "lower", |text: &str| text.to_lowercase());
    function!(module, "trim", |text: &str| text.trim().to_owned());
    function!(module, "same_text", same_text);
    function!(module, "matches_glob", |text: &str,
                                       pattern: &str|
     -> Answer<bool> {
        if pattern.len() > LONGEST_PATTERN {
            return Err(format!("the pattern is longer than {LONGEST_PATTERN} bytes").into());
        }
        let lower = |text: &str| text.to_lowercase().chars().collect::<Vec<_>>();
        Ok(glob(&lower(text), &lower(pattern)))
    });
}

/// Whether two texts are equal but for case.
pub(crate) fn same_text(left: &str, right: &str) -> bool {
    if left.is_ascii() && right.is_ascii() {
        return left.eq_ignore_ascii_case(right);
    }
    left.to_lowercase() == right.to_lowercase()
}

/// The engine's own counts the characters anew for each that it adds.
fn padded(text: &str, length: i64, padding: &str) -> Answer<String> {
    let missing = usize::try_from(length)
        .unwrap_or(0)
        .saturating_sub(text.chars().count());
    let longest = missing
        .saturating_mul(padding.len().min(4))
        .saturating_add(text.len());
    if longest > 4 * LONGEST_TEXT {
        let what = "Length of string".to_owned();
        return Err(EvalAltResult::ErrorDataTooLarge(what, Position::NONE).into());
    }
    let Some(whole) = missing.checked_div(padding.chars().count()) else {
        return Ok(text.to_owned());
    };
    let rest = padding.chars().take(missing % padding.chars().count());
    Ok(format!(
        "{text}{}{}",
        padding.repeat(whole),
        rest.collect::<String>()
    ))
}

fn replaced(text: &str, old: &str, new: &str) -> Answer<String> {
    // An empty text is found before each character and at the end.
    let found = text.matches(old).count();
    let longest = text.len().saturating_add(found.saturating_mul(new.len()));
    if new.len() > old.len() && longest - found * old.len() > LONGEST_TEXT {
        let what = "Length of string".to_owned();
        return Err(EvalAltResult::ErrorDataTooLarge(what, Position::NONE).into());
    }
    Ok(text.replace(old, new))
}

/// Matches with one point to go back to: the last `*`.
fn glob(text: &[char], pattern: &[char]) -> bool {
    let (mut at, mut next) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(next) {
            Some('*') => {
                star = Some((next, at));
                next += 1;
            }
            Some(character) if *character == '?' || *character == text[at] => {
                at += 1;
                next += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else {
                    return false;
                };
                next = star_at + 1;
                at = taken + 1;
                star = Some((star_at, at));
            }
        }
    }
    pattern[next..].iter().all(|character| *character == '*')
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn globs() {
        let is = |text: &str, pattern: &str| {
            glob(
                &text.chars().collect::<Vec<_>>(),
                &pattern.chars().collect::<Vec<_>>(),
            )
        };
        assert!(
            is("orders_test", "*_test") && is("abc", "a?c") && is("", "*") && is("aXbXc", "a*b*c")
        );
        assert!(!is("orders", "*_test") && !is("ab", "a?c") && !is("abc", "ab"));
    }

    /// What a glob means, by trying every length for every `*`.
    fn slow(text: &[char], pattern: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|taken| slow(&text[taken..], rest)),
            Some((wanted, rest)) => text.split_first().is_some_and(|(character, after)| {
                (*wanted == '?' || wanted == character) && slow(after, rest)
            }),
        }
    }

    proptest::proptest! {
        #[test]
        fn globs_agree_with_their_meaning(text in "[ab]{0,12}", pattern in "[ab*?]{0,8}") {
            let characters = |text: &str| text.chars().collect::<Vec<_>>();
            let (text, pattern) = (characters(&text), characters(&pattern));
            proptest::prop_assert_eq!(glob(&text, &pattern), slow(&text, &pattern));
        }

        #[test]
        fn replacing_and_padding_keep_their_bounds(text in "[ab€]{0,20}", length in -5_i64..50) {
            let padded = super::padded(&text, length, "-€").unwrap();
            let expected = usize::try_from(length).unwrap_or(0).max(text.chars().count());
            proptest::prop_assert_eq!(padded.chars().count(), expected);
            let replaced = super::replaced(&text, "a", "€€").unwrap();
            proptest::prop_assert_eq!(replaced, text.replace('a', "€€"));
        }
    }
}
