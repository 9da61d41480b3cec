//! The rate limit of newer controllers.

use super::exchange::Answer;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often requests for a page are granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    /// One in this time, in the long run.
    pub(super) every: Duration,
    /// So many more at once.
    pub(super) burst: u32,
}

/// Counts the requests for each page, as the controller's own limiter does (GCRA).
#[derive(Debug)]
pub(super) struct Limiter {
    limit: Option<Limit>,
    /// When each page will be idle again.
    idle: Mutex<HashMap<String, Instant>>,
}

impl Limiter {
    pub(super) fn new(limit: Option<Limit>) -> Self {
        let idle = Mutex::default();
        Self { limit, idle }
    }

    /// The refusal of a request that comes too early.
    pub(super) fn refuse(&self, page: &str, now: Instant) -> Option<Answer> {
        let limit = self.limit.filter(|_| is_limited(page))?;
        let mut pages = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = pages.entry(page.to_owned()).or_insert(now);
        let next = (*idle).max(now) + limit.every;
        let early = next.duration_since(now).saturating_sub(limit.window());
        if early.is_zero() {
            *idle = next;
            return None;
        }
        Some(refusal(limit, early))
    }
}

impl Limit {
    fn window(self) -> Duration {
        self.every * (self.burst + 1)
    }
}

fn is_limited(page: &str) -> bool {
    matches!(page, "/v1/verify" | "/v1/rotate")
}

fn refusal(limit: Limit, early: Duration) -> Answer {
    Answer::new(429, "limit exceeded\n")
        .header("retry-after", seconds(early))
        .header("x-ratelimit-limit", limit.burst + 1)
        .header("x-ratelimit-remaining", 0)
        .header("x-ratelimit-reset", seconds(limit.window()))
}

// Whole seconds, never too few.
fn seconds(time: Duration) -> u128 {
    time.as_millis().div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWER: Limit = Limit {
        every: Duration::from_millis(500),
        burst: 2,
    };

    #[test]
    fn three_at_once_and_then_one_in_half_a_second() {
        let (limiter, start) = (Limiter::new(Some(NEWER)), Instant::now());
        let refused = [0, 0, 0, 0, 499, 500, 501, 1000].map(|ms| {
            let now = start + Duration::from_millis(ms);
            limiter.refuse("/v1/rotate", now).is_some()
        });
        assert_eq!(
            refused,
            [false, false, false, true, true, false, true, false]
        );
    }

    #[test]
    fn a_refusal_says_when_to_come_back() {
        let (limiter, now) = (Limiter::new(Some(NEWER)), Instant::now());
        let refusal = (0..4)
            .filter_map(|_| limiter.refuse("/v1/verify", now))
            .next();
        let mut text = Vec::new();
        refusal.unwrap().write(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.starts_with("HTTP/1.1 429 "), "{text}");
        assert!(text.contains("\r\nretry-after: 1\r\n"), "{text}");
    }

    #[test]
    fn pages_are_counted_apart_and_certificates_not_at_all() {
        let (limiter, now) = (Limiter::new(Some(NEWER)), Instant::now());
        for page in ["/v1/rotate", "/v1/verify"] {
            assert!(
                (0..3).all(|_| limiter.refuse(page, now).is_none()),
                "{page}"
            );
        }
        assert!((0..50).all(|_| limiter.refuse("/v1/cert.pem", now).is_none()));
    }

    #[test]
    fn without_a_limit_nothing_is_refused() {
        let (limiter, now) = (Limiter::new(None), Instant::now());
        assert!((0..50).all(|_| limiter.refuse("/v1/rotate", now).is_none()));
    }
}
