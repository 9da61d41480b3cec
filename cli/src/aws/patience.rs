//! How often a call is sent, and how long it is waited between two times.

use std::future::Future;
use std::time::Duration;

use getrandom::rand_core::Rng as _;
use tokio::time::{Instant, sleep};

use super::action::{Action, Repeat};
use super::problem::{Kind, Problem};
use crate::env::random;

/// How often and how far apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// How often a call is sent, the first time included.
    pub(super) tries: u32,
    /// The pause after the first failure; each is twice the one before.
    pub(super) first: Duration,
    /// The longest pause.
    pub(super) longest: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            tries: 5,
            first: Duration::from_millis(200),
            longest: Duration::from_secs(5),
        }
    }
}

impl Patience {
    /// Sends a call until it succeeds, fails for good, or was sent often enough.
    ///
    /// What [`Action::repeat`] forbids is sent once.
    pub(super) async fn send<T, F>(
        &self,
        action: Action,
        mut once: impl FnMut() -> F,
    ) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        let tries = match action.repeat() {
            Repeat::Safe => self.tries,
            Repeat::Never => 1,
        };
        for failures in 1..tries {
            match once().await {
                Err(problem) if problem.passes() => sleep(self.pause(failures)).await,
                answer => return answer,
            }
        }
        once().await
    }

    /// Sends a call with a new key until it succeeded `wanted` times without being refused in between, or `cap` is over.
    ///
    /// A key that AWS does not know yet counts as a failure that passes: a new one takes seconds to arrive everywhere.
    pub(super) async fn until_accepted<F>(
        &self,
        cap: Duration,
        wanted: u32,
        mut once: impl FnMut() -> F,
    ) -> Result<(), Problem>
    where
        F: Future<Output = Result<(), Problem>>,
    {
        let end = Instant::now() + cap;
        let (mut successes, mut failures) = (0, 0);
        while successes < wanted {
            match once().await {
                Ok(()) => {
                    successes += 1;
                    failures = 0;
                    if successes < wanted {
                        sleep(self.first).await;
                    }
                }
                Err(problem) if problem.may_be_too_early() => {
                    // Throttling and failures of the service say nothing about the key.
                    if problem.kind() == Kind::InvalidKey {
                        successes = 0;
                    }
                    failures += 1;
                    let pause = self.pause(failures);
                    if Instant::now() + pause >= end {
                        return Err(problem.after(cap));
                    }
                    sleep(pause).await;
                }
                Err(problem) => return Err(problem),
            }
        }
        Ok(())
    }

    /// The pause after a number of failures: between half and all of it, so that many callers do not come back at once.
    fn pause(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures - 1);
        let whole = self.first.saturating_mul(doubled).min(self.longest);
        // Without randomness the whole pause is as good.
        let share = random::system().map_or(1000, |mut random| 500 + random.next_u32() % 501);
        whole * share / 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_never_shorter_than_half() {
        let patience = Patience::default();
        let wholes = [200, 400, 800, 1600, 3200, 5000, 5000];
        for (failures, whole) in (1..).zip(wholes) {
            let pause = patience.pause(failures).as_millis();
            assert!((whole / 2..=whole).contains(&pause), "{failures}: {pause}");
        }
        assert!(patience.pause(u32::MAX) <= patience.longest);
    }
}
