//! `windows`: when an operation may run.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Date;
use super::text::text_value;

/// When each operation may run; without a window it may run at any time.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Windows {
    /// When the controller key may be rotated.
    pub controller_key: Option<Window>,
    /// When AWS credentials may be rotated.
    pub aws: Option<Window>,
    /// When an environment may be re-sealed.
    pub reseal: Option<Window>,
}

/// When an operation may run.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Window {
    /// The days of the week, such as `mon-fri` or `mon,wed`.
    pub days: Days,
    /// The hours of the day, such as `09:00-18:00`.
    pub hours: Hours,
    /// The time zone of days and hours, such as `Asia/Seoul`.
    pub time_zone: String,
    /// Days on which nothing runs.
    #[serde(default)]
    pub holidays: Vec<Date>,
    /// Whether the operation may run without telling anyone.
    #[serde(default)]
    pub notify: Notify,
}

/// Whether people have to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Notify {
    /// Without a way to tell people, the operation does not start.
    #[default]
    Required,
    /// People are told when there is a way.
    Optional,
}

/// Days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days([bool; 7]);

impl Days {
    /// Reads days and ranges of days, separated by commas.
    pub fn parse(text: &str) -> Result<Self, DaysError> {
        let mut days = [false; 7];
        for part in text.split(',') {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (from, to) = day(from).zip(day(to)).ok_or(DaysError)?;
            // A range may run over the weekend, as in sat-mon.
            let count = (to + 7 - from) % 7;
            (from..=from + count).for_each(|day| days[day % 7] = true);
        }
        Ok(Self(days))
    }

    /// Returns whether a day is meant; Monday is 0.
    #[must_use]
    pub fn contains(self, day: usize) -> bool {
        self.0.get(day).copied().unwrap_or(false)
    }
}

/// A text that is no list of days.
#[derive(Debug, thiserror::Error)]
#[error("days are written as mon-fri, or as a list such as mon,wed")]
pub struct DaysError;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn day(text: &str) -> Option<usize> {
    DAYS.iter().position(|day| *day == text.trim())
}

/// Hours of the day, in minutes after midnight; the end is outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    from: u16,
    to: u16,
}

impl Hours {
    /// Reads two times of day.
    pub fn parse(text: &str) -> Result<Self, HoursError> {
        let (from, to) = text.split_once('-').ok_or(HoursError)?;
        let (from, to) = minutes(from).zip(minutes(to)).ok_or(HoursError)?;
        if from < to {
            Ok(Self { from, to })
        } else {
            Err(HoursError)
        }
    }

    /// Returns the first minute inside.
    #[must_use]
    pub fn start(self) -> u16 {
        self.from
    }

    /// Returns the first minute that is outside again; 1440 is the next midnight.
    #[must_use]
    pub fn end(self) -> u16 {
        self.to
    }

    /// Returns whether a minute of the day is inside.
    #[must_use]
    pub fn contains(self, minute: u16) -> bool {
        (self.from..self.to).contains(&minute)
    }
}

/// A text that is no span of hours.
#[derive(Debug, thiserror::Error)]
#[error("hours are written as 09:00-18:00, the first time before the second")]
pub struct HoursError;

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let plain = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str| plain(text).then(|| text.parse::<u16>().ok()).flatten();
    let (hour, minute) = number(hour).zip(number(minute))?;
    let inside = minute < 60 && (hour < 24 || (hour, minute) == (24, 0));
    inside.then_some(hour * 60 + minute)
}

text_value!(Days, "Days", { "examples": ["mon-fri", "mon,wed"] });
text_value!(Hours, "Hours", { "pattern": "^ *[0-9]{2}:[0-9]{2} *- *[0-9]{2}:[0-9]{2} *$" });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_ranges_and_lists() {
        let days = |text| {
            let days = Days::parse(text).unwrap();
            (0..7).filter(|day| days.contains(*day)).collect::<Vec<_>>()
        };
        assert_eq!(days("mon-fri"), [0, 1, 2, 3, 4]);
        assert_eq!(days("sat-mon, wed"), [0, 2, 5, 6]);
        assert!(Days::parse("monday").is_err() && Days::parse("").is_err());
    }

    #[test]
    fn hours_end_before_their_end() {
        let hours = Hours::parse("09:00-18:00").unwrap();
        assert!(hours.contains(540) && !hours.contains(1080) && !hours.contains(539));
        assert!(Hours::parse("00:00-24:00").unwrap().contains(1439));
        for text in [
            "18:00-09:00",
            "9-18",
            "09:00",
            "09:60-10:00",
            "24:01-25:00",
            "+9:00-10:00",
        ] {
            assert!(Hours::parse(text).is_err(), "{text}");
        }
    }
}
