//! How fast a controller may be asked: as fast as it answers, or as fast as it allows.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Two a second, as controllers limit themselves unless `--rate-limit` says otherwise.
pub(super) const TWO_A_SECOND: Duration = Duration::from_millis(500);
/// The longest pause between two requests: somebody else asks the same controller then.
const SLOWEST: Duration = Duration::from_secs(4);
/// The longest `Retry-After` that is waited for.
const LONGEST: Duration = Duration::from_secs(60);

/// The pace of the requests for one page, kept by all threads together.
pub(super) struct Pace(Mutex<State>);

#[derive(Clone, Copy)]
struct State {
    /// The time between two requests; none before the controller asked for any.
    interval: Option<Duration>,
    /// When the next request may start.
    next: Instant,
    /// When the interval last changed.
    changed: Instant,
}

impl Pace {
    /// Starts without a pause, or with one that is known to be asked for.
    pub(super) fn new(interval: Option<Duration>, now: Instant) -> Self {
        Self(Mutex::new(State {
            interval,
            next: now,
            changed: now,
        }))
    }

    /// Takes the next free time for a request, and returns how long it is until then.
    pub(super) fn admit(&self, now: Instant) -> Duration {
        let mut state = self.lock();
        let at = state.next.max(now);
        if let Some(interval) = state.interval {
            state.next = at + interval;
        }
        at - now
    }

    /// Takes note that a request which started at a time was refused; returns whether that is news.
    ///
    /// Refusals of requests that were under way already when the pace changed say nothing about the new pace.
    pub(super) fn refused(
        &self,
        started: Instant,
        retry_after: Option<Duration>,
        now: Instant,
    ) -> bool {
        let mut state = self.lock();
        let is_news = state.interval.is_none() || started > state.changed;
        if is_news {
            let slower = |interval: Duration| (interval * 2).min(SLOWEST);
            let first = state.interval.is_none();
            let interval = state.interval.map_or(TWO_A_SECOND, slower);
            (state.interval, state.changed) = (Some(interval), now);
            state.next = state
                .next
                .max(now + retry_after.unwrap_or(interval).min(LONGEST));
            return first;
        }
        false
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn without_a_limit_nobody_waits() {
        let now = Instant::now();
        let pace = Pace::new(None, now);
        assert!((0..100).all(|_| pace.admit(now).is_zero()));
    }

    #[test]
    fn a_known_limit_is_kept_from_the_start() {
        let now = Instant::now();
        let pace = Pace::new(Some(TWO_A_SECOND), now);
        let waits: Vec<_> = (0..3).map(|_| pace.admit(now)).collect();
        assert_eq!(waits, [Duration::ZERO, TWO_A_SECOND, SECOND]);
        assert_eq!(pace.admit(now + 10 * SECOND), Duration::ZERO);
    }

    #[test]
    fn a_refusal_slows_all_down_and_retry_after_is_kept() {
        let start = Instant::now();
        let pace = Pace::new(None, start);
        let now = start + SECOND;
        assert!(pace.refused(start, Some(3 * SECOND), now));
        assert_eq!(pace.admit(now), 3 * SECOND);
        assert_eq!(pace.admit(now), 3 * SECOND + TWO_A_SECOND);
    }

    #[test]
    fn eight_refusals_of_one_burst_count_once_and_a_later_one_again() {
        let start = Instant::now();
        let pace = Pace::new(None, start);
        let now = start + SECOND;
        let news: Vec<_> = (0..8).map(|_| pace.refused(start, None, now)).collect();
        assert_eq!(news.iter().filter(|news| **news).count(), 1);
        assert_eq!(pace.admit(now), TWO_A_SECOND);
        // Somebody else shares the limit.
        let later = now + SECOND;
        assert!(!pace.refused(later, None, later + SECOND));
        assert_eq!(pace.admit(later + SECOND), SECOND);
    }

    #[test]
    fn no_controller_can_hold_a_run_for_hours() {
        let start = Instant::now();
        let pace = Pace::new(None, start);
        pace.refused(start, Some(Duration::from_secs(86_400)), start);
        assert_eq!(pace.admit(start), LONGEST);
        for minute in 1..10 {
            let at = start + LONGEST * minute;
            pace.refused(at, None, at);
        }
        let far = start + LONGEST * 60;
        pace.admit(far);
        assert_eq!(pace.admit(far), SLOWEST);
    }
}
