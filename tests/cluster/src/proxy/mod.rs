//! A proxy in front of the controller that plays other versions of it, and counts.

mod exchange;
mod limit;
mod listener;
mod ways;

pub use ways::Ways;

use crate::error::Result;
use exchange::{Answer, Question};
use limit::Limiter;
use listener::Listener;
use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A request that a proxy answered.
#[derive(Debug, Clone)]
pub struct Call {
    /// What was asked: `/v1/rotate`.
    pub page: String,
    /// The status it was answered with.
    pub status: u16,
    /// Whether the controller was asked at all.
    pub passed_on: bool,
    /// When it was answered.
    pub at: Instant,
}

/// A running proxy. Dropped, it refuses connections.
#[derive(Debug)]
pub struct Proxy {
    listener: Listener,
    desk: Arc<Desk>,
}

/// What is shared between the test and the threads that answer.
#[derive(Debug)]
struct Desk {
    controller: SocketAddr,
    ways: Ways,
    limiter: Limiter,
    calls: Mutex<Vec<Call>>,
    planned: Mutex<VecDeque<(String, Answer)>>,
    /// How many more requests of a page are answered before none is any more.
    last: Mutex<Option<(String, usize)>>,
}

impl Proxy {
    /// Listens at an address, at a port that is free, in front of a controller.
    ///
    /// # Errors
    /// When it cannot listen.
    pub fn start(address: Ipv4Addr, controller: SocketAddr, ways: Ways) -> Result<Self> {
        let desk = Arc::new(Desk {
            controller,
            limiter: Limiter::new(ways.limit()),
            ways,
            calls: Mutex::default(),
            planned: Mutex::default(),
            last: Mutex::default(),
        });
        let answering = Arc::clone(&desk);
        let listener = Listener::start(address, move |question| answering.answer(question))?;
        Ok(Self { listener, desk })
    }

    /// Where it listens.
    #[must_use]
    pub fn listens(&self) -> SocketAddr {
        self.listener.address()
    }

    /// Its address as a direct URL of a controller.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.listens())
    }

    /// Every request so far, in the order of the answers.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        locked(&self.desk.calls).clone()
    }

    /// How often a page was asked for.
    #[must_use]
    pub fn count(&self, page: &str) -> usize {
        locked(&self.desk.calls)
            .iter()
            .filter(|call| call.page == page)
            .count()
    }

    /// How often a page was answered with a status.
    #[must_use]
    pub fn count_of(&self, page: &str, status: u16) -> usize {
        let same = |call: &&Call| call.page == page && call.status == status;
        locked(&self.desk.calls).iter().filter(same).count()
    }

    /// Answers the next request for a page like this instead of asking the controller; several are used in turn.
    pub fn answer_next(&self, page: &str, status: u16, body: &str) {
        let answer = Answer::new(status, body);
        locked(&self.desk.planned).push_back((page.to_owned(), answer));
    }

    /// Answers so many more requests for a page and then hangs up on everybody, as if the controller had died.
    pub fn go_down_after(&self, requests: usize, page: &str) {
        *locked(&self.desk.last) = Some((page.to_owned(), requests));
    }

    /// Answers again after [`Self::go_down_after`].
    pub fn come_back(&self) {
        *locked(&self.desk.last) = None;
    }
}

impl Desk {
    // None hangs up without an answer, which is what a client sees of a controller that is gone.
    fn answer(&self, question: &Question) -> Option<Answer> {
        let page = question.page().to_owned();
        if self.is_down(&page) {
            return None;
        }
        let own = self
            .planned_for(&page)
            .or_else(|| self.limiter.refuse(&page, Instant::now()));
        let passed_on = own.is_none();
        let answer = own.or_else(|| self.pass_on(question))?;
        let (status, at) = (answer.status(), Instant::now());
        locked(&self.calls).push(Call {
            page,
            status,
            passed_on,
            at,
        });
        Some(answer)
    }

    fn pass_on(&self, question: &Question) -> Option<Answer> {
        let answer = question.ask(self.controller).ok()?;
        Some(self.ways.change(question, answer))
    }

    fn planned_for(&self, page: &str) -> Option<Answer> {
        let mut planned = locked(&self.planned);
        let index = planned.iter().position(|(wanted, _)| wanted == page)?;
        planned.remove(index).map(|(_, answer)| answer)
    }

    fn is_down(&self, page: &str) -> bool {
        match locked(&self.last).as_mut() {
            Some((_, 0)) => true,
            Some((last, left)) if last == page => {
                *left -= 1;
                false
            }
            _ => false,
        }
    }
}

fn locked<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
