//! Whether a window is open, by what the clock on the wall shows in its time zone.
//!
//! That is also the rule on days with a change of the clock: hours that do not exist are not waited for, and hours
//! that come twice count twice.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use sealsmith_lint::policy::Window;

/// How far ahead an opening or closing is looked for, in days; the last is longer than a year of holidays.
const HORIZONS: [i32; 3] = [4, 30, 400];

/// What a window says about a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is open.
    Open {
        /// When it closes; nothing when it does not within the next year.
        until: Option<Timestamp>,
    },
    /// It is closed.
    Closed {
        why: Why,
        /// When it opens; nothing when it does not within the next year.
        opens: Option<Timestamp>,
    },
}

/// Why a window is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The policy lists the day as a holiday.
    Holiday,
    /// The day of the week is none of the window's.
    Day,
    /// The day is right, the hour is not.
    Hour,
}

/// Judges a moment.
pub(super) fn judge(window: &Window, now: Timestamp, zone: &TimeZone) -> Verdict {
    match closed(window, zone.to_datetime(now)) {
        None => Verdict::Open {
            until: next(window, now, zone, |why| why.is_some()),
        },
        Some(why) => Verdict::Closed {
            why,
            opens: next(window, now, zone, |why| why.is_none()),
        },
    }
}

/// Says why the window is closed when clocks show this time; nothing when it is open.
pub(super) fn closed(window: &Window, local: DateTime) -> Option<Why> {
    if is_holiday(window, local.date()) {
        return Some(Why::Holiday);
    }
    let day = local.weekday().to_monday_zero_offset();
    if !usize::try_from(day).is_ok_and(|day| window.days.contains(day)) {
        return Some(Why::Day);
    }
    let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
    let inside = u16::try_from(minute).is_ok_and(|minute| window.hours.contains(minute));
    (!inside).then_some(Why::Hour)
}

fn is_holiday(window: &Window, date: Date) -> bool {
    let date = date.to_string();
    let mut holidays = window.holidays.iter();
    holidays.any(|holiday| holiday.to_string() == date)
}

/// Finds the next moment at which the window is as wanted.
fn next(
    window: &Window,
    now: Timestamp,
    zone: &TimeZone,
    wanted: impl Fn(Option<Why>) -> bool,
) -> Option<Timestamp> {
    // Nearly always it is soon.
    HORIZONS.into_iter().find_map(|days| {
        let mut moments = turning_points(window, now, zone, days);
        moments.retain(|moment| *moment > now);
        moments.sort_unstable();
        moments
            .into_iter()
            .find(|moment| wanted(closed(window, zone.to_datetime(*moment))))
    })
}

/// Every moment of some days at which a window can open or close: midnight, its hours, changes of the clock.
fn turning_points(window: &Window, now: Timestamp, zone: &TimeZone, days: i32) -> Vec<Timestamp> {
    let today = zone.to_datetime(now).date();
    // Two days more than the days below, whatever the clock does on them.
    let horizon = SignedDuration::from_hours(24 * i64::from(days + 2));
    let last = now.checked_add(horizon).unwrap_or(Timestamp::MAX);
    let mut moments: Vec<_> = zone
        .following(now)
        .map(|change| change.timestamp())
        .take_while(|moment| *moment < last)
        .collect();
    // From the day before, whose last hours a change of the clock may repeat today.
    for day in (-1..days).map(|days| today.saturating_add(days.days())) {
        for minute in [0, window.hours.start(), window.hours.end()] {
            let (hour, minute) = (minute / 60, minute % 60);
            let Ok(hour @ 0..24) = i8::try_from(hour) else {
                // The end of the day is the next one's midnight.
                continue;
            };
            let time = day.at(hour, i8::try_from(minute).unwrap_or(0), 0, 0);
            let time = zone.to_ambiguous_timestamp(time);
            moments.extend([time.earlier(), time.later()].into_iter().flatten());
        }
    }
    moments
}
