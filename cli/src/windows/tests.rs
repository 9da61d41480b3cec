//! Windows across time zones, changes of the clock, midnights, holidays and years; always by the same database.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use sealsmith_lint::Policy;
use sealsmith_lint::policy::{Notify, Reason, Window};

use super::clock_face::shown;
use super::verdict::{Verdict, closed, judge};
use super::*;

fn window(days: &str, hours: &str, zone: &str, holidays: &[&str]) -> Window {
    let window = serde_json::json!({
        "days": days, "hours": hours, "time-zone": zone, "holidays": holidays,
    });
    serde_json::from_value(window).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn zone(window: &Window) -> TimeZone {
    TimeZoneDatabase::bundled().get(&window.time_zone).unwrap()
}

/// The verdict in words: `open until …`, or `Hour until …`, as clocks there show it.
fn said(window: &Window, now: &str) -> String {
    let zone = zone(window);
    let local = |moment: Option<Timestamp>| {
        moment.map_or("ever".to_owned(), |moment| {
            let local = moment.to_zoned_datetime(zone.clone());
            local.strftime("%a %Y-%m-%d %H:%M %:z").to_string()
        })
    };
    match judge(window, at(now), &zone) {
        Verdict::Open { until } => format!("open until {}", local(until)),
        Verdict::Closed { why, opens } => format!("{why:?} until {}", local(opens)),
    }
}

#[test]
fn office_hours_are_those_of_the_windows_time_zone() {
    let seoul = window("mon-fri", "09:00-18:00", "Asia/Seoul", &[]);
    for (now, expected) in [
        // Friday in Seoul; in London it is still early.
        (
            "2026-11-27T00:00:00Z",
            "open until Fri 2026-11-27 18:00 +09:00",
        ),
        (
            "2026-11-27T08:59:59Z",
            "open until Fri 2026-11-27 18:00 +09:00",
        ),
        (
            "2026-11-27T09:00:00Z",
            "Hour until Mon 2026-11-30 09:00 +09:00",
        ),
        (
            "2026-11-26T23:59:59Z",
            "Hour until Fri 2026-11-27 09:00 +09:00",
        ),
        // Sunday afternoon in UTC is Monday in Seoul already.
        (
            "2026-11-29T15:30:00Z",
            "Hour until Mon 2026-11-30 09:00 +09:00",
        ),
        (
            "2026-11-28T03:00:00Z",
            "Day until Mon 2026-11-30 09:00 +09:00",
        ),
    ] {
        assert_eq!(said(&seoul, now), expected, "{now}");
    }
}

#[test]
fn nine_o_clock_stays_nine_o_clock_when_the_clock_changes() {
    let york = window("mon-sun", "09:00-18:00", "America/New_York", &[]);
    for (now, expected) in [
        (
            "2026-03-07T13:59:00Z",
            "Hour until Sat 2026-03-07 09:00 -05:00",
        ),
        (
            "2026-03-08T12:59:00Z",
            "Hour until Sun 2026-03-08 09:00 -04:00",
        ),
        (
            "2026-03-08T13:00:00Z",
            "open until Sun 2026-03-08 18:00 -04:00",
        ),
        (
            "2026-11-01T13:30:00Z",
            "Hour until Sun 2026-11-01 09:00 -05:00",
        ),
    ] {
        assert_eq!(said(&york, now), expected, "{now}");
    }
    let berlin = window("mon-sun", "09:00-18:00", "Europe/Berlin", &[]);
    let spring = said(&berlin, "2026-03-29T07:00:00Z");
    assert_eq!(spring, "open until Sun 2026-03-29 18:00 +02:00");
    let autumn = said(&berlin, "2026-10-25T07:00:00Z");
    assert_eq!(autumn, "Hour until Sun 2026-10-25 09:00 +01:00");
}

#[test]
fn hours_that_do_not_exist_are_not_waited_for() {
    // In New York, 02:00 is followed by 03:00 on 2026-03-08.
    let around = window("mon-sun", "01:30-02:30", "America/New_York", &[]);
    let before = said(&around, "2026-03-08T06:30:00Z");
    assert_eq!(before, "open until Sun 2026-03-08 03:00 -04:00");
    let from = window("mon-sun", "02:30-04:00", "America/New_York", &[]);
    let before = said(&from, "2026-03-08T06:30:00Z");
    assert_eq!(before, "Hour until Sun 2026-03-08 03:00 -04:00");
    let within = window("mon-sun", "02:15-02:45", "America/New_York", &[]);
    let before = said(&within, "2026-03-08T06:30:00Z");
    assert_eq!(before, "Hour until Mon 2026-03-09 02:15 -04:00");
}

#[test]
fn hours_that_come_twice_count_twice() {
    // In New York, 01:00 to 02:00 comes twice on 2026-11-01.
    let york = window("mon-sun", "01:15-01:45", "America/New_York", &[]);
    for (now, expected) in [
        (
            "2026-11-01T05:14:00Z",
            "Hour until Sun 2026-11-01 01:15 -04:00",
        ),
        (
            "2026-11-01T05:15:00Z",
            "open until Sun 2026-11-01 01:45 -04:00",
        ),
        (
            "2026-11-01T05:45:00Z",
            "Hour until Sun 2026-11-01 01:15 -05:00",
        ),
        (
            "2026-11-01T06:15:00Z",
            "open until Sun 2026-11-01 01:45 -05:00",
        ),
        (
            "2026-11-01T06:45:00Z",
            "Hour until Mon 2026-11-02 01:15 -05:00",
        ),
    ] {
        assert_eq!(said(&york, now), expected, "{now}");
    }
    // The hours before a repeated hour close, come again, and close for good.
    let early = window("mon-sun", "00:00-01:30", "Europe/London", &[]);
    let first = said(&early, "2026-10-25T00:00:00Z");
    assert_eq!(first, "open until Sun 2026-10-25 01:30 +01:00");
    let between = said(&early, "2026-10-25T00:45:00Z");
    assert_eq!(between, "Hour until Sun 2026-10-25 01:00 +00:00");
}

#[test]
fn midnight_is_a_boundary_only_where_the_days_differ() {
    let weekend = window("sat-sun", "00:00-24:00", "UTC", &[]);
    let friday = said(&weekend, "2026-11-27T23:59:59Z");
    assert_eq!(friday, "Day until Sat 2026-11-28 00:00 +00:00");
    let saturday = said(&weekend, "2026-11-28T00:00:00Z");
    assert_eq!(saturday, "open until Mon 2026-11-30 00:00 +00:00");
    let always = window("mon-sun", "00:00-24:00", "UTC", &[]);
    assert_eq!(said(&always, "2026-11-28T00:00:00Z"), "open until ever");
    let evening = window("mon-fri", "22:00-24:00", "Asia/Kolkata", &[]);
    let late = said(&evening, "2026-11-27T18:29:59Z");
    assert_eq!(late, "open until Sat 2026-11-28 00:00 +05:30");
    let later = said(&evening, "2026-11-27T18:30:00Z");
    assert_eq!(later, "Day until Mon 2026-11-30 22:00 +05:30");
}

#[test]
fn a_day_may_begin_at_one_o_clock_or_not_at_all() {
    // São Paulo went from 2018-11-03 24:00 to 2018-11-04 01:00.
    let sunday = window("sun", "00:00-24:00", "America/Sao_Paulo", &[]);
    let saturday = said(&sunday, "2018-11-04T02:00:00Z");
    assert_eq!(saturday, "Day until Sun 2018-11-04 01:00 -02:00");
    // Samoa had no 2011-12-30, a Friday.
    let friday = window("fri", "09:00-18:00", "Pacific/Apia", &[]);
    let thursday = said(&friday, "2011-12-30T05:00:00Z");
    assert_eq!(thursday, "Day until Fri 2012-01-06 09:00 +14:00");
}

#[test]
fn holidays_are_days_of_the_time_zone() {
    let seoul = window(
        "mon-fri",
        "09:00-18:00",
        "Asia/Seoul",
        &["2026-12-25", "2027-01-01"],
    );
    for (now, expected) in [
        // Still the 24th in UTC.
        (
            "2026-12-24T23:00:00Z",
            "Holiday until Mon 2026-12-28 09:00 +09:00",
        ),
        (
            "2026-12-24T10:00:00Z",
            "Hour until Mon 2026-12-28 09:00 +09:00",
        ),
        (
            "2026-12-31T08:00:00Z",
            "open until Thu 2026-12-31 18:00 +09:00",
        ),
        // Over the end of the year, the holiday and the weekend behind it.
        (
            "2026-12-31T12:00:00Z",
            "Hour until Mon 2027-01-04 09:00 +09:00",
        ),
        (
            "2027-01-01T03:00:00Z",
            "Holiday until Mon 2027-01-04 09:00 +09:00",
        ),
    ] {
        assert_eq!(said(&seoul, now), expected, "{now}");
    }
}

#[test]
fn a_window_closed_for_a_year_says_so() {
    let holidays: Vec<String> = (0..450)
        .map(|day| at("2026-11-01T00:00:00Z") + jiff::SignedDuration::from_hours(24 * day))
        .map(|day| day.strftime("%Y-%m-%d").to_string())
        .collect();
    let holidays: Vec<&str> = holidays.iter().map(String::as_str).collect();
    let window = window("mon-sun", "00:00-24:00", "UTC", &holidays);
    assert_eq!(said(&window, "2026-11-27T00:00:00Z"), "Holiday until ever");
}

/// The next change that a verdict names is the first one that a walk through the minutes finds.
#[test]
fn a_walk_through_the_minutes_finds_the_same_change() {
    for (hours, zone_name, start) in [
        ("01:15-02:45", "America/New_York", "2026-03-07T20:00:00Z"),
        ("00:10-01:50", "America/New_York", "2026-10-31T22:00:00Z"),
        ("01:30-03:00", "Australia/Lord_Howe", "2026-04-04T10:00:00Z"),
        ("23:00-24:00", "America/Sao_Paulo", "2018-11-03T20:00:00Z"),
        ("00:00-00:30", "Africa/Cairo", "2026-04-23T18:00:00Z"),
    ] {
        let window = window("mon-sun", hours, zone_name, &[]);
        let zone = zone(&window);
        let is_open = |moment| closed(&window, zone.to_datetime(moment)).is_none();
        let mut now = at(start);
        for _ in 0..3 {
            let (state, named) = match judge(&window, now, &zone) {
                Verdict::Open { until } => (true, until.unwrap()),
                Verdict::Closed { opens, .. } => (false, opens.unwrap()),
            };
            let minute = jiff::SignedDuration::from_mins(1);
            let mut walked = now + minute;
            while is_open(walked) == state {
                walked += minute;
            }
            assert_eq!(named, walked, "{hours} in {zone_name} from {now}");
            now = walked;
        }
    }
}

const POLICY: &str = "
version: v1
environments:
  prod:
    windows:
      controller-key: {days: mon-fri, hours: '10:00-16:00', time-zone: Asia/Seoul, holidays: ['2026-11-27']}
      aws: {days: mon-fri, hours: '10:00-16:00', time-zone: Asia/Soul, notify: optional}
  dev: {}
";

fn seconds(text: &str) -> i64 {
    at(text).as_second()
}

#[test]
fn a_closed_gate_says_when_it_opens_and_how_it_is_passed() {
    let policy = Policy::parse(POLICY).unwrap();
    let gate = Gate::of(Some(&policy), "prod", Operation::ControllerKey);
    let failure = gate
        .check(seconds("2026-11-27T02:00:00Z"), None)
        .unwrap_err();
    assert_eq!(failure.exit_code(), 1);
    assert_eq!(
        failure.message(),
        "rotating the controller key of prod begins in its window only"
    );
    assert_eq!(
        failure.causes(),
        ["it is Friday 2026-11-27 11:00 +09:00 (Asia/Seoul), which is one of its holidays"]
    );
    assert_eq!(
        failure.hints(),
        [
            "the window opens on Monday 2026-11-30 10:00 +09:00 (Asia/Seoul)",
            "if it cannot wait: --override \"reason\"; the reason is recorded"
        ]
    );
    let late = gate
        .check(seconds("2026-11-30T10:00:00Z"), None)
        .unwrap_err();
    assert!(late.causes()[0].ends_with("and its hours are 10:00 to 16:00"));
}

#[test]
fn a_reason_opens_a_closed_gate_and_is_recorded() {
    let policy = Policy::parse(POLICY).unwrap();
    let gate = Gate::of(Some(&policy), "prod", Operation::ControllerKey);
    let reason = Reason::parse("the key leaked, incident 17").unwrap();
    let passage = gate
        .check(seconds("2026-11-28T02:00:00Z"), Some(&reason))
        .unwrap();
    let record = serde_json::to_value(passage.overridden.unwrap()).unwrap();
    let expected = serde_json::json!({
        "rule": "window",
        "because": "it is Saturday 2026-11-28 11:00 +09:00 (Asia/Seoul), which is none of its days",
        "reason": "the key leaked, incident 17",
    });
    assert_eq!(record, expected);
    // In the window there is nothing to override.
    let passage = gate
        .check(seconds("2026-11-30T02:00:00Z"), Some(&reason))
        .unwrap();
    assert_eq!(passage.overridden, None);
    let until = passage.until.unwrap();
    assert_eq!(until, "Monday 2026-11-30 16:00 +09:00 (Asia/Seoul)");
}

#[test]
fn a_time_zone_that_does_not_exist_is_named_with_its_place() {
    let policy = Policy::parse(POLICY).unwrap();
    let gate = Gate::of(Some(&policy), "prod", Operation::Aws);
    let reason = Reason::parse("whatever the reason is").unwrap();
    for reason in [None, Some(&reason)] {
        let failure = gate
            .check(seconds("2026-11-30T02:00:00Z"), reason)
            .unwrap_err();
        assert_eq!(failure.message(), "there is no time zone \"Asia/Soul\"");
        let place = "sealsmith.yaml names it as environments.prod.windows.aws.time-zone";
        assert_eq!(failure.causes(), [place]);
    }
}

#[test]
fn without_a_window_the_gate_is_open_and_nobody_has_to_be_told() {
    let policy = Policy::parse(POLICY).unwrap();
    for (policy, environment, operation) in [
        (Some(&policy), "dev", Operation::Aws),
        (Some(&policy), "prod", Operation::Reseal),
        (None, "prod", Operation::ControllerKey),
    ] {
        let gate = Gate::of(policy, environment, operation);
        let passage = gate.check(0, None).unwrap();
        assert!(passage.until.is_none() && passage.overridden.is_none());
        assert_eq!(gate.notify(), Notify::Optional);
    }
    let gate = |operation| Gate::of(Some(&policy), "prod", operation).notify();
    assert_eq!(gate(Operation::ControllerKey), Notify::Required);
    assert_eq!(gate(Operation::Aws), Notify::Optional);
}

#[test]
fn names_are_found_without_a_database_of_the_system() {
    for name in ["Asia/Seoul", "america/new_york", "UTC"] {
        let zone = super::clock_face::zone(name).unwrap();
        assert!(!shown(at("2026-11-30T00:00:00Z"), &zone).is_empty());
        assert!(TimeZoneDatabase::bundled().get(name).is_ok());
    }
    for name in ["Asia/Soul", "", "../../etc/passwd", "KST+9"] {
        assert!(super::clock_face::zone(name).is_none(), "{name}");
    }
}
