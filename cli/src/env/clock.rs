//! Wall-clock time, and how people read it.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Returns the current time in seconds since 1970.
pub(crate) fn now() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => seconds(after),
        Err(before) => -seconds(before.duration()),
    }
}

/// Writes a time as `2026-01-31`, in UTC.
pub(crate) fn date(unix: i64) -> String {
    timestamp(unix).map_or_else(
        || out_of_range(unix),
        |time| time.strftime("%Y-%m-%d").to_string(),
    )
}

/// Writes a time as RFC 3339, `2026-01-31T09:00:00Z`.
pub(crate) fn rfc3339(unix: i64) -> String {
    timestamp(unix).map_or_else(|| out_of_range(unix), |time| time.to_string())
}

fn seconds(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

fn timestamp(unix: i64) -> Option<Timestamp> {
    Timestamp::from_second(unix).ok()
}

// Certificates can carry any year, so a time that no calendar shows still needs a text.
fn out_of_range(unix: i64) -> String {
    format!("{unix} seconds after 1970")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_utc() {
        assert_eq!(date(1_769_817_600), "2026-01-31");
        assert_eq!(rfc3339(1_769_817_600), "2026-01-31T00:00:00Z");
    }

    #[test]
    fn times_beyond_the_calendar_still_have_a_text() {
        assert!(date(i64::MAX).contains("seconds after 1970"));
    }

    #[test]
    fn now_is_after_this_was_written() {
        assert!(now() > 1_700_000_000);
    }
}
