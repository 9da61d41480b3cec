//! Time zones by name, and moments as people there read them.

use jiff::Timestamp;
use jiff::tz::{self, TimeZone, TimeZoneDatabase};

/// Finds a time zone of the IANA database by its name, such as `Asia/Seoul`.
///
/// The system's database comes first, since it follows the laws of the day; what it lacks, as in a container
/// without one, is found in that of this program's release.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    let found = tz::db().get(name).ok();
    found.or_else(|| TimeZoneDatabase::bundled().get(name).ok())
}

/// Writes a moment as clocks in a time zone show it: `Monday 2026-11-30 09:00 +09:00 (Asia/Seoul)`.
pub(super) fn shown(moment: Timestamp, zone: &TimeZone) -> String {
    let local = moment.to_zoned_datetime(zone.clone());
    let time = local.strftime("%A %Y-%m-%d %H:%M %:z");
    match zone.iana_name() {
        Some(name) => format!("{time} ({name})"),
        None => time.to_string(),
    }
}

/// Writes a minute of the day as `09:00`; the end of the day is `24:00`.
pub(super) fn minute(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
