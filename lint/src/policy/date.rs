//! A calendar day: `2027-03-31`.

use std::fmt;

use super::text::text_value;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads a day.
    pub fn parse(text: &str) -> Result<Self, Error> {
        digits(text)
            .filter(Self::exists)
            .ok_or_else(|| Error(text.to_owned()))
    }

    /// Returns when the day begins in UTC, in seconds since 1970.
    ///
    /// The count of days is Howard Hinnant's `days_from_civil`.
    #[must_use]
    pub fn as_unix(self) -> i64 {
        let (year, month, day) = (
            i64::from(self.year),
            i64::from(self.month),
            i64::from(self.day),
        );
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        (era * 146_097 + days - 719_468) * 86_400
    }

    fn exists(&self) -> bool {
        let leap = self.year.is_multiple_of(4) && !self.year.is_multiple_of(100)
            || self.year.is_multiple_of(400);
        let days = match self.month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        (1..=days).contains(&self.day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A text that is no day.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is no day: write it as 2027-03-31")]
pub struct Error(String);

fn digits(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let number = |range: std::ops::Range<usize>| text[range].parse::<u16>().ok();
    let small = |range| number(range).and_then(|number| u8::try_from(number).ok());
    shaped.then(|| {
        Some(Date {
            year: number(0..4)?,
            month: small(5..7)?,
            day: small(8..10)?,
        })
    })?
}

text_value!(Date, "Date", { "format": "date" });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("2026-01-31", 20_484),
            ("1969-12-31", -1),
        ] {
            let date = Date::parse(text).unwrap();
            assert_eq!(date.as_unix(), days * 86_400, "{text}");
            assert_eq!(date.to_string(), text);
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "2027-02-29",
            "2027-13-01",
            "2027-00-10",
            "2027-04-31",
            "2027-4-1",
            "31-03-2027",
            "2027-03-3१",
            "",
        ] {
            assert!(Date::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn earlier_days_are_smaller() {
        assert!(Date::parse("2026-12-31").unwrap() < Date::parse("2027-01-01").unwrap());
    }
}
