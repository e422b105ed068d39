//! Numbers that stand in texts.

use rhai::{Dynamic, Module};

use super::function::LibraryFunction;
use crate::engine::function;

/// Longer texts hold no number.
const LONGEST: usize = 100;

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "number",
        &[
            "number(text: text) -> number?",
            "number(value: number) -> number",
        ],
        "The whole number that a text is, or nothing.",
    ),
    LibraryFunction::new(
        "size_bytes",
        &[
            "size_bytes(text: text) -> number?",
            "size_bytes(value: number) -> number",
        ],
        "The bytes of a size as Exchange writes it, `18 MB (18,874,368 bytes)`, `18 MB` or `18874368`; nothing for `Unlimited` and what else is no size.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    function!(module, "number", |text: &str| option(number(text)));
    function!(module, "number", |value: i64| value);
    function!(module, "size_bytes", |text: &str| option(size_bytes(text)));
    function!(module, "size_bytes", |value: i64| value);
}

fn option(value: Option<i64>) -> Dynamic {
    value.map_or(Dynamic::UNIT, Dynamic::from_int)
}

fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    (text.len() <= LONGEST).then(|| text.parse().ok()).flatten()
}

fn size_bytes(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    if let Some((_, exact)) = text.split_once('(') {
        let exact = exact.strip_suffix(')')?.trim();
        return grouped(exact.strip_suffix("bytes")?.trim());
    }
    let unit_at = text.find(|character: char| character.is_ascii_alphabetic());
    let (amount, unit) = text.split_at(unit_at.unwrap_or(text.len()));
    let factor: i64 = match unit.to_ascii_uppercase().as_str() {
        "" | "B" | "BYTES" => 1,
        "KB" => 1 << 10,
        "MB" => 1 << 20,
        "GB" => 1 << 30,
        "TB" => 1 << 40,
        _ => return None,
    };
    let amount = amount.trim();
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    let digits = |text: &str| text.chars().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 6 {
        return None;
    }
    let bytes = whole.parse::<i64>().ok()?.checked_mul(factor)?;
    let scale = 10_i64.pow(part.len() as u32);
    let more = if part.is_empty() {
        0
    } else {
        part.parse::<i64>().ok()?.checked_mul(factor)? / scale
    };
    bytes.checked_add(more)
}

/// A whole number whose digits stand in groups of three. What stands between the groups depends on the culture of the machine.
fn grouped(text: &str) -> Option<i64> {
    let is_separator =
        |character: char| matches!(character, ',' | '.' | '\'' | '’') || character.is_whitespace();
    let groups: Vec<&str> = text.split(is_separator).collect();
    let is_digits = |group: &&str| group.chars().all(|digit| digit.is_ascii_digit());
    let is_sound = groups.iter().all(is_digits)
        && !groups[0].is_empty()
        && groups[1..].iter().all(|group| group.len() == 3)
        && (groups.len() == 1 || groups[0].len() <= 3);
    is_sound.then(|| groups.concat().parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{number, size_bytes};

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("18 MB (18,874,368 bytes)", Some(18_874_368)),
            ("18 MB (18.874.368 bytes)", Some(18_874_368)),
            ("18 MB (18\u{a0}874\u{a0}368 bytes)", Some(18_874_368)),
            ("18 MB (18’874’368 bytes)", Some(18_874_368)),
            ("0 B (0 bytes)", Some(0)),
            ("1.5 GB", Some(1_610_612_736)),
            ("36MB", Some(37_748_736)),
            ("18874368", Some(18_874_368)),
            ("Unlimited", None),
            ("", None),
            ("18 MB (18,87,4368 bytes)", None),
            ("18 MB (1,8874368 bytes)", None),
            ("18 MB (bytes)", None),
            ("-1 MB", None),
            ("1.2.3 MB", None),
            ("9999999999 TB", None),
            ("99999999999999999999", None),
            ("1,5 MB", None),
        ] {
            assert_eq!(size_bytes(text), bytes, "{text}");
        }
    }

    #[test]
    fn numbers() {
        for (text, value) in [
            (" 42 ", Some(42)),
            ("-7", Some(-7)),
            ("4.2", None),
            ("", None),
            ("0x1f", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(number(text), value, "{text}");
        }
    }
}
