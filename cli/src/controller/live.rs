//! A running controller: asked at the pace it allows, asked again when it is away for a moment.

use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use sealsmith_core::certificate::Certificate;
use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::unseal::KeyRing;

use super::pace::{Pace, TWO_A_SECOND};
use super::refusal::{Meaning, Refusal, meaning};
use super::{Page, Way, key_secrets};
use crate::certificates;
use crate::failure::Failure;
use crate::ui::Ui;

/// How many requests are under way at once: enough to keep a controller busy, few enough to be a good neighbour.
pub(crate) const IN_FLIGHT: usize = 8;
/// How often one request is refused for coming too fast before it is given up.
const REFUSALS: usize = 100;
/// The pauses before asking again a controller that does not answer: about a quarter of a minute.
const PATIENCE: [Duration; 6] = [
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(6),
];

/// A running controller. Threads share it; each request blocks the thread that makes it.
pub(crate) struct Live {
    way: Box<dyn Way>,
    title: String,
    rotate: Pace,
    verify: Pace,
    patience: &'static [Duration],
    /// Why nothing more can be asked.
    stopped: OnceLock<Box<Failure>>,
    /// Whether the controller made us slow down.
    limited: OnceLock<()>,
}

impl Live {
    /// Takes a way to a controller; newer ones are known to limit what they are asked.
    pub(super) fn new(way: Box<dyn Way>, version: &str) -> Self {
        Self::with_patience(way, version, &PATIENCE)
    }

    pub(super) fn with_patience(
        way: Box<dyn Way>,
        version: &str,
        patience: &'static [Duration],
    ) -> Self {
        let now = Instant::now();
        let interval = limits_itself(version).then_some(TWO_A_SECOND);
        Self {
            title: way.title(),
            way,
            rotate: Pace::new(interval, now),
            verify: Pace::new(interval, now),
            patience,
            stopped: OnceLock::new(),
            limited: OnceLock::new(),
        }
    }

    /// What messages call it.
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// The certificate that it seals with now. Asked once: who starts a run wants to know at once that it cannot be.
    pub(crate) fn certificate(&self) -> Result<Certificate, Failure> {
        let answer = self.way.ask(Page::Certificate, None)?;
        match meaning(Page::Certificate, answer, &self.title) {
            Meaning::Done(body) => self.parse(&body),
            Meaning::Never(failure) => Err(failure),
            Meaning::Away(said) => Err(self.cannot_ask().cause(format!("the answer was {said}"))),
            Meaning::Limited | Meaning::Refused(_) => Err(self
                .cannot_ask()
                .cause("it does not give out its certificate")),
        }
    }

    /// Makes sure in the middle of a run that it still seals for a key, and ends the run if not.
    pub(crate) fn still_serves(&self, key: Fingerprint) -> Result<(), Refusal> {
        let body = self.call(Page::Certificate, None)?;
        let served = self.parse(&body).map_err(|failure| self.stop(failure))?;
        if served.fingerprint() == key {
            return Ok(());
        }
        let failure = Failure::refused(format!("{} took a new key into use meanwhile", self.title));
        let failure = failure
            .cause(format!("it serves {} now, not {key}", served.fingerprint()))
            .hint("pin the new certificate and run the same command again");
        Err(self.stop(failure))
    }

    /// Re-encrypts one SealedSecret; the answer is not looked at.
    pub(crate) fn reencrypt(&self, body: &str) -> Result<Vec<u8>, Refusal> {
        self.call(Page::Rotate, Some(body))
    }

    /// Says whether it opens every value of one SealedSecret; whether it does is an answer, not a refusal.
    pub(crate) fn opens(&self, body: &str) -> Result<bool, Refusal> {
        match self.call(Page::Verify, Some(body)) {
            Ok(_) => Ok(true),
            Err(Refusal::CannotOpen) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Reads its private keys into memory.
    pub(crate) fn keys(&self, ui: &Ui) -> Result<KeyRing, Failure> {
        key_secrets::ring(&self.way.key_secrets()?, &self.title, ui)
    }

    /// Why nothing more can be asked, once that is so.
    pub(crate) fn stopped(&self) -> Option<&Failure> {
        self.stopped.get().map(|failure| &**failure)
    }

    /// Whether the controller made us slow down.
    pub(crate) fn was_limited(&self) -> bool {
        self.limited.get().is_some()
    }

    fn call(&self, page: Page, body: Option<&str>) -> Result<Vec<u8>, Refusal> {
        let mut pauses = self.patience.iter();
        let mut refusals = 0;
        loop {
            if self.stopped.get().is_some() {
                return Err(Refusal::Stopped);
            }
            let pace = self.pace(page);
            if let Some(pace) = pace {
                sleep(pace.admit(Instant::now()));
            }
            let started = Instant::now();
            let away = match self.way.ask(page, body) {
                Err(failure) => failure,
                Ok(answer) => {
                    let retry_after = answer.retry_after;
                    match meaning(page, answer, &self.title) {
                        Meaning::Done(body) => return Ok(body),
                        Meaning::Refused(refusal) => return Err(refusal),
                        Meaning::Never(failure) => return Err(self.stop(failure)),
                        Meaning::Limited if refusals < REFUSALS => {
                            refusals += 1;
                            self.limited.get_or_init(|| ());
                            match pace {
                                Some(pace) => {
                                    pace.refused(started, retry_after, Instant::now());
                                }
                                None => sleep(TWO_A_SECOND),
                            }
                            continue;
                        }
                        Meaning::Limited => {
                            let said = "it limits requests, and somebody else uses them all up";
                            return Err(self.stop(self.cannot_ask().cause(said)));
                        }
                        Meaning::Away(said) => {
                            self.cannot_ask().cause(format!("the answer was {said}"))
                        }
                    }
                }
            };
            match pauses.next() {
                Some(pause) => sleep(*pause),
                None => return Err(self.stop(away)),
            }
        }
    }

    /// The certificate is never limited.
    fn pace(&self, page: Page) -> Option<&Pace> {
        match page {
            Page::Certificate => None,
            Page::Rotate => Some(&self.rotate),
            Page::Verify => Some(&self.verify),
        }
    }

    fn stop(&self, failure: Failure) -> Refusal {
        self.stopped.get_or_init(|| Box::new(failure));
        Refusal::Stopped
    }

    fn parse(&self, body: &[u8]) -> Result<Certificate, Failure> {
        certificates::load_from(body, &self.title)
    }

    fn cannot_ask(&self) -> Failure {
        Failure::could_not(format!("cannot ask {}", self.title))
    }
}

/// Controllers limit `/v1/rotate` as well from 0.39 or 0.40 on (#1971).
fn limits_itself(version: &str) -> bool {
    let text = version.strip_prefix('v').unwrap_or(version);
    let mut parts = text.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    (major, minor) >= (0, 39)
}

#[cfg(test)]
mod tests {
    use super::limits_itself;

    #[test]
    fn newer_controllers_limit_themselves() {
        for (version, limits) in [
            ("0.36", false),
            ("0.38.9", false),
            ("0.39", true),
            ("v0.40.1", true),
            ("1.0", true),
        ] {
            assert_eq!(limits_itself(version), limits, "{version}");
        }
    }
}
