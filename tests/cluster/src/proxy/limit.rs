//! The rate limit of newer controllers.

use super::exchange::Answer;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many requests for a page are granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    /// In the long run.
    pub(super) per_second: u32,
    /// At once, beyond the first.
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
    pub(super) fn refuse(&self, page: &str) -> Option<Answer> {
        let limit = self.limit.filter(|_| is_limited(page))?;
        let now = Instant::now();
        let mut pages = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = pages.entry(page.to_owned()).or_insert(now);
        let next = (*idle).max(now) + Duration::from_secs(1) / limit.per_second;
        let granted = next.duration_since(now) <= limit.window();
        if granted {
            *idle = next;
        }
        (!granted).then(|| refusal(limit, next.duration_since(now) - limit.window()))
    }
}

impl Limit {
    fn window(self) -> Duration {
        Duration::from_secs(1) / self.per_second * (self.burst + 1)
    }
}

fn is_limited(page: &str) -> bool {
    matches!(page, "/v1/verify" | "/v1/rotate")
}

fn refusal(limit: Limit, wait: Duration) -> Answer {
    let seconds = wait.as_secs_f64().ceil();
    Answer::new(429, "limit exceeded\n")
        .header("retry-after", seconds)
        .header("x-ratelimit-limit", limit.burst + 1)
        .header("x-ratelimit-remaining", 0)
        .header("x-ratelimit-reset", limit.window().as_secs_f64().ceil())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWER: Limit = Limit {
        per_second: 2,
        burst: 2,
    };

    #[test]
    fn three_at_once_and_no_fourth() {
        let limiter = Limiter::new(Some(NEWER));
        let refused = [(); 4].map(|()| limiter.refuse("/v1/rotate").is_some());
        assert_eq!(refused, [false, false, false, true]);
    }

    #[test]
    fn pages_are_counted_apart_and_certificates_not_at_all() {
        let limiter = Limiter::new(Some(NEWER));
        for page in ["/v1/rotate", "/v1/verify"] {
            assert!((0..3).all(|_| limiter.refuse(page).is_none()), "{page}");
        }
        assert!((0..50).all(|_| limiter.refuse("/v1/cert.pem").is_none()));
    }

    #[test]
    fn without_a_limit_nothing_is_refused() {
        let limiter = Limiter::new(None);
        assert!((0..50).all(|_| limiter.refuse("/v1/rotate").is_none()));
    }
}
