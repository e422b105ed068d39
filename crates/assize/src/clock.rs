//! The one clock of a run.

use crate::failure::Failure;

/// The time that `--at` names, else the time now, in microseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the clock is read here and nowhere else"
)]
pub(crate) fn now(at: Option<&str>) -> Result<i64, Failure> {
    match at {
        None => Ok(jiff::Timestamp::now().as_microsecond()),
        Some(text) => assize_snapshot::parse_time(text, true).map_err(|_| {
            Failure::Usage(format!("`--at {text}` is no time; expected a date such as 2026-11-20 or a time such as 2026-11-20T06:00:00Z"))
        }),
    }
}
