//! A channel that messages are posted to, at the pace that Slack allows.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sealsmith_lint::policy::Slack;

use super::address::Address;
use super::notice::Notice;
use super::payload;
use super::tries::{Next, Outcome, Undelivered, next};
use crate::env::Env;
use crate::env::http::{Http, Silence};
use crate::failure::Failure;
use crate::ui::Ui;

/// How long one try may take, connecting included.
const DEADLINE: Duration = Duration::from_secs(5);
/// About a message a second is what a webhook takes.
const INTERVAL: Duration = Duration::from_secs(1);
/// More than any word of Slack's.
const BODY: usize = 1 << 10;

/// Where messages go.
pub(crate) struct Channel {
    address: Address,
    http: Http,
    /// When the next message may be sent.
    free: Mutex<Instant>,
    pause: Box<dyn Fn(Duration) + Send + Sync>,
}

impl Channel {
    /// Finds the webhook's address; nothing is sent yet.
    pub(crate) fn of(slack: &Slack, env: &Env, ui: &Ui) -> Result<Self, Failure> {
        let address = Address::find(slack, env, ui)?;
        Self::at(address, DEADLINE, std::thread::sleep)
    }

    pub(super) fn at(
        address: Address,
        deadline: Duration,
        pause: impl Fn(Duration) + Send + Sync + 'static,
    ) -> Result<Self, Failure> {
        Ok(Self {
            http: Http::for_secret(&address.expose(), deadline)?,
            address,
            free: Mutex::new(Instant::now()),
            pause: Box::new(pause),
        })
    }

    /// Where the address was found, as messages say it.
    pub(super) fn place(&self) -> &str {
        self.address.place()
    }

    /// Posts a notice, with a few tries where another one may help.
    pub(crate) fn send(&self, notice: &Notice) -> Result<(), Undelivered> {
        let body = payload::render(notice).to_string();
        let mut tries = 0;
        loop {
            tries += 1;
            self.keep_pace();
            let outcome = self.attempt(&body);
            match next(&outcome, tries) {
                Next::Done => return Ok(()),
                Next::Again(pause) => (self.pause)(pause),
                Next::GiveUp(why) => return Err(why),
            }
        }
    }

    fn attempt(&self, body: &str) -> Outcome {
        let sent = self.http.post_to_secret(&self.address.expose(), body, BODY);
        match sent {
            Ok(answer) => Outcome::Answered {
                status: answer.status,
                retry_after: answer.retry_after,
                body: answer.body,
            },
            Err(silence) => Outcome::Silent(explain(&silence)),
        }
    }

    fn keep_pace(&self) {
        let wait = {
            let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let start = (*free).max(now);
            *free = start + INTERVAL;
            start - now
        };
        if !wait.is_zero() {
            (self.pause)(wait);
        }
    }
}

/// The last cause, which is the one that says something.
fn explain(silence: &Silence) -> String {
    if silence.late {
        return "there was no answer in time".to_owned();
    }
    let mut error: &dyn std::error::Error = &silence.error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::notice::Event;
    use super::super::stand_in::{Act, Slack as StandIn, assert_address_kept};
    use super::*;

    /// Longer than any machine takes to answer.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn address(slack: &StandIn) -> Address {
        Address::parse(slack.url().as_bytes(), "the test").unwrap()
    }

    fn notice() -> Notice {
        Notice::new(
            Event::Started,
            "rotate aws",
            "dev",
            "20260131T090000Z-1f2e3d4c",
        )
    }

    /// Sends one notice to a Slack that acts so; returns how it ended, and the pauses in between.
    fn send(acts: Vec<Act>) -> (StandIn, Result<(), Undelivered>, Vec<Duration>) {
        let slack = StandIn::start(acts);
        let pauses = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&pauses);
        let pause = move |pause| seen.lock().unwrap().push(pause);
        let channel = Channel::at(address(&slack), PATIENCE, pause).unwrap();
        let result = channel.send(&notice());
        let pauses = pauses.lock().unwrap().clone();
        (slack, result, pauses)
    }

    #[test]
    fn a_message_arrives_as_json() {
        let (slack, result, pauses) = send(vec![Act::Answer(200, "ok")]);
        assert_eq!((result, pauses.len()), (Ok(()), 0));
        let seen = slack.seen();
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].content_type, "application/json");
        let body: serde_json::Value = serde_json::from_str(&seen[0].body).unwrap();
        assert_eq!(body, payload::render(&notice()));
    }

    #[test]
    fn a_limit_an_error_and_a_lost_connection_are_tried_again() {
        for act in [Act::Limit(7), Act::Answer(500, "rollup_error"), Act::Drop] {
            let (slack, result, pauses) = send(vec![act, Act::Answer(200, "ok")]);
            assert_eq!((slack.seen().len(), result), (2, Ok(())), "{act:?}");
            let pause = Duration::from_secs(if act == Act::Limit(7) { 7 } else { 1 });
            assert!(pauses.contains(&pause), "{act:?} {pauses:?}");
        }
    }

    #[test]
    fn after_three_tries_it_is_given_up() {
        for act in [Act::Answer(500, ""), Act::Limit(1), Act::Drop] {
            let (slack, result, _) = send(vec![act; 5]);
            assert_eq!(slack.seen().len(), 3, "{act:?}");
            let why = result.unwrap_err().to_string();
            assert!(why.contains("3 times"), "{act:?}: {why}");
            assert_address_kept(&why);
        }
    }

    #[test]
    fn one_that_never_answers_is_not_waited_for() {
        let slack = StandIn::start(vec![Act::Hang; 3]);
        let channel = Channel::at(address(&slack), Duration::from_millis(200), |_| {}).unwrap();
        let why = channel.send(&notice()).unwrap_err().to_string();
        assert_eq!(
            why,
            "Slack did not answer, 3 times: there was no answer in time"
        );
    }

    #[test]
    fn what_does_not_help_is_not_tried_again() {
        for act in [
            Act::Answer(404, "no_service"),
            Act::Answer(400, "invalid_payload"),
            Act::Limit(3600),
            Act::Answer(200, "<html>"),
        ] {
            let (slack, result, pauses) = send(vec![act; 5]);
            assert_eq!((slack.seen().len(), pauses.len()), (1, 0), "{act:?}");
            assert!(result.is_err());
        }
    }

    #[test]
    fn a_redirect_is_not_followed() {
        let elsewhere = StandIn::start(vec![Act::Answer(200, "ok"); 2]);
        let slack = StandIn::start(vec![Act::Redirect(elsewhere.at)]);
        let channel = Channel::at(address(&slack), PATIENCE, |_| {}).unwrap();
        let why = channel.send(&notice()).unwrap_err();
        assert!(matches!(why, Undelivered::Foreign(_)), "{why}");
        assert!(elsewhere.seen().is_empty());
    }

    #[test]
    fn nobody_there_is_said_without_the_address() {
        let address = Address::parse(b"http://127.0.0.1:1/services/T0/B0/s3cret", "it").unwrap();
        let channel = Channel::at(address, PATIENCE, |_| {}).unwrap();
        let why = channel.send(&notice()).unwrap_err().to_string();
        assert!(why.starts_with("Slack did not answer, 3 times: "), "{why}");
        assert!(
            !why.contains("s3cret") && !why.contains("services"),
            "{why}"
        );
    }

    #[test]
    fn messages_keep_a_second_apart() {
        let slack = StandIn::start(vec![Act::Answer(200, "ok"); 3]);
        let start = Instant::now();
        let ends = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&ends);
        // The pauses are not really made, so each is as long as all of them together.
        let pause = move |pause| seen.lock().unwrap().push(start.elapsed() + pause);
        let channel = Channel::at(address(&slack), PATIENCE, pause).unwrap();
        for message in 0..3 {
            channel.send(&notice()).unwrap();
            // A machine that takes a second for a message needs no pause.
            let sent = ends.lock().unwrap().pop().unwrap_or(start.elapsed());
            assert!(sent >= message * INTERVAL, "{message}: {sent:?}");
        }
    }
}
