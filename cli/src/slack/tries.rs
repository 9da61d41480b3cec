//! What an answer to a message means: done, again after a pause, or given up. Pure, so that every case is tested.

use std::time::Duration;

use crate::env::http::named;

/// How often a message is sent at most.
pub(super) const TRIES: u32 = 3;
/// The longest pause that is waited for.
const LONGEST: Duration = Duration::from_secs(30);
/// The pause after a limit that says no time, and the first one after an error of the server.
const SHORT: Duration = Duration::from_secs(1);

/// How one try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Something answered.
    Answered {
        status: u16,
        retry_after: Option<Duration>,
        /// The beginning of the body.
        body: Vec<u8>,
    },
    /// Nothing did, for this reason.
    Silent(String),
}

/// What follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The message was taken.
    Done,
    /// It may be taken after a pause.
    Again(Duration),
    /// It will not be taken.
    GiveUp(Undelivered),
}

/// Why a message was not delivered. No variant holds text that came from outside but for Slack's own error words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Undelivered {
    /// The webhook or its channel is gone.
    #[error("the webhook is dead: Slack answered {0}")]
    Dead(String),

    /// Slack does not take this message.
    #[error("Slack refused the message: it answered {0}")]
    Refused(String),

    /// Too many messages, and Slack wants a longer pause than an operation waits.
    #[error("Slack takes no messages for the next {0} seconds")]
    Limited(u64),

    /// Slack is in trouble.
    #[error("Slack answered {0}, {TRIES} times")]
    Broken(String),

    /// Nothing answered.
    #[error("Slack did not answer, {TRIES} times: {0}")]
    Silent(String),

    /// A proxy or a login page answered.
    #[error("something else than Slack answered: {0} without Slack's \"ok\"")]
    Foreign(String),
}

/// Decides after a number of tries, the one that ended so included.
pub(super) fn next(outcome: &Outcome, tries: u32) -> Next {
    let (status, retry_after, body) = match outcome {
        Outcome::Silent(why) => {
            return again(tries, None, || Undelivered::Silent(why.clone()));
        }
        Outcome::Answered {
            status,
            retry_after,
            body,
        } => (*status, *retry_after, &**body),
    };
    let shown = || match word(body) {
        Some(word) => format!("{} ({word})", named(status)),
        None => named(status),
    };
    match status {
        200 if body.trim_ascii() == b"ok" => Next::Done,
        429 if retry_after.is_some_and(|pause| pause > LONGEST) => {
            let seconds = retry_after.unwrap_or_default().as_secs();
            Next::GiveUp(Undelivered::Limited(seconds))
        }
        429 => again(tries, retry_after.or(Some(SHORT)), || {
            Undelivered::Broken(shown())
        }),
        500..=599 => again(tries, retry_after, || Undelivered::Broken(shown())),
        403 | 404 | 410 => Next::GiveUp(Undelivered::Dead(shown())),
        400..=499 => Next::GiveUp(Undelivered::Refused(shown())),
        _ => Next::GiveUp(Undelivered::Foreign(named(status))),
    }
}

impl Undelivered {
    /// What a person can do, with the place where the address was found.
    pub(super) fn cure(&self, place: &str) -> String {
        match self {
            Self::Dead(_) => {
                format!("make a new incoming webhook in Slack, and put its address into {place}")
            }
            Self::Refused(_) => {
                format!("see whether {place} holds the address of an incoming webhook")
            }
            Self::Limited(_) | Self::Broken(_) => {
                "see https://slack-status.com, and try again later".to_owned()
            }
            Self::Silent(_) | Self::Foreign(_) => {
                format!("check the network, VPN and proxy settings, and the address in {place}")
            }
        }
    }
}

fn again(tries: u32, pause: Option<Duration>, why: impl FnOnce() -> Undelivered) -> Next {
    if tries >= TRIES {
        return Next::GiveUp(why());
    }
    let doubled = SHORT * 2u32.saturating_pow(tries.saturating_sub(1));
    Next::Again(pause.unwrap_or(doubled).min(LONGEST))
}

/// Slack's word for an error, such as `no_service`; anything else is not repeated.
fn word(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body.trim_ascii()).ok()?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    (1..=40)
        .contains(&text.len())
        .then_some(text)
        .filter(|text| text.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn answered(status: u16, retry_after: Option<u64>, body: &str) -> Outcome {
        Outcome::Answered {
            status,
            retry_after: retry_after.map(Duration::from_secs),
            body: body.into(),
        }
    }

    fn said(outcome: &Outcome, tries: u32) -> String {
        match next(outcome, tries) {
            Next::Done => "done".to_owned(),
            Next::Again(pause) => format!("again after {pause:?}"),
            Next::GiveUp(why) => why.to_string(),
        }
    }

    #[test]
    fn only_slacks_ok_is_a_delivery() {
        assert_eq!(next(&answered(200, None, "ok"), 1), Next::Done);
        assert_eq!(next(&answered(200, None, "ok\n"), 3), Next::Done);
        for (status, body) in [
            (200, "<html>Log in</html>"),
            (200, ""),
            (204, ""),
            (302, ""),
        ] {
            let said = said(&answered(status, None, body), 1);
            assert!(
                said.starts_with("something else than Slack answered: "),
                "{said}"
            );
            assert!(!said.contains("html"), "{said}");
        }
    }

    #[test]
    fn a_limit_is_waited_for_when_it_is_short() {
        let limited = |seconds| answered(429, seconds, "rate_limited");
        assert_eq!(next(&limited(Some(7)), 1), Next::Again(7 * SECOND));
        assert_eq!(next(&limited(Some(30)), 2), Next::Again(30 * SECOND));
        assert_eq!(next(&limited(Some(0)), 1), Next::Again(Duration::ZERO));
        assert_eq!(next(&limited(None), 1), Next::Again(SECOND));
        assert_eq!(
            said(&limited(Some(31)), 1),
            "Slack takes no messages for the next 31 seconds"
        );
        assert_eq!(
            said(&limited(Some(1)), TRIES),
            "Slack answered 429 Too Many Requests (rate_limited), 3 times"
        );
    }

    #[test]
    fn a_server_in_trouble_and_silence_are_tried_three_times() {
        let broken = answered(500, None, "rollup_error");
        let silent = Outcome::Silent("no answer in time".to_owned());
        for outcome in [&broken, &silent] {
            assert_eq!(next(outcome, 1), Next::Again(SECOND));
            assert_eq!(next(outcome, 2), Next::Again(2 * SECOND));
        }
        let said_broken = said(&broken, 3);
        assert_eq!(
            said_broken,
            "Slack answered 500 Internal Server Error (rollup_error), 3 times"
        );
        let said_silent = said(&silent, 3);
        assert_eq!(
            said_silent,
            "Slack did not answer, 3 times: no answer in time"
        );
        let patient = next(&answered(503, Some(3600), ""), 1);
        assert_eq!(patient, Next::Again(LONGEST));
    }

    #[test]
    fn other_refusals_are_final_and_a_dead_webhook_is_called_so() {
        for (status, body, expected) in [
            (
                404,
                "no_service",
                "the webhook is dead: Slack answered 404 Not Found (no_service)",
            ),
            (
                410,
                "channel_is_archived",
                "the webhook is dead: Slack answered 410 Gone (channel_is_archived)",
            ),
            (
                403,
                "invalid_token",
                "the webhook is dead: Slack answered 403 Forbidden (invalid_token)",
            ),
            (
                400,
                "invalid_payload",
                "Slack refused the message: it answered 400 Bad Request (invalid_payload)",
            ),
        ] {
            assert_eq!(said(&answered(status, None, body), 1), expected);
        }
    }

    #[test]
    fn an_answer_is_repeated_only_when_it_is_a_word_of_slacks() {
        let page = answered(404, None, "no such page: /services/T0/B0/secret");
        assert_eq!(
            said(&page, 1),
            "the webhook is dead: Slack answered 404 Not Found"
        );
    }
}
