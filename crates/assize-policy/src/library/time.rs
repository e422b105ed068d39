//! Times and durations.

use rhai::Module;

use super::function::LibraryFunction;
use crate::{
    context::{Answer, indeterminate},
    engine::function,
    node::{Duration, Time},
};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "time",
        &["time(text: text) -> time", "time(value: time) -> time"],
        "The time that a text such as `2026-11-20T06:00:00Z` names, for fields that the schema does not call times. A date alone is its midnight in UTC; for what is no time, or has no zone, the verdict is indeterminate.",
    ),
    LibraryFunction::new(
        "days",
        &["days(count: number) -> duration", "duration.days -> number"],
        "That many days; of a duration, its whole days, rounded towards the past, so that half a day overdue is -1.",
    ),
    LibraryFunction::new(
        "hours",
        &[
            "hours(count: number) -> duration",
            "duration.hours -> number",
        ],
        "That many hours; of a duration, its whole hours.",
    ),
    LibraryFunction::new(
        "minutes",
        &[
            "minutes(count: number) -> duration",
            "duration.minutes -> number",
        ],
        "That many minutes; of a duration, its whole minutes.",
    ),
    LibraryFunction::new(
        "seconds",
        &[
            "seconds(count: number) -> duration",
            "duration.seconds -> number",
        ],
        "That many seconds; of a duration, its whole seconds.",
    ),
    LibraryFunction::new(
        "min",
        &["min(a: same, b: same) -> same"],
        "The lesser of two numbers, the earlier of two times, the shorter of two durations.",
    ),
    LibraryFunction::new(
        "max",
        &["max(a: same, b: same) -> same"],
        "The greater of two numbers, the later of two times, the longer of two durations.",
    ),
];

/// Adds the functions and operators.
pub(crate) fn add(module: &mut Module) {
    function!(
        module,
        "time",
        |text: &str| match assize_snapshot::parse_time(text, is_date(text)) {
            Ok(micros) => Ok(Time(micros)),
            Err(reason) => indeterminate(reason),
        }
    );
    function!(module, "time", |time: Time| time);
    function!(module, "days", |count: i64| length(count, DAY));
    function!(module, "hours", |count: i64| length(count, 3_600 * SECOND));
    function!(module, "minutes", |count: i64| length(count, 60 * SECOND));
    function!(module, "seconds", |count: i64| length(count, SECOND));
    arithmetic(module);
    comparisons(module);
    module.set_getter_fn("days", |duration: &mut Duration| {
        Ok(duration.0.div_euclid(DAY))
    });
    module.set_getter_fn("hours", |duration: &mut Duration| {
        Ok(duration.0.div_euclid(3_600 * SECOND))
    });
    module.set_getter_fn("minutes", |duration: &mut Duration| {
        Ok(duration.0.div_euclid(60 * SECOND))
    });
    module.set_getter_fn("seconds", |duration: &mut Duration| {
        Ok(duration.0.div_euclid(SECOND))
    });
    for name in ["to_string", "to_debug"] {
        function!(module, name, |time: Time| show_time(time));
        function!(module, name, |duration: Duration| show_duration(duration));
    }
}

/// Whether a text is a date without a time of day.
fn is_date(text: &str) -> bool {
    let is_expected = |(nth, byte): (usize, u8)| match nth {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let text = text.trim();
    text.len() == 10 && text.bytes().enumerate().all(is_expected)
}

fn arithmetic(module: &mut Module) {
    function!(module, "-", |left: Time, right: Time| checked(
        left.0.checked_sub(right.0)
    )
    .map(Duration));
    function!(module, "-", |time: Time, by: Duration| checked(
        time.0.checked_sub(by.0)
    )
    .map(Time));
    function!(module, "+", |time: Time, by: Duration| checked(
        time.0.checked_add(by.0)
    )
    .map(Time));
    function!(module, "+", |left: Duration, right: Duration| checked(
        left.0.checked_add(right.0)
    )
    .map(Duration));
    function!(module, "-", |left: Duration, right: Duration| checked(
        left.0.checked_sub(right.0)
    )
    .map(Duration));
    function!(module, "*", |duration: Duration, by: i64| checked(
        duration.0.checked_mul(by)
    )
    .map(Duration));
    function!(module, "/", |duration: Duration, by: i64| checked(
        duration.0.checked_div(by)
    )
    .map(Duration));
    function!(module, "min", |left: Duration, right: Duration| left
        .min(right));
    function!(module, "max", |left: Duration, right: Duration| left
        .max(right));
    function!(module, "min", |left: Time, right: Time| left.min(right));
    function!(module, "max", |left: Time, right: Time| left.max(right));
}

fn comparisons(module: &mut Module) {
    macro_rules! compare {
        ($($name:literal $operator:tt),*) => { $(
            function!(module, $name, |left: Time, right: Time| left $operator right);
            function!(module, $name, |left: Duration, right: Duration| left $operator right);
        )* };
    }
    compare!("==" ==, "!=" !=, "<" <, "<=" <=, ">" >, ">=" >=);
}

fn length(count: i64, unit: i64) -> Answer<Duration> {
    checked(count.checked_mul(unit)).map(Duration)
}

fn checked(value: Option<i64>) -> Answer<i64> {
    value.ok_or_else(|| "a time or duration is out of range".into())
}

/// RFC 3339 in UTC, to the second.
pub(crate) fn show_time(time: Time) -> String {
    assize_snapshot::format_time(time.0)
}

/// The largest two units that say enough: `17 days`, `1 day 4 h`, `3 h 20 min`, `45 s`.
pub(crate) fn show_duration(duration: Duration) -> String {
    let sign = if duration.0 < 0 { "-" } else { "" };
    let seconds = duration.0.unsigned_abs() / SECOND.unsigned_abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let text = match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (1, 0, _) => "1 day".to_owned(),
        (1, hours, _) => format!("1 day {hours} h"),
        (days, ..) => format!("{days} days"),
    };
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        for (micros, text) in [
            (17 * DAY + 5 * SECOND, "17 days"),
            (DAY + 4 * 3_600 * SECOND, "1 day 4 h"),
            (-2 * DAY, "-2 days"),
            (200 * 60 * SECOND, "3 h 20 min"),
            (45 * SECOND, "45 s"),
        ] {
            assert_eq!(show_duration(Duration(micros)), text);
        }
        assert_eq!(show_time(Time(0)), "1970-01-01T00:00:00Z");
    }
}
