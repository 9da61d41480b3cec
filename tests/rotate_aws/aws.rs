//! AWS accounts for tests: a server serves one desk after the other, each with users of its own.

use std::ops::Deref;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::moto::Moto;

/// Servers that nobody uses now. Starting one takes a second.
static FREE: Mutex<Vec<Moto>> = Mutex::new(Vec::new());
static DESKS: AtomicUsize = AtomicUsize::new(0);

/// A server that is given back in order.
pub(crate) struct Account {
    moto: Option<Moto>,
    /// What makes the names of its users its own.
    number: usize,
}

impl Account {
    pub(crate) fn open() -> Self {
        let free = FREE.lock().expect("nobody panics with it").pop();
        Self {
            moto: Some(free.unwrap_or_else(Moto::start)),
            number: DESKS.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// A user's name in this account alone.
    pub(crate) fn name(&self, name: &str) -> String {
        format!("{name}-{}", self.number)
    }
}

impl Deref for Account {
    type Target = Moto;

    fn deref(&self) -> &Moto {
        self.moto.as_ref().expect("it is given back at the end")
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let Some(moto) = self.moto.take() else {
            return;
        };
        // After a failure it may be in any state.
        if std::thread::panicking() {
            return;
        }
        moto.clear();
        moto.delay(0.0);
        moto.ahead(0);
        FREE.lock().expect("nobody panics with it").push(moto);
    }
}
