//! Texts.

use rhai::Module;

use crate::{context::Answer, engine::function};

/// A pattern longer than this is refused: the work is the product of both lengths.
const LONGEST_PATTERN: usize = 1_000;

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    // `same_text(a, b)`: equal, ignoring case.
    function!(module, "same_text", |left: &str, right: &str| left
        .to_lowercase()
        == right.to_lowercase());
    // `matches_glob("orders_test", "*_test")`: `*` is any text, `?` one character; case does not count.
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
}
