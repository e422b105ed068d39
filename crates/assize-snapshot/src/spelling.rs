//! The many spellings of one value: dates, durations, versions, switches and numbers as exports write them.

use jiff::{Timestamp, Unit, civil::DateTime, tz::TimeZone};

/// The duration that `Unlimited` stands for.
const UNLIMITED: i64 = i64::MAX;
const MICROS_PER_SECOND: i64 = 1_000_000;

/// A point in time, in microseconds since 1970, or why the text is none.
///
/// Accepts `/Date(ms)/` with or without its slashes, and ISO 8601 with a zone. Without a zone the text is taken as UTC only if
/// `utc` says so; the years 1 and 9999 mean "never" in every zone.
pub fn time(text: &str, utc: bool) -> Result<i64, String> {
    let text = text.trim();
    if let Some(millis) = date_millis(text) {
        return millis
            .checked_mul(1000)
            .ok_or_else(|| format!("`{text}` is out of range"));
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp.as_microsecond());
    }
    let Ok(civil) = text.parse::<DateTime>() else {
        return Err(format!(
            "`{text}` is no unambiguous time; expected ISO 8601 with a zone or `/Date(ms)/`"
        ));
    };
    if !utc && !matches!(civil.year(), 1 | 9999) {
        return Err(format!(
            "`{text}` has no time zone; expected `Z` or an offset at its end"
        ));
    }
    let zoned = civil
        .to_zoned(TimeZone::UTC)
        .map_err(|error| error.to_string())?;
    Ok(zoned.timestamp().as_microsecond())
}

/// A point in time as RFC 3339 in UTC, to the second.
pub fn format_time(micros: i64) -> String {
    match Timestamp::from_microsecond(micros) {
        Ok(timestamp) => timestamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Err(_) => format!("{micros} µs since 1970"),
    }
}

/// The milliseconds of `/Date(1574202819000)/` or `Date(1574202819000+0200)`; the offset tells only how to show it.
fn date_millis(text: &str) -> Option<i64> {
    let inner = text
        .trim_matches('/')
        .strip_prefix("Date(")?
        .strip_suffix(')')?;
    let digits = inner
        .find(['+', '-'])
        .filter(|at| *at > 0)
        .map_or(inner, |at| &inner[..at]);
    digits.parse().ok()
}

/// A length of time in microseconds, or why the text is none: `90.00:00:00`, `06:00:00.5`, `PT8H`, `Unlimited`.
pub fn duration(text: &str) -> Result<i64, String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("unlimited") {
        return Ok(UNLIMITED);
    }
    let parsed = if text.contains('P') {
        iso_duration(text)
    } else {
        clock_duration(text)
    };
    parsed.ok_or_else(|| {
        format!("`{text}` is no duration; expected `days.hours:minutes:seconds` or ISO 8601")
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked first"
)]
fn iso_duration(text: &str) -> Option<i64> {
    let span: jiff::Span = text.parse().ok()?;
    let micros = span
        .total((Unit::Microsecond, jiff::SpanRelativeTo::days_are_24_hours()))
        .ok()?;
    (micros.abs() < 9e18).then_some(micros as i64)
}

fn clock_duration(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut parts = text.split(':');
    let (first, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (days, hours) = first.split_once('.').unwrap_or(("0", first));
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let number = |text: &str| {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            text.parse::<i64>().ok()
        } else {
            None
        }
    };
    let total = number(days)?.checked_mul(24)?.checked_add(number(hours)?)?;
    let total = total.checked_mul(60)?.checked_add(number(minutes)?)?;
    let total = total.checked_mul(60)?.checked_add(number(seconds)?)?;
    let micros = if fraction.is_empty() {
        0
    } else {
        number(&format!("{fraction:0<6}")[..6])?
    };
    total
        .checked_mul(MICROS_PER_SECOND)?
        .checked_add(micros)?
        .checked_mul(sign)
}

/// A version of up to four numbers, or why the text is none.
pub fn version(text: &str) -> Result<[u64; 4], String> {
    let error =
        || format!("`{text}` is no version; expected up to four numbers with dots between them");
    let mut parts = [0; 4];
    for (nth, part) in text.trim().split('.').enumerate() {
        if nth == parts.len() || part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Err(error());
        }
        parts[nth] = part.parse().map_err(|_| error())?;
    }
    Ok(parts)
}

/// A switch as text: `True`, `$true`, `1` and their opposites.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    let text = text.trim().trim_start_matches('$');
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    (is("true") || text == "1")
        .then_some(true)
        .or_else(|| (is("false") || text == "0").then_some(false))
}

/// Whether a text is what PowerShell writes in place of a value that lay deeper than `-Depth`.
pub fn is_truncated(text: &str) -> bool {
    let type_name = |word: &str| {
        word.starts_with("System.")
            && (word.ends_with("[]") || word.starts_with("System.Collections."))
    };
    let mut words = text.split(' ');
    text.starts_with("@{") && text.ends_with('}') || !text.is_empty() && words.all(type_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_every_spelling() {
        let expected = Ok(1_795_153_931_000_000);
        for text in [
            "/Date(1795153931000)/",
            "Date(1795153931000)",
            "/Date(1795153931000+0100)/",
            "2026-11-20T05:52:11Z",
            "2026-11-20T05:52:11.0000000Z",
            "2026-11-20T06:52:11+01:00",
        ] {
            assert_eq!(time(text, false), expected, "{text}");
        }
        assert_eq!(time("2026-11-20T05:52:11", true), expected);
        assert_eq!(
            time("/Date(-62135596800000)/", false),
            time("0001-01-01T00:00:00", false)
        );
    }

    #[test]
    fn what_depends_on_culture_or_zone_is_refused() {
        for text in [
            "20/11/2026 05:52:11",
            "05/04/2026 17:15:48 Coordinated Universal Time",
            "2026-11-20T05:52:11",
            "",
        ] {
            assert!(time(text, false).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_in_every_spelling() {
        let day = 86_400_000_000;
        for (text, expected) in [
            ("90.00:00:00", 90 * day),
            ("06:00:00", day / 4),
            ("00:00:00.3000000", 300_000),
            ("PT8H", day / 3),
            ("P1D", day),
            ("-1.00:00:00", -day),
            ("Unlimited", i64::MAX),
        ] {
            assert_eq!(duration(text), Ok(expected), "{text}");
        }
        for text in ["", "90", "1:2", "a:b:c", "99999999999999999999:00:00"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn versions_and_switches() {
        assert_eq!(version("16.0.17531.20190"), Ok([16, 0, 17531, 20190]));
        assert_eq!(version("15"), Ok([15, 0, 0, 0]));
        assert!(
            version("1.2.3.4.5").is_err() && version("1..2").is_err() && version("v1").is_err()
        );
        assert_eq!(boolean("$True"), Some(true));
        assert_eq!(boolean("no"), None);
    }

    #[test]
    fn truncation_is_told_from_values() {
        for text in [
            "System.Object[]",
            "System.Object[] System.Object[]",
            "System.Collections.Hashtable",
            "@{a=1; b=2}",
        ] {
            assert!(is_truncated(text), "{text}");
        }
        for text in [
            "",
            "contoso.com",
            "System.Center",
            "Microsoft.Exchange.Rules.Predicate",
        ] {
            assert!(!is_truncated(text), "{text}");
        }
    }
}
